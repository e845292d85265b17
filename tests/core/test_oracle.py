"""What the real pypet writes, here and now, our reader reads as pypet does, leaf by leaf."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pexgui.core import FileRequest, FileState, files, frames, leaves, sparse, summarize_file, values
from tests.oracle import ask
from tests.oracle.digest import digest
from tests.values import every_value

NAMES = ("sweep", "values", "unfinished", "pickles")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pypet")


@pytest.fixture(scope="session")
def described(oracle: Path, folder: Path) -> dict[str, Any]:
    """Files that pypet wrote, and one of ours, as pypet describes them, by the name of the file."""
    ours = every_value(folder / "ours.hdf5", "ours")
    jobs = [{"do": "describe", "file": str(folder / f"{name}.hdf5")} for name in NAMES]
    made, *answers = ask(
        oracle, [{"do": "make", "folder": str(folder)}, *jobs, {"do": "describe", "file": str(ours)}], folder
    )
    assert made == [f"{name}.hdf5" for name in NAMES]
    return {name: answer[name] for name, answer in zip((*NAMES, "ours"), answers, strict=True)}


def as_json(value: Any) -> Any:
    """The digest of a value as our reader gives it, in the words in which pypet's side describes the same."""
    if isinstance(value, values.Pickle):
        assert value.refusal == ""
        return as_json(value.value)
    if isinstance(value, frames.Frame):
        value = frames.to_pandas(value)
    if isinstance(value, sparse.Sparse):
        cells = zip(value.rows, value.columns, value.values, strict=True)
        stored = sorted([int(row), int(column), digest(cell.item())["v"]] for row, column, cell in cells if cell)
        return {"t": "sparse", "format": value.format, "shape": list(value.shape), "coo": stored}
    return json.loads(json.dumps(digest(value)))


def tolerant(found: Any) -> Any:
    """A digest without what differs between versions of numpy and pandas, not between readers.

    pypet gives complex numbers of a dict as numpy's, and booleans of numpy as Python's.
    """
    if isinstance(found, list):
        return [tolerant(each) for each in found]
    if not isinstance(found, dict):
        return found
    if found.get("t") == "npscalar":
        plain = {"complex128": "complex", "bool": "bool", "float64": "float", "int64": "int"}
        return {"t": plain.get(found["dtype"], found["dtype"]), "v": found["v"]}
    return {key: tolerant(each) for key, each in found.items()}


def path_of(name: str, full: str) -> bytes:
    return f"/{name}/{full.replace('.', '/')}".encode()


@pytest.mark.parametrize("name", [*NAMES, "ours"])
def test_every_leaf_reads_as_pypet_reads_it(described: dict[str, Any], folder: Path, name: str) -> None:
    wrong = []
    with files.reading(os.fsencode(folder / f"{name}.hdf5")) as file:
        for full, wanted in described[name]["leaves"].items():
            leaf = leaves.load_leaf(file, path_of(name, full))
            assert leaf.problems == {}, full
            assert (leaf.class_name, leaf.comment) == (wanted["class"], wanted["comment"]), full
            found: dict[str, Any] = {"items": {item: as_json(value) for item, value in leaf.items.items()}}
            if leaf.is_parameter:
                found = {"value": as_json(leaf.value)}
                if leaf.range is not None:
                    found["range"] = [as_json(value) for value in leaf.range]
            wrong += [
                (full, key, found.get(key), wanted[key])
                for key in ("items", "value", "range")
                if key in wanted and tolerant(found.get(key)) != tolerant(wanted[key])
            ]
    assert wrong == []


@pytest.mark.parametrize("name", [*NAMES, "ours"])
def test_annotations_read_as_pypet_reads_them(described: dict[str, Any], folder: Path, name: str) -> None:
    with files.reading(os.fsencode(folder / f"{name}.hdf5")) as file:
        places = {path_of(name, full): leaf["annotations"] for full, leaf in described[name]["leaves"].items()}
        places |= {path_of(name, full): group["annotations"] for full, group in described[name]["groups"].items()}
        places[f"/{name}".encode()] = described[name]["annotations"]
        assert any(places.values()) or name in ("values", "unfinished", "pickles")
        for place, wanted in places.items():
            found = leaves.annotations(files.open_path(file, place))
            assert {key: plainly(value) for key, value in found.items()} == {
                key: each.get("v", each.get("items", each.get("hex"))) for key, each in wanted.items()
            }


def plainly(value: Any) -> Any:
    made = as_json(value.item() if isinstance(value, np.generic) else value)
    return made["hex"] and {"hex": made["hex"]} if made["t"] == "bytes" else made.get("v", made.get("items"))


@pytest.mark.parametrize(("name", "runs", "finished"), [("sweep", 6, 6), ("values", 1, 0), ("unfinished", 4, 1)])
def test_files_of_pypet_are_summarized(
    described: dict[str, Any], folder: Path, name: str, runs: int, finished: int
) -> None:
    summary = summarize_file(FileRequest(os.fsencode(folder / f"{name}.hdf5")))
    (trajectory,) = summary.trajectories
    assert (summary.state, summary.sentence) == (FileState.TRAJECTORIES, "")
    assert (trajectory.name, trajectory.runs, trajectory.finished) == (name, runs, finished)
    assert sorted(trajectory.explored) == described[name]["explored"]
    assert trajectory.comment == described[name]["comment"]
    assert trajectory.created == pytest.approx(described[name]["timestamp"])
    assert len(described[name]["runs"]) == runs


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, True), (1, 1.0), ([1], (1,)), ("a", b"a"), (np.zeros(2), np.zeros((2, 1))), (np.int8(1), np.int16(1))],
)
def test_a_digest_tells_values_apart_that_python_takes_for_equal(one: Any, other: Any) -> None:
    assert digest(one) != digest(other)
