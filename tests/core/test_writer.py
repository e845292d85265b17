"""What the writer writes, PyTables opens and extends, and the real pypet loads, expands and runs."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas
import pytest
import tables

from pexgui.core import PexError, encode, files, writer
from pexgui.core.writer import Head, ObjectTable, SparseMatrix, TrajectoryWriter
from tests import builders, values
from tests.oracle import ask
from tests.oracle.digest import digest

SPARSE = {
    "csr": (values.CSR, [[0, 0, 1.0], [2, 2, 2.0]]),
    "csc": (values.CSC, [[0, 0, 1.0], [2, 2, 2.0]]),
    "bsr": (values.BSR, [[0, 2, 1.0], [0, 3, 1.0], [1, 2, 1.0], [1, 3, 1.0]]),
    "dia": (values.DIA, [[0, 1, 2], [1, 2, 3]]),
}
HEAD = Head("t", builders.CREATED)


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(digest(value)))


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every kind of value."""
    return values.every_value(tmp_path_factory.mktemp("written") / "values.hdf5")


@pytest.fixture(scope="session")
def loaded(oracle: Path, written: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the real pypet says of files that we wrote, and of what it then did with them."""
    folder = tmp_path_factory.mktemp("loaded")
    matrices, sweep, other = folder / "matrices.hdf5", folder / "sweep.hdf5", folder / "other.hdf5"
    with writer.create(os.fsencode(matrices)) as file:
        trajectory = file.trajectory(HEAD)
        for name, (matrix, _cells) in SPARSE.items():
            trajectory.result(name, matrix)
    for path in (sweep, other):
        with writer.create(os.fsencode(path)) as file:
            trajectory = file.trajectory(HEAD, 3)
            trajectory.parameter("g.x", 1.0, [1.0, 2.0, 3.0])
            trajectory.parameter("g.n", 1, [1, 2, 3])
            trajectory.parameter("g.mode", "a", ["a", "b", "c"])
            trajectory.parameter("g.array", np.arange(3), [np.arange(3)] * 3)
            for run in range(2):
                trajectory.result("y", run * 1.5, "Why", run=run)
                trajectory.run(run, builders.CREATED, builders.CREATED + 1)
    points = {"parameters.g.x": [4.0, 5.0], "parameters.g.n": [4, 5], "parameters.g.mode": ["long name", "e"]}
    several = builders.several_trajectories(folder / "several.hdf5")
    keys = ("values", "matrices", "several", "extended", "sweep", "resumed", "other")
    answers = ask(
        oracle,
        [
            *({"do": "describe", "file": str(path)} for path in (written, matrices, several)),
            {"do": "extend", "file": str(sweep), "name": "t", "points": {**points, "parameters.g.array": [[7], [8]]}},
            {"do": "describe", "file": str(sweep)},
            {"do": "resume", "file": str(other), "name": "t"},
            {"do": "describe", "file": str(other)},
        ],
        folder,
    )
    return dict(zip(keys, answers, strict=True))


@pytest.mark.parametrize("key", values.VALUES)
def test_pypet_reads_back_every_value_that_was_put_in(loaded: dict[str, Any], key: str) -> None:
    leaf = loaded["values"]["values"]["leaves"][f"results.v.{key}"]
    assert leaf["items"] == {"v": as_json(values.VALUES[key])}
    assert leaf["comment"] == f"Comment of {key}"


@pytest.mark.parametrize("key", [key for key in values.PARAMETERS if key != "sparse"])
def test_pypet_reads_back_every_parameter_with_its_range(loaded: dict[str, Any], key: str) -> None:
    leaf = loaded["values"]["values"]["leaves"][f"parameters.p.{key}"]
    default, taken = values.PARAMETERS[key]
    assert leaf["value"] == as_json(default)
    assert leaf.get("range") == (None if taken is None else [as_json(value) for value in taken])


@pytest.mark.parametrize("name", SPARSE)
def test_pypet_reads_sparse_matrices_that_were_written_without_scipy(loaded: dict[str, Any], name: str) -> None:
    matrix, cells = SPARSE[name]
    leaf = loaded["matrices"]["t"]["leaves"][f"results.{name}"]
    wanted = {"t": "sparse", "format": name, "shape": list(matrix.shape), "coo": cells}
    assert (leaf["class"], leaf["items"]) == ("SparseResult", {name: wanted})


def test_pypet_reads_a_range_of_sparse_matrices(loaded: dict[str, Any]) -> None:
    leaf = loaded["values"]["values"]["leaves"]["parameters.p.sparse"]
    assert leaf["class"] == "SparseParameter"
    assert [matrix["format"] for matrix in leaf["range"]] == ["csr", "csc", "csr"]


def test_pypet_reads_a_plain_parameter_of_tuples_and_of_arrays(loaded: dict[str, Any]) -> None:
    leaves = loaded["values"]["values"]["leaves"]
    assert leaves["parameters.p.table_of_tuples"]["class"] == "Parameter"
    assert leaves["parameters.p.table_of_tuples"]["range"] == [as_json(t) for t in [(1, 2), (3, 4), (5, 6)]]
    assert leaves["parameters.p.table_of_arrays"]["range"][2] == as_json(np.arange(3.0) + 2)


def test_pypet_finds_annotations_groups_links_and_odd_places(loaded: dict[str, Any]) -> None:
    found = loaded["values"]["values"]
    leaves = found["leaves"]
    assert found["annotations"]["text"] == {"t": "npscalar", "dtype": "U", "v": "grüße"}
    assert found["annotations"]["mixed"] == as_json([1, "a", None])
    assert found["annotations"]["nothing"] == {"t": "none"}
    assert found["annotations"]["array"] == as_json(np.arange(4))
    assert sorted(found["annotations"]) == sorted(values.ANNOTATIONS)
    assert found["groups"]["results.described"]["comment"] == "A group"
    assert found["groups"]["results.described"]["annotations"]["version"]["v"] == 3
    assert found["links"] == {
        "to_group": "results.described",
        "results.described.to_leaf": "results.runs.run_00000001.y",
    }
    assert set(leaves["results.described.nested"]["items"]) == {"a.b.c", "a.d", "top", "data"}
    assert leaves["results.described.empty"]["items"] == {}
    assert leaves["results.described.raw"]["items"]["v"] == {"t": "int", "v": 1}
    assert leaves["results.sets.run_set_00000.run_00000002.z"]["items"]["z"]["v"] == 2.5
    assert leaves["own.branch.x"]["items"]["x"]["v"] == 1
    assert leaves["derived_parameters.runs.run_00000001.of_a_run"]["value"]["v"] == 6.0
    assert "derived_parameters.product" in found["explored"]


def test_pypet_finds_the_runs_as_they_were_described(loaded: dict[str, Any]) -> None:
    runs = loaded["values"]["values"]["runs"]
    assert [run[:3] for run in runs] == [[0, "run_00000000", 0], [1, "run_00000001", 1], [2, "run_00000002", 0]]
    assert runs[1][3:6] == [builders.CREATED, builders.CREATED + 3600, "1:00:00"]
    assert runs[0][3:] == [42.0, 1.337, "forever and ever", "Not yet my friend!"]
    assert "float: 2.0" in runs[1][6]


def test_a_comment_too_long_for_its_column_is_cut_between_characters(loaded: dict[str, Any]) -> None:
    comment = loaded["values"]["values"]["comment"]
    assert comment == "ä" * 254 + "..."


def test_pypet_finds_every_trajectory_of_a_file(loaded: dict[str, Any]) -> None:
    assert set(loaded["several"]) == {"first", "second"}


def test_pypet_expands_what_we_wrote_and_runs_it_further(loaded: dict[str, Any]) -> None:
    assert (loaded["extended"]["before"], loaded["extended"]["after"]) == (3, 5)
    assert loaded["extended"]["seen"]["parameters.g.mode"] == as_json("long name")
    sweep = loaded["sweep"]["t"]
    assert [run[2] for run in sweep["runs"]] == [1, 1, 0, 1, 0]
    assert [value["v"] for value in sweep["leaves"]["parameters.g.n"]["range"]] == [1, 2, 3, 4, 5]
    assert sweep["leaves"]["parameters.g.array"]["range"][3] == as_json(np.array([7]))
    assert sweep["leaves"]["results.runs.run_00000003.added_by_pypet"]["items"]["added_by_pypet"]["v"] == 3
    assert sweep["leaves"]["results.runs.run_00000001.y"]["items"]["y"]["v"] == 1.5


def test_an_environment_of_pypet_runs_what_is_not_finished(loaded: dict[str, Any]) -> None:
    assert loaded["resumed"] == [2]
    other = loaded["other"]["t"]
    assert [run[2] for run in other["runs"]] == [1, 1, 1]
    assert other["leaves"]["results.runs.run_00000002.added_by_environment"]["items"]["added_by_environment"]["v"] == 2


@pytest.fixture
def opened(written: Path) -> Iterator[tables.File]:
    with tables.open_file(written) as file:
        yield file


def test_pytables_opens_every_node_without_a_warning(opened: tables.File) -> None:
    kinds = {type(node).__name__ for node in opened.walk_nodes("/")}
    assert kinds == {"RootGroup", "Group", "Array", "CArray", "Table", "VLArray", "SoftLink"}
    filters = opened.root.values._v_filters
    assert (filters.complib, filters.complevel, filters.shuffle, filters.fletcher32) == ("zlib", 5, True, False)


def test_every_dataset_can_be_read_by_pytables(opened: tables.File) -> None:
    for node in opened.walk_nodes("/", "Leaf"):
        if not isinstance(node, tables.link.SoftLink):
            assert node.read() is not None


def test_pytables_appends_rows_to_our_tables(tmp_path: Path) -> None:
    path = builders.small_trajectory(tmp_path / "small.hdf5")
    with tables.open_file(path, "a") as file:
        runs = file.root.small.overview.runs
        runs.append(runs[:])
        runs.flush()
    with tables.open_file(path) as file:
        assert [int(row["idx"]) for row in file.root.small.overview.runs] == [0, 1, 2, 0, 1, 2]


def test_numbers_are_stored_with_64_bits_and_text_as_utf8(written: Path) -> None:
    with h5py.File(written) as file:
        results, parameters = file["values/results/v"], file["values/parameters/p"]
        assert results["dict/v"].dtype["large"] == np.dtype("<i8")
        assert parameters["int/explored_data"].dtype["data"] == np.dtype("<i8")
        assert parameters["text/explored_data"]["data"][0] == "ä".encode()
        assert results["array_big_endian/v"].dtype == np.dtype("<i4")


def test_equal_arrays_of_a_range_are_stored_once(written: Path) -> None:
    with h5py.File(written) as file:
        leaf = file["values/parameters/p/array"]
        assert list(leaf["explored_data__rr__"]["idx"]) == [0, 1, 0]
        assert list(leaf["explored__rr__/set_00000"]) == ["xa_00000000", "xa_00000001"]


def test_the_same_content_makes_the_same_bytes(tmp_path: Path) -> None:
    first, second = (values.every_value(tmp_path / name) for name in ("a.hdf5", "b.hdf5"))
    assert first.read_bytes() == second.read_bytes()


def test_uncompressed_files_say_so(tmp_path: Path) -> None:
    path = tmp_path / "plain.hdf5"
    with writer.create(os.fsencode(path), writer.Filters(level=0)) as file:
        file.trajectory(HEAD).result("x", np.zeros(1000))
    with tables.open_file(path) as opened:
        assert opened.root.t._v_filters.complevel == 0
        assert opened.root.t.overview.hdf5_settings[0]["complevel"] == 0
        assert opened.root.t.results.x.x.filters.complevel == 0


Act = Callable[[TrajectoryWriter], object]

REFUSED: dict[str, tuple[type[Exception], Act]] = {
    "None": (TypeError, lambda t: t.result("leaf", {"item": None})),
    "None in a list": (TypeError, lambda t: t.result("leaf", {"item": [1, None]})),
    "a nested list": (TypeError, lambda t: t.result("leaf", {"item": [[1], [2]]})),
    "a mixed list": (TypeError, lambda t: t.result("leaf", {"item": [1, "a"]})),
    "an object": (TypeError, lambda t: t.result("leaf", {"item": object()})),
    "an array of objects": (TypeError, lambda t: t.result("leaf", {"item": np.array([1, None])})),
    "an array of times": (TypeError, lambda t: t.result("leaf", {"item": np.array(["2020"], dtype="M8[s]")})),
    "an array without dimensions": (TypeError, lambda t: t.result("leaf", {"item": np.array(1.0)})),
    "a set": (TypeError, lambda t: t.result("leaf", {"item": {1, 2}})),
    "None in a dict": (TypeError, lambda t: t.result("leaf", {"item": {"a": None}})),
    "an empty list in a dict": (TypeError, lambda t: t.result("leaf", {"item": {"a": []}})),
    "a half-precision scalar": (TypeError, lambda t: t.result("leaf", {"item": np.float16(1)})),
    "a large integer": (OverflowError, lambda t: t.result("leaf", {"item": 2**64})),
    "integers of too wide a range": (OverflowError, lambda t: t.result("leaf", {"item": [-1, 2**63]})),
    "a large integer beside a fraction": (OverflowError, lambda t: t.result("leaf", {"item": [2**60 + 1, 0.5]})),
    "text that ends with NUL": (ValueError, lambda t: t.result("leaf", {"item": "a\0"})),
    "columns of different length": (
        ValueError,
        lambda t: t.result("leaf", {"i": ObjectTable({"a": [1], "b": [1, 2]})}),
    ),
    "a table without columns": (ValueError, lambda t: t.result("leaf", {"i": ObjectTable({})})),
    "a categorical frame": (
        TypeError,
        lambda t: t.result("leaf", {"i": pandas.DataFrame({"a": pandas.Categorical(["x"])})}),
    ),
    "a frame of objects": (TypeError, lambda t: t.result("leaf", {"i": pandas.DataFrame({"a": [object()]})})),
    "times with a zone": (
        TypeError,
        lambda t: t.result("leaf", {"i": pandas.Series([1], index=pandas.date_range("2020", periods=1, tz="UTC"))}),
    ),
    "an incomplete matrix": (TypeError, lambda t: t.result("leaf", SparseMatrix("csr", (1, 1), np.ones(1)))),
    "an item name with a slash": (ValueError, lambda t: t.result("leaf", {"a/b": 1})),
    "a parameter of mixed types": (TypeError, lambda t: t.parameter("leaf", 1, ["a", "b"])),
    "a range of the wrong length": (ValueError, lambda t: t.parameter("leaf", 1, [1, 2, 3])),
    "a dict as parameter": (TypeError, lambda t: t.parameter("leaf", {"a": 1})),
    "an annotation of objects": (TypeError, lambda t: t.result("leaf", 1, annotations={"a": object()})),
    "a long comment": (ValueError, lambda t: t.result("leaf", 1, "x" * 70_000)),
    "a long annotation": (ValueError, lambda t: t.result("leaf", 1, annotations={"a": np.zeros(9000)})),
    "a bad name": (ValueError, lambda t: t.result("leaf.a b", 1)),
    "a name with an underscore first": (ValueError, lambda t: t.result("leaf._x", 1)),
    "a leaf twice": (ValueError, lambda t: (t.result("leaf", 1), t.result("leaf", 2))),
    "a leaf below a leaf": (ValueError, lambda t: (t.result("leaf", 1), t.result("leaf.x", 2))),
    "the overview": (ValueError, lambda t: t.leaf("overview.leaf", "Result", {})),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_pypet_could_not_load_is_refused_with_the_name_of_the_leaf(tmp_path: Path, what: str) -> None:
    error, act = REFUSED[what]
    path = tmp_path / "refused.hdf5"
    with pytest.raises(error, match="leaf"), writer.create(os.fsencode(path)) as file:
        act(file.trajectory(HEAD, 2))
    assert not list(tmp_path.iterdir())


def test_a_run_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexError, match="2 runs"), writer.create(os.fsencode(tmp_path / "x.hdf5")) as file:
        file.trajectory(HEAD, 2).run(2, 0.0, 1.0)
    with pytest.raises(IndexError, match="2 runs"), writer.create(os.fsencode(tmp_path / "x.hdf5")) as file:
        file.trajectory(HEAD, 2).result("y", 1, run=2)


def test_a_refused_value_leaves_the_rest_of_the_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "whole.hdf5"
    with writer.create(os.fsencode(path)) as file:
        trajectory = file.trajectory(HEAD)
        with pytest.raises(TypeError):
            trajectory.result("bad", None)
        trajectory.result("good", 1)
    with h5py.File(path) as opened:
        assert list(opened["t/results"]) == ["good"]


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PexError, match=r"“x.hdf5” was not written"):
        builders.small_trajectory(tmp_path / "nowhere" / "x.hdf5")


REFUSING_DISK = """
import os, resource, signal, sys
from pathlib import Path
from pexgui.core import PexError
from tests import builders
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    builders.many_runs(Path(sys.argv[1]), 1000)
except PexError as problem:
    print(problem.title, flush=True)
os._exit(0)
"""


@pytest.mark.skipif(os.name != "posix", reason="the limit of a file's size is one of POSIX")
def test_a_disk_that_takes_no_more_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", REFUSING_DISK, str(tmp_path / "x.hdf5")],
        cwd=Path(builders.__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "“x.hdf5” was not written: File too large.\n"
    assert not list(tmp_path.iterdir())


def test_numbers_of_mixed_python_types_are_widened_without_loss() -> None:
    array, kind = encode.homogeneous([1, 2.5, True], "leaf")
    assert (array.tolist(), kind) == ([1.0, 2.5, 1.0], "float")


def test_a_large_array_takes_no_room_until_it_is_written(tmp_path: Path) -> None:
    path = builders.big_array(tmp_path / "big.hdf5")
    assert path.stat().st_size < 2_000_000
    with tables.open_file(path) as file:
        cube = file.root.big.results.cube.cube
        assert cube.shape == (1250, 1000, 1000)
        assert cube[0, 0, :3].tolist() == [1.0, 2.0, 3.0]
        assert cube[1249, 999, 999] == 0


def test_a_wide_group_has_all_its_children(tmp_path: Path) -> None:
    with h5py.File(builders.wide_group(tmp_path / "leaves.hdf5", 1200)) as file:
        assert len(file["wide/results/wide"]) == 1200
    with h5py.File(builders.wide_group(tmp_path / "groups.hdf5", 1200, leaves=False)) as file:
        assert "child_001199" in file["wide/results/wide"]


def test_a_file_in_a_folder_whose_name_is_no_text_is_written(tmp_path: Path) -> None:
    folder = os.path.join(os.fsencode(tmp_path), b"caf\xe9")
    os.mkdir(folder)
    builders.small_trajectory(Path(os.fsdecode(folder)) / "small.hdf5")
    assert os.listdir(folder) == [b"small.hdf5"]


def test_a_file_that_pytables_does_not_read_as_it_was_written_is_thrown_away(tmp_path: Path) -> None:
    target = tmp_path / "sweep.hdf5"
    with pytest.raises(PexError, match="could not be read again") as caught, writer.create(bytes(target)) as file:
        file.trajectory(Head("sweep", builders.CREATED), 2)
        spoilt = file.trajectory(Head("spoilt", builders.CREATED), 2)
        spoilt._length = 3
        spoilt.finish()
        spoilt._length = 2
        spoilt.finish = lambda: None
    assert "the table of runs" in caught.value.details
    assert os.listdir(tmp_path) == []


def test_pytables_reads_what_we_wrote_without_loading_its_pickles(tmp_path: Path) -> None:
    path = values.every_value(tmp_path / "values.hdf5")
    with files.pytables(bytes(path)) as opened:
        assert opened.root.values._v_attrs["SRVC_AN_mixed"].endswith(b".")
    with tables.open_file(path) as opened:
        assert opened.root.values._v_attrs["SRVC_AN_mixed"] == [1, "a", None]
