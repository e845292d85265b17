"""Every file that real pypet versions wrote reads as its EXPECTED.json says, leaf by leaf."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pexgui.core import (
    FileRequest,
    FileState,
    NotReadable,
    RunStatus,
    TrajectoryRequest,
    Unreadable,
    ValueRequest,
    bookkeeping,
    explored,
    files,
    items,
    layout,
    leaves,
    read_runs,
    read_value,
    summarize_file,
)
from tests.conftest import ROOT
from tests.core.fixture_digest import fixture_digest, list_hash, without_numpy_words

FOLDER = Path(os.environ.get("PEXGUI_SHARED", ROOT.parent / "shared")) / "fixtures"
SIDECAR = ".EXPECTED.json"
SIDECARS = sorted(FOLDER.glob(f"*/*{SIDECAR}"))
LZO_FILE = "pypet-0.6.1/17_comp_lzo.hdf5"

INT, FLOAT, TEXT = "int", "float", "str"


def scalar(kind: str, value: Any) -> dict[str, Any]:
    return {"t": kind, "v": value}


def sequence(kind: str, *values: Any) -> dict[str, Any]:
    return {"t": kind, "n": len(values), "items": list(values)}


# Where we read something else than pypet, on purpose: the leaf, why, and what we read.
MORE_THAN_PYPET: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {
    ("02_result_types", "results.t.dict_mixed"): (
        "pypet gives complex numbers of a dict as numpy's, we as what they were",
        {"items": {"v": {"e": {"t": "complex", "v": [1.0, 1.0]}}}},
    ),
    ("02_result_types", "results.t.list_mixed_int_float"): (
        "pypet makes all elements what the first was and loses the .5 that is in the file",
        {"items": {"v": sequence("list", scalar(INT, 1), scalar(FLOAT, 2.5))}},
    ),
    ("02_result_types", "results.t.list_mixed_int_str"): (
        "pypet cannot load a list of a number and a text; both are in the file",
        {"items": {"v": sequence("list", scalar(INT, 1), scalar(TEXT, "a"))}},
    ),
    ("02_result_types", "results.t.dict_one_element_list"): (
        "pypet stores a list of one element as the element and cannot load it; the kind of list is in the file",
        {
            "items": {
                "v": {
                    "t": "dict",
                    "items": {
                        "one": sequence("list", scalar(INT, 9)),
                        "two": sequence("list", scalar(INT, 1), scalar(INT, 2)),
                    },
                }
            }
        },
    ),
    ("03_parameter_types", "parameters.t.p_tuple_one"): (
        "the same for a tuple of one element as a parameter",
        {"value": sequence("tuple", scalar(INT, 7))},
    ),
    ("03_parameter_types", "parameters.t.k_none"): (
        "a parameter that holds nothing has no protocol in the file; pypet tells its own default",
        {"protocol": None},
    ),
    ("42_foreign_nodes", "parameters.x"): (
        "pypet stumbles over a foreign dataset in the leaf, we do not",
        {"value": scalar(FLOAT, 1.0), "explored": True, "range": [scalar(FLOAT, 1.0), scalar(FLOAT, 2.0)]},
    ),
    ("42_item_without_store", "results.runs.run_00000000.z"): (
        "pypet stumbles over an item that does not say how it is stored; the dataset itself does",
        {"items": {"z": scalar(FLOAT, 1.0)}},
    ),
    ("42_renamed_group", "parameters.x"): (
        "pypet loads nothing of a group that is called unlike its trajectory",
        {"value": scalar(FLOAT, 1.0), "range": [scalar(FLOAT, 1.0), scalar(FLOAT, 2.0)]},
    ),
    ("42_renamed_group", "results.runs.run_00000000.z"): ("as above", {"items": {"z": scalar(FLOAT, 1.0)}}),
    ("42_renamed_group", "results.runs.run_00000001.z"): ("as above", {"items": {"z": scalar(FLOAT, 2.0)}}),
}
DAMAGED = {("42_corrupt_chunk", "results.bad"): "bad"}


class Fixture:
    """A fixture and what is expected of it."""

    def __init__(self, sidecar: Path) -> None:
        self.expected: dict[str, Any] = json.loads(sidecar.read_text("utf-8"))
        self.path = sidecar.with_name(sidecar.name.removesuffix(SIDECAR))
        self.raw = os.fsencode(self.path)
        self.name = self.path.stem
        self.folder = self.path.parent.name
        self.is_lzo = self.path.match(LZO_FILE)

    def trajectories(self) -> Iterator[tuple[bytes, dict[str, Any]]]:
        """The group of each trajectory that pypet could load, and what it says of it."""
        groups = [child["name"] for child in self.expected.get("root_children", ()) if child["is_trajectory"]]
        for each in self.expected["trajectories"]:
            if "results" in each:
                name = each["name"] if each["name"] in groups or not groups else groups[0]
                yield f"/{name}".encode(), each


def name_of(sidecar: Path) -> str:
    return f"{sidecar.parent.name}/{sidecar.name.removesuffix(SIDECAR)}"


def opens(sidecar: Path) -> bool:
    expected = json.loads(sidecar.read_text("utf-8"))
    return bool(expected["is_hdf5"]) and "open_error" not in expected


def params(sidecars: list[Path]) -> dict[str, Any]:
    return {"params": sidecars or [None], "ids": [name_of(each) for each in sidecars] or ["none"]}


@pytest.fixture(**params(SIDECARS))
def fixture(request: pytest.FixtureRequest, shared: Path) -> Fixture:
    assert shared.is_dir()
    return Fixture(request.param)


@pytest.fixture(**params([each for each in SIDECARS if opens(each)]))
def opened(request: pytest.FixtureRequest, shared: Path) -> Iterator[tuple[Fixture, files.OpenFile]]:
    """The fixtures that can be opened, open."""
    assert shared.is_dir()
    found = Fixture(request.param)
    with files.reading(found.raw) as file:
        yield found, file


Opened = tuple[Fixture, files.OpenFile]


def below(path: bytes, full_name: str) -> bytes:
    return path + b"/" + full_name.replace(".", "/").encode() if full_name else path


def leaves_of(expected: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for branch in ("config", "parameters", "derived_parameters", "results", "other"):
        yield from expected.get(branch, {}).items()


# --- the file and its trajectories --------------------------------------------------------------------------------


def test_a_file_opens_or_says_why_not(fixture: Fixture) -> None:
    summary = summarize_file(FileRequest(fixture.raw))
    if opens(fixture.path.with_name(fixture.path.name + SIDECAR)):
        assert summary.state in (FileState.TRAJECTORIES, FileState.NO_TRAJECTORY)
        assert {each.path for each in summary.trajectories} >= {path for path, _ in fixture.trajectories()}
        return
    with pytest.raises(NotReadable) as problem, files.reading(fixture.raw):
        pass
    assert fixture.path.name in problem.value.title
    assert problem.value.state in (FileState.NOT_HDF5, FileState.DAMAGED)
    assert summary.state is problem.value.state
    assert fixture.path.name in summary.sentence


def test_the_children_of_the_root_are_found_and_told_apart(opened: Opened) -> None:
    fixture, file = opened
    found = [trajectory.path for trajectory in bookkeeping.trajectories(file, [])]
    children = fixture.expected.get("root_children", ())
    if children:
        assert [name.decode() for name in files.names(file.root)] == [child["name"] for child in children]
        assert found == [b"/" + child["name"].encode() for child in children if child["is_trajectory"]]


def test_the_overview_tables_have_their_rows(opened: Opened) -> None:
    fixture, file = opened
    for name, counts in fixture.expected.get("overview_rows", {}).items():
        trajectory = bookkeeping.open_trajectory_group(file, f"/{name}".encode())
        assert {table: bookkeeping.row_count(trajectory, table.encode()) for table in counts} == counts


def test_a_trajectory_says_of_itself_what_pypet_says_of_it(opened: Opened) -> None:
    fixture, file = opened
    for path, expected in fixture.trajectories():
        trajectory = bookkeeping.open_trajectory_group(file, path)
        warnings: list[str] = []
        info = bookkeeping.read_info(trajectory, warnings)
        if fixture.is_lzo:
            assert any("LZO" in warning for warning in warnings)
            assert info.comment == expected["comment"]
            continue
        assert info.name == expected["name"]
        assert (info.created, info.version) == (expected["timestamp"], expected["version"])
        assert info.python == expected.get("python", "")
        assert info.comment in (expected["comment"], full_comment(trajectory))
        found = {name: fixture_digest(value) for name, value in leaves.annotations(trajectory.group).items()}
        assert found == {name: without_numpy_words(each) for name, each in expected.get("annotations", {}).items()}
        names = sorted(name.decode() for name in explored.explored_names(trajectory, []))
        if fixture.name == "42_no_explorations":
            assert (names, expected["explored_parameters"]) == (["parameters.x"], []), "found by its range, not listed"
            continue
        assert names == expected["explored_parameters"]


def full_comment(trajectory: bookkeeping.Trajectory) -> str:
    """The table has only the beginning of a long comment, the trajectory's group has it whole."""
    return files.text_attribute(trajectory.group, layout.SRVC_INIT_COMMENT)


