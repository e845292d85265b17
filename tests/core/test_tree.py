"""The tree: every line in words, large groups in spans, links shown and not followed, broken parts alone."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import msgspec
import numpy as np
import pytest

from pexgui.core import (
    BeingWritten,
    Cancelled,
    Children,
    ChildrenRequest,
    Kind,
    Node,
    NotReadable,
    ValueRequest,
    read_children,
    read_value,
    silent,
)
from pexgui.core.writer import Head, ObjectTable, TrajectoryWriter, create
from tests.builders import CREATED, small_trajectory
from tests.core.expected import fixture
from tests.core.test_runs import group_of, whole

LEAVES = (Kind.CONFIG, Kind.PARAMETER, Kind.DERIVED_PARAMETER, Kind.RESULT)
CHILDREN = 50_000


def children(file: Path, path: str, raw: bool = False, start: int = 0, count: int = 0) -> Children:
    return read_children(ChildrenRequest(os.fsencode(file), path.encode(), raw, start, count))


def nodes(file: Path, path: str, raw: bool = False) -> dict[str, Node]:
    return {node.name: node for node in children(file, path, raw).nodes}


def everything(file: Path, path: str, raw: bool = False) -> Iterator[Node]:
    """All lines below a group, as somebody sees them who opens everything."""
    waiting, opened = [path], 0
    while waiting:
        opened += 1
        assert opened < 5000, "the tree goes round"
        for node in children(file, waiting.pop(), raw).nodes:
            yield node
            if node.expandable:
                waiting.append(os.fsdecode(node.path))


@pytest.fixture(scope="session")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trajectory in which a group has 50,000 groups as children."""
    file = tmp_path_factory.mktemp("wide") / "wide.hdf5"
    with h5py.File(file, "w", libver="earliest") as made:
        group = made.create_group("T/results/runs")
        for number in range(CHILDREN):
            h5py.h5g.create(group.id, b"run_%08d" % number)
    return file


def made(file: Path, fill: Any, runs: int = 1) -> Path:
    with create(os.fsencode(file)) as writer:
        fill(writer.trajectory(Head("T", CREATED), runs))
    return file


# --- what is there ------------------------------------------------------------------------------------------------


def test_the_tree_of_every_fixture_has_every_leaf_and_link_that_pypet_reads(shared: Path) -> None:
    compared = 0
    for file, known in whole(shared):
        if file.parent.name == "older":
            continue
        group = group_of(file, known)
        found = list(everything(file, "/" + group))
        names = {".".join(os.fsdecode(node.path).split("/")[2:]): node for node in found}
        leaves = {name for name, node in names.items() if node.kind in LEAVES}
        wanted = {
            leaf for branch in ("config", "parameters", "derived_parameters", "results") for leaf in known[branch]
        }
        assert leaves == wanted | set(known["other"]), file
        links = {name: node.target for name, node in names.items() if node.kind is Kind.LINK}
        dangling = {"results.shortcuts.broken"} if file.name == "04_links_annotations.hdf5" else set()
        assert set(links) == set(known["links"]) | dangling, file
        for name, target in known["links"].items():
            assert links[name].endswith("/" + target.replace(".", "/")), file
        compared += len(leaves)
    assert compared > 900


def test_comments_and_explored_marks_are_those_that_pypet_reads(shared: Path) -> None:
    for file, known in whole(shared):
        if file.parent.name == "older":
            continue
        found = {".".join(os.fsdecode(n.path).split("/")[2:]): n for n in everything(file, "/" + group_of(file, known))}
        for branch in ("parameters", "derived_parameters", "results"):
            for name, leaf in known[branch].items():
                if "pypet_cannot_load" in leaf:
                    continue
                assert found[name].comment.startswith(leaf["comment"][:200]), (file, name)
                assert found[name].explored == bool(leaf.get("explored")), (file, name)


