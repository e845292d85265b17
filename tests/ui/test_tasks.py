"""The tasks strip: what takes longer than a moment, how far it is, and a way to stop it."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pexgui.core import FileRequest, FileState, FileSummary, PexError, Progress, summarize_file
from pexgui.ui import tasks as strip
from pexgui.ui.jobs import Job
from pexgui.ui.tasks import Tasks, left_words
from tests.ui.instruments import InlineWorker


@pytest.fixture
def tasks(dressed: QApplication, qtbot: QtBot) -> Tasks:
    made = Tasks()
    qtbot.addWidget(made)
    return made


def begun(tasks: Tasks, qtbot: QtBot, title: str = "Reading the runs") -> Job:
    """A job that has been running for longer than a moment."""
    job = Job()
    before = len(tasks.tasks())
    tasks.watch(job, title)
    qtbot.waitUntil(lambda: len(tasks.tasks()) > before)
    return job


def test_a_job_is_shown_only_after_a_moment(tasks: Tasks, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(strip, "monotonic", lambda: clock[0])
    job = Job()
    tasks.watch(job, "Reading the runs")
    clock[0] += 0.4
    tasks._look()
    assert not tasks.isVisible()
    clock[0] += 0.2
    tasks._look()
    assert tasks.isVisible()
    assert tasks.tasks()[0].accessibleName() == "Reading the runs"


def test_a_quick_job_is_never_shown(tasks: Tasks, qtbot: QtBot) -> None:
    job = Job()
    tasks.watch(job, "Reading the runs")
    with qtbot.waitSignal(job.finished):
        job.settle(lambda: None)
    tasks._look()
    assert tasks.tasks() == []
    assert not tasks.isVisible()


def test_it_says_what_how_far_and_how_long(tasks: Tasks, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    job = begun(tasks, qtbot)
    task = tasks.tasks()[0]
    monkeypatch.setattr(strip, "monotonic", lambda: task._began + 10)
    with qtbot.waitSignal(job.progressed):
        job.advance("Copying runs", 1250, 5000)
    assert task.words.text() == "Copying runs · 1,250 of 5,000 · about 30 s left"
    assert (task.bar.value(), task.bar.maximum()) == (250, 1000)


def test_progress_before_it_is_shown_is_not_lost(tasks: Tasks, qtbot: QtBot) -> None:
    job = Job()
    tasks.watch(job, "Reading the runs")
    with qtbot.waitSignal(job.progressed):
        job.advance("Listing", 3, 4)
    qtbot.waitUntil(lambda: bool(tasks.tasks()))
    assert tasks.tasks()[0].words.text().startswith("Listing · 3 of 4")


def test_where_the_end_is_unknown_nothing_is_made_up(tasks: Tasks, qtbot: QtBot) -> None:
    job = begun(tasks, qtbot)
    with qtbot.waitSignal(job.progressed):
        job.advance("Listing", 4000, 0)
    task = tasks.tasks()[0]
    assert task.words.text() == "Listing"
    assert task.bar.maximum() == 0


def test_cancel_asks_the_job_to_stop_and_the_strip_goes_when_it_has(tasks: Tasks, qtbot: QtBot) -> None:
    job = begun(tasks, qtbot)
    task = tasks.tasks()[0]
    task.cancel_button.click()
    assert job.cancelled()
    assert task.words.text() == "Stopping…"
    with qtbot.waitSignal(job.finished):
        job.settle(lambda: None)
    assert tasks.tasks() == []
    assert not tasks.isVisible()


def test_of_several_the_newest_is_shown_and_the_others_on_request(tasks: Tasks, qtbot: QtBot) -> None:
    begun(tasks, qtbot, "First")
    newest = begun(tasks, qtbot, "Second")
    shown = [task.accessibleName() for task in tasks.tasks() if task.isVisibleTo(tasks)]
    assert shown == ["Second"]
    tasks.fold_button.click()
    shown = [task.accessibleName() for task in tasks.tasks() if task.isVisibleTo(tasks)]
    assert shown == ["Second", "First"]
    with qtbot.waitSignal(newest.finished):
        newest.settle(lambda: None)
    assert [task.accessibleName() for task in tasks.tasks() if task.isVisibleTo(tasks)] == ["First"]


def test_a_watched_worker_names_the_work_and_hands_on_problems(tasks: Tasks, qtbot: QtBot) -> None:
    problem = PexError("Broken.")

    def fail(_request: FileRequest, _progress: Progress) -> FileSummary:
        raise problem

    worker = InlineWorker({"summarize_file": fail}, held=True)
    presented: list[PexError] = []
    submit = tasks.watched(worker.submit, presented.append)
    submit(summarize_file, FileRequest(b"/lab/tau.hdf5"), lambda _summary: None)
    qtbot.waitUntil(lambda: bool(tasks.tasks()))
    assert tasks.tasks()[0].accessibleName() == "Reading a file: tau.hdf5"
    worker.deliver()
    assert presented == [problem]
    taken: list[PexError] = []
    submit(summarize_file, FileRequest(b"/lab/tau.hdf5"), lambda _summary: None, taken.append)
    worker.deliver()
    assert (presented, taken) == ([problem], [problem])


def test_answers_reach_the_caller_of_a_watched_worker(tasks: Tasks) -> None:
    summary = FileSummary(b"/x", FileState.NOT_HDF5, "", None)
    worker = InlineWorker({"summarize_file": lambda _request, _progress: summary})
    told: list[FileSummary] = []
    tasks.watched(worker.submit, lambda _problem: None)(summarize_file, FileRequest(b"/x"), told.append)
    worker.deliver()
    assert told == [summary]


@pytest.mark.parametrize(
    ("passed", "share", "words"),
    [
        (0.5, 0.5, ""),
        (10, 0.01, ""),
        (10, 0.5, "about 10 s left"),
        (8, 0.8, "about 2 s left"),
        (30, 0.2, "about 2 min left"),
        (10, 0.999, "about 1 s left"),
        (3600, 0.5, "about 1 h left"),
    ],
)
def test_the_time_left_is_told_in_round_words(passed: float, share: float, words: str) -> None:
    assert left_words(passed, share) == words
