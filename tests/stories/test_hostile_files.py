"""Hostile files before a person: nothing of them runs, nothing else is shown, and the window lives on."""

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pexgui.core.host import Engine
from pexgui.ui.library_model import RowState
from pexgui.ui.library_row import tooltip
from tests.builders import small_trajectory
from tests.conftest import Corpus
from tests.core.expected import fixtures
from tests.exploring import listing
from tests.stories.person import Person, looks_at_everything, said
from tests.ui.instruments import Heartbeat

SHARE = 45
"""So many files are opened in every run, chosen by SEED; all with ``--everything``."""
SEED = 20261123
HANGING = ("f_hang_globalheap0.hdf5", "f_hang_globalheap1.hdf5")
SECRETS = ("TOP-SECRET-CONTENT", "root:x:0:0")

NAKED = """
import os
os.environ["PEXGUI_CANARY"] = {mark!r}
import pexgui.core.engine as engine
from pexgui.core.sandbox import Confinement
engine.confine = lambda reads, writes: Confinement(0, "none, for a test")
engine.main()
"""
"""An engine without any barrier, in which a canary would leave its mark."""


def chosen(corpus: Corpus, everything: bool) -> dict[bytes, dict[str, Any]]:
    files = corpus.files()
    if everything:
        return files
    names = [path for path in files if os.path.basename(path).decode() in HANGING]
    others = sorted(set(files) - set(names))
    return {path: files[path] for path in [*random.Random(SEED).sample(others, SHARE), *names]}


def test_every_file_ends_as_shown_or_refused_and_the_window_lives(
    arrives: Callable[..., Person], corpus: Corpus, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    person = arrives(deadline=2.0)
    before = listing(os.fsencode(corpus.folder))
    good = small_trajectory(tmp_path / "good.hdf5")
    read: list[str] = []

    def reads() -> None:
        read.extend(said(person.window.value))

    for number, (path, entry) in enumerate(chosen(corpus, request.config.getoption("--everything")).items()):
        with Heartbeat() as heartbeat:
            seen = looks_at_everything(person, path, 25, reads)
        name = entry["file"]
        assert heartbeat.beats > 0
        assert heartbeat.longest < 0.5, name
        row = person.window.library.model.find(path)
        assert row is not None, name
        if entry["expect"] == "safe":
            assert seen or row.summary is not None, name
        assert row.state in (RowState.READ, RowState.REFUSED), name
        assert seen or tooltip(row).count("\n") >= 1, name
        words = "\n".join((person.words(), *read))
        read.clear()
        assert row.name in words
        assert not any(secret in words for secret in SECRETS), name
        assert "mistake" not in words, name
        person.window.close_file()
        if number % 10 == 9:
            person.opens(good)
            assert person.window.trajectory.runs.model.runs() == 3
            person.window.close_file()
    person.opens(good)
    assert person.window.trajectory.runs.model.runs() == 3
    assert [problem.title for problem in person.problems] == []
    assert listing(os.fsencode(corpus.folder)) == before
    assert sorted(os.listdir(corpus.markers)) == []


def test_the_whole_corpus_as_one_folder_fills_in_without_holding_up_the_window(
    arrives: Callable[..., Person], corpus: Corpus
) -> None:
    person = arrives(deadline=2.0)
    with Heartbeat() as heartbeat:
        person.opens(corpus.folder)
    assert heartbeat.longest <= 0.25
    assert len(person.files()) > 500
    assert all(row.state in (RowState.READ, RowState.REFUSED) for row in person.window.library.model.walk())
    words = person.words()
    assert not any(secret in words for secret in SECRETS)
    assert person.problems == []
    assert sorted(os.listdir(corpus.markers)) == []


def test_no_canary_leaves_a_mark_even_without_any_barrier(
    arrives: Callable[..., Person], shared: Path, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    command = (sys.executable, "-I", "-c", NAKED.format(mark=str(mark)))
    person = arrives(engines=[Engine(command) for _ in range(3)])
    canaries = [file for file, _ in fixtures(shared, "50_canary_*") if "0.6.1" in str(file)]
    assert len(canaries) > 8
    for file in canaries:
        assert looks_at_everything(person, file, most=400) > 25
        assert not mark.exists(), file
        person.window.close_file()
    confinement = person.engines[0].confinement
    assert confinement is not None
    assert confinement.note == "none, for a test"
    assert person.problems == []


def test_an_engine_without_barriers_would_let_a_canary_sing(shared: Path, tmp_path: Path) -> None:
    """What the test above relies on: the mark could be left if anything were unpickled."""
    import subprocess

    mark = tmp_path / "mark"
    program = NAKED.format(mark=str(mark)).replace("engine.main()", "import tables; tables.open_file(sys.argv[1])")
    (file,) = [file for file, _ in fixtures(shared, "50_canary_root_attr*") if "0.6.1" in str(file)]
    subprocess.run([sys.executable, "-I", "-c", "import sys\n" + program, file], capture_output=True)
    assert mark.exists()
