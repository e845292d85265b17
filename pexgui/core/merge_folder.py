"""Merging for scripts, by pypet's names and arguments; what comes back is an object that tells of the result."""

import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from .commit import is_own
from .compare_sides import OpenSide
from .errors import PexError
from .files import reading, shown, walk
from .items import is_leaf
from .layout import full_name
from .leaves import load_leaf
from .merge_parameters import leaves_of
from .merging import merge as _merge
from .merging import plan_merge
from .model import RunTable, TrajectoryRequest
from .model_compare import Side
from .model_merge import MergeRequest, MergeResult, MergeSource, MergeWork, Sources
from .register import noted
from .runs import read_runs

Place = str | bytes | os.PathLike[str]


class Merged:
    """A merged trajectory: its name, how many runs it has, and what is in it."""

    def __init__(self, result: MergeResult) -> None:
        self.result = result
        self.file = result.target
        self.name = result.name

    def __len__(self) -> int:
        return self.result.runs

    def __repr__(self) -> str:
        return f"Merged({self.name!r}, {len(self):,} runs, in {os.fsdecode(self.file)!r})"

    @cached_property
    def runs(self) -> RunTable:
        """The table of runs."""
        return read_runs(TrajectoryRequest(self.file, self.result.trajectory))

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The default values of all parameters by their full names."""
        with reading(self.file, whole=True) as file:
            side = OpenSide(file, Side(self.file, self.result.trajectory))
            return {name: self.get(name).value for name in leaves_of(side)}

    @cached_property
    def results(self) -> tuple[str, ...]:
        """The full names of all results."""
        with reading(self.file, whole=True) as file:
            side = OpenSide(file, Side(self.file, self.result.trajectory))
            found = []
            for visit in walk(side.trajectory.group, enter=lambda visit: not is_leaf(visit.node)):
                if visit.path.startswith(b"results/") and visit.kind.value == "group" and is_leaf(visit.node):
                    found.append(full_name(b"/T/" + visit.path).decode("utf-8", "surrogateescape"))
        return tuple(found)

    def get(self, name: str) -> Any:
        """The leaf of a full name, whole: a `Leaf` with its value, range or items. Raises `NotReadable`."""
        path = self.result.trajectory + b"/" + name.encode("utf-8", "surrogateescape").replace(b".", b"/")
        with reading(self.file) as file:
            return load_leaf(file, path)


def merge_all_in_folder(
    folder: Place,
    ext: str = ".hdf5",
    dynamic_imports: Any = None,
    storage_service: Any = None,
    force: bool = False,
    ignore_data: Iterable[str] = (),
    move_data: bool = False,
    delete_other_files: bool = False,
    keep_info: bool = True,
    keep_other_trajectory_info: bool = True,
    merge_config: bool = True,
    backup: bool = True,
) -> Merged:
    """Merge all files with the extension ``ext`` in ``folder`` (not below it), in the order of their names, the last
    trajectory by name of each; the result takes the first one's place in the first file.

    ``move_data`` puts the other files away into a folder beside the first, ``delete_other_files`` deletes them; both
    only after what was written has been verified. Other trajectories of the same file are then taken out of it (for
    ``move_data`` only with ``backup``, which has them). ``backup`` keeps the first file as it was, under a name with
    the time in it. ``dynamic_imports``, ``storage_service`` and ``force`` are there for pypet's sake: no class is
    imported, and no version is a reason to refuse. Raises `PexError` when there is nothing to merge or a file cannot be
    merged; nothing is changed then.
    """
    del dynamic_imports, storage_service, force
    where = os.fsencode(folder)
    ending = os.fsencode(ext)
    try:
        names = sorted(n for n in os.listdir(where) if os.path.splitext(n)[1] == ending and not is_own(n))
    except OSError as error:
        title = f"The folder {shown(where)} cannot be read: {error.strerror}."
        raise PexError(title, "Nothing was changed. Look where it is now.") from error
    paths = [os.path.join(where, name) for name in names if os.path.isfile(os.path.join(where, name))]
    return merge_many(
        paths[0] if paths else b"",
        paths[1:],
        ignore_data=ignore_data,
        move_data=move_data,
        delete_other_trajectory=delete_other_files,
        keep_info=keep_info,
        keep_other_trajectory_info=keep_other_trajectory_info,
        merge_config=merge_config,
        backup=backup,
    )


def merge_many(
    first: Place,
    others: Sequence[Place],
    ignore_data: Iterable[str] = (),
    move_data: bool = False,
    delete_other_trajectory: bool = False,
    keep_info: bool = True,
    keep_other_trajectory_info: bool = True,
    merge_config: bool = True,
    backup: bool = True,
    trial_parameter: str | None = None,
    remove_duplicates: bool = False,
) -> Merged:
    """Merge trajectories into that of ``first``. Each is a file, of which the last trajectory by name is meant, or
    ``FILE::TRAJECTORY``. For the other arguments see `merge_all_in_folder` and `merge`."""
    sources = [_source(place) for place in (first, *others) if place]
    after = Sources.DELETE if delete_other_trajectory else Sources.PUT_AWAY if move_data else Sources.KEEP
    request = MergeRequest(
        tuple(sources),
        b"",
        bool(remove_duplicates),
        trial_parameter or "",
        ignore=(ignore_data,) if isinstance(ignore_data, str) else tuple(ignore_data),
        keep_info=keep_info,
        keep_other_info=keep_other_trajectory_info,
        merge_config=merge_config,
        backup=bool(backup),
        after=after,
    )
    plan = plan_merge(request)
    if plan.problem:
        raise PexError(plan.problem, "Nothing was changed.")
    work = MergeWork(plan)
    with noted(work.writes()):
        return Merged(_merge(work))


def merge(
    a: Place,
    b: Place,
    trial_parameter: str | None = None,
    remove_duplicates: bool = False,
    ignore_data: Iterable[str] = (),
    backup: bool = True,
    move_data: bool = False,
    delete_other_trajectory: bool = False,
    keep_info: bool = True,
    keep_other_trajectory_info: bool = True,
    merge_config: bool = True,
) -> Merged:
    """Merge one trajectory into another, with the arguments of pypet's ``f_merge``.

    ``trial_parameter`` names a parameter that counts trials, which goes on counting; ``remove_duplicates`` takes each
    point only once.
    """
    return merge_many(
        a,
        [b],
        ignore_data,
        move_data,
        delete_other_trajectory,
        keep_info,
        keep_other_trajectory_info,
        merge_config,
        backup,
        trial_parameter,
        remove_duplicates,
    )


def _source(place: Place) -> MergeSource:
    raw = os.fsencode(place)
    if os.path.exists(raw):
        return MergeSource(os.path.abspath(raw))
    file, sign, name = raw.partition(b"::")
    return MergeSource(os.path.abspath(file), b"/" + name if sign and name else b"")
