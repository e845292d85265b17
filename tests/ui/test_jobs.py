"""Jobs and their worker, with real engine processes; and the instruments that stand in for them elsewhere."""

import gc
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QThread, QTimer
from pytestqt.qtbot import QtBot

from pexgui.core import FileRequest, NotReadable, Operation, PexError
from pexgui.core.host import Engine
from pexgui.core.model import Numbers, Record
from pexgui.ui.jobs import Job, Worker
from tests.core.misbehaving import COMMAND, OPERATIONS, Ask, Told
from tests.ui.instruments import Heartbeat, InlineWorker

ECHO = OPERATIONS["echo"]
ENDLESS = OPERATIONS["count_until_stopped"]
ROOT = Path(__file__).resolve().parents[2]
LONG = 30_000
"""Milliseconds; nothing here takes as long unless it is broken."""


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[Worker]:
    running = Worker(Engine(COMMAND))
    yield running
    running.stop()


class Diary:
    """What a job did, in order."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.entries: list[Any] = []
        job.progressed.connect(lambda *report: self.entries.append(("progressed", *report)))
        job.succeeded.connect(lambda result: self.entries.append(("succeeded", result)))
        job.failed.connect(lambda problem: self.entries.append(("failed", problem.title)))
        job.finished.connect(lambda: self.entries.append("finished"))

    def closed(self) -> bool:
        return "finished" in self.entries

    @property
    def ends(self) -> list[Any]:
        return [entry for entry in self.entries if entry[0] != "progressed"]


def _nothing(_: object) -> None:
    pass


# --- answers ---------------------------------------------------------------------------------------------------


def test_a_result_arrives_in_the_thread_of_the_caller(worker: Worker, qtbot: QtBot) -> None:
    seen: list[tuple[Any, QThread]] = []
    job = worker.submit(ECHO, Ask("hello"), lambda result: seen.append((result, QThread.currentThread())))
    diary = Diary(job)
    qtbot.waitUntil(diary.closed, timeout=LONG)
    assert seen == [(Told("hello"), QThread.currentThread())]
    assert diary.entries == [("succeeded", Told("hello")), "finished"]


def test_no_answer_of_200_quick_jobs_is_lost_to_callers_that_connect_late(worker: Worker, qtbot: QtBot) -> None:
    got: list[str] = []
    jobs = [worker.submit(ECHO, Ask(str(number)), _nothing) for number in range(200)]
    # By now many answers are there; none may have been delivered before the caller's event loop turns.
    probe = Engine(COMMAND)
    probe.call(ECHO, Ask())
    probe.stop()
    diaries = [Diary(job) for job in jobs]
    for diary in diaries:
        diary.job.succeeded.connect(lambda result: got.append(result.text))
    qtbot.waitUntil(lambda: all(diary.closed() for diary in diaries), timeout=LONG)
    assert got == [str(number) for number in range(200)]
    assert all(diary.entries == [("succeeded", Told(str(n))), "finished"] for n, diary in enumerate(diaries))


def test_progress_arrives_before_the_result(worker: Worker, qtbot: QtBot) -> None:
    diary = Diary(worker.submit(OPERATIONS["count"], Ask(number=300_000), _nothing))
    qtbot.waitUntil(diary.closed, timeout=LONG)
    assert diary.entries[0] == ("progressed", "Counting", 0, 300_000)
    assert diary.ends == [("succeeded", Told("counted", 300_000)), "finished"]


def test_progress_counts_bytes_beyond_the_integers_of_qt(qtbot: QtBot) -> None:
    job = Job()
    diary = Diary(job)
    job.advance("Reading", 5 * 10**9, 10**10)
    qtbot.waitUntil(lambda: bool(diary.entries), timeout=LONG)
    assert diary.entries == [("progressed", "Reading", 5 * 10**9, 10**10)]


def test_results_are_decoded_outside_of_the_thread_of_the_window(worker: Worker, qtbot: QtBot) -> None:
    decoded_in: list[int] = []

    class Noticed(Record, frozen=True):
        text: str

        def __post_init__(self) -> None:
            decoded_in.append(threading.get_ident())

    diary = Diary(worker.submit(Operation("echo", "", Ask, Noticed), Ask("hello"), _nothing))
    qtbot.waitUntil(diary.closed, timeout=LONG)
    assert diary.ends[0][1].text == "hello"
    assert decoded_in
    assert threading.get_ident() not in decoded_in


# --- problems --------------------------------------------------------------------------------------------------


def test_a_problem_goes_to_the_caller_who_asked_for_it(worker: Worker, qtbot: QtBot) -> None:
    problems: list[PexError] = []
    presented: list[PexError] = []
    worker.problem.connect(presented.append)
    diary = Diary(worker.submit(OPERATIONS["fail"], Ask("NotReadable"), _nothing, problems.append))
    qtbot.waitUntil(diary.closed, timeout=LONG)
    assert [type(problem) for problem in problems] == [NotReadable]
    assert diary.entries == [("failed", "It is broken."), "finished"]
    assert presented == []


def test_a_problem_that_nobody_handles_goes_to_the_presenter(worker: Worker, qtbot: QtBot) -> None:
    with qtbot.waitSignal(worker.problem, timeout=LONG) as caught:
        worker.submit(OPERATIONS["fail"], Ask(), _nothing)
    assert caught.args is not None
    assert caught.args[0].title == "It is broken."


def test_a_crash_is_a_problem_and_the_next_job_is_answered(worker: Worker, qtbot: QtBot) -> None:
    crashed = Diary(worker.submit(OPERATIONS["crash"], FileRequest(b"/x/sweep.hdf5"), _nothing, _nothing))
    diary = Diary(worker.submit(ECHO, Ask("alive"), _nothing))
    qtbot.waitUntil(diary.closed, timeout=LONG)
    assert crashed.entries == [("failed", "Reading “sweep.hdf5” ended unexpectedly."), "finished"]
    assert diary.ends == [("succeeded", Told("alive")), "finished"]


def test_a_person_can_insist_on_a_file_that_was_given_up(worker: Worker, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "sweep.hdf5"
    path.write_text("bad")
    file = FileRequest(os.fsencode(path))
    diaries = [Diary(worker.submit(OPERATIONS["crash_unless"], file, _nothing, _nothing)) for _ in range(4)]
    qtbot.waitUntil(diaries[-1].closed, timeout=LONG)
    assert "is not opened again by itself" in diaries[-1].entries[0][1]
    path.write_text("good")
    worker.forget(file.file)
    diary = Diary(worker.submit(OPERATIONS["crash_unless"], file, _nothing))
    qtbot.waitUntil(diary.closed, timeout=LONG)
    assert diary.ends[0] == ("succeeded", Told("good"))


def test_a_caller_that_fails_on_its_result_still_hears_that_the_job_is_finished(worker: Worker, qtbot: QtBot) -> None:
    def stumble(_: object) -> None:
        raise ValueError("the panel stumbled")

    with qtbot.capture_exceptions() as raised:
        diary = Diary(worker.submit(ECHO, Ask(), stumble))
        qtbot.waitUntil(diary.closed, timeout=LONG)
    assert [str(problem) for _, problem, _ in raised] == ["the panel stumbled"]


def test_a_panel_that_was_closed_meanwhile_is_not_called(worker: Worker, qtbot: QtBot) -> None:
    called: list[object] = []

    class Panel(QObject):
        def show_result(self, result: object) -> None:
            called.append(result)

    panel = Panel()
    diary = Diary(worker.submit(ECHO, Ask(), panel.show_result))
    panel.deleteLater()
    with qtbot.waitSignal(panel.destroyed, timeout=LONG):
        pass
    qtbot.waitUntil(diary.closed, timeout=LONG)
    assert called == []


# --- order, cancel, topics -------------------------------------------------------------------------------------


def test_jobs_are_answered_in_order_but_those_with_a_topic_first(worker: Worker, qtbot: QtBot) -> None:
    order: list[str] = []
    blocking = Diary(worker.submit(ENDLESS, Ask(), _nothing))
    qtbot.waitUntil(lambda: bool(blocking.entries), timeout=LONG)
    for text, topic in (("background 1", ""), ("background 2", ""), ("value", "value"), ("runs", "runs")):
        last = worker.submit(ECHO, Ask(text), lambda result: order.append(result.text), topic=topic)
    blocking.job.cancel()
    qtbot.waitUntil(lambda: len(order) == 4, timeout=LONG)
    assert order == ["value", "runs", "background 1", "background 2"]
    assert not last.cancelled()


def test_a_cancelled_job_that_runs_ends_with_finished_only(worker: Worker, qtbot: QtBot) -> None:
    diary = Diary(worker.submit(ENDLESS, Ask(), _nothing))
    qtbot.waitUntil(lambda: bool(diary.entries), timeout=LONG)
    diary.job.cancel()
    qtbot.waitUntil(diary.closed, timeout=LONG)
    assert diary.ends == ["finished"]


def test_a_cancelled_job_that_waits_is_finished_without_waiting_for_its_turn(worker: Worker, qtbot: QtBot) -> None:
    running = Diary(worker.submit(ENDLESS, Ask(), _nothing))
    waiting = Diary(worker.submit(ECHO, Ask(), _nothing))
    waiting.job.cancel()
    waiting.job.cancel()
    qtbot.waitUntil(waiting.closed, timeout=LONG)
    assert waiting.entries == ["finished"]
    assert not running.closed()


def test_a_job_cancelled_after_its_answer_left_but_before_it_arrived_says_nothing(qtbot: QtBot) -> None:
    answers: list[object] = []
    job = Job(answers.append)
    diary = Diary(job)
    job.settle(lambda: "answer")
    job.cancel()
    qtbot.waitUntil(diary.closed, timeout=LONG)
    assert answers == []
    assert diary.entries == ["finished"]


def test_of_the_jobs_of_a_topic_only_the_newest_is_answered(worker: Worker, qtbot: QtBot) -> None:
    running = Diary(worker.submit(ENDLESS, Ask(), _nothing, topic="value"))
    qtbot.waitUntil(lambda: bool(running.entries), timeout=LONG)
    other = Diary(worker.submit(ECHO, Ask("other"), _nothing, topic="runs"))
    diaries = [Diary(worker.submit(ECHO, Ask(str(n)), _nothing, topic="value")) for n in range(20)]
    everyone = [running, other, *diaries]
    qtbot.waitUntil(lambda: all(diary.closed() for diary in everyone), timeout=LONG)
    assert running.ends == ["finished"]
    assert all(diary.entries == ["finished"] for diary in diaries[:-1])
    assert diaries[-1].entries == [("succeeded", Told("19")), "finished"]
    assert other.entries == [("succeeded", Told("other")), "finished"]


# --- the end ---------------------------------------------------------------------------------------------------


def test_a_finished_job_is_let_go(worker: Worker, qtbot: QtBot) -> None:
    job: Job | None = worker.submit(ECHO, Ask(), _nothing)
    assert job is not None
    with qtbot.waitSignal(job.finished, timeout=LONG):
        pass
    reference = weakref.ref(job)
    del job
    gc.collect()
    qtbot.waitUntil(lambda: reference() is None, timeout=LONG)


@pytest.mark.parametrize("operation", ["sleep_long", "hang"])
def test_stop_ends_everything_even_what_hangs(qtbot: QtBot, operation: str) -> None:
    engine = Engine(COMMAND)
    worker = Worker(engine)
    running = Diary(worker.submit(OPERATIONS[operation], FileRequest(b"/x.hdf5"), _nothing))
    waiting = Diary(worker.submit(ECHO, Ask(), _nothing))
    qtbot.waitUntil(lambda: bool(running.entries), timeout=LONG)
    process = engine.pid
    assert process is not None
    worker.stop()
    assert engine.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    late = Diary(worker.submit(ECHO, Ask(), _nothing))
    qtbot.waitUntil(late.closed, timeout=LONG)
    assert running.ends == waiting.entries == late.entries == ["finished"]
    worker.stop()


def test_a_worker_that_nobody_stopped_ends_with_the_program_and_leaves_no_process(tmp_path: Path) -> None:
    program = """
