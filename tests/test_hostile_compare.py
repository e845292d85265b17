"""The corpus of hostile and broken files, compared: nothing runs, nothing else is shown, every comparison ends."""

import os
from itertools import pairwise
from pathlib import Path

import pytest

from pexgui.core import (
    CompareRequest,
    Comparison,
    DifferenceRequest,
    EngineDied,
    PexError,
    Side,
    compare,
    read_difference,
)
from pexgui.core.host import Engine
from tests.conftest import Corpus
from tests.core.compared import grid, sweep
from tests.core.expected import fixtures
from tests.exploring import listing
from tests.test_hostile import HANGING


def show(engine: Engine, found: Comparison) -> set[str]:
    """Ask for the first differences in full, as the window does; answers which kinds of views came."""
    kinds = set()
    a = found.sides[0].side
    for one in found.against[0].differences[:20]:
        try:
            view = engine.call(read_difference, DifferenceRequest(a, found.sides[1].side, one)).view
        except EngineDied:
            continue
        except PexError as problem:
            assert "mistake" not in problem.title, problem.details
            continue
        assert "TOP-SECRET-CONTENT" not in repr(view)
        assert "root:x:0:0" not in repr(view)
        kinds.add(type(view).__name__)
    return kinds


def test_every_file_of_the_corpus_is_compared_with_itself_and_with_a_good_one(corpus: Corpus, tmp_path: Path) -> None:
    good = Side(os.fsencode(sweep(tmp_path / "good.hdf5", grid(2))))
    before = listing(os.fsencode(corpus.folder))
    compared, died, shown = 0, set(), set()
    with Engine(deadline=4.0) as engine:
        for file, entry in corpus.files().items():
            whole = Side(file, b"/", path=b"/")
            for sides in ((whole, whole), (Side(file), good), (good, whole)):
                try:
                    found = engine.call(compare, CompareRequest(sides))
                except EngineDied:
                    died.add(entry["file"])
                except PexError as problem:
                    assert problem.title.endswith("."), entry["file"]
                    assert "mistake" not in problem.title, (entry["file"], problem.details)
                else:
                    compared += 1
                    shown |= show(engine, found)
                    told = repr(found)
                    assert "TOP-SECRET-CONTENT" not in told, entry["file"]
                    assert "root:x:0:0" not in told, entry["file"]
    assert compared > 300
    assert died <= HANGING
    assert len(shown) > 2
    assert sorted(marker.name for marker in corpus.markers.iterdir()) == []
    assert listing(os.fsencode(corpus.folder)) == before


def test_comparing_leaves_no_mark_of_a_pickle(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "mark"
    monkeypatch.setenv("PEXGUI_CANARY", str(mark))
    canaries = [Side(os.fsencode(file)) for file, _ in fixtures(shared, "50_canary_*")]
    assert len(canaries) > 10
    for one, other in pairwise(canaries):
        for sides in ((one, one), (one, other)):
            assert isinstance(compare(CompareRequest(sides)), Comparison)
            assert not mark.exists(), one.file
