"""Files that are changed in place: wholly or not at all, whoever is killed, waits, reads or writes meanwhile."""

import errno
import fcntl
import io
import os
import random
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import msgspec
import numpy as np
import pytest
from xxhash import xxh3_64_digest

from pexgui.core import BeingWritten, NotReadable, PexError, appending, change_log, commit, files, in_place
from pexgui.core.change_log import ASIDE, LOG, path_of_log
from pexgui.core.locks import wait_for
from pexgui.core.overlay import Overlay
from tests.core.append_cutting import MODULES, NAME, SCENARIOS, change, cut_off, fill
from tests.core.compared import grid, sweep
from tests.core.cutting import Files, tree
from tests.core.merge_cutting import in_system_calls
from tests.core.raw_files import made, raw
from tests.core.test_replacing import mounted, told
from tests.core.test_replacing import quick as quick

ROOT = Path(__file__).resolve().parents[2]
FORMS: list[Any] = ["earliest", ("earliest", "v110"), ("v108", "v110"), ("v110", "v110")]


@pytest.fixture
def file(tmp_path: Path) -> bytes:
    (tmp_path / "files").mkdir()
    return made(tmp_path / "files" / NAME, fill)


def beside(file: bytes) -> Files:
    return tree(os.path.dirname(file))


def is_alone(file: bytes) -> bool:
    return os.listdir(os.path.dirname(file)) == [os.path.basename(file)]


def everything(file: bytes) -> dict[str, Any]:
    """What h5py reads: the content of every dataset, and all attributes."""
    found: dict[str, Any] = {}

    def visit(name: str, node: Any) -> None:
        found[name] = np.asarray(node[()]).tolist() if isinstance(node, h5py.Dataset) else None
        found.update({f"{name}@{key}": node.attrs[key] for key in node.attrs})

    with h5py.File(file, "r", locking=False) as opened:
        opened.visititems(visit)
    return found


def refusal(file: bytes, do: Callable[[h5py.Group], object] = SCENARIOS["add"], patience: float = 0.0) -> PexError:
    """The error that a change ends with; nothing was changed by it, and nothing is left."""
    before = beside(file)
    with pytest.raises(PexError) as problem, appending.appending(file, patience) as root:
        do(h5py.Group(root))
    assert beside(file) == before
    return problem.value


# --- what comes of it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("form", FORMS, ids=str)
def test_the_content_is_what_h5py_would_have_made_of_the_file(tmp_path: Path, form: Any, scenario: str) -> None:
    ours = made(tmp_path / "ours.hdf5", fill, libver=form)
    theirs = made(tmp_path / "theirs.hdf5", fill, libver=form)
    change(ours, scenario)
    with h5py.File(theirs, "r+", libver=("earliest", "v110")) as opened:
        SCENARIOS[scenario](opened["/"])
    assert everything(ours) == everything(theirs)
    assert os.path.getsize(ours) <= os.path.getsize(theirs)
    assert sorted(os.listdir(tmp_path)) == ["ours.hdf5", "theirs.hdf5"]


def test_a_block_of_another_program_at_the_beginning_stays(tmp_path: Path) -> None:
    file = made(tmp_path / NAME, fill, userblock_size=512)
    with open(file, "r+b") as opened:
        opened.write(b"mine" * 128)
    change(file, "add")
    assert Path(os.fsdecode(file)).read_bytes()[:512] == b"mine" * 128
    assert everything(file)["sweep/results/runs/run_00000020/z"] == (np.arange(50.0) * 2).tolist()


def test_pytables_reads_what_was_added(tmp_path: Path) -> None:
    file = raw(sweep(tmp_path / "a.hdf5", grid(3)))
    with appending.appending(file) as root:
        h5py.Group(root)["sweep/more"] = np.arange(5)
    with files.pytables(file) as opened:
        assert opened.root.sweep.more.read().tolist() == [0, 1, 2, 3, 4]


def test_large_arrays_are_added_and_written_over(file: bytes) -> None:
    large = np.random.default_rng(1).random(3_000_000)
    with appending.appending(file) as root:
        group = h5py.Group(root)
        group.create_dataset("large", data=large)
        group.create_dataset("packed", data=large[:500_000], chunks=(10_000,), compression="gzip", compression_opts=1)
    with appending.appending(file) as root:
        h5py.Group(root)["large"][1_000_000:2_000_000] = 0.0
    large[1_000_000:2_000_000] = 0.0
    with h5py.File(file, "r") as opened:
        assert np.array_equal(opened["large"][()], large)
        assert np.array_equal(opened["packed"][()][:10], opened["large"][:10])
    assert is_alone(file)


