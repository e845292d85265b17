"""Files are opened without a lock, refused in a sentence, and written whole or not at all."""

import fcntl
import os
import stat
import zlib
from pathlib import Path

import numpy as np
import pytest
import tables
from h5py import h5g

from pexgui.core import BeingWritten, FileState, NotReadable, PexError, commit, files
from tests.core.raw_files import made, raw

# --- opening ---------------------------------------------------------------------------------------------------------


def refusal(path: bytes) -> NotReadable:
    with pytest.raises(NotReadable) as problem, files.reading(path):
        pass
    return problem.value


def test_a_file_of_zero_bytes_says_so_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "nothing.hdf5"
    path.touch()
    problem = refusal(raw(path))
    assert problem.title == "“nothing.hdf5” is empty (zero bytes)."
    assert problem.state is FileState.NOT_HDF5


def test_a_text_file_is_not_hdf5_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "notes.hdf5"
    path.write_text("hello\n" * 500)
    problem = refusal(raw(path))
    assert problem.title == "“notes.hdf5” is not an HDF5 file."
    assert problem.state is FileState.NOT_HDF5


@pytest.mark.parametrize("share", [0.05, 0.5, 0.99])
def test_a_truncated_file_says_so_in_one_sentence(tmp_path: Path, share: float) -> None:
    path = made(tmp_path / "cut.hdf5", lambda file: file.create_dataset("x", data=np.arange(5000)))
    os.truncate(path, int(os.path.getsize(path) * share))
    problem = refusal(path)
    assert problem.title == "“cut.hdf5” is truncated: its end is missing."
    assert problem.state is FileState.DAMAGED


def test_a_damaged_beginning_is_called_damage(tmp_path: Path) -> None:
    path = tmp_path / "bad.hdf5"
    made(path)
    content = bytearray(path.read_bytes())
    content[8] = 99
    path.write_bytes(content)
    problem = refusal(raw(path))
    assert problem.title == "“bad.hdf5” is damaged and cannot be opened."
    assert problem.state is FileState.DAMAGED


def test_what_is_no_regular_file_is_refused_without_opening_it(tmp_path: Path) -> None:
    fifo, folder = tmp_path / "pipe.hdf5", tmp_path / "folder.hdf5"
    os.mkfifo(fifo)
    folder.mkdir()
    assert "a device or a pipe" in refusal(raw(fifo)).title
    assert "a folder" in refusal(raw(folder)).title
    assert "a device or a pipe" in refusal(b"/dev/zero").title
    assert "not a possible file name" in refusal(b"a\0b").title


def test_missing_files_and_dead_links_say_what_they_are(tmp_path: Path) -> None:
    assert "is not there any more" in refusal(raw(tmp_path / "gone.hdf5")).title
    for name, target in (("dangling.hdf5", "gone.hdf5"), ("loop.hdf5", "loop.hdf5")):
        (tmp_path / name).symlink_to(target)
    assert "is a link to a file that is not there" in refusal(raw(tmp_path / "dangling.hdf5")).title
    assert "is a link that only leads to itself" in refusal(raw(tmp_path / "loop.hdf5")).title


