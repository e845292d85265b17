"""The one channel on which an operation says how far it is and hears that it should stop."""

from collections.abc import Callable, Iterable, Iterator, Sized
from typing import TypeVar

T = TypeVar("T")

Progress = Callable[[str, int, int], None]
"""``progress(what, done, total)``; ``total`` is 0 when unknown. Raises `Cancelled` when the person wants to stop."""


class Cancelled(Exception):
    """The person asked to stop. Raised only from inside a `Progress`."""


def silent(what: str, done: int, total: int) -> None:
    """Report to nobody."""


def each(items: Iterable[T], what: str, progress: Progress, every: int = 100) -> Iterator[T]:
    """Yield ``items`` and report after every ``every`` of them."""
    total = len(items) if isinstance(items, Sized) else 0
    for done, item in enumerate(items):
        if done % every == 0:
            progress(what, done, total)
        yield item
