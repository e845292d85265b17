"""The comment of a leaf; where pypet removed a repeated one, a guess that says it is one."""

from collections.abc import Iterator
from typing import Any

from . import files, layout, text
from .bookkeeping import Trajectory, read_settings, strings, table
from .errors import FAILURES, NotReadable

GUESSED = "Probably: pypet keeps a comment that repeats only once, and lists it under this name."
_RUN_MARK = b"\0run"


def comment_of(leaf: Any, path: bytes, trajectory: Trajectory | None) -> tuple[str, str]:
    """The comment of the leaf at ``path``, and a sentence when it is only a guess."""
    own = text.paragraphs(files.text_attribute(leaf, layout.SRVC_INIT_COMMENT))
    if own or trajectory is None or trajectory.overview is None:
        return own, ""
    try:
        guess = _guess(path, trajectory)
    except (NotReadable, *FAILURES):
        return "", ""
    return (text.paragraphs(guess), GUESSED) if guess else ("", "")


def _guess(path: bytes, trajectory: Trajectory) -> bytes:
    """The listed comment for leaves of this name in this place, whichever run they are of; empty when none is."""
    parts = layout.components(path)
    for listed in _summaries(trajectory, parts[1] if len(parts) > 2 else b""):
        alike = [(location, comment) for location, leaf, comment in listed if leaf == parts[-1]]
        runs = _run_names(trajectory) if alike else frozenset()
        place = _general(parts[1:-1], runs)
        for location, comment in alike:
            if _general(tuple(location.split(b".")), runs) == place:
                return comment
    return b""


def _summaries(trajectory: Trajectory, branch: bytes) -> Iterator[list[tuple[bytes, bytes, bytes]]]:
    """Location, name and comment of what stands for repeated comments; nothing where comments are kept."""
    if branch not in layout.SUMMARIES or not read_settings(trajectory, []).get("purge_duplicate_comments", True):
        return
    for name in (layout.SUMMARIES[branch], layout.OLD_SUMMARIES[branch]):
        rows = table(trajectory, name, ("location", "name", "comment"), [])
        if rows is not None:
            columns = [strings(rows, column) or [] for column in ("location", "name", "comment")]
            yield list(zip(*columns, strict=False))


def listed_comments(trajectory: Trajectory, branch: bytes) -> Iterator[str]:
    """The comments of a branch of which pypet keeps only one copy."""
    for listed in _summaries(trajectory, branch):
        yield from (text.paragraphs(comment) for _, _, comment in listed)


def _run_names(trajectory: Trajectory) -> frozenset[bytes]:
    rows = table(trajectory, layout.RUNS, ("name",), [])
    return frozenset((strings(rows, "name") if rows is not None else None) or ())


def _general(parts: tuple[bytes, ...], runs: frozenset[bytes]) -> tuple[bytes, ...]:
    """A place with every run's and run set's name replaced by the same mark."""
    return tuple(_RUN_MARK if part in runs or layout.is_run_set(part) else part for part in parts)
