"""The corpus of hostile and broken files: nothing runs, nothing else is shown, every file ends in order."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pexgui.core import EngineDied
from pexgui.core.host import Engine
from tests.exploring import Seen, explore, listing

SHARE = 120
"""How many of the entries `make test` looks at, chosen by SEED; ``make hostile`` looks at all."""
SEED = 20261123


class Corpus(NamedTuple):
    folder: Path
    markers: Path
    entries: list[dict[str, Any]]


@pytest.fixture(scope="session")
def corpus(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("hostile")
    markers = tmp_path_factory.mktemp("markers")
    subprocess.run(
        [sys.executable, shared / "hostile" / "make_hostile.py", folder],
        env={**os.environ, "PEX_MARKER_DIR": str(markers)},
        check=True,
        capture_output=True,
    )
    assert not list(markers.iterdir())
    yield Corpus(folder, markers, json.loads((folder / "manifest.json").read_text()))
    shutil.rmtree(folder)


def chosen(entries: list[dict[str, Any]], everything: bool) -> list[dict[str, Any]]:
    """All entries, or all that are not mass-produced and a seeded share of those that are."""
    single = [entry for entry in entries if entry["category"] != "class-confusion"]
    mass = [entry for entry in entries if entry["category"] == "class-confusion"]
    if everything:
        return single + mass
    return single + random.Random(SEED).sample(mass, SHARE)


class Outcome(NamedTuple):
    """What became of one file of the corpus."""

    entry: dict[str, Any]
    seen: Seen
    deaths: int


def looked_at(corpus: Corpus, entries: list[dict[str, Any]]) -> dict[str, Outcome]:
    """Explore the files of ``entries``, all through one engine process, as a window would."""
    outcomes = {}
    with Engine(deadline=2.0) as engine:
        for entry in entries:
            file = os.fsencode(corpus.folder / entry["file"])
            if not os.path.lexists(file) or entry["file"].endswith("/") or "(" in entry["file"]:
                continue
            seen = explore(lambda operation, request: engine.call(operation, request), file, most_nodes=60)
            deaths = sum(isinstance(problem, EngineDied) for problem in seen.problems)
            outcomes[entry["file"]] = Outcome(entry, seen, deaths)
    return outcomes


@pytest.fixture(scope="session")
def outcomes(corpus: Corpus, request: pytest.FixtureRequest) -> dict[str, Outcome]:
    everything = request.config.getoption("--everything")
    return looked_at(corpus, chosen(corpus.entries, everything))


def test_looking_changes_no_file(corpus: Corpus, request: pytest.FixtureRequest) -> None:
    before = listing(os.fsencode(corpus.folder))
    request.getfixturevalue("outcomes")
    assert listing(os.fsencode(corpus.folder)) == before


def test_no_payload_of_any_file_runs(corpus: Corpus, outcomes: dict[str, Outcome]) -> None:
    assert outcomes
    assert sorted(marker.name for marker in corpus.markers.iterdir()) == []


def test_no_other_file_is_shown(outcomes: dict[str, Outcome]) -> None:
    for outcome in outcomes.values():
        assert not outcome.seen.holds(b"TOP-SECRET-CONTENT"), outcome.entry["file"]
        assert not outcome.seen.holds(b"root:x:0:0"), outcome.entry["file"]


def test_what_must_be_refused_is_refused_with_a_sentence(outcomes: dict[str, Outcome]) -> None:
    shown = [name for name, o in outcomes.items() if o.entry["expect"] == "refuse" and not o.seen.refused]
    assert shown == []


def test_what_is_safe_is_shown(outcomes: dict[str, Outcome]) -> None:
    for name, outcome in outcomes.items():
        if outcome.entry["expect"] == "safe":
            assert outcome.seen.nodes > 0, name
            assert outcome.deaths == 0, name


def test_only_files_that_hang_hdf5_end_the_engine(outcomes: dict[str, Outcome]) -> None:
    assert {name for name, o in outcomes.items() if o.deaths} <= {
        "f_hang_globalheap0.hdf5",
        "f_hang_globalheap1.hdf5",
    }


def test_files_with_hostile_names_all_open(corpus: Corpus) -> None:
    folder = os.fsencode(corpus.folder / "i_names")
    opened = 0
    with Engine() as engine:
        for here, _, files in os.walk(folder):
            for name in files:
                seen = explore(lambda operation, request: engine.call(operation, request), os.path.join(here, name), 5)
                assert seen.nodes > 0, name
                opened += 1
    assert opened >= 28
    assert list(corpus.markers.iterdir()) == []