import gc, sys
from PySide6.QtCore import QCoreApplication
from pexgui.core.host import Engine
from pexgui.ui.jobs import Worker
from tests.core.misbehaving import COMMAND, OPERATIONS, Ask
application = QCoreApplication([])
def forgotten():
    engine = Engine(COMMAND)
    worker = Worker(engine)
    worker.submit(OPERATIONS["who"], Ask(), lambda answer: (print(answer.number, flush=True), application.quit()))
forgotten()
gc.collect()
application.exec()
"""
    command = [sys.executable, "-W", "error", "-c", program]
    shown = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert (shown.returncode, shown.stderr) == (0, "")
    with pytest.raises(ProcessLookupError):
        os.kill(int(shown.stdout), 0)


def test_a_worker_that_is_not_prewarmed_starts_its_process_with_the_first_job(qtbot: QtBot) -> None:
    engine = Engine(COMMAND)
    worker = Worker(engine, prewarm=False)
    assert engine.pid is None
    diary = Diary(worker.submit(ECHO, Ask(), _nothing))
    qtbot.waitUntil(diary.closed, timeout=LONG)
    assert engine.pid is not None
    worker.stop()


# --- the event loop stays free ---------------------------------------------------------------------------------


def test_the_event_loop_is_not_blocked_while_16_mib_arrive(worker: Worker, qtbot: QtBot) -> None:
    ready = Diary(worker.submit(ECHO, Ask(), _nothing))
    qtbot.waitUntil(ready.closed, timeout=LONG)
    answers: list[Numbers] = []
    huge = Operation("huge", "", Ask, Numbers)
    with Heartbeat() as heartbeat:
        job = worker.submit(huge, Ask(number=2**24), answers.append)
        with qtbot.waitSignal(job.finished, timeout=LONG):
            pass
    assert len(answers[0].data) == 2**24
    assert heartbeat.longest <= 0.1


def test_the_event_loop_is_not_blocked_while_an_engine_starts_crashes_and_hangs(qtbot: QtBot) -> None:
    with Heartbeat() as heartbeat:
        worker = Worker(Engine(COMMAND, deadline=0.5))
        worker.submit(OPERATIONS["crash"], FileRequest(b"/x.hdf5"), _nothing, _nothing)
        last = worker.submit(OPERATIONS["hang"], FileRequest(b"/x.hdf5"), _nothing, _nothing)
        with qtbot.waitSignal(last.finished, timeout=LONG):
            pass
    worker.stop()
    assert heartbeat.longest <= 0.1


def test_the_heartbeat_notices_a_blocked_event_loop(qtbot: QtBot) -> None:
    def block() -> None:
        until = time.perf_counter() + 0.15
        while time.perf_counter() < until:
            pass

    with Heartbeat() as heartbeat:
        QTimer.singleShot(0, block)
        qtbot.waitUntil(lambda: heartbeat.longest > 0.1, timeout=LONG)
    assert heartbeat.longest >= 0.15
    with Heartbeat() as heartbeat:
        block()
    assert heartbeat.longest >= 0.15


# --- the worker of panel tests ---------------------------------------------------------------------------------


def test_the_inline_worker_answers_after_submit_has_returned_and_in_order(qtbot: QtBot) -> None:
    worker = InlineWorker({"echo": lambda request, progress: Told(request.text.upper())})
    got: list[str] = []
    job = worker.submit(ECHO, Ask("a"), lambda result: got.append(result.text))
    diary = Diary(job)
    worker.submit(ECHO, Ask("b"), lambda result: worker.submit(ECHO, Ask("c"), lambda r: got.append(r.text)))
    assert got == []
    worker.deliver()
    assert got == ["A", "C"]
    assert diary.entries == [("succeeded", Told("A")), "finished"]
    assert [request.text for _, request in worker.asked] == ["a", "b", "c"]


def test_the_inline_worker_runs_real_operations_reports_problems_and_keeps_the_newest_of_a_topic(qtbot: QtBot) -> None:
    worker = InlineWorker(held=True)
    problems: list[PexError] = []
    worker.problem.connect(problems.append)
    older = Diary(worker.submit(ECHO, Ask("older"), _nothing, topic="value"))
    newer = Diary(worker.submit(ECHO, Ask("newer"), _nothing, topic="value"))
    worker.submit(OPERATIONS["fail"], Ask(), _nothing)
    worker.deliver()
    assert older.entries == ["finished"]
    assert newer.entries == [("succeeded", Told("newer")), "finished"]
    assert [problem.title for problem in problems] == ["It is broken."]
