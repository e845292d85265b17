"""Patterns of names with ``*`` and ``?``, as people write them to choose or leave out parts of a trajectory."""

import re
from collections.abc import Iterable
from fnmatch import translate


class Patterns:
    """Whether a full name, such as ``results.runs.$.rate``, is meant by one of some patterns.

    A pattern is matched against every stretch of the name's components: ``rate`` and ``runs.*.rate`` both mean it, and
    so does ``results``, with all that is below.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._patterns = [_compiled(pattern) for pattern in patterns if pattern.strip(".")]
        self._known: dict[str, bool] = {}

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def match(self, name: str) -> bool:
        """Whether any of the patterns means ``name``."""
        if not self._patterns:
            return False
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = any(pattern.search(f".{name}.") for pattern in self._patterns)
        return known


def _compiled(pattern: str) -> "re.Pattern[str]":
    """Between two dots of the dotted name; a dot in the pattern is one in the name."""
    glob = translate(pattern.strip("."))
    body = glob.removeprefix("(?s:").removesuffix(r")\Z").removesuffix(r")\z")
    return re.compile(rf"(?s)(?<=\.)(?:{body})(?=\.)")
