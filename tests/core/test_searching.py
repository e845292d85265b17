"""Finding a node by its name, type or comment."""

import os
from pathlib import Path

import h5py
import numpy as np
import pytest

from pexgui.core import Cancelled, Found, Kind, NotReadable, SearchRequest, search_tree
from pexgui.core.writer import Head, create
from tests.builders import CREATED, many_runs, small_trajectory
from tests.core.expected import fixture


def found(file: Path, path: str, text: str, limit: int = 200) -> Found:
    return search_tree(SearchRequest(os.fsencode(file), path.encode(), text, limit))


def names(answer: Found) -> list[str]:
    return [node.name for node in answer.nodes]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with create(os.fsencode(tmp_path / "a.hdf5")) as made:
        trajectory = made.trajectory(Head("T", CREATED), 2)
        trajectory.group("parameters.neuron", "Everything about the CELL")
        trajectory.parameter("neuron.tau", 1.0, [1.0, 2.0], "Time constant of the membrane")
        trajectory.parameter("neuron.sigma", 2)
        trajectory.result("membrane", np.zeros(3), run=0)
        trajectory.result("pair", {"left": 1, "right": "word"}, run=0)
        trajectory.link("results.shortcut", "results.runs.run_00000000.pair")
        trajectory.config("hdf5.complib", "zlib", "Which LIBRARY")
    return tmp_path / "a.hdf5"


def test_names_are_found_whatever_their_case_and_wherever_they_are(file: Path) -> None:
    answer = found(file, "/T", "MEMB")
    assert sorted(names(answer)) == ["membrane", "tau"]
    assert answer.complete
    membrane = next(node for node in answer.nodes if node.name == "membrane")
    assert membrane.path == b"/T/results/runs/run_00000000/membrane"
    assert (membrane.kind, membrane.value) == (Kind.RESULT, "[0.0, 0.0, 0.0]")


def test_comments_of_leaves_and_groups_are_searched(file: Path) -> None:
    assert names(found(file, "/T", "library")) == ["complib"]
    assert names(found(file, "/T", "about the cell")) == ["neuron"]


def test_types_are_searched(file: Path) -> None:
    assert sorted(names(found(file, "/T/parameters", "float64"))) == ["tau"]
    assert names(found(file, "/T", "2 items")) == ["pair"]


def test_items_of_results_are_found(file: Path) -> None:
    (node,) = found(file, "/T", "left").nodes
    assert (node.name, node.kind, node.path) == ("left", Kind.ITEM, b"/T/results/runs/run_00000000/pair/left")


def test_with_a_dot_full_names_are_searched(file: Path) -> None:
    assert names(found(file, "/T", "neuron.ta")) == ["tau"]


def test_links_are_found_by_their_names_and_not_followed(file: Path) -> None:
    (node,) = found(file, "/T", "shortcut").nodes
    assert (node.kind, node.target) == (Kind.LINK, "/T/results/runs/run_00000000/pair")
    assert names(found(file, "/T", "right")) == ["right"]


def test_the_overview_is_not_searched_but_a_group_of_that_name_elsewhere_is(file: Path) -> None:
    assert names(found(file, "/T", "explorations")) == []
    with h5py.File(file, "r+") as opened:
        opened.create_group("T/results/overview/inner")
    assert names(found(file, "/T", "overview")) == ["overview"]
    assert names(found(file, "/T", "inner")) == ["inner"]


def test_an_object_with_several_names_is_found_once(file: Path) -> None:
    with h5py.File(file, "r+") as opened:
        opened["T/results/zz_again"] = opened["T/results/runs"]
        opened["T/results/runs/round"] = opened["T/results"]
    assert names(found(file, "/T", "membrane")) == ["tau", "membrane"]


def test_a_search_stops_at_its_limit_and_says_so(tmp_path: Path) -> None:
    many = many_runs(tmp_path / "many.hdf5", 50)
    answer = found(many, "/many", "rate", 20)
    assert len(answer.nodes) == 20
    assert not answer.complete
    assert len(found(many, "/many", "rate", 50).nodes) == 50
    assert found(many, "/many", "rate", 50).complete


def test_nothing_is_found_for_nothing(file: Path) -> None:
    for text in ("", "   ", "no such thing"):
        assert found(file, "/T", text) == Found((), True)


def test_a_broken_group_is_no_reason_to_find_nothing(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as opened:
        place = h5py.h5o.get_info(opened["small/results/runs/run_00000001"].id).addr
    with file.open("r+b") as raw:
        raw.seek(place)
        raw.write(b"\xff" * 16)
    assert names(found(file, "/small", "trace")) == ["trace", "trace"]
    (broken,) = found(file, "/small", "run_00000001").nodes
    assert broken.kind is Kind.UNREADABLE
    assert broken.warning.endswith(".")


def test_a_search_reports_on_the_way_and_stops_when_told(tmp_path: Path) -> None:
    many = many_runs(tmp_path / "many.hdf5", 300)
    reports: list[int] = []

    def stop(what: str, done: int, total: int) -> None:
        reports.append(done)
        if len(reports) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        search_tree(SearchRequest(os.fsencode(many), b"/many", "no such thing"), stop)
    assert reports[2] > reports[1] > reports[0] == 0


def test_a_file_of_python_2_is_searched_too(shared: Path) -> None:
    old = fixture(shared, "old_0.1b.8.hdf5", "older")
    assert "arr" in names(found(old, "/Old", "arr"))


def test_a_group_that_is_not_there_says_so(file: Path) -> None:
    with pytest.raises(NotReadable, match="cannot be found"):
        found(file, "/gone", "x")
