"""Running the runs of a trajectory by hand, without an environment that does it."""

import contextlib
import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, Protocol, TypeVar, cast, overload

from . import layout

_R = TypeVar("_R")
_OVERWRITE = "overwrite"
_UNFINISHED = {"completed": 0, "finish_timestamp": layout.NO_FINISH, "runtime": layout.NO_RUNTIME}


class RunnableTrajectory(Protocol):
    """What `manual_run` asks of a trajectory, pypet's or another one.

    A trajectory whose run was started has ``_run_started``, one that an environment runs ``_run_by_environment``.
    One that is not pypet's must have ``f_clear_run(name)``, which marks the run unfinished and then removes its data
    from memory and file.
    """

    @property
    def v_idx(self) -> int: ...
    @property
    def v_crun(self) -> str | None: ...
    def f_set_crun(self, name_or_idx: str, /) -> Any: ...
    def f_restore_default(self) -> Any: ...
    def f_is_completed(self, name_or_idx: str, /) -> Any: ...
    def f_get_run_information(self, name_or_idx: str, /, copy: bool) -> dict[str, Any]: ...
    def f_start_run(self, *, turn_into_run: bool) -> Any: ...
    def f_finalize_run(self, *, store_meta_data: bool, clean_up: bool) -> Any: ...
    def f_store(self, *, only_init: bool) -> Any: ...


class _Way(NamedTuple):
    """How runs are run: the arguments of `manual_run`."""

    turn_into_run: bool = True
    store_meta_data: bool = True
    clean_up: bool = True


@overload
def manual_run(turn_into_run: Callable[..., _R], /) -> Callable[..., _R]: ...


@overload
def manual_run(
    turn_into_run: bool = True, store_meta_data: bool = True, clean_up: bool = True
) -> Callable[[Callable[..., _R]], Callable[..., _R]]: ...


def manual_run(turn_into_run: Any = True, store_meta_data: bool = True, clean_up: bool = True) -> Any:
    """Decorate a function, whose first argument is a trajectory, so that a call of it is a run.

    The trajectory, pypet's for example, is to be set to the run (``f_iter_runs``, ``f_set_crun``) and stays set to it.
    With ``turn_into_run`` it becomes a single run: what the function adds goes below the run's name. The function has
    to call ``f_store`` itself; ``store_meta_data`` stores only the run's times and that it is finished. ``clean_up``
    removes what the function added from memory again, if the trajectory was turned into a run. The three may be left
    out with their brackets. The function's value is returned.

    If the function raises, the run is marked started, not finished; what it added goes from memory, if the trajectory
    was turned into a run, whatever ``clean_up`` says; the trajectory is set to no run. What it had stored stays in the
    file until the run is run again, and is replaced then.

    Running a finished run again is a ``ValueError``, unless the call has the keyword ``overwrite=True``: then the run
    is marked unfinished, everything below groups with its name is removed from memory and file, and the run is run.
    The function gets the keyword only if it has a parameter of that name. With pypet's trajectory that takes the time
    to read the names of all results in the file.

    If the run is started already, by an environment, by ``f_start_run`` or by another decorated function, the function
    is just called: who started the run finishes it.

    A trajectory that is set to no run is a ``ValueError``. A first argument that is no trajectory, or a function that
    only returns a generator or a coroutine, which would do its work after the end of the run, is a ``TypeError``.

    >>> from pypet import Trajectory  # doctest: +SKIP
    >>> trajectory = Trajectory("sweep", filename="sweep.hdf5", add_time=False)  # doctest: +SKIP
    >>> _ = trajectory.f_add_parameter("x", 0)
    >>> trajectory.f_explore({"x": [2, 3]})
    >>> trajectory.f_store()
    >>> @manual_run
    ... def square(trajectory):
    ...     trajectory.f_add_result("z", trajectory.x**2)
    ...     trajectory.f_store()
    ...     return trajectory.x**2
    >>> [square(trajectory) for _ in trajectory.f_iter_runs()]
    [4, 9]
    >>> trajectory.f_is_completed()
    True
    >>> for name in trajectory.f_iter_runs():
    ...     square(trajectory)
    Traceback (most recent call last):
    ValueError: run_00000000 is finished. Pass overwrite=True to run it again and to replace its data and times.
    """
    if callable(turn_into_run):
        return _by_hand(turn_into_run, _Way())
    way = _Way(bool(turn_into_run), store_meta_data, clean_up)
    return lambda function: _by_hand(function, way)


def _by_hand(function: Callable[..., _R], way: _Way) -> Callable[..., _R]:
    first, takes_overwrite = _parameters(function)

    @wraps(function)
    def run(*args: Any, **keywords: Any) -> _R:
        trajectory = _trajectory(function, args[0] if args else keywords.get(first))
        overwrite = bool(keywords.get(_OVERWRITE, False))
        if not takes_overwrite:
            keywords.pop(_OVERWRITE, None)
        if getattr(trajectory, "_run_by_environment", False) or getattr(trajectory, "_run_started", False):
            return function(*args, **keywords)
        begun = _begin(trajectory, way, overwrite)
        try:
            result = function(*args, **keywords)
            _refuse_work_to_come(function, result)
            _go_to(trajectory, begun["name"])
            trajectory.f_finalize_run(store_meta_data=way.store_meta_data, clean_up=way.clean_up)
        except BaseException as error:
            _give_up(trajectory, begun, way, error)
            raise
        return result

    return run


