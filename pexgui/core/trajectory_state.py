"""What a trajectory remembers: its runs, where it is stored, and what of it is not stored yet."""

import os
import time
from collections.abc import Mapping
from typing import Any

from . import layout
from . import trajectory_names as names
from .encode_overview import Head
from .stored import Filters
from .trajectory_group import Group
from .trajectory_leaves import Leaf
from .trajectory_nodes import Node
from .trajectory_rows import RunRows

EXTENSION = ".hdf5"


class State(Group):
    """The part of a trajectory that the others build on."""

    def __init__(self, name: str, comment: str, file: bytes, filters: Filters, wildcards: Mapping[Any, Any]) -> None:
        super().__init__(names.checked(name), comment)
        self._head = Head(name, time.time(), comment)
        self._file = file
        self._filters = filters
        self._replaces = False
        self._wildcards = _functions(wildcards)
        self._runs = RunRows.fresh(1, self._run_name)
        self._explored: dict[str, None] = {}
        self._fresh: dict[str, Node] = {}
        self._fresh_links: dict[str, tuple[Group, str]] = {}
        self._linking: dict[int, Group] = {}
        self._of_run: list[Node] = []
        self._links_of_run: list[tuple[Group, str]] = []
        self._index = -1
        self._is_run = False
        self._run_started = False
        self._make_branches()
        self._known: dict[tuple[str, bool, str | None], Any] = {}
        self.v_fast_access = True
        self.v_auto_run_prepend = True

    def _make_branches(self) -> None:
        """Have the branches that every trajectory has, though not in its file before something is in them."""
        for name in (names.CONFIG, names.PARAMETERS, names.DERIVED_PARAMETERS, names.RESULTS):
            branch = Group(name)
            object.__setattr__(branch, "_parent", self)
            object.__setattr__(branch, "_stored", True)
            self._children[name] = branch

    # --- what is asked

    @property
    def v_idx(self) -> int:
        """The index of the run to which the trajectory is set; -1 if it is set to none."""
        return self._index

    @property
    def v_crun(self) -> str | None:
        """The name of the run to which the trajectory is set; None if it is set to none."""
        return self._runs.names[self._index] if self._index >= 0 else None

    @property
    def v_crun_(self) -> str:
        """The name of the run to which the trajectory is set; ``run_ALL`` if it is set to none."""
        return self.v_crun or layout.RUN_ALL.decode()

    @property
    def v_is_run(self) -> bool:
        """Whether a run is under way that may only add data of its own."""
        return self._is_run

    @property
    def v_filename(self) -> str:
        """The file in which it is stored or will be; empty if there is none."""
        return os.fsdecode(self._file)

    @property
    def v_timestamp(self) -> float:
        """When it was made, in seconds since the epoch."""
        return self._head.created

    @property
    def v_time(self) -> str:
        """When it was made, in local time."""
        return time.strftime(layout.TIME_FORMAT, time.localtime(self._head.created))

    @property
    def v_version(self) -> str:
        """The version of pypet by which it can be loaded without ``force``."""
        return self._head.version

    @property
    def v_python(self) -> str:
        """The version of Python that made it."""
        return self._head.python

    def __len__(self) -> int:
        """How many runs it has; one if nothing is explored."""
        return len(self._runs)

    def __bool__(self) -> bool:
        return True

    # --- names

    def f_wildcard(self, wildcard: str = "$", run_idx: int | None = None) -> str:
        """What a wildcard stands for in a run, or, without one, for all runs."""
        index = self._index if run_idx is None else run_idx
        return self._expanded(wildcard, index)

    def f_get_wildcards(self) -> list[str]:
        """All wildcards."""
        return sorted({*names.WILDCARDS, *(word for words in self._wildcards for word in words)})

    def f_is_wildcard(self, wildcard: str) -> bool:
        """Whether a component of a name is a wildcard."""
        return wildcard in self.f_get_wildcards()

    def _translated(self, part: str) -> str:
        """A component of a name with the wildcards replaced."""
        return self._expanded(part, self._index)

    def _expanded(self, part: str, index: int) -> str:
        if part in names.RUN_WILDCARDS and 0 <= index < len(self._runs):
            return self._runs.names[index]
        for words, function in self._wildcards.items():
            if part in words:
                return str(function(index))
        if part in names.WILDCARDS and index < 0:
            return names.translated(part, None, None)
        return names.translated(part, layout.run_name(index).decode(), names.run_set_of(index)) if index >= 0 else part

    def _names_runs(self) -> bool:
        """Whether a function of the script names the runs."""
        return any(words & names.RUN_WILDCARDS for words in self._wildcards)

    def _run_name(self, index: int) -> str:
        for words, function in self._wildcards.items():
            if words & names.RUN_WILDCARDS:
                return names.checked(str(function(index)))
        return layout.run_name(index).decode()

    # --- what is not stored yet

    def _note(self, node: Node) -> None:
        """A group or leaf was added."""
        self._fresh[node.v_full_name] = node
        if self._is_run:
            self._of_run.append(node)

    def _note_link(self, group: Group, name: str) -> None:
        self._fresh_links[_link_name(group, name)] = (group, name)
        self._linking[id(group)] = group
        if self._is_run:
            self._links_of_run.append((group, name))

    def _forget_link(self, group: Group, name: str) -> None:
        self._fresh_links.pop(_link_name(group, name), None)

    def _forget(self, node: Node) -> None:
        """A group or leaf is taken out of memory, with what is below it."""
        full = node.v_full_name
        below = full + "."
        for held in (self._fresh, self._explored, self._fresh_links):
            for name in [name for name in held if name == full or name.startswith(below)]:
                del held[name]
        self._known.clear()

    def _unlink(self, node: Node) -> None:
        """Take the links away that lead to what was taken out of memory."""
        gone = {id(node), *(map(id, node._walk()) if isinstance(node, Group) and self._linking else ())}
        for group in list(self._linking.values()):
            for name in [name for name, target in group._links.items() if id(target) in gone]:
                del group._links[name]
                self._forget_link(group, name)

    def _leaves_fresh(self) -> list[Leaf]:
        return [node for node in self._fresh.values() if isinstance(node, Leaf)]


def _link_name(group: Group, name: str) -> str:
    return f"{group.v_full_name}.{name}" if group.v_full_name else name


def _functions(given: Mapping[Any, Any]) -> dict[frozenset[str], Any]:
    """Functions by the words for which they stand: of one word, or of several in a tuple."""
    return {frozenset([words] if isinstance(words, str) else words): function for words, function in given.items()}


def file_of(filename: Any, name: str) -> bytes:
    """The file that is meant by ``filename``: itself; in a folder, the one with the trajectory's name."""
    path = os.fsencode(filename)
    if os.path.isdir(path) or path.endswith(os.sep.encode()):
        path = os.path.join(path, os.fsencode(name + EXTENSION))
    return os.path.abspath(path)