def test_changes_are_seen_within_the_block(file: bytes) -> None:
    with appending.appending(file) as root:
        group = h5py.Group(root)
        group["new"] = np.arange(1000)
        group.file.flush()
        assert group["new"][()].tolist() == list(range(1000))
        del group["new"]
        group["new"] = 5
    assert everything(file)["new"] == 5


def test_mode_and_number_of_the_file_stay_and_a_link_stays_a_link(file: bytes, tmp_path: Path) -> None:
    os.chmod(file, 0o640)
    before = os.stat(file)
    link = raw(tmp_path / "link.hdf5")
    os.symlink(file, link)
    change(link, "add")
    after = os.stat(file)
    assert (after.st_ino, stat.S_IMODE(after.st_mode)) == (before.st_ino, 0o640)
    assert after.st_mtime_ns != before.st_mtime_ns
    assert os.path.islink(link) and is_alone(file)


@pytest.mark.parametrize("name", [b"\xff\xfe.hdf5", "ö.hdf5".encode(), b"x" * 250 + b".hdf5", b"-.h5"])
def test_any_name_will_do(tmp_path: Path, name: bytes) -> None:
    file = made(tmp_path / os.fsdecode(name), fill)
    change(file, "add")
    assert "sweep/results/runs/run_00000020" in everything(file) and is_alone(file)


def test_files_with_long_names_that_begin_alike_have_logs_of_their_own(tmp_path: Path) -> None:
    logs = {path_of_log(os.path.join(raw(tmp_path), b"x" * 250 + end)) for end in (b".h5", b".h4")}
    assert len(logs) == 2
    assert all(commit.is_own(os.path.basename(log)) and len(os.path.basename(log)) == 255 for log in logs)


def test_what_changes_nothing_writes_nothing(file: bytes) -> None:
    before = os.stat(file)
    with appending.appending(file) as root:
        assert b"sweep" in list(root)
        h5py.Group(root)["sweep/table"][3] = 0.0  # as it was
    after = os.stat(file)
    assert (after.st_mtime_ns, after.st_size) == (before.st_mtime_ns, before.st_size)
    assert is_alone(file)


def test_what_is_raised_inside_comes_out_and_nothing_is_changed(file: bytes) -> None:
    before = beside(file)
    for error in (ValueError("mine"), KeyboardInterrupt(), PexError("Mine.")):
        with pytest.raises(type(error)) as problem, appending.appending(file) as root:
            SCENARIOS["add"](h5py.Group(root))
            raise error
        assert problem.value is error
        assert beside(file) == before


def test_many_small_writes_in_any_order_are_those_of_a_file_in_memory(tmp_path: Path) -> None:
    for seed in range(60):
        chance = random.Random(seed)
        content = chance.randbytes(300)
        path = tmp_path / "file"
        path.write_bytes(content)
        expected = io.BytesIO(content)
        with path.open("rb") as opened:
            overlay = Overlay(opened.fileno(), len(content))
            for _ in range(80):
                place, size = chance.randrange(450), chance.randrange(60)
                what = chance.choice(["write", "write", "write", "read", "read", "truncate"])
                if what == "truncate" and chance.random() < 0.3:
                    expected.truncate(place)
                    expected.write(b"\0" * max(0, place - expected.seek(0, os.SEEK_END)))
                    overlay.truncate(place)
                elif what == "write":
                    written = chance.randbytes(size)
                    expected.write(b"\0" * max(0, place - expected.seek(0, os.SEEK_END) if size else 0))
                    expected.seek(place)
                    expected.write(written)
                    overlay.seek(place)
                    overlay.write(bytearray(written))
                expected.seek(place)
                overlay.seek(place)
                assert overlay.read(size) == expected.read(size).ljust(size, b"\0"), seed
                assert overlay.tell() == place + size
            assert overlay.size == overlay.seek(0, os.SEEK_END) == len(expected.getvalue())
            assert patched(content, overlay) == expected.getvalue(), seed


def patched(content: bytes, overlay: Overlay) -> bytes:
    """A file with the changes that an overlay tells."""
    found = bytearray(content[: overlay.size].ljust(overlay.size, b"\0"))
    end = 0
    for offset, piece in overlay.changes():
        assert offset >= end and not offset < len(content) < offset + len(piece)
        end = offset + len(piece)
        found[offset:end] = piece
    return bytes(found)