def _parameters(function: Callable[..., Any]) -> tuple[str, bool]:
    """The name of the first parameter, and whether one is named ``overwrite``. Raises `TypeError`."""
    kinds = (inspect.isgeneratorfunction, inspect.iscoroutinefunction, inspect.isasyncgenfunction)
    if any(kind(function) for kind in kinds):
        raise TypeError(f"{_name(function)} is a generator or coroutine: its work would be done after the run.")
    try:
        parameters = inspect.signature(function).parameters
    except ValueError:  # some of those written in C have none
        return "", False
    first = next(iter(parameters.values()), None)
    if first is None or first.kind in (first.KEYWORD_ONLY, first.VAR_KEYWORD):
        raise TypeError(f"{_name(function)} has no first argument that could be the trajectory.")
    return first.name, _OVERWRITE in parameters


def _trajectory(function: Callable[..., Any], given: Any) -> RunnableTrajectory:
    # asked of the type, because a trajectory looks for unknown names in its tree
    if not hasattr(type(given), "f_start_run"):
        raise TypeError(f"The first argument of {_name(function)} must be a trajectory, not {type(given).__name__}.")
    return cast(RunnableTrajectory, given)


def _name(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__qualname__", repr(function)))


def _begin(trajectory: RunnableTrajectory, way: _Way, overwrite: bool) -> dict[str, Any]:
    """Start the run; what is to be known of it if it does not come to its end."""
    run = trajectory.v_crun
    if run is None or trajectory.v_idx < 0:
        raise ValueError("The trajectory is set to no run. Iterate over f_iter_runs() or choose one with f_set_crun().")
    known = trajectory.f_get_run_information(run, copy=False)
    finished = bool(trajectory.f_is_completed(run))
    if finished and not overwrite:
        raise ValueError(f"{run} is finished. Pass overwrite=True to run it again and to replace its data and times.")
    # pypet leaves what it finds in the file as it is: the data of an attempt that failed would become this one's
    if overwrite or known["timestamp"] != layout.NO_TIMESTAMP:
        clear = getattr(type(trajectory), "f_clear_run", _clear)
        clear(trajectory, run)
    trajectory.f_start_run(turn_into_run=way.turn_into_run)
    return {**known, **_UNFINISHED}


def _go_to(trajectory: RunnableTrajectory, run: str) -> None:
    """Set the trajectory to its run again; a function that got the whole trajectory may have left it elsewhere."""
    if trajectory.v_crun != run:
        trajectory.f_set_crun(run)


def _refuse_work_to_come(function: Callable[..., Any], result: object) -> None:
    if inspect.isgenerator(result) or inspect.isasyncgen(result) or inspect.isawaitable(result):
        if inspect.iscoroutine(result):
            result.close()
        raise TypeError(f"{_name(function)} returned a {type(result).__name__}: its work would be done after the run.")


def _give_up(trajectory: RunnableTrajectory, begun: dict[str, Any], way: _Way, error: BaseException) -> None:
    """Leave a run that raised ``error``: started, not finished, and the trajectory set to none."""
    try:
        _leave(trajectory, begun, clean_up=True)
        if way.store_meta_data:
            trajectory.f_store(only_init=True)
    except Exception as trouble:
        error.add_note(f"Nor could it be stored that {begun['name']} is not finished: {trouble!r}")
    finally:
        trajectory.f_restore_default()


def _leave(trajectory: RunnableTrajectory, known: dict[str, Any], clean_up: bool) -> None:
    """End the run as pypet can, which marks it finished, and put back what is ``known`` of it."""
    run = known["name"]
    _go_to(trajectory, run)
    trajectory.f_start_run(turn_into_run=False)  # only if it is not: what was not started is not noted for storing
    try:
        trajectory.f_finalize_run(store_meta_data=False, clean_up=clean_up)
    finally:
        with contextlib.suppress(Exception):  # cleaning up may fail, which must not leave it started
            trajectory.f_finalize_run(store_meta_data=False, clean_up=False)
        trajectory.f_get_run_information(run, copy=False).update(known)


def _clear(trajectory: Any, run: str) -> None:
    """Mark the run of pypet's ``trajectory`` unfinished, then remove its data from memory and file."""
    known = trajectory.f_get_run_information(run, copy=True) | _UNFINISHED
    _leave(trajectory, known, clean_up=False)
    if ours := _groups(trajectory, run):
        trajectory.f_remove_items(ours, recursive=True)
    if not trajectory.v_stored:
        return
    trajectory.f_store(only_init=True)
    # what is in the file and not in memory is to be found without loading it into the person's trajectory
    twin = type(trajectory)(trajectory.v_name, add_time=False, storage_service=trajectory.v_storage_service)
    names_only = {"load_derived_parameters": 1, "load_results": 1, "load_parameters": 0, "load_other_data": 0}
    imports = trajectory._dynamic_imports
    twin.f_load(name=trajectory.v_name, force=True, dynamic_imports=imports, **names_only)
    if stored := _groups(twin, run):
        twin.f_delete_items(stored, recursive=True)


def _groups(trajectory: Any, run: str) -> list[Any]:
    """The outermost groups and leaves with the name of the run."""
    found = []
    for branch in ("results", "derived_parameters"):
        if branch in trajectory:
            nodes = trajectory.f_get(branch).f_iter_nodes(recursive=True, with_links=False)
            found += [node for node in nodes if node.v_name == run and run not in node.v_location.split(".")]
    return found
