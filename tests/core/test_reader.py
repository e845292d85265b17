"""The value panel's answers: the right item in the right form, a screen of it, and what is broken named."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import msgspec
import numpy as np
import pytest
import tables
from h5py import h5d, h5p, h5s, h5t

from pexgui.core import (
    ArrayWindow,
    BeingWritten,
    Column,
    Fact,
    Kind,
    Mapping,
    Nothing,
    NotReadable,
    Numbers,
    Pickled,
    Scalar,
    Selection,
    Sequence,
    TableWindow,
    Text,
    Texts,
    Unreadable,
    Value,
    ValueRequest,
    files,
    layout,
    read_value,
    writer,
)
from pexgui.core.writer import Head
from tests import builders
from tests.core.raw_files import made, raw

ENCODE, DECODE = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Value)


def value_at(path: Path | bytes, place: str, item: str = "", **selection: Any) -> Value:
    """The answer, after a way between processes."""
    file = os.fsencode(path)
    answer = read_value(ValueRequest(file, place.encode(), item=item, selection=Selection(**selection)))
    assert DECODE.decode(ENCODE.encode(answer)) == answer
    return answer


def content_at(path: Path | bytes, place: str, item: str = "", **selection: Any) -> Any:
    return value_at(path, place, item, **selection).content


def numbers(cells: Any) -> list[Any]:
    assert isinstance(cells, Numbers)
    return list(np.frombuffer(cells.data, cells.dtype).tolist())


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return builders.small_trajectory(tmp_path_factory.mktemp("small") / "small.hdf5", runs=3, finished=2)


# --- leaves -------------------------------------------------------------------------------------------------------


def test_a_result_tells_all_about_itself(small: Path) -> None:
    found = value_at(small, "/small/results/runs/run_00000001/trace")
    assert (found.name, found.full_name) == ("trace", "results.runs.run_00000001.trace")
    assert (found.kind, found.type) == (Kind.RESULT, "Result")
    (item,) = found.items
    assert (item.name, item.type, item.shape, item.logical) == ("trace", "float64", (20,), 160)
    assert item.stored > 0
    assert item.codec
    assert found.chosen == "trace"
    assert isinstance(found.content, ArrayWindow)
    assert numbers(found.content.cells) == [number + 1.0 for number in range(20)]
    assert not found.explored


def test_an_explored_parameter_has_a_value_and_a_range(small: Path) -> None:
    found = value_at(small, "/small/parameters/group/x")
    assert (found.kind, found.explored, found.comment) == (Kind.PARAMETER, True, "First")
    assert [item.name for item in found.items] == ["value", "range"]
    assert found.content == Scalar("float", "0.0", 0.0)
    assert found.annotations == (Fact("unit", "mV"),)
    span = content_at(small, "/small/parameters/group/x", "range")
    assert isinstance(span, TableWindow)
    assert (span.type, span.rows, span.index_columns, span.columns_total) == ("range", 3, 1, 2)
    run, value = span.columns
    assert run.cells == Texts(("run_00000000", "run_00000001", "run_00000002"))
    assert (value.name, value.type, numbers(value.cells)) == ("value", "float", [0.0, 1.0, 2.0])


def test_an_unexplored_parameter_has_no_range(small: Path) -> None:
    found = value_at(small, "/small/parameters/fixed")
    assert [item.name for item in found.items] == ["value"]
    assert found.content == Scalar("int", "7", 7)
    assert not found.explored
    assert value_at(small, "/small/config/hdf5/complib").kind is Kind.CONFIG


def test_an_item_can_be_asked_for_by_its_path(small: Path) -> None:
    found = value_at(small, "/small/results/runs/run_00000000/y/y")
    assert (found.name, found.chosen, found.content) == ("y", "y", Scalar("float", "0.0", 0.0))
    inside = value_at(small, "/small/parameters/fixed/data")
    assert inside.kind is Kind.RAW_DATASET
    assert isinstance(inside.content, TableWindow)


def test_groups_trajectories_and_links_hold_no_value_and_say_so(small: Path) -> None:
    trajectory = value_at(small, "/small")
    assert (trajectory.kind, trajectory.comment) == (Kind.TRAJECTORY, "A small trajectory")
    assert trajectory.annotations == (Fact("owner", "tests"),)
    group = value_at(small, "/small/results/runs")
    assert group.kind is Kind.GROUP
    assert group.content == Nothing("A group of 2 children holds no value itself.")
    link = value_at(small, "/small/results/first")
    assert link.kind is Kind.LINK
    assert "/small/results/runs/run_00000000/trace" in link.content.reason
    assert value_at(small, "/").kind is Kind.RAW_GROUP


@pytest.mark.parametrize("place", ["/small/nothing", "/small/results/note/note/below", "/small/results/first/trace"])
def test_what_is_not_there_is_a_sentence(small: Path, place: str) -> None:
    with pytest.raises(NotReadable) as problem:
        value_at(small, place)
    assert problem.value.title.endswith(".")
    assert problem.value.hint


def test_every_form_of_an_item_is_told(tmp_path: Path) -> None:
    path = tmp_path / "forms.hdf5"
    with writer.create(os.fsencode(path)) as file:
        trajectory = file.trajectory(Head("t", builders.CREATED))
        trajectory.result("empty", {})
        for name, value in {
            "text": "grüße",
            "list": [1, 2, 3],
            "words": ("a", "ü"),
            "dict": {"a": 1, "b": "x"},
            "array": np.arange(24).reshape(2, 3, 4),
            "table": writer.ObjectTable({"i": [1, 2], "s": ["a", "b"]}),
        }.items():
            trajectory.result(name, {name: value})
    wanted = {
        "text": ("str", (), Text("str", "grüße", 5)),
        "list": ("list", (3,), Sequence),
        "words": ("tuple", (2,), Sequence("tuple", (Text("str", "a", 1), Text("str", "ü", 1)), 2)),
        "dict": ("dict", (2,), Mapping),
        "array": ("int64", (2, 3, 4), ArrayWindow),
        "table": ("table", (2, 2), TableWindow),
    }
    for name, (kind, shape, content) in wanted.items():
        found = value_at(path, f"/t/results/{name}")
        assert (found.items[0].type, found.items[0].shape) == (kind, shape), name
        assert found.content == content or isinstance(found.content, content), name
    assert value_at(path, "/t/results/empty").content == Nothing("This result holds no data.")


def test_parts_of_large_values_come_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "large.hdf5"
    cube = np.arange(5 * 60 * 70.0).reshape(5, 60, 70)
    with writer.create(os.fsencode(path)) as file:
        trajectory = file.trajectory(Head("t", builders.CREATED))
        trajectory.result("cube", cube)
        trajectory.result("numbers", list(range(5000)))
        trajectory.result("table", writer.ObjectTable({"i": list(range(5000))}))
    selection = {"axes": (0, 2), "index": (0, 7, 0), "start": (1, 60), "count": (2, 100)}
    found = content_at(path, "/t/results/cube", **selection)
    assert (found.axes, found.start, found.window, found.index[1]) == ((0, 2), (1, 60), (2, 10), 7)
    assert numbers(found.cells) == cube[1:3, 7, 60:].reshape(-1).tolist()
    page = content_at(path, "/t/results/numbers", start=(4998,), count=(10,))
    assert ([item.number for item in page.items], page.length) == ([4998, 4999], 5000)
    rows = content_at(path, "/t/results/table", start=(10,), count=(3,))
    assert (rows.start, rows.rows, numbers(rows.columns[0].cells)) == (10, 5000, [10, 11, 12])
    assert len(numbers(content_at(path, "/t/results/table").columns[0].cells)) == 1000


def test_a_long_range_shows_its_first_ten_thousand_runs(tmp_path: Path) -> None:
    path = builders.many_runs(tmp_path / "many.hdf5", 10_500, results=())
    found = content_at(path, "/many/parameters/seed", "range")
    assert (found.rows, len(numbers(found.columns[1].cells))) == (10_500, 10_000)
    rest = content_at(path, "/many/parameters/seed", "range", start=(10_000,), count=(1000,))
    assert rest.start == 10_000
    assert rest.columns[0].cells.items[-1] == "run_00010499"


# --- what only real pypet files have ------------------------------------------------------------------------------


def test_purged_comments_are_guessed_and_called_a_guess(shared: Path) -> None:
    folder = shared / "fixtures" / "pypet-0.6.1"
    place = "/Comments/results/runs/run_0000000{}/{}"
    kept = value_at(folder / "14a_comments_purged.hdf5", place.format(0, "w"))
    guessed = value_at(folder / "14a_comments_purged.hdf5", place.format(1, "w"))
    assert kept.comment == guessed.comment == "The very same comment in every run"
    assert (kept.comment_note, bool(guessed.comment_note)) == ("", True)
    for name in ("14a_comments_purged", "14b_comments_kept"):
        without = value_at(folder / f"{name}.hdf5", place.format(1, "n"))
        assert (without.comment, without.comment_note) == ("", "")


def test_a_range_that_does_not_fit_the_runs_is_warned_of(shared: Path) -> None:
    found = value_at(shared / "fixtures" / "pypet-0.6.1" / "42_short_range.hdf5", "/Small/parameters/x")
    assert found.warnings == ("The range has 1 value, but the trajectory has 2 runs.",)


def test_a_leaf_without_class_is_shown_all_the_same(shared: Path) -> None:
    path = shared / "fixtures" / "pypet-0.6.1" / "42_leaf_without_class.hdf5"
    with files.reading(os.fsencode(path)) as file:
        nameless = [
            visit.path.decode()
            for visit in files.walk(file.root)
            if visit.kind is files.VisitKind.GROUP
            and files.attribute(visit.node, layout.SRVC_LEAF) is not None
            and files.attribute(visit.node, layout.SRVC_INIT_CLASS_NAME) is None
        ]
    assert nameless
    for place in nameless:
        found = value_at(path, f"/{place}")
        assert not isinstance(found.content, Unreadable)
        assert any("class" in warning for warning in found.warnings)


def test_shared_data_and_pickles_are_shown_as_what_is_in_them(shared: Path) -> None:
    folder = shared / "fixtures" / "pypet-0.7.0"
    found = value_at(folder / "12_shared.hdf5", "/Shared/results/shared", "vlobject")
    assert [item.name for item in found.items] == sorted(item.name for item in found.items)
    assert [type(item) for item in found.content.items] == [Mapping, Sequence]
    frame = content_at(folder / "12_shared.hdf5", "/Shared/results/shared", "frame")
    assert (frame.type, frame.rows, frame.index_columns) == ("DataFrame", 6, 1)
    pickled = content_at(folder / "02_result_types.hdf5", "/types/results/t/pickle_p2")
    assert isinstance(pickled, Pickled)
    assert isinstance(pickled.content, Mapping)
    dates = content_at(folder / "02_result_types.hdf5", "/types/results/t/df_datetime")
    assert dates.columns[0].cells == Texts(("2020-01-01 00:00:00", "2020-01-02 00:00:00"))


# --- any HDF5 file ------------------------------------------------------------------------------------------------


def any_types(file: h5py.File) -> None:
    file["int"] = np.arange(4)
    file["scalar"] = 3.5
    file["null"] = h5py.Empty("f4")
    file.create_dataset("texts", data=["a", "ü"], dtype=h5py.string_dtype())
    file.create_dataset("text", data="ü", dtype=h5py.string_dtype())
    file["fixed"] = np.array([b"ab", b"c"])
    file["compound"] = np.zeros(3, [("a", "i4"), ("b", "f8", (2,))])
    file["record"] = np.zeros((), [("a", "i4")])
    file["grid"] = np.zeros((2, 2), [("a", "i4")])
    file.create_dataset("mixed", (2,), np.dtype([("a", h5py.string_dtype()), ("b", "f8")]))
    file.create_dataset("enum", data=np.array([0, 1]), dtype=h5py.enum_dtype({"A": 0, "B": 1}))
    file["opaque"] = np.zeros(2, "V7")
    file.create_dataset("reference", data=np.array([file.ref], dtype=h5py.ref_dtype))
    file.create_dataset("region", data=np.array([file["int"].regionref[1:3]], dtype=h5py.regionref_dtype))
    file["bool"] = np.array([True, False])
    file["complex"] = np.array([1j, 2])
    file["half"] = np.arange(3, dtype=">f2")
    file["empty"] = np.zeros((0, 5))
    ragged = file.create_dataset("ragged", (2,), h5py.vlen_dtype("i4"))
    ragged[0] = [1, 2, 3]
    file.create_dataset("ragged grid", (2, 2), h5py.vlen_dtype("i4"))
    array = h5t.array_create(h5t.STD_I16LE, (2, 3))
    h5d.create(file.id, b"arrays", array, h5s.create_simple((4,)))
    h5d.create(file.id, b"array", array, h5s.create(h5s.SCALAR))
    h5d.create(file.id, b"time", h5t.UNIX_D32LE, h5s.create_simple((3,)))
    h5d.create(file.id, b"lists of lists", h5t.vlen_create(h5t.vlen_create(h5t.STD_I32LE)), h5s.create_simple((3,)))
    file["named"] = np.dtype("f8")


ANY_TYPES: dict[str, Any] = {
    "int": ArrayWindow,
    "scalar": Scalar("float64", "3.5", 3.5),
    "null": Nothing,
    "texts": ArrayWindow,
    "text": Text("str", "ü", 1),
    "fixed": ArrayWindow,
    "compound": TableWindow,
    "record": Mapping,
    "grid": ArrayWindow,
    "mixed": Sequence | TableWindow | ArrayWindow,
    "enum": ArrayWindow,
    "opaque": ArrayWindow,
    "reference": ArrayWindow | Sequence,
    "region": ArrayWindow | Sequence,
    "bool": ArrayWindow,
    "complex": ArrayWindow,
    "half": ArrayWindow,
    "empty": ArrayWindow,
    "ragged": Sequence,
    "ragged grid": ArrayWindow,
    "arrays": ArrayWindow,
    "array": ArrayWindow,
    "time": ArrayWindow,
    "lists of lists": Sequence | ArrayWindow | Unreadable,
    "named": Nothing,
}


@pytest.fixture(scope="session")
def anything(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return made(tmp_path_factory.mktemp("any") / "any.h5", any_types)


@pytest.mark.parametrize("name", list(ANY_TYPES))
def test_a_dataset_of_any_type_is_shown(anything: bytes, name: str) -> None:
    found = value_at(anything, f"/{name}")
    wanted = ANY_TYPES[name]
    assert found.kind is Kind.RAW_DATASET
    assert found.content == wanted or isinstance(found.content, wanted)


def test_names_of_enumerations_are_shown_instead_of_their_numbers(anything: bytes) -> None:
    assert content_at(anything, "/enum").cells == Texts(("A", "B"))


def test_arrays_in_arrays_are_one_array(anything: bytes) -> None:
    found = content_at(anything, "/arrays")
    assert found.shape == (4, 2, 3)
    assert content_at(anything, "/array").shape == (2, 3)


def test_attributes_of_a_plain_dataset_are_its_facts(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        file["x"] = np.arange(3)
        file["x"].attrs["unit"] = "mV"
        file["x"].attrs["<b>\x1b"] = [1, 2]

    found = value_at(made(tmp_path / "a.h5", fill), "/x")
    assert {fact.name: fact.text for fact in found.annotations} == {"unit": "mV", "<b>\\x1b": "[1, 2]"}


# --- broken, hostile, huge ----------------------------------------------------------------------------------------


def leaf(file: h5py.File, name: str, items: dict[str, Any]) -> Any:
    group = file.create_group(f"T/results/{name}")
    group.attrs["SRVC_LEAF"] = True
    group.attrs["SRVC_INIT_CLASS_NAME"] = "Result"
    for item, data in items.items():
        group.create_dataset(item, data=data, chunks=(500,), compression="gzip").attrs["SRVC_STORE"] = "CARRAY"
    return group


def test_a_damaged_item_says_so_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.hdf5"
    places = []

    def fill(file: h5py.File) -> None:
        group = leaf(file, "r", {"bad": np.arange(1000), "good": np.arange(1000)})
        places.append(group["bad"].id.get_chunk_info(0).byte_offset)

    made(path, fill)
    content = bytearray(path.read_bytes())
    content[places[0] + 40] ^= 255
    path.write_bytes(content)
    bad = value_at(path, "/T/results/r", "bad")
    assert isinstance(bad.content, Unreadable)
    assert bad.content.reason == "“/T/results/r/bad” in “a.hdf5” is damaged and cannot be read."
    assert [item.name for item in bad.items] == ["bad", "good"]
    assert numbers(content_at(path, "/T/results/r", "good").cells) == list(range(1000))


def test_data_in_another_file_are_not_shown(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_bytes(b"TOP SECRET")

    def fill(file: h5py.File) -> None:
        group = leaf(file, "r", {"fine": np.arange(1000)})
        plist = h5p.create(h5p.DATASET_CREATE)
        plist.set_external(raw(secret), 0, 10)
        h5d.create(group.id, b"leak", h5t.STD_U8LE, h5s.create_simple((10,)), plist)

    path = made(tmp_path / "a.hdf5", fill)
    found = value_at(path, "/T/results/r", "leak")
    assert isinstance(found.content, Unreadable)
    assert "stored outside this file" in found.content.reason
    assert b"SECRET" not in ENCODE.encode(found)


def test_a_file_that_is_written_meanwhile_is_read_again_and_then_said_to_be(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = os.fsencode(small)
    reads, read = [], files.read

    def disturbed(node: Any, *arguments: Any, **options: Any) -> Any:
        if files.path_of(node).endswith(b"/trace/trace"):
            reads.append(node)
            os.utime(path, ns=(len(reads), len(reads)))
            if len(reads) in failing:
                raise NotReadable("half written")
        return read(node, *arguments, **options)

    monkeypatch.setattr(files, "read", disturbed)
    place = "/small/results/runs/run_00000000/trace"
    failing = {1}
    assert isinstance(content_at(path, place), ArrayWindow)
    assert len(reads) == 2
    reads.clear()
    failing = {1, 2}
    with pytest.raises(BeingWritten, match=r"“small\.hdf5” is being written by another program"):
        value_at(path, place)


HUGE: dict[str, Callable[[h5py.File], Any]] = {
    "contiguous": lambda file: file.create_dataset("x", (1250, 1000, 1000), "f8"),
    "rows": lambda file: file.create_dataset("x", (100_000, 12_500), "f8", chunks=(1, 12_500), compression="gzip"),
    "line": lambda file: file.create_dataset("x", (1_250_000_000,), "f8", chunks=(1_000_000,)),
    "table": lambda file: file.create_dataset("x", (400_000_000,), [("a", "i8"), ("s", "S17")], chunks=(10_000,)),
    "8 EiB": lambda file: file.create_dataset("x", (1 << 62,), "u1", chunks=(1 << 20,)),
}


@pytest.mark.parametrize("name", list(HUGE))
def test_the_first_screen_of_ten_gigabytes_needs_little_memory(tmp_path: Path, name: str) -> None:
    def fill(file: h5py.File) -> None:
        dataset = HUGE[name](file)
        dataset[(0,) * dataset.ndim] = 7 if dataset.dtype.names is None else (7, b"x")

    path = made(tmp_path / "huge.h5", fill)
    assert os.path.getsize(path) < 12_000_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = value_at(path, "/x")
    assert isinstance(found.content, (ArrayWindow, TableWindow))
    assert len(ENCODE.encode(found)) < 5_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000
    cells = found.content.columns[0].cells if isinstance(found.content, TableWindow) else found.content.cells
    assert np.frombuffer(cells.data, cells.dtype)[0] == 7


READ_EVERYTHING = """
import os, sys
from pexgui.core import PexError, ValueRequest, files, read_value
heard = []
watched = ("pickle.find_class", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork")
sys.addaudithook(lambda event, arguments: heard.append((event, arguments)) if event in watched else None)

def shown(file, path, item=""):
    try:
        return read_value(ValueRequest(file, path, item=item))
    except PexError:
        return None

for file in map(os.fsencode, sys.argv[1:]):
    with files.reading(file) as opened:
        files.attributes(opened.root)
        paths = [b"/"]
        for visit in files.walk(opened.root):
            paths.append(b"/" + visit.path)
            if visit.node is not None:
                files.attributes(visit.node)
    for path in paths:
        found = shown(file, path)
        for item in found.items if found else ():
            shown(file, path, item.name)
print(heard)
"""


@pytest.mark.parametrize("version", ["pypet-0.6.1", "pypet-0.7.0"])
def test_reading_everything_in_a_strangers_file_runs_nothing(shared: Path, tmp_path: Path, version: str) -> None:
    canaries = sorted((shared / "fixtures" / version).glob("50_canary_*.hdf5"))
    assert len(canaries) == 9
    mark = tmp_path / "mark"
    done = subprocess.run(
        [sys.executable, "-c", READ_EVERYTHING, *map(str, canaries)],
        env={**os.environ, "PEXGUI_CANARY": str(mark)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "[]\n"
    assert not mark.exists()


def test_the_canaries_do_sing_when_they_are_unpickled(shared: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    path = shared / "fixtures" / "pypet-0.6.1" / "50_canary_leaf_comment.hdf5"
    script = "import sys, tables; [node._v_attrs for node in tables.open_file(sys.argv[1]).walk_nodes()]"
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, path],
        env={**os.environ, "PEXGUI_CANARY": str(mark)},
        capture_output=True,
        check=False,
    )
    assert mark.exists()


def test_a_large_table_is_read_by_its_columns(tmp_path: Path) -> None:
    with tables.open_file(os.fspath(tmp_path / "a.h5"), "w") as file:
        file.create_table("/", "t", np.zeros(10, [(f"c{number:04d}", "i4") for number in range(400)]))
    found = content_at(tmp_path / "a.h5", "/t", start=(0, 350), count=(5, 100))
    assert isinstance(found, TableWindow)
    assert (len(found.columns), found.columns_total) == (50, 400)
    assert found.columns[0] == Column("c0350", "int32", Numbers("<i4", bytes(20)))
