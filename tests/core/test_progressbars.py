"""Bars of progress: the texts that pypet gives, and what it gets wrong."""

import doctest
import logging
import random
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from pexgui import Progressbar, progressbar, progressbars
from tests.oracle import ask

BAR = "====================]"


class Clock:
    """Time as the test says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(progressbars, "_clock", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_the_examples_in_the_descriptions_are_right() -> None:
    found = doctest.testmod(progressbars)
    assert found.failed == 0
    assert found.attempted > 2


def due(indices: Any, total: float, **settings: Any) -> list[Any]:
    return [index for index in indices if progressbar(index, total, logger=None, **settings) is not None]


@pytest.mark.parametrize(
    ("total", "step", "wanted"),
    [
        (42, 10, [0, 4, 8, 12, 16, 20, 25, 29, 33, 37, 41]),
        (42, 5, [*range(0, 21, 2), *range(23, 40, 2), 41]),
        (10, 10, list(range(10))),
        (55, 17, [0, 9, 18, 28, 37, 46, 54]),
        (8, 0, list(range(8))),
        (1, 10, [0]),
    ],
)
def test_a_bar_is_due_at_the_start_with_every_step_and_at_the_end(total: int, step: float, wanted: list[int]) -> None:
    assert due(range(total), total, percentage_step=step) == wanted


def test_bars_are_printed_over_each_other_and_end_with_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    for index in range(3):
        progressbar(index, 3, time=False)
    assert capsys.readouterr().out == (
        f"\r[{'=' * 6}{' ' * 14}] 33.3%\r[{'=' * 13}{' ' * 7}] 66.7%\r[{'=' * 20}]100.0%\n"
    )


def test_bars_of_their_own_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    for index in range(2):
        progressbar(index, 2, reprint=False, length=4)
    assert capsys.readouterr().out == "[==  ] 50.0%\n[====]100.0%\n"


def test_a_shorter_bar_hides_the_longer_one_before(capsys: pytest.CaptureFixture[str], clock: Clock) -> None:
    for index in range(3):
        clock.now = 3600.0 * index
        progressbar(index, 3, length=2)
    _, first, second, last = capsys.readouterr().out.split("\r")
    assert (first, second) == ("[  ] 33.3%", "[= ] 66.7%, remaining: 1:00:00")
    assert last == "[==]100.0%".ljust(len(second)) + "\n"


def test_what_remains_is_estimated_from_the_rounds_so_far(clock: Clock) -> None:
    bar = Progressbar(100, logger=None)
    found = {}
    for index in range(100):
        clock.now = 10.0 * index
        found[index] = bar(index)
    assert found[9] == "[==                  ] 10.0%, remaining: 0:15:00"
    assert found[99] == f"[{BAR}100.0%"
    assert (found[0], found[1]) == ("[                    ]  1.0%", None)


def test_time_that_no_calendar_holds_is_left_out(clock: Clock) -> None:
    bar = Progressbar(10**6, percentage_step=0, logger=None)
    bar(0)
    clock.now = 1e12
    assert bar(1) == "[                    ]  0.0%"


@pytest.mark.parametrize("total", [0, -1])
def test_a_loop_without_rounds_is_done(total: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert progressbar(0, total) == f"[{BAR}100.0%"
    assert capsys.readouterr().out == f"\r[{BAR}100.0%\n"


def test_a_negative_step_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be negative, and is -1"):
        progressbar(0, 3, percentage_step=-1)


@pytest.mark.parametrize("wrong", ["none", "%s and %s"])
def test_a_format_needs_one_place_for_the_bar(wrong: str) -> None:
    with pytest.raises(TypeError, match=r"format|convert"):
        progressbar(0, 3, logger=None, fmt_string=wrong)


def test_a_format_surrounds_the_bar() -> None:
    assert progressbar(0, 2, logger=None, fmt_string="100 %% of %s!", length=2) == "100 % of [= ] 50.0%!"


@pytest.mark.parametrize("logger", ["bars", logging.getLogger("bars")])
def test_a_bar_may_be_logged(logger: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG, "bars")
    assert progressbar(0, 2, logger=logger, log_level=logging.DEBUG, length=2, fmt_string="%%d %s") == "%d [= ] 50.0%"
    assert caplog.record_tuples == [("bars", logging.DEBUG, "%d [= ] 50.0%")]
    assert capsys.readouterr().out == ""


def test_without_a_terminal_nothing_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert progressbar(0, 1) == f"[{BAR}100.0%"


def test_two_loops_at_once_do_not_disturb_each_other() -> None:
    slow, fast = [], []
    for outer in range(40):
        fast.append([progressbar(inner, 40, logger=None, time=False) for inner in range(40)])
        slow.append(progressbar(outer, 40, logger=None, time=False))
    assert fast == [slow] * 40
    assert sum(bar is not None for bar in slow) == 11


def test_two_bars_on_one_line_do_not_disturb_each_other() -> None:
    both = [(progressbar(i, 40, logger=None), progressbar(i, 40, logger=None)) for i in range(40)]
    assert [one is None for one, _ in both] == [other is None for _, other in both]
    assert sum(one is not None for one, _ in both) == 11


def test_two_progressbars_at_one_place_do_not_disturb_each_other() -> None:
    bars = [Progressbar(40, logger=None, time=False) for _ in range(2)]
    shown = [[bar(index) for bar in bars] for index in range(40)]
    assert all(one == other for one, other in shown)
    assert sum(one is not None for one, _ in shown) == 11


def test_threads_do_not_disturb_each_other() -> None:
    turn = threading.Barrier(2)
    found: list[list[Any]] = [[], []]

    def work(number: int) -> None:
        for index in range(20):
            turn.wait()
            found[number].append(progressbar(index, 20, logger=None, time=False, percentage_step=25))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert sum(bar is not None for bar in found[0]) == 5


def test_a_bar_starts_anew_when_it_is_reset_goes_back_or_has_another_total(clock: Clock) -> None:
    def at(index: int, total: int = 100, **settings: Any) -> str | None:
        return progressbar(index, total, logger=None, **settings)

    assert at(5) is not None
    assert at(6) is None
    assert at(6) is not None
    assert at(3) is not None
    assert at(4, 101) is not None
    assert at(5, 101) is None
    assert at(6, 101, reset=True) is not None
    bar = Progressbar(100, logger=None)
    assert (bar(5) is None, bar(6) is None, bar(7, reset=True) is None) == (False, True, False)


def some_calls(chance: random.Random) -> list[tuple[float, dict[str, Any]]]:
    """Calls of one bar: mostly a loop, now and then one that goes back, resets, goes too far or changes its mind."""
    total = chance.choice([1, 2, 3, 7, 42, 100, 1000])
    settings: dict[str, Any] = {
        "percentage_step": chance.choice([0.5, 3, 5, 10, 17, 100, 130]),
        "logger": chance.choice(["print", None]),
        "reprint": chance.random() < 0.5,
        "time": chance.random() < 0.8,
        "length": chance.choice([0, 5, 20]),
        "fmt_string": chance.choice([None, "", "so far: %s, 100 %%"]),
    }
    if chance.random() < 0.3:
        settings = {}
    now, index = 0.0, chance.choice([0, 0, 0, total // 3, -1])
    calls = []
    for _ in range(60):
        turn = {"length": 9, "percentage_step": 50} if settings and chance.random() < 0.05 else {}
        reset = {"reset": True} if chance.random() < 0.03 else {}
        calls.append((now, {"index": index, "total": total, **settings, **turn, **reset}))
        now += chance.choice([0, 0.125, 1, 1000.5, 86400])
        index = (
            chance.randrange(total + 2) if chance.random() < 0.03 else index + chance.choice([1, 1, 1, 2, total // 9])
        )
        total += chance.random() < 0.01
    return calls


def test_bars_are_exactly_those_of_pypet(
    oracle: Path, tmp_path: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(6)
    cases = [some_calls(chance) for _ in range(200)]
    (theirs,) = ask(oracle, [{"do": "bars", "cases": cases}], tmp_path)
    different = []
    for calls, answers in zip(cases, theirs, strict=True):
        progressbars._bars.__dict__.clear()
        for (now, arguments), (answer, printed) in zip(calls, answers, strict=True):
            clock.now = now
            ours = progressbar(**arguments)
            out = capsys.readouterr().out
            if arguments.get("reprint", True):  # blanks and an end of line are all that may be added
                ended = bool(printed) and arguments["index"] >= arguments["total"] - 1
                assert out.endswith("\n") == ended
                out = out.removesuffix("\n")
                same = out.startswith(printed) and not out[len(printed) :].strip()
            else:
                same = out == printed
            if ours != answer or not same:
                different.append((arguments, (ours, out), (answer, printed)))
    assert different == []
    assert sum(answer is not None and "remaining" in answer for answers in theirs for answer, _ in answers) > 500
