"""What a folder shows, in which order, and what it must not do."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pexgui.core import Cancelled, FolderPage, FolderRequest, NotReadable, list_folder
from pexgui.core.commit import name_beside


def listed(folder: Path, start: int = 0, count: int = 1000) -> FolderPage:
    return list_folder(FolderRequest(os.fsencode(folder), start, count))


def names(page: FolderPage) -> list[str]:
    return [entry.name for entry in page.entries]


def test_folders_come_first_and_names_are_sorted_as_people_count(tmp_path: Path) -> None:
    for name in ("run10.hdf5", "Run9.hdf5", "beta.h5", "Alpha.hdf5"):
        (tmp_path / name).write_bytes(b"x" * 7)
    for name in ("zz", "Sub 10", "sub 2"):
        (tmp_path / name).mkdir()
    page = listed(tmp_path)
    assert names(page) == ["sub 2", "Sub 10", "zz", "Alpha.hdf5", "beta.h5", "Run9.hdf5", "run10.hdf5"]
    assert [entry.is_folder for entry in page.entries] == [True] * 3 + [False] * 4
    assert page.total == 7
    assert page.entries[3].path == os.fsencode(tmp_path / "Alpha.hdf5")
    assert page.entries[3].size == 7
    assert page.entries[3].modified == (tmp_path / "Alpha.hdf5").stat().st_mtime


def test_only_files_that_may_hold_trajectories_are_shown(tmp_path: Path) -> None:
    wanted = {"a.hdf", "b.h4", "c.hdf4", "d.he2", "e.h5", "f.HDF5", "g.he5"}
    other = {"notes.txt", "data.csv", ".hidden.hdf5", ".a.hdf5.pexgui-0a1b2c3d.tmp", "hdf5", "picture.h5.png"}
    for name in wanted | other:
        (tmp_path / name).touch()
    (tmp_path / ".git").mkdir()
    assert set(names(listed(tmp_path))) == wanted


@pytest.mark.parametrize("suffix", [b".tmp", b".journal", b".undo"])
@pytest.mark.parametrize("name", [b"a.hdf5", b"\xff.hdf5", b"x" * 250 + b".hdf5", b".hidden.hdf5"])
def test_what_a_write_needs_is_never_shown_and_what_is_unfinished_is_said(
    tmp_path: Path, name: bytes, suffix: bytes
) -> None:
    (tmp_path / "b.hdf5").touch()
    assert not listed(tmp_path).unfinished
    own = name_beside(name, b"0a1b2c3d", suffix)
    Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), own))).touch()
    page = listed(tmp_path)
    assert names(page) == ["b.hdf5"]
    assert page.unfinished is (suffix != b".undo")


def test_pipes_and_dangling_links_are_left_out_and_a_link_to_a_file_is_shown(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.hdf5")
    (tmp_path / "gone.hdf5").symlink_to(tmp_path / "nowhere.hdf5")
    (tmp_path / "self.hdf5").symlink_to(tmp_path / "self.hdf5")
    (tmp_path / "real.hdf5").touch()
    (tmp_path / "link.hdf5").symlink_to(tmp_path / "real.hdf5")
    assert names(listed(tmp_path)) == ["link.hdf5", "real.hdf5"]


def test_names_that_are_not_text_stay_usable_and_are_shown_with_escapes(tmp_path: Path) -> None:
    raw = [b"\xff\xfe.hdf5", "\u202eevil.hdf5".encode(), b"line\nbreak.hdf5", "größe.hdf5".encode()]
    for name in raw:
        Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).touch()
    page = listed(tmp_path)
    assert {os.path.basename(entry.path) for entry in page.entries} == set(raw)
    assert set(names(page)) == {"\\xff\\xfe.hdf5", "\\u202eevil.hdf5", "line\\x0abreak.hdf5", "größe.hdf5"}


def test_a_large_folder_comes_in_pages_that_together_hold_every_entry_once(tmp_path: Path) -> None:
    for number in range(2500):
        (tmp_path / f"sweep_{number}.hdf5").touch()
    pages = [listed(tmp_path, start, 1000) for start in (0, 1000, 2000, 3000)]
    assert [len(page.entries) for page in pages] == [1000, 1000, 500, 0]
    assert {page.total for page in pages} == {2500}
    assert [name for page in pages for name in names(page)] == [f"sweep_{number}.hdf5" for number in range(2500)]


def test_listing_a_large_folder_reports_on_the_way_and_stops_when_told(tmp_path: Path) -> None:
    for number in range(5000):
        (tmp_path / f"{number}.txt").touch()
    reports: list[int] = []

    def stop_at_second(what: str, done: int, total: int) -> None:
        assert tmp_path.name in what
        assert total == 0
        reports.append(done)
        if len(reports) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        list_folder(FolderRequest(os.fsencode(tmp_path)), stop_at_second)
    assert reports[0] == 0
    assert 0 < reports[1] < 5000


def test_links_to_folders_are_shown_and_one_that_leads_back_cannot_be_entered(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.hdf5").touch()
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "b" / "aside").symlink_to(tmp_path / "other")
    assert names(listed(tmp_path / "a" / "b")) == ["aside", "up"]
    assert names(listed(tmp_path / "a" / "b" / "aside")) == ["x.hdf5"]
    with pytest.raises(NotReadable, match="leads back") as problem:
        listed(tmp_path / "a" / "b" / "up")
    assert problem.value.hint


def test_walking_into_every_folder_ends_although_links_go_round(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "to_b").symlink_to(tmp_path / "b")
    (tmp_path / "b" / "to_a").symlink_to(tmp_path / "a")
    waiting, visited = [os.fsencode(tmp_path)], 0
    while waiting:
        visited += 1
        assert visited < 50
        try:
            page = list_folder(FolderRequest(waiting.pop()))
        except NotReadable:
            continue
        waiting.extend(entry.path for entry in page.entries if entry.is_folder)


def test_a_folder_that_is_gone_or_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "file.hdf5").touch()
    with pytest.raises(NotReadable, match="not there any more"):
        listed(tmp_path / "gone")
    with pytest.raises(NotReadable, match="is not a folder"):
        listed(tmp_path / "file.hdf5")


def test_a_folder_without_permission_says_so() -> None:
    with tempfile.TemporaryDirectory() as name:
        locked = Path(name)
        (locked / "a.hdf5").touch()
        locked.chmod(0)
        try:
            with as_nobody(), pytest.raises(NotReadable, match="not allowed to look into") as problem:
                listed(locked)
        finally:
            locked.chmod(0o700)
    assert problem.value.hint


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may look into every folder; a test that runs as root is somebody else for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