def test_the_settings_are_those_that_were_stored(opened: Opened) -> None:
    fixture, file = opened
    for path, expected in fixture.trajectories():
        settings = bookkeeping.read_settings(bookkeeping.open_trajectory_group(file, path), [])
        if fixture.is_lzo or not settings:
            assert fixture.is_lzo or fixture.name == "42_no_settings"
            continue
        for name, wanted in expected.get("settings", {}).items():
            if name in settings:
                assert settings[name] == (wanted[:7] if name == "complib" else wanted), name


# --- runs ---------------------------------------------------------------------------------------------------------


def test_the_run_table_has_every_row_and_column(opened: Opened) -> None:
    fixture, file = opened
    for path, expected in fixture.trajectories():
        trajectory = bookkeeping.open_trajectory_group(file, path)
        names = expected["run_columns"]
        rows = bookkeeping.table(trajectory, layout.RUNS, names, [])
        if fixture.is_lzo:
            assert rows is None
            continue
        assert rows is not None
        found = [[files.text_of(row[c]) if row.dtype[c].kind == "S" else row[c].item() for c in names] for row in rows]
        assert len(found) == expected["length"]
        if "runs" in expected:
            assert found == expected["runs"]
        else:
            assert (found[:5], found[-5:]) == (expected["runs_head"], expected["runs_tail"])
        assert sum(row[names.index("completed")] != 0 for row in found) == expected["n_completed"]


