"""Every name that pypet writes into a file, as constants and small pure functions.

Names inside files are ``bytes``; names of columns and of Python types are ``str``. Paths are absolute HDF5 paths
such as ``b"/T/results/runs"``, where the first component is the trajectory.
"""

import re
from collections.abc import Set
from enum import Enum

# What pypet accepts when it is given only a file name; all of them hold HDF5.
EXTENSIONS = frozenset({b".hdf", b".h4", b".hdf4", b".he2", b".h5", b".hdf5", b".he5"})

# --- attributes of groups and leaves ----------------------------------------------------------------------------

SRVC_LEAF = b"SRVC_LEAF"
SRVC_INIT_CLASS_NAME = b"SRVC_INIT_CLASS_NAME"
SRVC_INIT_COMMENT = b"SRVC_INIT_COMMENT"
SRVC_INIT_LENGTH = b"SRVC_INIT_LENGTH"
SRVC_ANNOTATED = b"SRVC_ANNOTATED"
SRVC_AN = b"SRVC_AN_"

# --- attributes of items ------------------------------------------------------------------------------------------

SRVC_STORE = b"SRVC_STORE"
SRVC_SHARED_TYPE = b"SRVC_SHARED_TYPE"
SRVC_COLL_TYPE = b"SRVC_DATA_COLL_TYPE"
SRVC_SCALAR_TYPE = b"SRVC_DATA_SCALAR_TYPE"
SRVC_COLUMN = b"SRVC_COLUMN_"
COLUMN_COLL_TYPE = b"_COLL_TYPE"
COLUMN_SCALAR_TYPE = b"_SCALAR_TYPE"
SPLIT_TABLE = b"SPLIT_TABLE"
DATATYPE_TABLE = b"DATATYPE_TABLE"
DATATYPE_TABLE_SUFFIX = b"__SRVC_STORE"
FIELD_NAME = "field_name"
DATA_TYPE = "data_type"
SPLIT_COLUMNS = 512
EMPTY_ARRAY = b"PTCOMPAT__empty__dtype"

# --- what SRVC_STORE says -----------------------------------------------------------------------------------------

ARRAY = "ARRAY"
CARRAY = "CARRAY"
EARRAY = "EARRAY"
VLARRAY = "VLARRAY"
TABLE = "TABLE"
DICT = "DICT"
FRAME = "FRAME"
SERIES = "SERIES"
PANEL = "PANEL"
SHARED = "SHARED_DATA_"
NESTED = "NESTED_GROUP"

# --- what SRVC_DATA_COLL_TYPE says ----------------------------------------------------------------------------

COLL_SCALAR = "COLL_SCALAR"
COLL_LIST = "COLL_LIST"
COLL_TUPLE = "COLL_TUPLE"
COLL_DICT = "COLL_DICT"
COLL_EMPTY_DICT = "COLL_EMPTY_DICT"
COLL_NDARRAY = "COLL_NDARRAY"
COLL_MATRIX = "COLL_MATRIX"

# --- attributes that PyTables writes ------------------------------------------------------------------------------

PYTABLES_CLASS = b"CLASS"
PYTABLES_TITLE = b"TITLE"
PYTABLES_VERSION = b"VERSION"
PYTABLES_FILTERS = b"FILTERS"
PYTABLES_FLAVOR = b"FLAVOR"
PYTABLES_PSEUDOATOM = b"PSEUDOATOM"
PYTABLES_FORMAT = b"PYTABLES_FORMAT_VERSION"
PYTABLES_INDEX = b"_i_"
OBJECT_ATOM = "object"

# --- attributes that pandas writes --------------------------------------------------------------------------------

PANDAS_TYPE = b"pandas_type"
PANDAS_VERSION = b"pandas_version"
PANDAS_ENCODING = b"encoding"

# --- branches and the overview ------------------------------------------------------------------------------------

OVERVIEW = b"overview"
CONFIG = b"config"
PARAMETERS = b"parameters"
DERIVED_PARAMETERS = b"derived_parameters"
RESULTS = b"results"
BRANCHES = (CONFIG, PARAMETERS, DERIVED_PARAMETERS, RESULTS)

