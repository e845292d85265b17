"""Errors that a person can act on: what happened, and what to do about it."""

from .model import FileState

FAILURES = (
    *(OSError, RuntimeError, LookupError, ValueError, TypeError, NotImplementedError, MemoryError),
    *(AttributeError, ArithmeticError),
)
"""What h5py raises, besides anything of ours, when a part of a file is damaged or is not what it should be."""


class PexError(Exception):
    """A problem in two sentences: ``title`` says what happened (naming the file), ``hint`` what to do.

    ``details`` may hold technical text that is shown only on request.
    """

    def __init__(self, title: str, hint: str = "", details: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.hint = hint
        self.details = details


class NotReadable(PexError):
    """The file or a part of it cannot be read: missing, refused, damaged or not HDF5; ``state`` says which."""

    def __init__(self, title: str, hint: str = "", details: str = "", state: FileState = FileState.UNREADABLE) -> None:
        super().__init__(title, hint, details)
        self.state = state


class BeingWritten(PexError):
    """The file changed while it was read; another program is writing it."""


class EngineDied(PexError):
    """The process that was reading or writing ended, or gave no sign of life."""


class NotUniqueNodeError(AttributeError):
    """A short name means several groups or leaves of a trajectory; the sentence lists them."""