def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    path = made(tmp_path / "secret.hdf5")
    os.chmod(path, 0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        assert refusal(path).title == "You have no permission to read “secret.hdf5”."
    finally:
        os.seteuid(user)


def test_a_user_block_before_the_file_is_no_obstacle(tmp_path: Path) -> None:
    path = made(tmp_path / "block.hdf5", lambda file: file.create_group("g"), userblock_size=1024)
    with files.reading(path) as file:
        assert files.names(file.root) == [b"g"]


def test_any_file_name_opens_and_is_shown_harmlessly(tmp_path: Path) -> None:
    folder = raw(tmp_path)
    for name in (b"\xff\xfe.hdf5", b"a\nb.hdf5", b"<b>x<b>.hdf5", "\u202etxt.hdf5".encode(), b"n" * 250 + b".hdf5"):
        os.rename(made(tmp_path / "plain.hdf5"), folder + b"/" + name)
        with files.reading(folder + b"/" + name) as file:
            assert file.name.isprintable()


def test_reading_takes_no_lock_and_minds_none(tmp_path: Path) -> None:
    path = made(tmp_path / "busy.hdf5", lambda file: file.create_group("g"))
    with open(path, "rb+") as other, files.reading(path) as file:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert files.names(file.root) == [b"g"]
        with files.reading(path) as again:
            assert files.names(again.root) == [b"g"]


def test_a_writer_can_open_a_file_that_is_being_read(tmp_path: Path) -> None:
    path = made(tmp_path / "shared.hdf5", lambda file: file.create_group("g"))
    with files.reading(path), tables.open_file(os.fsdecode(path), "a") as writer:
        writer.create_group("/", "h")


def test_no_handle_stays_open(tmp_path: Path) -> None:
    path = made(tmp_path / "a.hdf5", lambda file: file.create_dataset("g/x", data=[1, 2, 3]))
    before = len(os.listdir("/proc/self/fd"))
    kept = []
    for _ in range(20):
        with files.reading(path) as file:
            kept.append(files.open_path(file, b"/g/x"))
            kept.append(files.open_path(file, b"/g"))
    assert len(os.listdir("/proc/self/fd")) == before
    assert not any(node.valid for node in kept)


def test_a_failure_in_a_file_that_changed_meanwhile_is_not_called_damage(tmp_path: Path) -> None:
    path = made(tmp_path / "growing.hdf5")
    with pytest.raises(BeingWritten, match=r"“growing\.hdf5” is being written"), files.reading(path) as file:
        os.truncate(path, 10_000)
        assert file.changed()
        raise OSError("bad object header")
    made(tmp_path / "growing.hdf5")
    with pytest.raises(NotReadable) as problem, files.reading(path):
        raise OSError("bad object header")
    assert problem.value.title == "A part of “growing.hdf5” cannot be read."


def test_an_answer_is_tried_twice_while_a_file_is_written(tmp_path: Path) -> None:
    path = made(tmp_path / "growing.hdf5")
    tried = []

    def answer(file: files.OpenFile) -> int:
        tried.append(file.stamp)
        if len(tried) == 1:
            os.utime(path, ns=(1, 1))
            raise NotReadable("half written")
        return 42

    assert files.steadily(path, answer) == 42
    assert len(tried) == 2


# --- writing ---------------------------------------------------------------------------------------------------------


def listing(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in sorted(os.listdir(folder))}


def test_what_is_written_takes_its_place_whole(tmp_path: Path) -> None:
    target = tmp_path / "result.hdf5"
    seen = []
    with files.writing(raw(target), seen.append) as path:
        assert os.path.dirname(path) == raw(tmp_path)
        assert os.path.basename(path).startswith(b".result.hdf5.pexgui-")
        assert path.endswith(b".tmp")
        with files.creating(path) as root:
            h5g.create(root, b"g")
        assert not target.exists()
    assert seen == [path]
    assert os.listdir(tmp_path) == ["result.hdf5"]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~umask
    with files.reading(raw(target)) as file:
        assert files.names(file.root) == [b"g"]


def test_the_replaced_files_permissions_and_links_stay(tmp_path: Path) -> None:
    target = tmp_path / "real.hdf5"
    target.write_bytes(b"old")
    target.chmod(0o640)
    (tmp_path / "link.hdf5").symlink_to("real.hdf5")
    with files.writing(raw(tmp_path / "link.hdf5")) as path, open(path, "wb") as file:
        file.write(b"new")
    assert (tmp_path / "link.hdf5").is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


class Stopped(BaseException):
    """What stops everything, as Ctrl+C does."""


@pytest.mark.parametrize("error", [ValueError("no"), Stopped(), PexError("no"), KeyboardInterrupt()], ids=repr)
def test_whatever_is_raised_leaves_the_disk_as_it_was(tmp_path: Path, error: BaseException) -> None:
    target = tmp_path / "result.hdf5"
    target.write_bytes(b"old")
    before = listing(tmp_path)
    with pytest.raises(type(error)), files.writing(raw(target)) as path:
        with open(path, "wb") as file:
            file.write(b"half")
        raise error
    assert listing(tmp_path) == before


def test_a_failed_check_leaves_the_disk_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "result.hdf5"
    target.write_bytes(b"old")
    before = listing(tmp_path)

    def check(path: bytes) -> None:
        with open(path, "rb") as file:
            assert file.read() == b"new"
        raise PexError("The copy is not identical.")

    refused = pytest.raises(PexError, match="not identical")
    with refused, files.writing(raw(target), check) as path, open(path, "wb") as file:
        file.write(b"new")
        file.flush()
    assert listing(tmp_path) == before


def test_a_refusing_disk_is_a_sentence_and_nothing_changes(tmp_path: Path) -> None:
    with pytest.raises(PexError, match=r"“x\.hdf5” was not written"), files.writing(raw(tmp_path / "no" / "x.hdf5")):
        pass
    target = tmp_path / "x.hdf5"
    target.write_bytes(b"old")
    with pytest.raises(PexError, match="the disk is full"), files.writing(raw(target)):
        raise OSError(28, "No space left on device")
    assert listing(tmp_path) == {"x.hdf5": b"old"}


def test_temporary_names_fit_whatever_the_name_is(tmp_path: Path) -> None:
    target = raw(tmp_path) + b"/" + b"n" * 255
    assert len(os.path.basename(commit.temporary_path(target))) == 255
    with files.writing(target) as path, open(path, "wb") as file:
        file.write(zlib.compress(b"x"))
    assert os.listdir(raw(tmp_path)) == [b"n" * 255]


def test_a_file_read_at_once_stays_what_it_was_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "live.hdf5"
    with tables.open_file(path, "w") as written:
        written.create_array("/", "a", np.arange(1000))
    with files.reading(bytes(path), whole=True) as file:
        path.write_bytes(b"\0" * path.stat().st_size)
        node = files.open_path(file, b"/a")
        assert files.read(node).tolist() == list(range(1000))
