"""See, compare, merge, compact and extend the HDF5 files that pypet writes.

The functions for scripts are imported when they are asked for: ``from pexgui import nested_equal``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .core.compact_file import compact_hdf5_file as compact_hdf5_file
    from .core.designs import cartesian_product as cartesian_product
    from .core.designs import count_points as count_points
    from .core.designs import find_unique_points as find_unique_points
    from .core.equality import explain_difference as explain_difference
    from .core.equality import get_all_attributes as get_all_attributes
    from .core.equality import nested_equal as nested_equal
    from .core.equality import parameters_equal as parameters_equal
    from .core.equality import results_equal as results_equal
    from .core.errors import NotUniqueNodeError as NotUniqueNodeError
    from .core.folders_made import racedirs as racedirs
    from .core.manual import manual_run as manual_run
    from .core.merge_folder import merge as merge
    from .core.merge_folder import merge_all_in_folder as merge_all_in_folder
    from .core.merge_folder import merge_many as merge_many
    from .core.trajectory import MultiprocContext as MultiprocContext
    from .core.trajectory import Trajectory as Trajectory
    from .core.trajectory import load_trajectory as load_trajectory
    from .core.trajectory_leaves import ArrayParameter as ArrayParameter
    from .core.trajectory_leaves import Parameter as Parameter
    from .core.trajectory_leaves import PickleParameter as PickleParameter
    from .core.trajectory_leaves import PickleResult as PickleResult
    from .core.trajectory_leaves import Result as Result
    from .core.trajectory_leaves import SparseParameter as SparseParameter
    from .core.trajectory_leaves import SparseResult as SparseResult
    from .core.values import ObjectTable as ObjectTable
    from .progressbars import Progressbar as Progressbar
    from .progressbars import progressbar as progressbar

__version__ = "0.1.0"

_PLACES = {
    **dict.fromkeys(
        ("explain_difference", "get_all_attributes", "nested_equal", "parameters_equal", "results_equal"),
        "pexgui.core.equality",
    ),
    **dict.fromkeys(("cartesian_product", "count_points", "find_unique_points"), "pexgui.core.designs"),
    **dict.fromkeys(("Progressbar", "progressbar"), "pexgui.progressbars"),
    "racedirs": "pexgui.core.folders_made",
    "manual_run": "pexgui.core.manual",
    "NotUniqueNodeError": "pexgui.core.errors",
    "ObjectTable": "pexgui.core.values",
    **dict.fromkeys(("MultiprocContext", "Trajectory", "load_trajectory"), "pexgui.core.trajectory"),
    **dict.fromkeys(
        (
            *("ArrayParameter", "Parameter", "PickleParameter", "PickleResult"),
            *("Result", "SparseParameter", "SparseResult"),
        ),
        "pexgui.core.trajectory_leaves",
    ),
    "compact_hdf5_file": "pexgui.core.compact_file",
    **dict.fromkeys(("merge", "merge_all_in_folder", "merge_many"), "pexgui.core.merge_folder"),
}
__all__ = ["__version__", *_PLACES]


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACES})