# --- killed ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_whatever_fails_at_a_named_moment_all_or_nothing_is_made(quick: str, scenario: str) -> None:
    found = told("append_cutting", "moments", scenario, quick, 0, 0)
    assert found["wrong"] == []
    assert 5 < found["complete"] < found["cuts"] > 30


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_settling_may_be_cut_off_at_every_moment_and_begun_again(quick: str, scenario: str) -> None:
    found = told("append_cutting", "recoveries", scenario, quick, 0, 0)
    assert found["wrong"] == []
    assert found["cuts"] > 20


@pytest.mark.skipif(sys.platform != "linux", reason="system calls are counted as Linux does it")
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_in_any_system_call(quick: str, scenario: str, request: pytest.FixtureRequest) -> None:
    if in_system_calls(lambda: None) < 0:
        pytest.skip("nobody may count system calls here")
    seeds, count = (range(5), 400) if request.config.getoption("--everything") else (range(1), 60)
    for seed in seeds:
        found = told("append_cutting", "calls", scenario, quick, count, seed)
        assert found["wrong"] == []
        assert found["cuts"] == count and 0 < found["complete"] < count


@pytest.mark.parametrize("sabotaged", ["nothing", "log", "file", "names"])
def test_the_power_may_fail_at_any_time(quick: str, sabotaged: str) -> None:
    """The log, the file and the name of the log must be durable each; without one of it, the test finds that out."""
    found = told("append_power", quick, sabotaged)
    assert found["states"] > 400
    assert bool(found["wrong"]) == (sabotaged != "nothing"), found["wrong"]


def test_whoever_changes_or_reads_the_file_next_finishes_it(tmp_path: Path) -> None:
    cut_off(tmp_path, "add", "write over the file")
    file = raw(tmp_path / NAME)
    with appending.settled(file) as opened:
        assert b"run_00000020" in files.names(files.open_path(opened, b"/sweep/results/runs"))
    assert is_alone(file)
    cut_off(tmp_path, "add", "write over the file")
    change(file, "overwrite")
    assert everything(file)["sweep/table"] == [3.0] * 300
    assert "sweep/results/runs/run_00000020" in everything(file) and is_alone(file)


def test_before_the_log_is_complete_it_is_undone_and_room_is_given_back(tmp_path: Path) -> None:
    campaign = cut_off(tmp_path, "add", "end the log")
    file = tmp_path / NAME
    assert file.stat().st_size > len(campaign.old)
    assert appending.settle(raw(file))
    assert file.read_bytes() == campaign.old and is_alone(raw(file))
    assert not appending.settle(raw(file))


def test_a_change_is_not_finished_in_another_file(tmp_path: Path) -> None:
    cut_off(tmp_path, "add", "write over the file")
    file = made(tmp_path / NAME, lambda opened: opened.create_dataset("theirs", data=np.arange(20_000)))
    before = Path(os.fsdecode(file)).read_bytes()
    with pytest.raises(PexError) as problem:
        change(file, "add")
    assert "another program changed it since" in problem.value.title
    (aside,) = (name for name in os.listdir(tmp_path) if name.endswith(os.fsdecode(ASIDE)))
    assert aside in problem.value.hint and not aside.startswith(".")
    assert Path(os.fsdecode(file)).read_bytes() == before
    assert not appending.settle(file)


def test_the_log_of_a_file_that_is_not_there_stays(tmp_path: Path) -> None:
    campaign = cut_off(tmp_path, "add", "write over the file")
    os.rename(tmp_path / NAME, tmp_path / "elsewhere")
    before = tree(raw(tmp_path))
    assert not appending.settle(campaign.path)
    with pytest.raises(NotReadable, match="is not there any more"):
        change(campaign.path, "add")
    assert tree(raw(tmp_path)) == before
    os.rename(tmp_path / "elsewhere", tmp_path / NAME)
    assert appending.settle(campaign.path)
    assert (tmp_path / NAME).read_bytes() == campaign.new


@pytest.mark.parametrize("content", [b"\0" * 100, b"[" * 100, b"\x89PEXLOG\n" + b"\xff" * 100, b"\x89PEXLOG\n"])
def test_what_is_no_log_is_discarded(file: bytes, content: bytes) -> None:
    before = beside(file)
    Path(os.fsdecode(path_of_log(file))).write_bytes(content)
    assert appending.settle(file)
    assert beside(file) == before


