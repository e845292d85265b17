"""The sentences about runs to do, also for one run, for all of them, and for none."""

import pytest

from pexgui.ui import to_do_words as words
from tests.ui.to_dos import to_do

BEGUN = "begun and did not finish"


@pytest.mark.parametrize(
    ("open_runs", "runs", "failed", "said"),
    [
        (588, 1000, (412, 415, 733), f"588 of 1,000 runs of “lif_sweep” are open; 3 of them were {BEGUN}."),
        (588, 1000, (412,), f"588 of 1,000 runs of “lif_sweep” are open; 1 of them was {BEGUN}."),
        (588, 1000, (), "588 of 1,000 runs of “lif_sweep” are open."),
        (1, 1000, (999,), f"1 of 1,000 runs of “lif_sweep” is open; it was {BEGUN}."),
        (2, 1000, (998, 999), f"2 of 1,000 runs of “lif_sweep” are open; all of them were {BEGUN}."),
        (1000, 1000, (), "All 1,000 runs of “lif_sweep” are open."),
        (1, 1, (), "The only run of “lif_sweep” is open."),
        (1, 1, (0,), f"The only run of “lif_sweep” is open; it was {BEGUN}."),
        (0, 1000, (), "Nothing is open in “lif_sweep”."),
    ],
)
def test_the_sentence_counts_open_and_begun_runs(open_runs: int, runs: int, failed: tuple[int, ...], said: str) -> None:
    assert words.sentence(to_do(open_runs, runs, failed)) == said


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        (1000, "All 1,000 runs are finished."),
        (1, "The only run is finished."),
        (0, "This trajectory has no runs."),
    ],
)
def test_nothing_to_do_has_its_words(runs: int, said: str) -> None:
    assert words.nothing_to_do(to_do(0, runs, ())) == said


def test_a_script_beside_the_file_is_in_place_however_the_path_is_written() -> None:
    found = to_do()
    assert words.in_place(found, b"/lab/lif/lif_sweep_runs.py")
    assert words.in_place(found, b"/lab/other/../lif/lif_sweep_runs.py")
    assert not words.in_place(found, b"/lab/lif/mine.py")