def test_the_branches_come_first_in_pypets_order_and_the_overview_only_in_the_raw_view(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        trajectory.result("z", 1)
        trajectory.leaf("Aside.x", "Result", {"x": 1})
        trajectory.derived_parameter("d", 1)
        trajectory.parameter("p", 1)
        trajectory.config("c", 1)

    file = made(tmp_path / "a.hdf5", fill)
    assert list(nodes(file, "/T")) == ["config", "parameters", "derived_parameters", "results", "Aside"]
    assert list(nodes(file, "/T", raw=True)) == [
        "Aside",
        "config",
        "derived_parameters",
        "overview",
        "parameters",
        "results",
    ]
    kinds = {name: next(iter(nodes(file, f"/T/{name}").values())).kind for name in nodes(file, "/T")}
    assert kinds == {
        "config": Kind.CONFIG,
        "parameters": Kind.PARAMETER,
        "derived_parameters": Kind.DERIVED_PARAMETER,
        "results": Kind.RESULT,
        "Aside": Kind.RESULT,
    }


def test_names_are_sorted_as_people_count(tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    with h5py.File(file, "w") as source:
        for name in ("run_10", "run_9", "Run_1", "b", "A", "run_010"):
            source.create_group(f"T/results/{name}")
    assert list(nodes(file, "/T/results")) == ["A", "b", "Run_1", "run_9", "run_010", "run_10"]


def test_a_result_is_one_line_and_one_of_several_items_can_be_opened(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        trajectory.result("one", 15.82, "A rate")
        trajectory.result("several", {"b": 2, "a": "text", "c.d": np.zeros((4, 5))})
        trajectory.result("nothing", {})

    found = nodes(made(tmp_path / "a.hdf5", fill), "/T/results")
    one, several, nothing = found["one"], found["several"], found["nothing"]
    assert (one.type, one.value, one.size, one.expandable, one.comment) == ("float64", "15.82", 8, False, "A rate")
    assert (several.type, several.value, several.expandable) == ("3 items", "a, b, c.d", True)
    assert (nothing.value, nothing.expandable) == ("empty", False)
    items = nodes(tmp_path / "a.hdf5", "/T/results/several")
    assert [(n.name, n.kind, n.type, n.value, n.path) for n in items.values()] == [
        ("a", Kind.ITEM, "text", "text", b"/T/results/several/a"),
        ("b", Kind.ITEM, "int64", "2", b"/T/results/several/b"),
        ("c.d", Kind.ITEM, "float64", "4 × 5", b"/T/results/several/c/d"),
    ]
    assert several.size == sum(node.size or 0 for node in items.values())


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (6331, "int64", "6,331"),
        (-16.94, "float64", "−16.94"),
        (True, "bool", "True"),
        ("grüße\n☃", "text", "grüße\\x0a☃"),
        (b"\xff", "bytes", "\\xff"),
        ([1, 2, 3], "list of 3", "[1, 2, 3]"),
        ((1,), "tuple of 1", "(1,)"),
        (["a", "b"], "list of 2", "['a', 'b']"),
        ({}, "dict", "{}"),
        ({"k": 1.5}, "dict of 1", "{'k': 1.5}"),
        (np.arange(3.0), "float64", "[0.0, 1.0, 2.0]"),
        (np.zeros((64, 64, 12), "f4"), "float32", "64 × 64 × 12"),
        (np.float32(0.1), "float32", "0.1"),
        (1 + 2j, "complex128", "1+2j"),
        (ObjectTable({"a": [1, 2], "b": ["x", "y"]}), "table", "2 rows, 2 columns"),
        ("x" * 1000, "text", "x" * 79 + "…"),
        ("x" * 100_000, "text", "100 kB"),
    ],
)
def test_a_line_says_type_and_value_or_shape(tmp_path: Path, value: Any, kind: str, shown: str) -> None:
    file = made(tmp_path / "a.hdf5", lambda trajectory: trajectory.result("z", {"z": value}))
    node = nodes(file, "/T/results")["z"]
    assert (node.type, node.value, node.warning) == (kind, shown, "")


def test_a_parameter_shows_its_value_and_an_explored_one_its_range(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        trajectory.parameter("tau", 1.0, [0.5, 4.0, 0.5, 2.0], "Time constant")
        trajectory.parameter("mode", "a", ["a", "b", "a", "a"])
        trajectory.parameter("same", 1, [7, 7, 7, 7])
        trajectory.parameter("v_rest", -65.0)
        trajectory.parameter("pair", (1, 2))

    found = nodes(made(tmp_path / "a.hdf5", fill, 4), "/T/parameters")
    assert {name: (node.type, node.value, node.explored) for name, node in found.items()} == {
        "mode": ("text", "2 values", True),
        "pair": ("tuple of 2", "(1, 2)", False),
        "same": (found["same"].type, "1 value, 7", True),
        "tau": ("float64", "3 values, 0.5 to 4.0", True),
        "v_rest": ("float64", "−65.0", False),
    }
    assert found["tau"].comment == "Time constant"
    assert found["tau"].size is not None
    assert not found["tau"].expandable


def test_groups_say_what_they_hold(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    assert {name: node.value for name, node in nodes(file, "/small").items()} == {
        "config": "1 setting",
        "parameters": "2 explored, 3 in all",
        "results": "1 group, 1 link, 1 result",
    }
    assert nodes(file, "/small/results")["runs"].value == "3 groups"
    assert nodes(file, "/small/results/runs")["run_00000000"].value == "2 results"
    assert nodes(file, "/small/parameters")["group"].value == "1 parameter"


def test_a_group_of_many_kinds_is_counted_without_claiming_what_was_not_looked_at(tmp_path: Path) -> None:
    def fill(trajectory: TrajectoryWriter) -> None:
        for number in range(30):
            trajectory.result(f"alike.r{number}", 1)
            trajectory.result(f"mixed.r{number}" if number % 2 else f"mixed.g{number}.r", 1)

    found = nodes(made(tmp_path / "a.hdf5", fill), "/T/results")
    assert found["alike"].value == "30 results"
    assert found["mixed"].value == "30 items"


def test_the_root_lists_trajectories_and_what_stands_beside_them(shared: Path) -> None:
    found = nodes(fixture(shared, "42_foreign_nodes.hdf5"), "/")
    assert found["Small"].kind is Kind.TRAJECTORY
    assert found["stray_top"].kind is Kind.RAW_DATASET


# --- links --------------------------------------------------------------------------------------------------------


def test_links_are_lines_with_their_target_and_are_never_followed(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    other = small_trajectory(tmp_path / "other.hdf5")
    with h5py.File(file, "r+") as source:
        results = source["small/results"]
        results["dangling"] = h5py.SoftLink("/small/nowhere")
        results["round"] = h5py.SoftLink("/small/results")
        results["itself"] = h5py.SoftLink("/small/results/itself")
        results["outside"] = h5py.ExternalLink(str(other), "/small/results")
    for raw in (False, True):
        found = nodes(file, "/small/results", raw)
        for name, target in (
            ("dangling", "/small/nowhere"),
            ("round", "/small/results"),
            ("itself", "/small/results/itself"),
            ("outside", f"{other}:/small/results"),
        ):
            assert found[name].kind is Kind.LINK
            assert found[name].target == target
            assert not found[name].expandable
            assert found[name].warning == ""
            with pytest.raises(NotReadable, match="link"):
                children(file, f"/small/results/{name}", raw)
    assert found["outside"].type == "external link"


def test_walking_into_everything_ends_although_hard_links_go_round(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as source:
        source["small/results/round"] = source["small/results"]
    found = nodes(file, "/small/results/round/round")
    assert "note" in found


# --- large groups -------------------------------------------------------------------------------------------------


def test_a_group_of_fifty_thousand_children_answers_in_spans(wide: Path) -> None:
    found = children(wide, "/T/results/runs")
    assert found.nodes == ()
    assert found.total == CHILDREN
    assert [(span.start, span.count) for span in found.spans] == [(start, 1000) for start in range(0, CHILDREN, 1000)]
    assert found.spans[3].first == "run_00003000"
    assert found.spans[3].last == "run_00003999"
    assert nodes(wide, "/T/results")["runs"].value == "50,000 groups"


def test_the_lines_of_a_span_are_its_children(wide: Path) -> None:
    for raw in (False, True):
        found = children(wide, "/T/results/runs", raw, 49_000, 1000)
        assert found.spans == ()
        assert [node.name for node in found.nodes] == [f"run_{number:08d}" for number in range(49_000, CHILDREN)]
        assert found.start == 49_000
    assert [node.name for node in children(wide, "/T/results/runs", False, CHILDREN - 5, 100).nodes] == [
        f"run_{number:08d}" for number in range(CHILDREN - 5, CHILDREN)
    ]
    assert children(wide, "/T/results/runs", False, CHILDREN + 10, 100).nodes == ()


def test_a_longer_span_answers_with_shorter_ones(wide: Path) -> None:
    found = children(wide, "/T/results/runs", False, 10_000, 2_500)
    assert [(span.start, span.count) for span in found.spans] == [(10_000, 1000), (11_000, 1000), (12_000, 500)]


def test_no_level_has_more_than_a_thousand_spans() -> None:
    from pexgui.core.tree import spans

    names = Names(2_500_000)
    top = spans(names, 0, len(names))
    assert [span.count for span in top] == [1_000_000, 1_000_000, 500_000]
    below = spans(names, top[1].start, top[1].count)
    assert len(below) == 1000
    assert {span.count for span in below} == {1000}
    assert below[0].first == "1000000"


class Names(list[bytes]):
    """As many names as one likes, without the memory."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: Any) -> Any:
        return b"%d" % index


def test_exactly_a_thousand_children_are_lines_and_one_more_are_spans(tmp_path: Path) -> None:
    for count in (1000, 1001):
        file = tmp_path / f"{count}.hdf5"
        with h5py.File(file, "w") as source:
            for number in range(count):
                h5py.h5g.create(source.id, b"n%d" % number)
        found = children(file, "/", raw=True)
        assert (len(found.nodes), len(found.spans)) == ((1000, 0) if count == 1000 else (0, 2))


def test_numbers_of_different_length_are_in_natural_order_across_spans(tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    with h5py.File(file, "w") as source:
        for number in range(1500):
            h5py.h5g.create(source.id, b"n%d" % number)
    assert [span.first for span in children(file, "/", raw=True).spans] == ["n0", "n1000"]
    assert [node.name for node in children(file, "/", True, 998, 4).nodes] == ["n998", "n999", "n1000", "n1001"]


def test_items_of_a_leaf_come_in_spans_too(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as source:
        leaf = source["small/results/note"]
        for number in range(1200):
            leaf[f"item_{number}"] = number
    assert [span.count for span in children(file, "/small/results/note").spans] == [1000, 201]
    (last,) = children(file, "/small/results/note", False, 1199, 1).nodes
    assert (last.name, last.kind, last.value) == ("item_1199", Kind.ITEM, "1,199")


def test_reading_lines_reports_on_the_way_and_stops_when_told(wide: Path) -> None:
    reports: list[int] = []

    def stop(what: str, done: int, total: int) -> None:
        reports.append(done)
        if done >= 400:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_children(ChildrenRequest(os.fsencode(wide), b"/T/results/runs", False, 0, 1000), stop)
    assert reports[-1] >= 400


# --- the raw view -------------------------------------------------------------------------------------------------


def test_the_raw_view_shows_any_file_as_plain_hdf5(tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    with h5py.File(file, "w") as source:
        source["group/inner"] = np.zeros((3, 4), "i2")
        source["group"].attrs["a"] = 1
        source["scalar"] = 2.5
        source["text"] = np.bytes_(b"abc")
        source["void"] = h5py.Empty("f4")
        source["kind"] = np.dtype("f8")
        source["table"] = np.zeros(5, [("x", "f8"), ("y", "i4")])
    found = {name: (n.kind, n.type, n.value, n.comment) for name, n in nodes(file, "/", raw=True).items()}
    assert found == {
        "group": (Kind.RAW_GROUP, "group", "1 child", "1 attribute"),
        "kind": (Kind.RAW_DATASET, "named type", "", "0 attributes"),
        "scalar": (Kind.RAW_DATASET, "float64", "2.5", "0 attributes"),
        "table": (Kind.RAW_DATASET, "compound", "5 values", "0 attributes"),
        "text": (Kind.RAW_DATASET, "bytes", "abc", "0 attributes"),
        "void": (Kind.RAW_DATASET, "float32", "no value", "0 attributes"),
    }
    inner = nodes(file, "/group", raw=True)["inner"]
    assert (inner.type, inner.value, inner.size, inner.path) == ("int16", "3 × 4", 24, b"/group/inner")


def test_the_raw_view_of_every_fixture_can_be_walked_to_its_end(shared: Path) -> None:
    for file, known in whole(shared):
        with h5py.File(file, locking=False) as source:
            names: list[str] = []
            source.visit(names.append)
        found = {os.fsdecode(node.path)[1:] for node in everything(file, "/", raw=True) if node.kind is not Kind.LINK}
        assert found == set(names), (file, known["name"])


# --- what is odd or broken ----------------------------------------------------------------------------------------


def test_a_broken_child_is_a_line_that_says_so_among_its_sound_siblings(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as source:
        place = h5py.h5o.get_info(source["small/results/runs/run_00000001"].id).addr
    with file.open("r+b") as raw:
        raw.seek(place)
        raw.write(b"\xff" * 16)
    for is_raw in (False, True):
        found = nodes(file, "/small/results/runs", is_raw)
        assert list(found) == ["run_00000000", "run_00000001", "run_00000002"]
        assert found["run_00000001"].kind is Kind.UNREADABLE
        assert found["run_00000001"].warning.endswith(".")
        assert not found["run_00000001"].expandable
        assert found["run_00000002"].warning == ""


def test_a_damaged_value_leaves_its_line_with_type_and_size(shared: Path) -> None:
    found = {node.name: node for node in everything(fixture(shared, "42_corrupt_chunk.hdf5"), "/Corrupt")}
    assert {node.kind for node in found.values()} == {Kind.GROUP, Kind.RESULT}


def test_a_missing_codec_is_said_at_every_value_that_needs_it(shared: Path) -> None:
    found = {node.name: node for node in everything(fixture(shared, "17_comp_lzo.hdf5"), "/Comp")}
    assert "LZO" in found["x"].warning
    assert found["x"].kind is Kind.PARAMETER
    assert found["x"].explored


def test_leaves_without_class_data_or_store_are_shown(shared: Path) -> None:
    for name in ("42_item_without_store", "42_leaf_without_class", "42_leaf_without_data"):
        found = list(everything(fixture(shared, f"{name}.hdf5"), "/Small"))
        assert {node.name for node in found if node.kind in LEAVES} == {"x", "z"}
        assert all(node.kind is not Kind.UNREADABLE for node in found)


def test_names_and_comments_are_printable_and_their_paths_usable(tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    raw = [b"\xff\xfe", "\u202e<b>".encode(), b"line\nbreak", "größe".encode()]
    with h5py.File(file, "w") as source:
        top = source.create_group("T/results")
        for name in raw:
            group = h5py.h5g.create(top.id, name)
            h5py.h5g.create(group, b"inner")
        top["größe"].attrs["SRVC_INIT_COMMENT"] = "bell\x07"
    found = children(file, "/T/results").nodes
    assert {node.name for node in found} == {"\\xff\\xfe", "\\u202e<b>", "line\\x0abreak", "größe"}
    assert {node.path.rpartition(b"/")[2] for node in found} == set(raw)
    assert next(node.comment for node in found if node.name == "größe") == "bell\\x07"
    for node in found:
        below = read_children(ChildrenRequest(os.fsencode(file), node.path), silent)
        assert [child.name for child in below.nodes] == ["inner"]


def test_data_outside_of_the_file_are_not_shown(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"top secret")
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as source:
        leaf = source["small/results/note"]
        del leaf["note"]
        leaf.create_dataset("note", (1,), "S10", external=[(str(secret), 0, 10)])
    for is_raw, path in ((False, "/small/results"), (True, "/small/results/note")):
        node = nodes(file, path, is_raw)["note"]
        assert "secret" not in f"{node.value}{node.comment}"
    assert "outside this file" in nodes(file, "/small/results")["note"].warning


def test_what_cannot_be_read_while_the_file_is_written_is_not_called_damage(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as source:
        place = h5py.h5o.get_info(source["small/results/runs/run_00000001"].id).addr
    with file.open("r+b") as raw:
        raw.seek(place)
        raw.write(b"\xff" * 16)

    def write_meanwhile(what: str, done: int, total: int) -> None:
        with file.open("ab") as raw:
            raw.write(b"more")

    with pytest.raises(BeingWritten):
        read_children(ChildrenRequest(os.fsencode(file), b"/small/results/runs"), write_meanwhile)


def test_a_name_that_is_no_text_does_no_harm_in_the_sentence_about_it(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as source:
        h5py.h5t.IEEE_F64LE.copy().commit(source["small/results/note"].id, b"\xff\x1bx")
    found = read_children(ChildrenRequest(os.fsencode(file), b"/small/results/note"))
    warnings = " ".join(node.warning for node in found.nodes)
    assert r"note.\xff\x1bx” is a type" in warnings
    msgspec.json.encode(found)
    for path in (b"/small/results/note", b"/small/results/note/\xff\x1bx"):
        value = read_value(ValueRequest(os.fsencode(file), path, b"/small", item=r"\xff\x1bx"))
        assert value.chosen == r"\xff\x1bx"
        msgspec.json.encode(value)


def test_the_length_of_a_long_array_is_not_taken_for_its_value(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as source:
        leaf = source["small/results/note"]
        del leaf["note"]
        leaf["note"] = np.arange(1000.0)
        leaf["square"] = np.zeros((30, 40))
    for is_raw in (False, True):
        found = nodes(file, "/small/results/note", is_raw)
        assert (found["note"].value, found["square"].value) == ("1,000 values", "30 × 40")


def test_a_group_that_is_not_there_says_so_and_a_dataset_has_no_children(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with pytest.raises(NotReadable, match="“gone” cannot be found"):
        children(file, "/small/gone")
    assert children(file, "/small/overview/runs", raw=True).nodes == ()


def test_the_canaries_stay_silent_while_every_node_is_shown(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "mark"
    monkeypatch.setenv("PEXGUI_CANARY", str(mark))
    for version in ("pypet-0.6.1", "pypet-0.7.0"):
        for file in sorted((shared / "fixtures" / version).glob("50_canary*.hdf5")):
            copy = tmp_path / file.name
            shutil.copy(file, copy)
            assert list(everything(copy, "/Small"))
            assert list(everything(copy, "/", raw=True))
    assert not mark.exists()


def test_a_group_where_a_dataset_should_be_spoils_only_its_own_line(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as source:
        for path in ("parameters/fixed/data", "parameters/mode/explored_data", "results/note/note"):
            del source[f"small/{path}"]
            source.create_group(f"small/{path}/inner")
    found = nodes(file, "/small/parameters")
    assert found["fixed"].warning.endswith(".")
    assert found["mode"].warning.endswith(".")
    assert found["group"].value == "1 parameter"
    assert nodes(file, "/small/results")["note"].name == "note"