def planted(file: bytes, **changes: Any) -> bytes:
    """A log with a whole first part, as somebody else could have put it there."""
    encoded = msgspec.msgpack.encode(
        msgspec.structs.replace(change_log.Change(NAME.encode(), 10, 20, ((5, 5),)), **changes)
    )
    head = change_log._HEAD.pack(change_log._MAGIC, len(encoded), xxh3_64_digest(encoded))
    log = path_of_log(file)
    Path(os.fsdecode(log)).write_bytes(head + encoded)
    return log


@pytest.mark.parametrize(
    "changes",
    [
        {"target": b"other.hdf5"},
        {"target": b"../" + NAME.encode()},
        {"version": 2},
        {"parts": ((5, 10),)},
        {"parts": ((-1, 1),)},
        {"parts": ((5, -1),)},
        {"parts": ((5, 2), (6, 2))},
        {"parts": ((15, 10),)},
    ],
    ids=str,
)
def test_a_log_that_cannot_be_ours_is_left_alone_and_said(file: bytes, changes: dict[str, Any]) -> None:
    log = planted(file, **changes)
    error = refusal(file)
    assert os.fsdecode(os.path.basename(log)) in error.title and "is in the way, because " in error.title
    with pytest.raises(PexError, match="is in the way"):
        appending.settle(file)


def test_a_log_that_is_a_link_or_a_pipe_is_not_followed(file: bytes, tmp_path: Path) -> None:
    (tmp_path / "victim").write_bytes(b"victim")
    log = path_of_log(file)
    for folder in (False, True):
        if folder:
            os.mkdir(log)
        else:
            os.symlink(tmp_path / "victim", log)
        with pytest.raises(PexError):
            change(file, "add")
        assert (tmp_path / "victim").read_bytes() == b"victim"
        os.rmdir(log) if folder else os.unlink(log)
    os.mkfifo(log)
    assert "is in the way, because it is no file" in refusal_without_tree(file).title


def refusal_without_tree(file: bytes) -> PexError:
    with pytest.raises(PexError) as problem:
        change(file, "add")
    return problem.value


def test_a_log_of_somebody_else_is_left_alone(file: bytes) -> None:
    if os.geteuid():
        pytest.skip("only the administrator can give files away")
    os.chown(planted(file), 65534, 65534)
    assert "because it belongs to somebody else" in refusal(file).title


# --- refused ---------------------------------------------------------------------------------------------------------


def test_what_is_no_hdf5_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.hdf5").write_bytes(b"text" * 300)
    (tmp_path / "empty.hdf5").touch()
    damaged = made(tmp_path / "damaged.hdf5", fill)
    with open(damaged, "r+b") as opened:
        opened.write(b"\x89HDF\r\n\x1a\n" + b"\xee" * 500)
    for name, words in (
        ("text.hdf5", "is not an HDF5 file"),
        ("empty.hdf5", "is empty"),
        ("damaged.hdf5", "is damaged"),
    ):
        assert words in refusal(raw(tmp_path / name)).title
    for name, words in (
        ("nothing.hdf5", "is not there"),
        (".", "is a folder"),
        ("a\0b", "is not a possible file name"),
    ):
        with pytest.raises(NotReadable, match=words):
            change(raw(tmp_path / name) if name != "." else raw(tmp_path), "add")


def test_a_truncated_file_is_refused(file: bytes) -> None:
    os.truncate(file, os.path.getsize(file) - 100)
    assert "is truncated" in refusal(file).title