def test_the_window_shows_as_many_runs_finished_as_pypet_knows(opened: Opened) -> None:
    fixture, _ = opened
    for path, expected in fixture.trajectories():
        runs = read_runs(TrajectoryRequest(fixture.raw, path))
        finished = list(RunStatus).index(RunStatus.FINISHED)
        assert len(runs.names) == expected["length"]
        assert runs.status.count(finished) == (0 if fixture.is_lzo else expected["n_completed"])
        wanted = [row[1] for row in expected.get("runs", ())]
        assert not wanted or list(runs.names) == wanted


# --- the tree -----------------------------------------------------------------------------------------------------


def test_every_leaf_group_and_link_is_there_and_nothing_else(opened: Opened) -> None:
    fixture, file = opened
    for path, expected in fixture.trajectories():
        if "leaf_names_sha256" not in expected:
            continue
        found = walked(files.open_path(file, path))
        assert len(found["leaves"]) == expected["n_leaves"]
        assert hashlib.sha256("\n".join(sorted(found["leaves"])).encode()).hexdigest() == expected["leaf_names_sha256"]
        assert len(found["groups"]) == expected["n_groups"]
        links = {name: target.split("/", 2)[2].replace("/", ".") for name, target in found["links"].items()}
        broken = fixture.expected.get("broken_links", ())
        assert {name: target for name, target in links.items() if name not in broken} == expected["links"]


def walked(group: Any) -> dict[str, Any]:
    """The full names of the leaves and groups of a trajectory, and its links with their targets."""
    found: dict[str, Any] = {"leaves": [], "groups": [], "links": {}}

    def enter(visit: files.Visit) -> bool:
        return visit.path != layout.OVERVIEW and not items.is_leaf(visit.node)

    for visit in files.walk(group, enter):
        name = visit.path.replace(b"/", b".").decode()
        assert visit.kind is not files.VisitKind.UNREADABLE, visit.reason
        if visit.kind is files.VisitKind.SOFT:
            found["links"][name] = visit.target.decode()
        elif visit.kind is files.VisitKind.GROUP and visit.path != layout.OVERVIEW:
            found["leaves" if items.is_leaf(visit.node) else "groups"].append(name)
    return found


def test_groups_have_their_comments_and_annotations(opened: Opened) -> None:
    fixture, file = opened
    for path, expected in fixture.trajectories():
        for name, wanted in expected.get("groups", {}).items():
            node = files.open_path(file, below(path, name))
            comment = files.text_attribute(node, layout.SRVC_INIT_COMMENT)
            if "comment_sha256" in wanted:
                assert hashlib.sha256(comment.encode()).hexdigest() == wanted["comment_sha256"]
            else:
                assert comment == wanted.get("comment", "")
            found = {key: fixture_digest(value) for key, value in leaves.annotations(node).items()}
            assert found == {key: without_numpy_words(each) for key, each in wanted.get("annotations", {}).items()}
            if "class" in wanted:
                assert items.leaf_class(node) == wanted["class"]


