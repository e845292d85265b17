"""What cannot be read of a file that is copied: raised, or noted when what can be read is to be rescued."""

import os
import re
from collections.abc import Callable
from typing import Any

from . import nodes
from .errors import NotReadable, PexError
from .model import FileState

_REFUSED = re.compile(r"write failed.*errno = (\d+)", re.DOTALL)

Lost = Callable[[Any, PexError, bytes], None]
"""``lost(node, error, attribute)`` raises ``error`` or notes that a part of ``node`` is not in the copy: the attribute
of this name or, without a name, what is in it."""


def unreadable(node: Any, what: str, error: Exception) -> PexError:
    """The error for a part of an object that cannot be copied. Raises `OSError` when it was the disk that did not take
    the copy."""
    if isinstance(error, PexError):
        return error
    refused = _REFUSED.search(str(error))
    if refused:
        raise OSError(int(refused[1]), os.strerror(int(refused[1]))) from error
    return NotReadable(
        f"{what} cannot be read: {nodes.place(node)} is damaged.",
        "Nothing was changed. Get another copy of the file, or rescue to a copy what can be read.",
        f"{type(error).__name__}: {error}",
        FileState.DAMAGED,
    )