def test_a_file_on_a_disk_that_can_only_be_read_is_not_changed_but_read(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=4m") as disk:
        file = made(disk / NAME, fill)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        assert "its disk can only be read" in refusal(file).title
        with appending.settled(file) as opened:
            assert files.names(opened.root) == [b"last", b"sweep"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_a_file_that_may_not_be_written_is_named(file: bytes, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    real = os.open

    def refuse(path: Any, flags: int, *arguments: Any) -> int:
        if path == file and flags & os.O_RDWR:
            raise OSError(number, os.strerror(number))
        return real(path, flags, *arguments)

    monkeypatch.setattr(os, "open", refuse)
    assert refusal(file).title == f"You have no permission to change “{NAME}”."


def test_a_disk_that_is_really_full_changes_nothing(tmp_path: Path) -> None:
    outcomes = []
    with mounted(tmp_path / "small", "size=1m") as small:
        file = made(small / NAME, fill)
        before = tree(raw(small))
        for size in range(1000, 140_000, 6000):
            try:
                with appending.appending(file) as root:
                    h5py.Group(root)["more"] = np.arange(size)
            except PexError as error:
                assert error.title == f"“{NAME}” was not written: the disk is full."
                assert tree(raw(small)) == before
            outcomes.append(os.path.getsize(file) > len(before[NAME.encode()]))
            (small / NAME).write_bytes(before[NAME.encode()])
    assert True in outcomes and False in outcomes


def test_a_disk_that_cannot_be_read_is_said(file: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    real, reads = os.pread, [0]

    def broken(descriptor: int, size: int, offset: int) -> bytes:
        reads[0] += 1
        if reads[0] >= last:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(descriptor, size, offset)

    monkeypatch.setattr(os, "pread", broken)
    for last in range(1, 14, 2):
        reads[0] = 0
        error = refusal(file)
        assert "Input/output error" in error.title, last


KEPT = """
import os, sys
import h5py
from pexgui.core.appending import appending
from pexgui.core.errors import PexError

def broken(descriptor, size, offset):
    raise OSError(5, "no disk")

os.pread = broken
try:
    with appending(os.fsencode(sys.argv[1])):
        pass
except PexError as error:
    kept = error
print("no disk" in kept.title)
"""


def test_a_program_that_keeps_such_an_error_ends_as_usual(file: bytes) -> None:
    done = subprocess.run([sys.executable, "-c", KEPT, os.fsdecode(file)], stdout=subprocess.PIPE, text=True)
    assert (done.returncode, done.stdout) == (0, "True\n")


def test_what_another_program_wrote_meanwhile_is_not_written_over(file: bytes) -> None:
    def disturbed(root: h5py.Group) -> None:
        SCENARIOS["add"](root)
        with open(file, "r+b") as other:
            other.seek(0, os.SEEK_END)
            other.write(b"theirs")

    with pytest.raises(PexError) as problem, appending.appending(file) as root:
        disturbed(h5py.Group(root))
    assert problem.value.title == f"“{NAME}” was changed by another program meanwhile."
    assert Path(os.fsdecode(file)).read_bytes().endswith(b"theirs") and is_alone(file)


# --- others ----------------------------------------------------------------------------------------------------------


def test_a_file_that_a_program_with_hdf5_writes_is_in_use(file: bytes) -> None:
    with h5py.File(file, "r+", locking=True):
        assert refusal(file).title == f"“{NAME}” is in use by another program."
    with appending.appending(file) as root, pytest.raises(OSError, match="lock"):
        SCENARIOS["add"](h5py.Group(root))
        h5py.File(file, "r+", locking=True)
    change(file, "overwrite")
    assert is_alone(file)


def test_it_is_waited_until_others_have_closed_the_file(file: bytes) -> None:
    other = h5py.File(file, "r+", locking=True)
    tried = threading.Event()
    real = fcntl.flock

    class Patient(threading.Thread):
        def run(self) -> None:
            change(file, "add")

    def noticed(descriptor: int, operation: int) -> None:
        try:
            real(descriptor, operation)
        except BlockingIOError:
            tried.set()
            raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fcntl, "flock", noticed)
        waiting = Patient()
        waiting.start()
        assert tried.wait(30)
        other.close()
        waiting.join(30)
    assert "sweep/results/runs/run_00000020" in everything(file) and is_alone(file)


def test_a_second_change_waits_for_the_first(file: bytes) -> None:
    with appending.appending(file) as root:
        with pytest.raises(PexError, match="in use"), appending.appending(file, 0.0):
            pass
        with pytest.raises(PexError, match="in use"), appending.settled(file, 0.0):
            pass
        assert not appending.settle(file)
        SCENARIOS["add"](h5py.Group(root))
    with appending.settled(file), pytest.raises(PexError, match="in use"), appending.appending(file, 0.0):
        pass
    assert "sweep/results/runs/run_00000020" in everything(file) and is_alone(file)


WRITER = """
import sys
import h5py
from pexgui.core.appending import appending
file, name = sys.argv[1].encode(), sys.argv[2]
for number in range(int(sys.argv[3])):
    with appending(file) as root:
        runs = h5py.Group(root)["sweep/results/runs"]
        runs[f"{name}_{number}"] = [number] * 20
        runs.attrs["count"] = runs.attrs.get("count", 0) + 1
"""


def writers(file: bytes, processes: int, count: int) -> "list[subprocess.Popen[bytes]]":
    command = [sys.executable, "-c", WRITER, os.fsdecode(file)]
    return [subprocess.Popen([*command, f"by_{number}", str(count)], cwd=ROOT) for number in range(processes)]


def test_of_what_four_processes_store_at_once_nothing_is_lost_and_who_reads_sees_no_damage(file: bytes) -> None:
    started = writers(file, 4, 50)
    seen = 0
    while any(process.poll() is None for process in started):
        try:
            with files.reading(file) as opened:
                read_all(opened)
            seen += 1
        except BeingWritten:
            pass
    assert [process.returncode for process in started] == [0] * 4
    found = everything(file)
    assert found["sweep/results/runs@count"] == 200 and is_alone(file)
    for number in range(4):
        for count in range(50):
            assert found[f"sweep/results/runs/by_{number}_{count}"] == [count] * 20
    assert seen


def read_all(opened: files.OpenFile) -> None:
    for visit in files.walk(opened.root):
        if visit.kind is files.VisitKind.DATASET:
            files.read(visit.node)
        elif visit.kind is files.VisitKind.UNREADABLE:
            raise NotReadable(visit.reason if hasattr(visit, "reason") else "unreadable")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_who_reads_in_the_middle_sees_at_worst_that_it_is_being_written(
    file: bytes, monkeypatch: pytest.MonkeyPatch, scenario: str
) -> None:
    outcomes: list[bool] = []

    def looked(name: str) -> None:
        try:
            with files.reading(file) as opened:
                read_all(opened)
            outcomes.append(True)
        except BeingWritten:
            outcomes.append(False)

    for module in MODULES:
        monkeypatch.setattr(module, "moment", looked)
    change(file, scenario)
    assert len(outcomes) > 5 and outcomes[0] and outcomes[-1]


def test_threads_of_one_process_store_one_after_the_other(file: bytes) -> None:
    def store(number: int) -> None:
        for count in range(15):
            with appending.appending(file) as root:
                h5py.Group(root)[f"sweep/by_{number}_{count}"] = count

    threads = [threading.Thread(target=store, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = everything(file)
    assert sum(name.startswith("sweep/by_") for name in found) == 60 and is_alone(file)


def filled_anew(file: h5py.File) -> None:
    fill(file)
    file.create_group("new")


def test_a_file_that_is_replaced_while_it_is_waited_for_is_changed_as_it_is_then(
    file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = made(Path(os.fsdecode(file) + ".new"), filled_anew)
    real = wait_for

    def replaced(descriptor: int, until: float) -> Any:
        monkeypatch.setattr(in_place, "wait_for", real)
        os.replace(new, file)
        return real(descriptor, until)

    monkeypatch.setattr(in_place, "wait_for", replaced)
    change(file, "add")
    assert {"new", "sweep/results/runs/run_00000020"} <= set(everything(file)) and is_alone(file)


def test_a_log_that_goes_while_it_is_waited_for_is_made_anew(file: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    real = wait_for

    def gone(descriptor: int, until: float) -> Any:
        monkeypatch.setattr(change_log, "wait_for", real)
        os.unlink(path_of_log(file))
        return real(descriptor, until)

    monkeypatch.setattr(change_log, "wait_for", gone)
    change(file, "add")
    assert "sweep/results/runs/run_00000020" in everything(file) and is_alone(file)


def test_it_works_without_locks_too(file: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    change(file, "add")
    with appending.settled(file) as opened:
        assert files.names(opened.root) == [b"last", b"sweep"]
    assert is_alone(file)


def test_it_works_where_room_cannot_be_made_ahead(file: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: int) -> None:
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    change(file, "add")
    assert "sweep/results/runs/run_00000020" in everything(file) and is_alone(file)


def test_settled_reads_what_is_there_and_leaves_nothing(file: bytes) -> None:
    before = os.stat(file)
    with appending.settled(file) as opened:
        assert files.names(opened.root) == [b"last", b"sweep"]
        assert opened.name == f"“{NAME}”"
    assert os.stat(file).st_mtime_ns == before.st_mtime_ns and is_alone(file)
    with pytest.raises(NotReadable, match="is not there"), appending.settled(file + b"x"):
        pass
    assert is_alone(file)


def test_nothing_of_it_is_open_afterwards(file: bytes) -> None:
    before = os.listdir("/proc/self/fd")
    for _ in range(3):
        change(file, "overwrite")
        refusal(file, lambda root: root["nothing there"])
    assert len(os.listdir("/proc/self/fd")) == len(before)
    assert LOG not in b"".join(beside(file))
