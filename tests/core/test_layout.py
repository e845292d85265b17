"""The names pypet writes, and what follows from them."""

import pytest

from pexgui.core import layout
from pexgui.core.layout import Branch


@pytest.mark.parametrize(
    ("index", "name", "run_set"),
    [
        (0, b"run_00000000", b"run_set_00000"),
        (999, b"run_00000999", b"run_set_00000"),
        (1000, b"run_00001000", b"run_set_00001"),
        (123_456_789, b"run_123456789", b"run_set_123456"),
    ],
)
def test_runs_and_run_sets_have_pypets_names(index: int, name: bytes, run_set: bytes) -> None:
    assert layout.run_name(index) == name
    assert layout.run_index(name) == index
    assert layout.run_set_name(index) == run_set
    assert layout.is_run_set(run_set)


@pytest.mark.parametrize("name", [b"run_ALL", b"run_1", b"trial_0003", b"run_00000001x", b"xrun_00000001", b""])
def test_names_of_other_making_have_no_index(name: bytes) -> None:
    assert layout.run_index(name) is None
    assert not layout.is_run_set(name)


@pytest.mark.parametrize(
    ("path", "branch"),
    [
        (b"/T", Branch.TRAJECTORY),
        (b"/", Branch.TRAJECTORY),
        (b"/T/config/hdf5", Branch.CONFIG),
        (b"/T/parameters", Branch.PARAMETERS),
        (b"/T/derived_parameters/runs/run_00000000/d", Branch.DERIVED_PARAMETERS),
        (b"/T/results/overview/x", Branch.RESULTS),
        (b"/T/overview/info", Branch.OVERVIEW),
        (b"/T/mine/x", Branch.OTHER),
        (b"/parameters/x", Branch.OTHER),
    ],
)
def test_a_path_tells_its_branch(path: bytes, branch: Branch) -> None:
    assert layout.branch_kind(path) is branch


def test_full_names_are_paths_below_the_trajectory_with_dots() -> None:
    assert layout.full_name(b"/T/results/runs/run_00000000/z") == b"results.runs.run_00000000.z"
    assert layout.full_name(b"/T") == b""
    assert layout.join(b"/", b"T") == b"/T"
    assert layout.join(b"/T", b"a") == b"/T/a"


def test_a_trajectory_has_an_overview_with_information() -> None:
    assert layout.is_trajectory({b"overview", b"results"}, {b"info", b"runs"})
    assert not layout.is_trajectory({b"overview"}, {b"runs"})
    assert not layout.is_trajectory({b"results"}, set())


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ("int", "int"),
        ("<type 'int'>", "int"),
        ("<type 'long'>", "int"),
        ("<type 'str'>", "str"),
        ("<type 'unicode'>", "str"),
        ("<type 'numpy.float64'>", "float64"),
        ("<class 'numpy.int8'>", "int8"),
        ("string_", "bytes_"),
        ("uint64", "uint64"),
        ("my type", "my type"),
    ],
)
def test_type_names_of_all_versions_are_understood(stored: str, name: str) -> None:
    assert layout.type_name(stored) == name


def test_values_of_a_range_are_where_each_version_put_them() -> None:
    assert layout.array_value_paths(1001) == (b"explored__rr__/set_00001/xa_00001001", b"xa__rr__00001001")
    assert layout.sparse_value_path(3) == b"xspm__spsp__00000003"
    assert layout.sparse_part_paths(b"data", 201) == (
        b"explored__spsp__/set_00001/xspm_data_00000201",
        b"xspm__spsp__data__spsp__00000201",
    )
    assert layout.pickle_value_paths(2) == (b"xp_00000002", b"xp00000002")
    assert layout.column_attributes(b"a b") == (b"SRVC_COLUMN_a b_COLL_TYPE", b"SRVC_COLUMN_a b_SCALAR_TYPE")
