"""Asking an engine process that crashes, hangs, talks nonsense, is cancelled, stopped or killed."""

import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pexgui import core
from pexgui.core import BeingWritten, Cancelled, EngineDied, FileRequest, FileState, NotReadable, PexError
from pexgui.core.host import STRIKES, Engine
from tests.core.misbehaving import COMMAND, OPERATIONS, Ask, Told

ROOT = Path(__file__).resolve().parents[2]
LONG = 30.0
"""Seconds; nothing here takes as long unless it is broken."""


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(COMMAND) as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> FileRequest:
    path = tmp_path / "sweep.hdf5"
    path.write_text("bad")
    return FileRequest(os.fsencode(path))


def _echo(engine: Engine) -> Any:
    return engine.call(OPERATIONS["echo"], Ask("still alive"))


def _gone(process: int) -> bool:
    """Whether a process has ended within `LONG` seconds."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], LONG)[0])
    finally:
        os.close(descriptor)


def _background(work: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as problem:
            raised.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


# --- answers ---------------------------------------------------------------------------------------------------


def test_a_question_is_answered_by_another_process(engine: Engine) -> None:
    answer = engine.call(OPERATIONS["who"], Ask())
    assert answer.number == engine.pid != os.getpid()
    assert answer.text == str(os.getpid())


def test_the_engine_answers_as_the_operations_do_when_they_are_simply_called(tmp_path: Path) -> None:
    with Engine() as engine:
        demo = engine.call(core.make_demo, core.DemoRequest(os.fsencode(tmp_path)))
        assert all(os.path.isfile(file) for file in demo.files)
        folder = core.FolderRequest(os.path.dirname(demo.files[0]))
        assert engine.call(core.list_folder, folder) == core.list_folder(folder)
        for file in demo.files:
            asked = FileRequest(file)
            summary = engine.call(core.summarize_file, asked)
            assert summary == core.summarize_file(asked)
            for trajectory in summary.trajectories:
                request = core.TrajectoryRequest(file, trajectory.path)
                for operation in (core.open_trajectory, core.read_runs, core.list_columns, core.measure_storage):
                    assert engine.call(operation, request) == operation(request)


def test_the_process_stays_for_the_next_question(engine: Engine) -> None:
    assert _echo(engine) == Told("still alive")
    first = engine.pid
    assert _echo(engine) == Told("still alive")
    assert engine.pid == first


def test_a_prewarmed_process_answers_the_first_question(engine: Engine) -> None:
    engine.prewarm()
    started = engine.pid
    assert started is not None
    _echo(engine)
    assert engine.pid == started


@pytest.mark.parametrize("kind", [PexError, NotReadable, BeingWritten])
def test_a_problem_arrives_as_the_problem_it_was(engine: Engine, kind: type[PexError]) -> None:
    with pytest.raises(kind) as caught:
        engine.call(OPERATIONS["fail"], Ask(kind.__name__))
    problem = caught.value
    assert type(problem) is kind
    assert (problem.title, problem.hint, problem.details) == ("It is broken.", "Mend it.", "line 7")


def test_what_is_wrong_with_a_file_arrives_with_the_problem(engine: Engine) -> None:
    with pytest.raises(NotReadable) as caught:
        engine.call(OPERATIONS["fail"], Ask("damaged"))
    assert caught.value.state is FileState.DAMAGED


def test_a_path_that_cannot_exist_is_left_to_the_operation(engine: Engine) -> None:
    with pytest.raises(PexError) as caught:
        engine.call(OPERATIONS["first_bytes"], FileRequest(b"/a\0b/c"))
    assert "null byte" in caught.value.details


def test_an_exception_that_nobody_expected_is_a_sentence_with_the_traceback_in_the_details(
    engine: Engine, file: FileRequest
) -> None:
    with pytest.raises(PexError) as caught:
        engine.call(OPERATIONS["file_mistake"], file)
    assert "“sweep.hdf5”" in caught.value.title
    assert "Error" not in caught.value.title + caught.value.hint
    assert "ZeroDivisionError" in caught.value.details
    assert _echo(engine) == Told("still alive")


def test_an_exception_whose_text_cannot_be_encoded_is_reported_all_the_same(engine: Engine) -> None:
    with pytest.raises(PexError) as caught:
        engine.call(OPERATIONS["mistake"], Ask())
    assert "KeyError" in caught.value.details
    assert _echo(engine) == Told("still alive")


def test_an_answer_that_cannot_travel_is_a_sentence_and_the_process_lives_on(engine: Engine) -> None:
    _echo(engine)
    process = engine.pid
    with pytest.raises(PexError, match="mistake"):
        engine.call(OPERATIONS["surrogate"], Ask())
    with pytest.raises(PexError, match="too large"):
        engine.call(OPERATIONS["huge"], Ask(number=65 * 2**20))
    assert _echo(engine) == Told("still alive")
    assert engine.pid == process


def test_more_memory_than_allowed_is_a_sentence_and_the_process_lives_on(engine: Engine, file: FileRequest) -> None:
    with pytest.raises(PexError, match=r"“sweep\.hdf5” needs more memory"):
        engine.call(OPERATIONS["devour"], file)
    process = engine.pid
    assert engine.call(OPERATIONS["first_bytes"], file) == Told("bad")
    assert engine.pid == process


# --- death -----------------------------------------------------------------------------------------------------


def test_a_crash_names_the_file_and_what_happened_and_the_next_question_is_answered(
    engine: Engine, file: FileRequest
) -> None:
    with pytest.raises(EngineDied) as caught:
        engine.call(OPERATIONS["crash"], file)
    assert "“sweep.hdf5”" in caught.value.title
    assert caught.value.hint
    assert "SIGSEGV" in caught.value.details
    assert "in crash" in caught.value.details
    assert _echo(engine) == Told("still alive")


def test_what_a_library_printed_before_it_died_is_in_the_details(engine: Engine, file: FileRequest) -> None:
    with pytest.raises(EngineDied) as caught:
        engine.call(OPERATIONS["last_words"], file)
    assert "SIGKILL" in caught.value.details
    assert "free(): invalid pointer" in caught.value.details


def test_a_process_that_just_leaves_is_reported_too(engine: Engine) -> None:
    with pytest.raises(EngineDied) as caught:
        engine.call(OPERATIONS["exit_quietly"], Ask())
    assert "status 3" in caught.value.details
    assert _echo(engine) == Told("still alive")


def test_a_process_killed_between_two_questions_is_replaced_without_a_word(engine: Engine) -> None:
    _echo(engine)
    killed = engine.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert _gone(killed)
    assert _echo(engine) == Told("still alive")
    assert engine.pid not in (None, killed)


def test_a_hang_in_c_is_ended_after_the_deadline_and_says_which_file_and_where(file: FileRequest) -> None:
    with Engine(COMMAND, deadline=1.0) as engine:
        _echo(engine)
        hanging = engine.pid
        assert hanging is not None
        with pytest.raises(EngineDied) as caught:
            engine.call(OPERATIONS["hang"], file)
        assert "“sweep.hdf5”" in caught.value.title
        assert "no sign of life" in caught.value.title
        assert "in hang" in caught.value.details
        assert _gone(hanging)
        assert _echo(engine) == Told("still alive")


def test_an_operation_that_reports_may_take_longer_than_the_deadline() -> None:
    with Engine(COMMAND, deadline=2.0) as engine:
        assert engine.call(OPERATIONS["work_with_signs"], Ask(number=50)) == Told("done")


@pytest.mark.parametrize("nonsense", ["garbage", "oversized", "other_number", "wrong_type"])
def test_a_process_that_talks_nonsense_is_ended_and_said(engine: Engine, file: FileRequest, nonsense: str) -> None:
    engine.call(OPERATIONS["first_bytes"], file)
    process = engine.pid
    assert process is not None
    with pytest.raises(EngineDied, match=r"“sweep\.hdf5” was ended: the answer made no sense"):
        engine.call(OPERATIONS[nonsense], file)
    assert _gone(process)
    assert _echo(engine) == Told("still alive")


def test_a_program_that_is_no_engine_is_said_to_have_failed_to_start(file: FileRequest) -> None:
    with Engine((sys.executable, "-I", "-c", "import a_module_that_is_missing")) as engine:
        engine.prewarm()
        for _ in range(STRIKES + 1):  # not the fault of the file
            with pytest.raises(EngineDied, match="could not be started") as caught:
                engine.call(OPERATIONS["echo"], file)
            assert "a_module_that_is_missing" in caught.value.details


def test_a_program_that_is_missing_is_said_to_have_failed_to_start() -> None:
    with Engine(("/nonexistent/python",)) as engine:
        engine.prewarm()
        with pytest.raises(EngineDied, match="could not be started"):
            _echo(engine)


# --- a file that did it three times ----------------------------------------------------------------------------


def test_a_file_that_killed_the_engine_three_times_is_refused_until_the_person_insists(
    engine: Engine, file: FileRequest, tmp_path: Path
) -> None:
    operation = OPERATIONS["crash_unless"]
    for _ in range(STRIKES):
        with pytest.raises(EngineDied):
            engine.call(operation, file)
    process = engine.pid
    with pytest.raises(NotReadable, match=r"“sweep\.hdf5” made the reader fail 3 times"):
        engine.call(operation, file)
    assert engine.pid == process
    other = tmp_path / "other.hdf5"
    other.write_text("good")
    assert engine.call(operation, FileRequest(os.fsencode(other))) == Told("good")
    Path(os.fsdecode(file.file)).write_text("good")
    engine.forget(file.file)
    assert engine.call(operation, file) == Told("good")


# --- cancel ----------------------------------------------------------------------------------------------------


def test_a_cancel_stops_an_operation_that_reports_and_keeps_the_process(engine: Engine) -> None:
    _echo(engine)
    process = engine.pid
    wish = threading.Event()
    with pytest.raises(Cancelled):
        engine.call(OPERATIONS["count_until_stopped"], Ask(), lambda *_: wish.set(), wish)
    assert _echo(engine) == Told("still alive")
    assert engine.pid == process


def test_a_progress_that_raises_cancelled_stops_the_operation_as_it_does_without_an_engine(engine: Engine) -> None:
    def enough(what: str, done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        engine.call(OPERATIONS["count_until_stopped"], Ask(), enough)
    assert _echo(engine) == Told("still alive")


@pytest.mark.parametrize("deaf", ["sleep_long", "hang"])
def test_a_cancelled_operation_that_does_not_listen_is_ended_after_the_grace(file: FileRequest, deaf: str) -> None:
    with Engine(COMMAND, grace=0.2) as engine:
        engine.call(OPERATIONS["first_bytes"], file)
        process = engine.pid
        assert process is not None
        wish = threading.Event()
        with pytest.raises(Cancelled):
            engine.call(OPERATIONS[deaf], file, lambda *_: wish.set(), wish)
        assert _gone(process)
        assert _echo(engine) == Told("still alive")


def test_a_cancel_that_comes_before_the_question_asks_nothing(engine: Engine, tmp_path: Path) -> None:
    written = tmp_path / "written"
    request = Ask(path=os.fsencode(written), writable=(os.fsencode(tmp_path),))
    with pytest.raises(Cancelled):
        engine.call(OPERATIONS["write_file"], request, cancelled=lambda: True)
    assert not written.exists()


# --- the end ---------------------------------------------------------------------------------------------------


def test_nothing_is_left_after_stop_neither_process_nor_folder_nor_descriptor() -> None:
    open_before = set(os.listdir("/proc/self/fd"))
    engine = Engine(COMMAND)
    answer = engine.call(OPERATIONS["who"], Ask())
    folder = answer.paths[0]
    assert os.path.isdir(folder)
    engine.stop()
    assert _gone(answer.number)
    assert not os.path.exists(folder)
    assert set(os.listdir("/proc/self/fd")) == open_before
    assert engine.pid is None


def test_stop_ends_a_call_under_way_from_another_thread(engine: Engine, file: FileRequest) -> None:
    under_way = threading.Event()
    thread, raised = _background(lambda: engine.call(OPERATIONS["hang"], file, lambda *_: under_way.set()))
    assert under_way.wait(LONG)
    process = engine.pid
    assert process is not None
    engine.stop()
    thread.join(LONG)
    assert [type(problem) for problem in raised] == [Cancelled]
    assert _gone(process)


def test_a_stopped_engine_is_not_started_again(engine: Engine) -> None:
    engine.stop()
    engine.prewarm()
    with pytest.raises(Cancelled):
        _echo(engine)
    assert engine.pid is None
    engine.stop()


def test_an_engine_that_was_forgotten_ends_with_its_object() -> None:
    engine = Engine(COMMAND)
    _echo(engine)
    process = engine.pid
    assert process is not None
    del engine
    assert _gone(process)


def test_the_folder_that_a_killed_parent_left_is_removed_by_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    left = tmp_path / f"pexgui-engine-{ended.pid}-abc"
    kept = [
        tmp_path / f"pexgui-engine-{os.getpid()}-abc",
        tmp_path / f"pexgui-engine-{ended.pid}-full",
        tmp_path / "pexgui-engine-x",
        tmp_path / f"something-{ended.pid}-else",
    ]
    for folder in (left, *kept):
        folder.mkdir()
    (kept[1] / "file").write_text("mine")
    with Engine(COMMAND) as engine:
        _echo(engine)
    assert not left.exists()
    assert sorted(tmp_path.iterdir()) == sorted(kept)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
@pytest.mark.parametrize("operation", ["who", "hang"])
def test_the_engine_dies_with_its_parent_even_when_it_hangs(operation: str) -> None:
    """The parent, killed like a window that crashed, has no chance to end its child."""
    program = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pexgui.core import FileRequest
from pexgui.core.host import Engine
from tests.core.misbehaving import COMMAND, OPERATIONS, Ask
engine = Engine(COMMAND)
if {operation!r} == "hang":
    engine.call(OPERATIONS["hang"], FileRequest(b"x"), lambda *report: print(engine.pid, flush=True))
print(engine.call(OPERATIONS["who"], Ask()).number, flush=True)
sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        process = int(parent.stdout.readline())
        os.kill(process, 0)
        parent.kill()
        assert _gone(process)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with the thread that started it")
def test_an_engine_outlives_the_thread_that_asked_first(engine: Engine) -> None:
    thread, raised = _background(lambda: _echo(engine))
    thread.join(LONG)
    process = engine.pid
    assert not raised
    assert _echo(engine) == Told("still alive")
    assert engine.pid == process
