"""The corpus of hostile and broken files: nothing runs, nothing else is shown, every file ends in order."""

import ctypes
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pexgui.core import EngineDied
from pexgui.core.host import Engine
from tests.conftest import Corpus
from tests.exploring import Seen, explore, listing

HANGING = {"f_hang_globalheap0.hdf5", "f_hang_globalheap1.hdf5"}
"""Every version of HDF5 loops on these for ever."""
READ, OPENED = 0x1, 0x20
"""What inotify can be asked to tell."""
LEADING_ELSEWHERE = ("c_ext", "c_vds", "c_soft", "c_hard", "c_udlink")


class Outcome(NamedTuple):
    """What became of one file of the corpus."""

    entry: dict[str, Any]
    seen: Seen
    deaths: int


def looked_at(corpus: Corpus, prefixes: tuple[str, ...] = ("",)) -> dict[str, Outcome]:
    """Explore files, all through one engine process, as a window would."""
    outcomes = {}
    with Engine(deadline=4.0) as engine:
        for file, entry in corpus.files().items():
            if entry["file"].startswith(prefixes):
                seen = explore(engine.call, file, most_nodes=60)
                deaths = sum(isinstance(problem, EngineDied) for problem in seen.problems)
                outcomes[entry["file"]] = Outcome(entry, seen, deaths)
    return outcomes


@pytest.fixture(scope="session")
def outcomes(corpus: Corpus) -> dict[str, Outcome]:
    return looked_at(corpus)


def test_looking_changes_no_file(corpus: Corpus, request: pytest.FixtureRequest) -> None:
    before = listing(os.fsencode(corpus.folder))
    outcomes = request.getfixturevalue("outcomes")
    assert len(outcomes) > 500
    assert listing(os.fsencode(corpus.folder)) == before


def test_no_payload_of_any_file_runs(corpus: Corpus, outcomes: dict[str, Outcome]) -> None:
    assert outcomes
    assert sorted(marker.name for marker in corpus.markers.iterdir()) == []


def test_no_other_file_is_shown(outcomes: dict[str, Outcome]) -> None:
    for outcome in outcomes.values():
        assert not outcome.seen.holds(b"TOP-SECRET-CONTENT"), outcome.entry["file"]
        assert not outcome.seen.holds(b"root:x:0:0"), outcome.entry["file"]


@contextmanager
def watched(files: list[Path]) -> Iterator[Callable[[], bool]]:
    """Ask Linux whether any of ``files`` was opened or read since it was asked last."""
    libc = ctypes.CDLL(None, use_errno=True)
    queue = libc.inotify_init1(os.O_NONBLOCK)
    assert queue >= 0
    for file in files:
        assert libc.inotify_add_watch(queue, os.fsencode(file), OPENED | READ) >= 0

    def touched() -> bool:
        try:
            return bool(os.read(queue, 65_536))
        except BlockingIOError:
            return False

    try:
        yield touched
    finally:
        os.close(queue)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who opened a file")
def test_no_other_file_is_opened(corpus: Corpus) -> None:
    others = [corpus.folder / name for name in ("c_victim.hdf5", "c_secret.txt", "c_fifo")]
    with watched(others) as touched:
        others[0].read_bytes()
        assert touched(), "opening a file must be noticed"
        outcomes = looked_at(corpus, LEADING_ELSEWHERE)
        assert len(outcomes) > 15
        assert not touched()


def test_what_must_be_refused_is_refused_with_a_sentence(outcomes: dict[str, Outcome]) -> None:
    assert [name for name, o in outcomes.items() if o.entry["expect"] == "refuse" and not o.seen.refused] == []


def test_what_is_safe_is_shown_without_a_complaint(outcomes: dict[str, Outcome]) -> None:
    safe = {name: outcome.seen for name, outcome in outcomes.items() if outcome.entry["expect"] == "safe"}
    assert len(safe) > 90
    for name, seen in safe.items():
        assert seen.listed, name
        assert [problem.title for problem in seen.problems] == [], name


def test_only_files_that_hang_hdf5_end_the_engine(outcomes: dict[str, Outcome]) -> None:
    assert {name for name, outcome in outcomes.items() if outcome.deaths} == HANGING


def test_every_problem_is_a_sentence_for_a_person_and_none_a_mistake_of_ours(outcomes: dict[str, Outcome]) -> None:
    for name, outcome in outcomes.items():
        for problem in outcome.seen.problems:
            assert problem.title.endswith("."), (name, problem.title)
            assert "mistake" not in problem.title, (name, problem.details)
            assert "Traceback" not in problem.title + problem.hint, name


def test_files_with_hostile_names_all_open(corpus: Corpus) -> None:
    folder = os.fsencode(corpus.folder / "i_names")
    opened = 0
    with Engine() as engine:
        for here, _, files in os.walk(folder):
            for name in files:
                seen = explore(engine.call, os.path.join(here, name), 5)
                assert seen.nodes > 0, name
                opened += 1
    assert opened >= 28
    assert list(corpus.markers.iterdir()) == []
