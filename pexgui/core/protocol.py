"""What goes through the pipe between the window's process and an engine process.

A message is four bytes of length (big-endian) and MessagePack. Requests and results travel inside it as MessagePack
of their own, because their type follows from the operation. Everything is checked on arrival against the types
below; nothing here can make an object of any other type, whatever the other side sends.
"""

import os
from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import msgspec

from .errors import BeingWritten, NotReadable, PexError
from .model import FileState
from .progress import Cancelled as Stopped
from .text import paragraphs, printable

LIMIT = 64 * 2**20
"""The largest message, in bytes. The largest answer, a window of an array, has 16 MiB."""

HEAD = 4
PORTION = 2**20


class Message(msgspec.Struct, frozen=True, tag=True, tag_field="message"):
    """Base of all messages."""


# --- to the engine ---------------------------------------------------------------------------------------------


class Confine(Message, frozen=True):
    """The first message: from now on read only below ``reads`` and write only below ``writes``."""

    reads: tuple[bytes, ...]
    writes: tuple[bytes, ...]


class Call(Message, frozen=True):
    """Do an operation. ``number`` comes back in every message about it."""

    number: int
    operation: str
    request: bytes


class Cancel(Message, frozen=True):
    """Stop that operation at its next report of progress."""

    number: int


# --- from the engine -------------------------------------------------------------------------------------------


class Ready(Message, frozen=True):
    """Everything is imported; `Confine` is awaited."""


class Confined(Message, frozen=True):
    """The limits hold. ``landlock`` is the version of Landlock in force, 0 without it, and then ``note`` says why."""

    landlock: int
    note: str


class Progressed(Message, frozen=True):
    number: int
    what: str
    done: int
    total: int


class Succeeded(Message, frozen=True):
    number: int
    result: bytes


class Failed(Message, frozen=True):
    """``kind`` is the name of one of `KINDS`, ``state`` that of `NotReadable`."""

    number: int
    title: str
    hint: str
    details: str
    kind: str
    state: FileState = FileState.UNREADABLE


class Cancelled(Message, frozen=True):
    number: int


Order: TypeAlias = Confine | Call | Cancel
Event: TypeAlias = Ready | Confined | Progressed | Succeeded | Failed | Cancelled

KINDS: dict[str, type[PexError]] = {kind.__name__: kind for kind in (PexError, NotReadable, BeingWritten)}


class Garbage(Exception):
    """The other side sent something that is no message."""


class TooLarge(Garbage):
    """A message is larger, or more deeply nested, than can be sent."""


def pack(value: object) -> bytes:
    """A request or a result as bytes. Raises `TooLarge`, or `Garbage` when it holds what MessagePack cannot carry."""
    try:
        return msgspec.msgpack.encode(value)
    except RecursionError as problem:
        raise TooLarge("nested too deeply") from problem
    except (TypeError, ValueError, OverflowError) as problem:
        raise Garbage(str(problem)) from problem


def unpack(data: bytes, kind: Any) -> Any:
    """The inverse of `pack`. Raises `Garbage` when ``data`` is not exactly of the type ``kind``."""
    try:
        return _decoder(kind).decode(data)
    except (msgspec.DecodeError, ValueError, OverflowError, RecursionError) as problem:
        raise Garbage(str(problem)) from problem


@cache
def _decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind)


def frame(message: Message) -> bytes:
    """A message as it goes through the pipe. Raises `TooLarge` when it is larger than `LIMIT`."""
    body = pack(message)
    if len(body) > LIMIT:
        raise TooLarge(f"a message of {len(body):,} bytes; at most {LIMIT:,} are allowed")
    return len(body).to_bytes(HEAD, "big") + body


def receive(read: Callable[[int], bytes | None], kind: Any) -> Any:
    """The next message from ``read(count)``, which gives at most ``count`` bytes, and none at the end.

    Returns None at the end of the pipe. Raises `Garbage` for anything else that is not a message of type ``kind``.
    """
    head = _take(read, HEAD)
    if not head:
        return None
    size = int.from_bytes(head, "big")
    if len(head) < HEAD:
        raise Garbage("the length of a message was cut off")
    if size > LIMIT:
        raise Garbage(f"a message of {size:,} bytes; at most {LIMIT:,} are allowed")
    body = _take(read, size)
    if len(body) < size:
        raise Garbage(f"a message of {size:,} bytes ended after {len(body):,}")
    return unpack(body, kind)


def _take(read: Callable[[int], bytes | None], count: int) -> bytes:
    parts = []
    while count > 0 and (part := read(min(count, PORTION))):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def subject(request: object) -> str:
    """The file or folder that a request is about, as a sentence names it; empty when it names none."""
    path = getattr(request, "file", None) or getattr(request, "folder", None)
    return f"“{printable(os.path.basename(path.rstrip(b'/')) or path)}”" if isinstance(path, bytes) and path else ""


def failure(number: int, problem: BaseException) -> Failed | Cancelled:
    """What is said about an operation that raised ``problem``, a `PexError` or the stop that was asked for."""
    if isinstance(problem, Stopped):
        return Cancelled(number)
    assert isinstance(problem, PexError)
    kind = next(base.__name__ for base in type(problem).__mro__ if base.__name__ in KINDS)
    state = problem.state if isinstance(problem, NotReadable) else FileState.UNREADABLE
    title, hint, details = (paragraphs(text) for text in (problem.title, problem.hint, problem.details))
    return Failed(number, title, hint, details, kind, state)


def raised(message: Failed) -> PexError:
    """The inverse of `failure`. Raises `Garbage` for an unknown kind."""
    if message.kind not in KINDS:
        raise Garbage(f"a problem of unknown kind {message.kind[:100]!r}")
    kind = KINDS[message.kind]
    if issubclass(kind, NotReadable):
        return kind(message.title, message.hint, message.details, message.state)
    return kind(message.title, message.hint, message.details)