INFO = b"info"
RUNS = b"runs"
EXPLORATIONS = b"explorations"
SETTINGS = b"hdf5_settings"
HDF5 = b"hdf5"
COMPLIB = b"complib"
COMPLEVEL = b"complevel"
EXPLORED_OVERVIEW = b"explored_parameters_overview"
SUMMARIES = {RESULTS: b"results_summary", DERIVED_PARAMETERS: b"derived_parameters_summary"}
OLD_SUMMARIES = {RESULTS: b"results_runs_summary", DERIVED_PARAMETERS: b"derived_parameters_runs_summary"}
OVERVIEW_TABLES = (
    b"config_overview",
    b"parameters_overview",
    b"derived_parameters_overview",
    b"results_overview",
    b"explored_parameters_overview",
    b"derived_parameters_summary",
    b"results_summary",
)

INFO_COLUMNS = ("name", "time", "length", "timestamp", "comment", "python", "version")
EXPLORATIONS_COLUMN = "explorations"
TIME_FORMAT = "%Y_%m_%d_%Hh%Mm%Ss"

# What stands in a row of ``runs`` before the run is finished.
NO_TIME = ">>Maybe time`s gone "
NO_TIMESTAMP = 42.0
NO_FINISH = 1.337
NO_RUNTIME = "forever and ever"
NO_SUMMARY = "Not yet my friend!"
NO_ENVIRONMENT = "N/A"

# --- runs, run sets, wildcards ------------------------------------------------------------------------------------

RUN_WILDCARD = b"$"
SET_WILDCARD = b"$set"
RUN_ALL = b"run_ALL"
SET_ALL = b"run_set_ALL"
RUNS_PER_SET = 1000

# --- items of parameters ------------------------------------------------------------------------------------------

DATA = b"data"
EXPLORED_DATA = b"explored_data"
INDEX_COLUMN = "idx"
DATA_COLUMN = "data"
PROTOCOL = b"__pckl_prtcl__"

ARRAY_DATA = b"data__rr__"
ARRAY_RANGE = b"explored_data__rr__"
ARRAY_SET_SIZE = 1000

SPARSE_DATA = b"data__spsp__"
SPARSE_RANGE = b"explored_data__spsp__"
SPARSE_MARK = b"__spsp__"
OLD_SPARSE_SET_SIZE = 200
SPARSE_PARTS = (b"is_dia", b"format", b"data", b"indices", b"indptr", b"offsets", b"shape")
EMPTY_SPARSE = "__empty__"

BRIAN_MARKS = (b"__brn2__", b"__brn__")
BRIAN_VALUE = "value"
BRIAN_UNIT = "unit"

PARAMETER_CLASSES = frozenset(
    {"Parameter", "ArrayParameter", "SparseParameter", "PickleParameter", "Brian2Parameter", "BrianParameter"}
)
RESULT_CLASSES = frozenset(
    {
        "Result",
        "SparseResult",
        "PickleResult",
        "SharedResult",
        "Brian2Result",
        "Brian2MonitorResult",
        "BrianResult",
        "BrianMonitorResult",
    }
)
PICKLE_CLASSES = frozenset({"PickleResult", "PickleParameter"})


class Branch(Enum):
    """In which part of a trajectory a path lies."""

    TRAJECTORY = "trajectory"
    OVERVIEW = "overview"
    CONFIG = "config"
    PARAMETERS = "parameters"
    DERIVED_PARAMETERS = "derived parameters"
    RESULTS = "results"
    OTHER = "other"


_BRANCHES = {
    OVERVIEW: Branch.OVERVIEW,
    CONFIG: Branch.CONFIG,
    PARAMETERS: Branch.PARAMETERS,
    DERIVED_PARAMETERS: Branch.DERIVED_PARAMETERS,
    RESULTS: Branch.RESULTS,
}

