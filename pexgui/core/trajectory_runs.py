"""The runs of a trajectory: exploring makes them, and one after the other they are run."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from copy import deepcopy
from typing import TYPE_CHECKING, Any, cast

from . import trajectory_rows as rows
from .errors import NotUniqueNodeError
from .trajectory_group import Group
from .trajectory_leaves import Leaf, Parameter
from .trajectory_nodes import Node
from .trajectory_search import found_by, several
from .trajectory_state import State

_YIELDS = ("name", "idx", "self", "copy")
_NO_RUN = (None, -1, "run_ALL")


class Runs(State):
    """The part of a trajectory that knows its runs."""

    if TYPE_CHECKING:

        def f_store(self, only_init: bool = False) -> None: ...
        def _reading(self) -> AbstractContextManager[Any]: ...
        def _explored_anew(self, parameters: Iterable[Parameter]) -> None: ...
        def _write_exploration(self) -> None: ...
        def _write_expansion(self, ranges: Mapping[Parameter, list[Any]]) -> None: ...

    # --- which run

    def f_set_crun(self, name_or_idx: str | int | None) -> None:
        """Set the trajectory to a run, by name or index: explored parameters then have the values of that run, and
        ``$`` and ``crun`` mean it. None sets it to no run. Raises `KeyError` for a run that there is not."""
        if name_or_idx in _NO_RUN:
            self.f_restore_default()
            return
        index = self._runs.index(cast(Any, name_or_idx))
        if index != self._index:
            self._refuse_in_run()
        self._index = index

    def f_restore_default(self) -> None:
        """Set the trajectory to no run; parameters have their default values again. A run that was begun is left."""
        self._index = -1
        self._is_run = self._run_started = False

    @property
    def v_idx(self) -> int:
        """The index of the run to which the trajectory is set; -1 if it is set to none."""
        return self._index

    @v_idx.setter
    def v_idx(self, index: int) -> None:
        self._refuse_in_run()
        self.f_set_crun(index)

    @property
    def v_crun(self) -> str | None:
        """The name of the run to which the trajectory is set; None if it is set to none."""
        return self._runs.names[self._index] if self._index >= 0 else None

    @v_crun.setter
    def v_crun(self, name: str | None) -> None:
        self._refuse_in_run()
        self.f_set_crun(name)

    def f_iter_runs(
        self, start: int = 0, stop: int | None = None, step: int = 1, yields: str = "name"
    ) -> Iterator[Any]:
        """Set the trajectory to one run after the other, and to none at the end.

        Gives the run's name, or with ``yields`` its index (``"idx"``), the trajectory itself (``"self"``), or a copy of
        it (``"copy"``), which can go to another process.
        """
        if yields not in _YIELDS:
            raise ValueError(f"yields must be one of {', '.join(_YIELDS)}, not {yields!r}.")
        return self._each_run(range(*slice(start, stop, step).indices(len(self))), yields)

    def _each_run(self, indices: Iterable[int], yields: str) -> Iterator[Any]:
        for index in indices:
            self.f_set_crun(index)
            if yields == "copy":
                yield self.f_copy()
            else:
                yield {"name": self._runs.names[index], "idx": index, "self": self}[yields]
        self.f_restore_default()

    def f_copy(self) -> Any:
        """A trajectory like this one, set to the same run and stored in the same file. What was not loaded yet is
        loaded by each for itself."""
        return deepcopy(self)

    # --- what is known of runs

    def f_get_run_names(self, sort: bool = True) -> list[str]:
        """The names of all runs, in the order of their index."""
        return list(self._runs.names)

    def f_get_run_information(self, name_or_idx: str | int | None = None, copy: bool = True) -> dict[str, Any]:
        """What is known of a run: ``idx, name, timestamp, time, finish_timestamp, runtime, parameter_summary,
        short_environment_hexsha, completed``; of all runs by their names if none is given. Without ``copy`` it is what
        the trajectory itself goes by."""
        if name_or_idx is None:
            return {name: self.f_get_run_information(name, copy) for name in self._runs.names}
        row = self._runs.row(self._runs.index(name_or_idx))
        return dict(row) if copy else row

    def f_idx_to_run(self, name_or_idx: str | int) -> str | int:
        """The name of the run with an index, or the index of the run with a name."""
        index = self._runs.index(name_or_idx)
        return index if isinstance(name_or_idx, str) else self._runs.names[index]

    def f_is_completed(self, name_or_idx: str | int | None = None) -> bool | int:
        """Whether a run is finished, 0 or 1; without a run, whether all are. What other processes finish is known after
        `f_load`."""
        if name_or_idx is None:
            return self._runs.all_completed()
        return self._runs.completed(self._runs.index(name_or_idx))

    def f_find_idx(self, name_list: str | Sequence[str], predicate: Callable[..., Any]) -> Iterator[int]:
        """The indices of the runs for which ``predicate`` is true of the values of the parameters ``name_list``.

        Raises `AttributeError` for a parameter that there is not.
        """
        wanted = [name_list] if isinstance(name_list, str) else list(name_list)
        parameters = [self.f_get(name) for name in wanted]
        for name, parameter in zip(wanted, parameters, strict=True):
            if not isinstance(parameter, Parameter):
                raise ValueError(f"“{name}” is no parameter.")
        return self._matching([self._column(parameter) for parameter in parameters], predicate)

    def _matching(self, columns: list[list[Any]], predicate: Callable[..., Any]) -> Iterator[int]:
        for index, point in enumerate(zip(*columns, strict=True)):
            if predicate(*point):
                yield index

    def _column(self, parameter: Parameter) -> list[Any]:
        """The value of a parameter in every run."""
        if parameter.f_has_range():
            return parameter.f_get_range(copy=False)
        return [parameter.f_get_default()] * len(self)

    def f_get_explored_parameters(self, fast_access: bool = False, copy: bool = True) -> dict[str, Any]:
        """The explored parameters by their full names, in the order in which they were explored; with ``fast_access``
        their values."""
        found = {name: self.f_get(name, shortcuts=False) for name in self._explored}
        return {name: node.f_get() for name, node in found.items()} if fast_access else found

    def f_get_from_runs(
        self,
        name: str,
        include_default_run: bool = True,
        use_indices: bool = False,
        fast_access: bool = False,
        with_links: bool = True,
        shortcuts: bool = True,
        max_depth: int | None = None,
        auto_load: bool = False,
    ) -> dict[Any, Any]:
        """What is called ``name`` in each run, by the run's name or index; runs without it are left out, unless it is
        stored for all runs and ``include_default_run``. See `f_get` for the other arguments. Raises
        `NotUniqueNodeError`, which lists them, if there are several in one run."""
        self._know_all()
        homes: dict[str, list[Group]] = {}
        for node in self._walk():
            if isinstance(node, Group) and (self._runs.has(node.v_name) or node.v_name == self._all_runs()):
                homes.setdefault(node.v_name, []).append(node)
        default = homes.get(self._all_runs(), []) if include_default_run else []
        nodes: dict[int, Any] = {}
        kept = self._index
        try:
            for index, run in enumerate(self._runs.names):
                self._index = index
                for places in (homes.get(run, []), default):
                    one = _only_one(places, name, with_links, shortcuts, max_depth)
                    if one is not None:
                        nodes[index] = one
                        break
        finally:
            self._index = kept
        found: dict[Any, Any] = {}
        with self._reading():
            for index, node in nodes.items():
                if isinstance(node, Leaf) and (auto_load or fast_access):
                    node._load()
                ready = fast_access and isinstance(node, Leaf) and node.f_supports_fast_access()
                found[index if use_indices else self._runs.names[index]] = cast(Any, node).f_get() if ready else node
        return found

    def _all_runs(self) -> str:
        return self._expanded("$", -1)

    # --- exploring

    def f_explore(self, build_dict: Mapping[str, Iterable[Any]]) -> None:
        """Give parameters one value per run: ``{"x": [1, 2, 3], "y": [4, 5, 6]}`` makes three runs.

        All need equally many values, of the type of the default value. Raises `ValueError` for ranges of different
        length, or of another length than a parameter that is explored already, `TypeError` for values that do not fit,
        `AttributeError` for a parameter that there is not; nothing is changed then.
        """
        self._refuse_in_run()
        ranges = self._ranges(build_dict)
        count = len(next(iter(ranges.values())))
        if self._explored and count != len(self):
            raise ValueError(f"There are {count} values, but {len(self)} runs; f_expand adds runs.")
        for parameter, values in ranges.items():
            if parameter.f_has_range():
                raise TypeError(f"“{parameter.v_full_name}” is explored already; f_expand adds values to it.")
            parameter._explore(values)
            self._explored[parameter.v_full_name] = None
        if count > len(self):
            self._runs.extend(count, self._run_name if self._names_runs() else None)
        elif count < len(self):
            self._runs.shrink(count)
        self._explored_anew(ranges)

    def f_expand(self, build_dict: Mapping[str, Iterable[Any]]) -> None:
        """Add runs: values for parameters, which are appended to their ranges. A parameter that is not explored yet has
        its default value in all runs before, and an explored one that is not named its default value in the new ones.

        A trajectory that is stored is changed in its file at once, wholly or not at all. Raises as `f_explore`.
        """
        self._refuse_in_run()
        ranges = self._ranges(build_dict)
        old, count = len(self), len(next(iter(ranges.values())))
        if not self._explored and old == 1 and not self._runs.completed(0):
            self.f_explore(build_dict)
            self._write_exploration()
            return
        self._write_exploration()
        self._runs.extend(old + count, self._run_name if self._names_runs() else None)
        try:
            self._write_expansion(ranges)
        except BaseException:
            self._runs.shrink(old)
            raise
        for parameter in self.f_get_explored_parameters().values():
            ranges.setdefault(parameter, [parameter.f_get_default()] * count)
        for parameter, values in ranges.items():
            before = parameter._range if parameter._range is not None else [parameter.f_get_default()] * old
            parameter._explore([*before, *values])
            self._explored[parameter.v_full_name] = None

    def f_shrink(self) -> None:
        """Forget all ranges, so that there is one run again. Raises `TypeError` once it is stored."""
        self._refuse_in_run()
        if self._stored:
            raise TypeError(f"“{self._name}” is stored; its runs are not taken away.")
        for parameter in self.f_get_explored_parameters().values():
            parameter._range = None
        self._explored.clear()
        self._runs.shrink(1)

    def _ranges(self, build_dict: Mapping[str, Iterable[Any]]) -> dict[Parameter, list[Any]]:
        """The values for each parameter, checked."""
        if not build_dict:
            raise ValueError("There is nothing to explore.")
        ranges: dict[Parameter, list[Any]] = {}
        for name, values in build_dict.items():
            parameter = self.f_get(name)
            if not isinstance(parameter, Parameter):
                raise TypeError(f"“{name}” is no parameter.")
            if isinstance(values, str | bytes):
                raise TypeError(f"“{name}” needs a list of values, not one text.")
            ranges[parameter] = parameter._ranged(values)
        lengths = {len(values) for values in ranges.values()}
        if lengths == {0} or len(lengths) > 1:
            told = ", ".join(f"“{parameter.v_name}” has {len(values)}" for parameter, values in ranges.items())
            raise ValueError(f"All need equally many values, at least one: {told}.")
        return ranges

    # --- running

    def f_start_run(self, run_name_or_idx: str | int | None = None, turn_into_run: bool = True) -> Any:
        """Begin a run: that to which the trajectory is set, or another one. With ``turn_into_run`` results go below the
        run's name, and only what belongs to the run can be added. Nothing happens if one is begun already.

        Raises `ValueError` if there is no run to begin, `KeyError` for one that there is not.
        """
        if self._run_started:
            return self
        if run_name_or_idx is not None:
            self.f_set_crun(run_name_or_idx)
        if self._index < 0:
            raise ValueError("The trajectory is set to no run. Choose one with f_set_crun() or f_iter_runs().")
        self._runs.begin(self._index)
        self._run_started, self._is_run = True, turn_into_run
        self._of_run, self._links_of_run = [], []
        return self

    def f_finalize_run(self, store_meta_data: bool = True, clean_up: bool = True) -> Any:
        """End the run that was begun: it is finished now. Its results have to be stored before, with `f_store`.
        ``store_meta_data`` writes its times into the file, ``clean_up`` takes what was added in it out of memory."""
        if not self._run_started:
            return self
        point = [(name, parameter.f_get()) for name, parameter in self.f_get_explored_parameters().items()]
        rows.finish(self._runs.row(self._index), point)
        self._runs.dirty.add(self._index)
        if clean_up and self._is_run:
            self._clean_up()
        self._run_started = self._is_run = False
        if store_meta_data:
            self.f_store(only_init=True)
        return self

    def _clean_up(self) -> None:
        for group, name in self._links_of_run:
            if name in group._links:
                group.f_remove_link(name)
        for node in reversed(self._of_run):
            parent = node._parent
            if parent is not None and parent._children.get(node.v_name) is node:
                if isinstance(node, Group) and (node._children or node._links):
                    continue
                parent.f_remove_child(node.v_name)
        self._of_run, self._links_of_run = [], []

    def _refuse_in_run(self) -> None:
        if self._is_run:
            raise TypeError("This is not available during a run.")


def _only_one(
    homes: Iterable[Group], name: str, with_links: bool, shortcuts: bool, max_depth: int | None
) -> Node | None:
    """What is called ``name`` in the groups of a run; None if nothing is. Raises `NotUniqueNodeError`."""
    found: dict[int, Node] = {}
    for home in homes:
        try:
            node = found_by(home, name, with_links, shortcuts, max_depth, look=False)
        except NotUniqueNodeError:
            raise
        except AttributeError:
            continue
        found[id(node)] = node
    if len(found) > 1:
        raise NotUniqueNodeError(several(name, list(found.values())))
    return next(iter(found.values()), None)
