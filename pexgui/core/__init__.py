"""The face of the core: every operation, what it takes and gives, and the errors a person may meet.

Importing it is cheap: the module of an operation is imported when it is called.
"""

from typing import TYPE_CHECKING, Any

from . import text as text
from .errors import BeingWritten as BeingWritten
from .errors import EngineDied as EngineDied
from .errors import NotReadable as NotReadable
from .errors import PexError as PexError
from .model import *  # noqa: F403  (the records are the vocabulary of this face)
from .model import (
    Children,
    ChildrenRequest,
    Column,
    ColumnChoices,
    ColumnRequest,
    Demo,
    DemoRequest,
    FileRequest,
    FileSummary,
    FolderPage,
    FolderRequest,
    Found,
    RunTable,
    SearchRequest,
    Storage,
    TrajectoryInfo,
    TrajectoryRequest,
    Value,
    ValueRequest,
)
from .model_compact import *  # noqa: F403
from .model_compact import CompactPlan, CompactRequest, CompactResult, CompactWork
from .model_compare import *  # noqa: F403
from .model_compare import (
    CompareRequest,
    Comparison,
    DifferenceRequest,
    DifferenceShown,
    Report,
    ReportRequest,
)
from .model_explore import *  # noqa: F403
from .model_explore import (
    DesignSource,
    ExplorePlan,
    ExploreRequest,
    ExploreResult,
    ExploreWork,
    RunsToDo,
    Saved,
    SaveScriptRequest,
    ScriptRequest,
    Scripts,
    TableColumns,
    TableRequest,
)
from .model_merge import *  # noqa: F403
from .model_merge import MergePlan, MergeRequest, MergeResult, MergeWork
from .model_write import *  # noqa: F403
from .model_write import RecoverRequest, Recovery, UndoWriteRequest, WriteUndone
from .operation import Operation as Operation
from .progress import Cancelled as Cancelled
from .progress import Progress as Progress
from .progress import silent as silent

if TYPE_CHECKING:
    from .host import Engine as Engine
    from .register import unfinished_folders as unfinished_folders

list_folder = Operation("list_folder", "pexgui.core.folders", FolderRequest, FolderPage)
summarize_file = Operation("summarize_file", "pexgui.core.library", FileRequest, FileSummary)
open_trajectory = Operation("open_trajectory", "pexgui.core.overview", TrajectoryRequest, TrajectoryInfo)
measure_storage = Operation("measure_storage", "pexgui.core.storage", TrajectoryRequest, Storage)
read_runs = Operation("read_runs", "pexgui.core.runs", TrajectoryRequest, RunTable)
list_columns = Operation("list_columns", "pexgui.core.run_columns", TrajectoryRequest, ColumnChoices)
read_column = Operation("read_column", "pexgui.core.run_columns", ColumnRequest, Column)
read_children = Operation("read_children", "pexgui.core.tree", ChildrenRequest, Children)
search_tree = Operation("search_tree", "pexgui.core.searching", SearchRequest, Found)
read_value = Operation("read_value", "pexgui.core.reader", ValueRequest, Value)
compare = Operation("compare", "pexgui.core.comparison", CompareRequest, Comparison)
read_difference = Operation("read_difference", "pexgui.core.compare_view", DifferenceRequest, DifferenceShown)
save_report = Operation("save_report", "pexgui.core.report", ReportRequest, Report)
plan_merge = Operation("plan_merge", "pexgui.core.merging", MergeRequest, MergePlan)
merge = Operation("merge", "pexgui.core.merging", MergeWork, MergeResult)
plan_compact = Operation("plan_compact", "pexgui.core.compacting", CompactRequest, CompactPlan)
compact = Operation("compact", "pexgui.core.compacting", CompactWork, CompactResult)
read_design = Operation("read_design", "pexgui.core.design_source", TrajectoryRequest, DesignSource)
plan_explore = Operation("plan_explore", "pexgui.core.exploring", ExploreRequest, ExplorePlan)
explore = Operation("explore", "pexgui.core.exploring", ExploreWork, ExploreResult)
write_scripts = Operation("write_scripts", "pexgui.core.scripts", ScriptRequest, Scripts)
save_script = Operation("save_script", "pexgui.core.scripts", SaveScriptRequest, Saved)
read_table_columns = Operation("read_table_columns", "pexgui.core.table_text", TableRequest, TableColumns)
find_runs_to_do = Operation("find_runs_to_do", "pexgui.core.to_do", TrajectoryRequest, RunsToDo)
recover_files = Operation("recover_files", "pexgui.core.recovering", RecoverRequest, Recovery)
undo_write = Operation("undo_write", "pexgui.core.undoing", UndoWriteRequest, WriteUndone)
make_demo = Operation("make_demo", "pexgui.core.demo", DemoRequest, Demo)

OPERATIONS = {value.name: value for value in tuple(globals().values()) if isinstance(value, Operation)}


def __getattr__(name: str) -> Any:
    if name == "Engine":
        from .host import Engine

        return Engine
    if name == "unfinished_folders":
        from .register import unfinished_folders

        return unfinished_folders
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
