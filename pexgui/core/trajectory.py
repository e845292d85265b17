"""A trajectory for scripts: parameters, runs and results, stored in a file that pypet loads too."""

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import layout
from . import trajectory_names as names
from .stored import Filters
from .trajectory_group import Group
from .trajectory_leaves import Parameter
from .trajectory_loading import LOAD_DATA, LOAD_SKELETON
from .trajectory_state import file_of
from .trajectory_storing import Storing

_FILTERS = {"complevel": "level", "shuffle": "shuffle", "fletcher32": "fletcher32"}
_WITHOUT_EFFECT = frozenset(
    {
        *("storage_service", "dynamic_imports", "dynamically_imported_classes", "complib", "pandas_format", "encoding"),
        *("purge_duplicate_comments", "summary_tables", "small_overview_tables", "large_overview_tables"),
        *("overview_tables", "results_per_run", "derived_parameters_per_run", "display_time", "file_name"),
    }
)


class Trajectory(Storing):
    """The parameters, runs and results of a sweep, with the methods that pypet's trajectory has.

    It is stored in ``filename`` (a folder: in a file with its name there) by `f_store`, beside other trajectories that
    are in that file, or instead of all of them with ``overwrite_file``. With ``add_time`` its name has the time in it.
    ``wildcard_functions`` has functions of a run's index, -1 for all runs, by the wildcard or a tuple of wildcards for
    which they stand: one for ``("$", "crun")`` names the runs. ``complevel``, ``shuffle`` and ``fletcher32`` say how
    data are compressed; other settings that pypet knows change nothing.

    Storing is safe: a program that is killed leaves a file that opens, with every run whole that was finished. Several
    processes may run different runs of one file at the same time, each with a trajectory of its own.

    >>> import os, tempfile
    >>> from pexgui import Trajectory, manual_run
    >>> folder = tempfile.TemporaryDirectory()
    >>> trajectory = Trajectory("sweep", filename=os.path.join(folder.name, "sweep.hdf5"), comment="Squares")
    >>> _ = trajectory.f_add_parameter("x", 0, comment="What is squared")
    >>> trajectory.f_explore({"x": [2, 3, 4]})
    >>> trajectory.f_store()
    >>> @manual_run
    ... def square(trajectory):
    ...     trajectory.f_add_result("z", trajectory.x**2)
    ...     trajectory.f_store()
    >>> for run in trajectory.f_iter_runs():
    ...     square(trajectory)
    >>> len(trajectory), trajectory.f_is_completed(), trajectory.results.runs.run_00000002.z
    (3, True, 16)
    >>> trajectory.runs_frame()[["x", "z"]].values.tolist()
    [[2, 4], [3, 9], [4, 16]]
    >>> folder.cleanup()
    """

    def __init__(
        self,
        name: str = "my_trajectory",
        add_time: bool = False,
        comment: str = "",
        filename: Any = None,
        file_title: str = "",
        overwrite_file: bool = False,
        wildcard_functions: Mapping[Any, Any] | None = None,
        **settings: Any,
    ) -> None:
        unknown = settings.keys() - _FILTERS.keys() - _WITHOUT_EFFECT
        if unknown:
            raise TypeError(f"Trajectory() has no argument “{min(unknown)}”.")
        if add_time:
            name = f"{name}_{time.strftime(layout.TIME_FORMAT)}"
        filters = Filters(**{_FILTERS[key]: value for key, value in settings.items() if key in _FILTERS})
        file = file_of(filename, name) if filename is not None else b""
        super().__init__(name, comment, file, filters, wildcard_functions or {})
        self._replaces = overwrite_file
        self._title = file_title
        self._anew: list[Parameter] = []
        self._opened = None

    def f_get_parameters(self, fast_access: bool = False, copy: bool = True) -> dict[str, Any]:
        """All parameters by their full names, with ``fast_access`` their values."""
        return self._branch(names.PARAMETERS, fast_access)

    def f_get_derived_parameters(self, fast_access: bool = False, copy: bool = True) -> dict[str, Any]:
        """All derived parameters by their full names, with ``fast_access`` their values."""
        return self._branch(names.DERIVED_PARAMETERS, fast_access)

    def f_get_results(self, fast_access: bool = False, copy: bool = True) -> dict[str, Any]:
        """All results by their full names, with ``fast_access`` their values, where there is a single one."""
        return self._branch(names.RESULTS, fast_access)

    def f_get_config(self, fast_access: bool = False, copy: bool = True) -> dict[str, Any]:
        """All settings by their full names, with ``fast_access`` their values."""
        return self._branch(names.CONFIG, fast_access)

    def _branch(self, name: str, fast_access: bool) -> dict[str, Any]:
        branch = self._children[name]
        return branch.f_to_dict(fast_access) if isinstance(branch, Group) else {}

    def runs_frame(self, results: str | Sequence[str] | None = None) -> Any:
        """The runs as a `pandas.DataFrame`, read from the file: one row per run, a column for each explored parameter
        and for each value of the ``results`` (all, if none are named). See `runs_frame.runs_frame`."""
        from .appending import settle
        from .runs_frame import runs_frame

        if not self._stored:
            raise ValueError(f"“{self._name}” is not stored yet; f_store() stores it.")
        settle(self._file)
        return runs_frame(self._file, b"/" + self._name.encode(), results)

    # --- merging

    def f_merge(
        self,
        other_trajectory: "Trajectory",
        trial_parameter: str | None = None,
        remove_duplicates: bool = False,
        ignore_data: Iterable[str] = (),
        backup: bool = True,
        move_data: bool = False,
        delete_other_trajectory: bool = False,
        keep_info: bool = True,
        keep_other_trajectory_info: bool = True,
        merge_config: bool = True,
        **renamed: Any,
    ) -> None:
        """Merge another trajectory into this one, in its file; what is not stored of either is stored before.

        Arguments as `merge` has them; ``backup_filename`` and ``move_nodes``, as pypet called two of them once, are
        understood. Raises `PexError`, with nothing changed, if the trajectories do not fit together.
        """
        self.f_merge_many(
            [other_trajectory],
            ignore_data,
            renamed.pop("move_nodes", move_data),
            delete_other_trajectory,
            keep_info,
            keep_other_trajectory_info,
            merge_config,
            renamed.pop("backup_filename", backup),
            trial_parameter,
            remove_duplicates,
            **renamed,
        )

    def f_merge_many(
        self,
        other_trajectories: Iterable["Trajectory"],
        ignore_data: Iterable[str] = (),
        move_data: bool = False,
        delete_other_trajectory: bool = False,
        keep_info: bool = True,
        keep_other_trajectory_info: bool = True,
        merge_config: bool = True,
        backup: bool = True,
        trial_parameter: str | None = None,
        remove_duplicates: bool = False,
    ) -> None:
        """Merge other trajectories into this one, as `f_merge` does one."""
        from .merge_folder import merge_many

        self._refuse_in_run()
        others = list(other_trajectories)
        for one in (self, *others):
            if not isinstance(one, Trajectory):
                raise TypeError(f"A trajectory is needed, not {type(one).__name__}.")
            one._refuse_in_run()
            one.f_store()
        merge_many(
            self._place(),
            [one._place() for one in others],
            ignore_data,
            move_data,
            delete_other_trajectory,
            keep_info,
            keep_other_trajectory_info,
            merge_config,
            bool(backup),
            trial_parameter,
            remove_duplicates,
        )
        self._become(self._name, None)
        self.f_load(load_parameters=LOAD_DATA, load_results=LOAD_SKELETON)

    def _place(self) -> str:
        return f"{os.fsdecode(self._file)}::{self._name}"


def load_trajectory(filename: Any, name: str | None = None, index: int | None = None, **how: Any) -> Trajectory:
    """The trajectory in a file: that with the ``name``, or with the ``index`` among those of the file in the order of
    their names (-1 is the last), or the only one.

    Parameters are read at once, results when they are asked for; ``how`` has other arguments of `Trajectory.f_load`.
    Raises `PexError` for a file that cannot be read, `ValueError` for a trajectory that is not in it or if there are
    several and none is named.
    """
    made = Trajectory(filename=filename)
    made.f_load(name=name, index=index, **how)
    return made


class MultiprocContext:
    """Nothing: several processes may store runs of one file at the same time as it is. Scripts for pypet have it."""

    def __init__(self, trajectory: Trajectory, **settings: Any) -> None:
        self.trajectory = trajectory

    def f_start(self) -> None:
        """Nothing."""

    def f_finalize(self) -> None:
        """Nothing."""

    def __enter__(self) -> "MultiprocContext":
        return self

    def __exit__(self, *error: object) -> None:
        pass