# --- leaf by leaf -------------------------------------------------------------------------------------------------


def test_every_leaf_reads_as_expected(opened: Opened) -> None:
    fixture, file = opened
    wrong = []
    for path, expected in fixture.trajectories():
        for name, wanted in leaves_of(expected):
            leaf = leaves.load_leaf(file, below(path, name))
            found, wanted = described(fixture, name, leaf, wanted)
            wrong += [(name, key, found.get(key), wanted[key]) for key in wanted if found.get(key) != wanted[key]]
            damaged = DAMAGED.get((fixture.name, name))
            if fixture.is_lzo:
                assert leaf.problems and all("LZO" in problem for problem in leaf.problems.values())
            else:
                assert list(leaf.problems) == ([damaged] if damaged else []), name
    assert wrong == []


def described(
    fixture: Fixture, name: str, leaf: leaves.Leaf, wanted: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was found and what is wanted, under the same keys."""
    wanted = {key: value for key, value in wanted.items() if key not in ("pypet_cannot_load", "raw_pickles")}
    if (fixture.name, name) in MORE_THAN_PYPET:
        wanted = merged(wanted, MORE_THAN_PYPET[fixture.name, name][1])
    if fixture.is_lzo:
        wanted = {key: wanted[key] for key in ("class", "comment", "explored") if key in wanted}
    if "annotations" in wanted or fixture.folder != "older":
        wanted["annotations"] = {k: without_numpy_words(each) for k, each in wanted.get("annotations", {}).items()}
    if "items" in wanted:
        wanted["items"] = {key: unshared(each) for key, each in wanted["items"].items()}
    values_of_runs = [fixture_digest(value) for value in leaf.range or ()]
    return {
        "class": leaf.class_name,
        "comment": leaf.comment,
        "comment_sha256": hashlib.sha256(leaf.comment.encode()).hexdigest(),
        "annotations": {key: fixture_digest(value) for key, value in leaf.annotations.items()},
        "items": {key: fixture_digest(value) for key, value in leaf.items.items()},
        "value": None if leaf.value is None else fixture_digest(leaf.value),
        "explored": leaf.explored,
        "range": values_of_runs,
        "range_length": len(values_of_runs),
        "range_head": values_of_runs[:5],
        "range_tail": values_of_runs[-5:],
        "range_sha256": list_hash(values_of_runs),
        "empty": leaf.empty,
        "protocol": leaf.protocol,
    }, wanted


def merged(wanted: Any, ours: Any) -> Any:
    """``wanted`` with the parts that ``ours`` has instead."""
    if isinstance(wanted, dict) and isinstance(ours, dict) and "t" not in ours:
        if wanted.get("t") == "dict":
            return {"t": "dict", "items": merged(wanted["items"], ours)}
        return {**wanted, **{key: merged(wanted.get(key), each) for key, each in ours.items()}}
    return ours


def unshared(wanted: dict[str, Any]) -> Any:
    """Shared data were described through pypet's containers for them; we read what is in them."""
    if str(wanted.get("t", "")).startswith("Shared"):
        return wanted["data"] if "data" in wanted else {"columns": wanted["columns"]}
    return wanted


def test_pickles_come_byte_by_byte(opened: Opened) -> None:
    fixture, file = opened
    for path, expected in fixture.trajectories():
        for name, wanted in leaves_of(expected):
            group = files.open_path(file, below(path, name))
            for item, stream in wanted.get("raw_pickles", {}).items():
                raw = items.pickle_bytes(files.open_child(group, item.encode()))
                assert {"n": len(raw), "sha256": hashlib.sha256(raw).hexdigest()} == stream


def test_the_window_shows_every_item_of_every_leaf(opened: Opened) -> None:
    fixture, _ = opened
    broken = []
    for path, expected in fixture.trajectories():
        for name, wanted in leaves_of(expected):
            value = read_value(ValueRequest(fixture.raw, below(path, name), path))
            if "items" in wanted and not fixture.is_lzo:
                assert [info.name for info in value.items] == sorted(wanted["items"])
            for info in value.items:
                shown = read_value(ValueRequest(fixture.raw, below(path, name), path, info.name))
                assert shown.chosen == info.name
                if isinstance(shown.content, Unreadable):
                    broken.append((name, shown.content.reason))
    if fixture.is_lzo:
        assert broken and all("LZO" in reason for _, reason in broken)
    else:
        assert [name for name, _ in broken] == [name for file, name in DAMAGED if file == fixture.name]
