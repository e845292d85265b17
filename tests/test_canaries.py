"""Files with pickles that leave a mark when they are unpickled: whatever reads the files, no mark is left."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.expected import fixtures
from tests.exploring import explore

UNPICKLE = """
import sys, tables
with tables.open_file(sys.argv[1]) as file:
    for node in file.walk_nodes("/"):
        node._v_attrs
"""
EVERYTHING = """
import contextlib, io, json, sys
from pexgui.cli import main

def run(*arguments):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        status = main(list(arguments))
    return out.getvalue() if status == 0 else "null"

def places(node):
    yield node["path"]
    for child in node.get("children", ()):
        yield from places(child)

shown = 0
for file in sys.argv[1:]:
    for command in (["info"], ["runs"], ["tree"]):
        run(command[0], file), run(command[0], file, "--json")
    for raw in (["--raw"], []):
        found = json.loads(run("tree", file, *raw, "--limit", "0", "--depth", "50", "--json"))
        for place in places(found["tree"]) if found else ():
            shown += run("show", file, *raw, place) != "null"
print(shown)
"""


@pytest.fixture
def canaries(shared: Path) -> list[Path]:
    """The files, of both versions of pypet."""
    return [file for file, _ in fixtures(shared, "50_canary_*")]


@pytest.fixture
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where marks are left in this test."""
    monkeypatch.setenv("PEXGUI_CANARY", str(tmp_path / "mark"))
    return tmp_path / "mark"


@pytest.mark.parametrize("name", ["root_attr", "traj_annotation", "leaf_comment", "node_title", "table_attr"])
def test_a_canary_sings_when_somebody_opens_the_file_with_pytables(canaries: list[Path], mark: Path, name: str) -> None:
    """PyTables unpickles what it finds in the attributes of what it opens: the files are what they claim to be."""
    for file in canaries:
        if name in file.name:
            mark.unlink(missing_ok=True)
            subprocess.run([sys.executable, "-c", UNPICKLE, file], capture_output=True)
            assert mark.exists(), file


def test_the_reader_leaves_no_mark(canaries: list[Path], mark: Path) -> None:
    for file in canaries:
        seen = explore(lambda operation, request: operation(request), os.fsencode(file))
        assert seen.nodes > 20, file
        assert [problem.title for problem in seen.problems if "mistake" in problem.title] == []
        assert not mark.exists(), file


def test_the_command_line_leaves_no_mark(canaries: list[Path], mark: Path) -> None:
    answer = subprocess.run([sys.executable, "-c", EVERYTHING, *canaries], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) > 25 * len(canaries)
    assert "mistake" not in answer.stderr
    assert not mark.exists()