_RUN_NAME = re.compile(rb"run_(\d{8,})\Z")
_RUN_SET_NAME = re.compile(rb"run_set_(\d{5,})\Z")
_OLD_TYPE = re.compile(r"<(?:type|class) '(?:\w+\.)*(\w+)'>\Z")
_OLD_NAMES = {"long": "int", "unicode": "str", "string_": "bytes_", "str_": "str", "NoneType": "none"}


def components(path: bytes) -> tuple[bytes, ...]:
    """``b"/T/a/b"`` → ``(b"T", b"a", b"b")``."""
    return tuple(part for part in path.split(b"/") if part)


def join(path: bytes, name: bytes) -> bytes:
    """The path of the child ``name`` of ``path``."""
    return path.rstrip(b"/") + b"/" + name


def branch_kind(path: bytes) -> Branch:
    """The branch in which an absolute path such as ``b"/T/results/z"`` lies."""
    parts = components(path)
    if len(parts) < 2:
        return Branch.TRAJECTORY
    return _BRANCHES.get(parts[1], Branch.OTHER)


def full_name(path: bytes) -> bytes:
    """pypet's name of a path, the part below the trajectory with dots: ``b"/T/a/b"`` → ``b"a.b"``."""
    return b".".join(components(path)[1:])


def run_name(index: int) -> bytes:
    """The name pypet gives a run unless the user brought a naming function: ``b"run_00000003"``."""
    return b"run_%08d" % index


def run_index(name: bytes) -> int | None:
    """The index in a name made by `run_name`; None for any other name."""
    match = _RUN_NAME.match(name)
    return int(match[1]) if match else None


def run_set_name(index: int) -> bytes:
    """The name of the set of 1,000 runs in which run ``index`` lies: ``b"run_set_00000"``."""
    return b"run_set_%05d" % (index // RUNS_PER_SET)


def is_run_set(name: bytes) -> bool:
    """Whether ``name`` is that of a run set, ``run_set_ALL`` included."""
    return name == SET_ALL or _RUN_SET_NAME.match(name) is not None


def is_trajectory(children: Set[bytes], overview: Set[bytes]) -> bool:
    """Whether a group below the root with these children, and these in ``overview``, is a trajectory."""
    return OVERVIEW in children and INFO in overview


def type_name(stored: str) -> str:
    """The name of a Python or numpy type as written today, from that and from ``<type 'int'>`` of old files."""
    match = _OLD_TYPE.match(stored)
    name = match[1] if match else stored
    if match and name in ("str", "unicode"):
        return "str"
    return _OLD_NAMES.get(name, name)


def column_attributes(column: bytes) -> tuple[bytes, bytes]:
    """The attributes that hold the collection type and the scalar type of a table's column."""
    return SRVC_COLUMN + column + COLUMN_COLL_TYPE, SRVC_COLUMN + column + COLUMN_SCALAR_TYPE


def array_value_paths(index: int) -> tuple[bytes, ...]:
    """Where the array with this index of an explored `ArrayParameter` may be, below the leaf, newest layout first."""
    return (
        b"explored__rr__/set_%05d/xa_%08d" % (index // ARRAY_SET_SIZE, index),
        b"xa__rr__%08d" % index,
    )


def sparse_value_path(index: int) -> bytes:
    """Where the matrix with this index of an explored `SparseParameter` is, below the leaf (pypet 0.6 and later)."""
    return b"xspm__spsp__%08d" % index


def sparse_part_paths(part: bytes, index: int) -> tuple[bytes, ...]:
    """Where a part of a matrix of a `SparseParameter` may be before pypet 0.6, newest layout first; −1: the default."""
    if index < 0:
        return (SPARSE_DATA + part,)
    return (
        b"explored__spsp__/set_%05d/xspm_%s_%08d" % (index // OLD_SPARSE_SET_SIZE, part, index),
        b"xspm__spsp__%s__spsp__%08d" % (part, index),
    )


def pickle_value_paths(index: int) -> tuple[bytes, ...]:
    """Where the pickle with this index of an explored `PickleParameter` may be, below the leaf."""
    return (b"xp_%08d" % index, b"xp%08d" % index)
