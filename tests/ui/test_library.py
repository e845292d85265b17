"""The library panel: filled in the background, in words, kept in place while it is read again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pexgui.core import (
    FileRequest,
    FileState,
    FileSummary,
    FolderEntry,
    FolderPage,
    FolderRequest,
    NotReadable,
    PexError,
    Progress,
    Stamp,
    TrajectoryRequest,
    TrajectorySummary,
)
from pexgui.ui.library import LibraryPanel
from pexgui.ui.library_model import ROW, LibraryModel, Row, RowKind
from pexgui.ui.library_row import describe, second_line, sign
from tests.ui.instruments import Heartbeat, InlineWorker

LAB = b"/lab"


def trajectory(name: str = "sweep", runs: int = 1000, finished: int = 988) -> TrajectorySummary:
    return TrajectorySummary(
        b"/" + name.encode(), name, runs, finished, ("tau", "sigma"), 0.0, "0.6.1", "3.11", "Rate against noise"
    )


@dataclass
class Disk:
    """Folders and files as the engine would find them; what is read is counted."""

    folders: dict[bytes, list[FolderEntry]] = field(default_factory=lambda: {LAB: []})
    files: dict[bytes, FileSummary | PexError] = field(default_factory=dict)

    def put(self, path: bytes, summary: FileSummary | PexError | None = None, size: int = 9_600_000) -> None:
        """A file, with a trajectory unless something else is said of it; changed when it is put again."""
        folder = path.rpartition(b"/")[0]
        self.folder(folder)
        entries = [entry for entry in self.folders[folder] if entry.path != path]
        name = path.rpartition(b"/")[2].decode("utf-8", "backslashreplace")
        entries.append(FolderEntry(path, name, False, size, 1_700_000_000.0))
        self.folders[folder] = entries
        self._sort(folder)
        if summary is None:
            summary = FileSummary(path, FileState.TRAJECTORIES, "", Stamp(size, 1, 1), (trajectory(),), 5_800_000)
        self.files[path] = summary

    def folder(self, path: bytes) -> None:
        if path in self.folders:
            return
        self.folders[path] = []
        above = path.rpartition(b"/")[0]
        if above:
            self.folder(above)
            self.folders[above].append(FolderEntry(path, path.rpartition(b"/")[2].decode(), True))
            self._sort(above)

    def _sort(self, folder: bytes) -> None:
        self.folders[folder].sort(key=lambda entry: (not entry.is_folder, entry.name))

    def remove(self, path: bytes) -> None:
        folder = path.rpartition(b"/")[0]
        self.folders[folder] = [entry for entry in self.folders[folder] if entry.path != path]
        del self.files[path]

    def list_folder(self, request: FolderRequest, _progress: Progress) -> FolderPage:
        if request.folder not in self.folders:
            raise NotReadable(f"The folder “{request.folder.decode()}” is not there any more.", "Look for it.")
        entries = self.folders[request.folder]
        page = tuple(entries[request.start : request.start + request.count])
        return FolderPage(request.folder, page, request.start, len(entries))

    def summarize_file(self, request: FileRequest, _progress: Progress) -> FileSummary:
        found = self.files.get(request.file)
        if found is None:
            sentence = f"“{request.file.decode()}” is not there any more."
            return FileSummary(request.file, FileState.UNREADABLE, sentence, None)
        if isinstance(found, PexError):
            raise found
        return found


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def scanner(disk: Disk, qapp: QApplication) -> Iterator[InlineWorker]:
    worker = InlineWorker({"list_folder": disk.list_folder, "summarize_file": disk.summarize_file})
    yield worker
    worker.stop()


@pytest.fixture
def library(dressed: QApplication, qtbot: QtBot, scanner: InlineWorker) -> LibraryPanel:
    panel = LibraryPanel(scanner.submit)
    qtbot.addWidget(panel)
    panel.resize(260, 700)
    panel.show()
    return panel


def opened(library: LibraryPanel, scanner: InlineWorker, *paths: bytes) -> LibraryPanel:
    library.add(list(paths) or [LAB])
    return settled(library, scanner)


def settled(library: LibraryPanel, scanner: InlineWorker) -> LibraryPanel:
    """All that was asked is answered, and counts and filter have followed."""
    scanner.deliver()
    library._settle()
    return library


def row(library: LibraryPanel, path: bytes) -> Row:
    found = library.model.find(path)
    assert found is not None
    return found


def shown(library: LibraryPanel) -> list[str]:
    """The rows that are on the screen, from top to bottom."""
    names = []
    index = library.model.index(0)
    while index.isValid():
        names.append(str(index.data()))
        index = library.view.indexBelow(index)
    return names


def choose(library: LibraryPanel, path: bytes) -> None:
    library.view.setCurrentIndex(library.model.index_of(row(library, path)))


def said(library: LibraryPanel, path: bytes) -> str:
    return second_line(row(library, path))[0]


# --- what is told of a file


def test_a_folder_is_read_with_all_below_it(library: LibraryPanel, scanner: InlineWorker, disk: Disk) -> None:
    disk.put(b"/lab/cortex/tau.hdf5")
    disk.put(b"/lab/pilot.h5", size=400_000)
    opened(library, scanner)
    assert shown(library) == ["lab", "cortex", "tau", "pilot"]
    assert said(library, b"/lab/cortex/tau.hdf5") == "988 of 1,000 runs · 9.6 MB"
    assert library.counts.text() == "2 files in 2 folders"
    assert library.sizes.text() == "10 MB"


@pytest.mark.parametrize(
    ("summary", "words", "icon"),
    [
        (FileSummary(b"", FileState.NO_TRAJECTORY, "", None), "No trajectory in this file", "file"),
        (FileSummary(b"", FileState.NOT_HDF5, "“f.hdf5” is not an HDF5 file.", None), "Not an HDF5 file", "file"),
        (
            FileSummary(b"", FileState.DAMAGED, "“f.hdf5” is truncated: its end is missing.", None),
            "Truncated: its end is missing",
            "warning",
        ),
        (
            FileSummary(b"", FileState.UNREADABLE, "You have no permission to read “f.hdf5”.", None),
            "You have no permission to read “f.hdf5”",
            "warning",
        ),
        (
            FileSummary(b"", FileState.BEING_WRITTEN, "", None, (trajectory(runs=10, finished=3),)),
            "Being written · 3 of 10 runs",
            "file-trajectory",
        ),
        (
            NotReadable("The process ended.", "It is started again."),
            "The process ended. It is started again",
            "warning",
        ),
    ],
)
def test_what_is_odd_about_a_file_is_said_in_words_and_by_a_sign(
    library: LibraryPanel,
    scanner: InlineWorker,
    disk: Disk,
    summary: FileSummary | PexError,
    words: str,
    icon: str,
) -> None:
    disk.put(b"/lab/f.hdf5", summary)
    opened(library, scanner)
    assert said(library, b"/lab/f.hdf5") == words
    assert sign(row(library, b"/lab/f.hdf5"))[0] == icon
    index = library.model.index_of(row(library, b"/lab/f.hdf5"))
    assert words in str(index.data(Qt.ItemDataRole.AccessibleTextRole))


def test_several_trajectories_of_a_file_are_rows_below_it(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk, qtbot: QtBot
) -> None:
    both = (trajectory("alpha", 4, 4), trajectory("beta", 2, 0))
    disk.put(b"/lab/two.hdf5", FileSummary(b"/lab/two.hdf5", FileState.TRAJECTORIES, "", Stamp(2000, 1, 1), both))
    opened(library, scanner)
    assert said(library, b"/lab/two.hdf5") == "2 trajectories · 2.0 kB"
    with qtbot.waitSignal(library.file_chosen) as told:
        choose(library, b"/lab/two.hdf5")
    assert told.args[0].trajectories == both
    beta = library.model.find(b"/lab/two.hdf5", b"/beta")
    assert beta is not None
    assert second_line(beta)[0] == "0 of 2 runs"
    with qtbot.waitSignal(library.trajectory_chosen) as chosen:
        library.view.setCurrentIndex(library.model.index_of(beta))
    assert chosen.args == [TrajectoryRequest(b"/lab/two.hdf5", b"/beta")]


def test_the_tooltip_has_what_finds_no_room_in_the_row(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    disk.put(b"/lab/tau.hdf5")
    opened(library, scanner)
    tip = str(describe(row(library, b"/lab/tau.hdf5"), Qt.ItemDataRole.ToolTipRole))
    for words in ("/lab/tau.hdf5", "Explored: tau, sigma", "5.8 MB reclaimable", "Changed 14 Nov 2023", "Rate against"):
        assert words in tip


def test_names_that_are_no_text_and_names_with_markup_are_shown_as_they_are(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    disk.put(b"/lab/\xff\xfe.hdf5")
    disk.put(b"/lab/<img src=x onerror=alert(1)>.hdf5")
    opened(library, scanner)
    assert "\\xff\\xfe" in shown(library)
    tip = str(describe(row(library, b"/lab/<img src=x onerror=alert(1)>.hdf5"), Qt.ItemDataRole.ToolTipRole))
    page = QTextDocument()
    page.setHtml(tip)
    assert "/lab/<img src=x onerror=alert(1)>.hdf5" in page.toPlainText()
    assert "<img" not in tip
    assert "&lt;img src=x" in tip


def test_two_files_that_differ_in_the_extension_only_show_it(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    for name in (b"twin.h5", b"twin.hdf5", b"other.hdf5"):
        disk.put(b"/lab/" + name)
    opened(library, scanner)
    assert shown(library) == ["lab", "other", "twin.h5", "twin.hdf5"]


def test_folders_without_files_are_not_shown(library: LibraryPanel, scanner: InlineWorker, disk: Disk) -> None:
    disk.folder(b"/lab/empty/inner")
    disk.put(b"/lab/full/deep/x.hdf5")
    opened(library, scanner)
    assert shown(library) == ["lab", "full", "deep", "x"]


def test_an_opened_folder_without_files_says_so(library: LibraryPanel, scanner: InlineWorker, disk: Disk) -> None:
    disk.folder(b"/lab/empty")
    opened(library, scanner)
    assert said(library, LAB) == "No HDF5 files in it"


def test_a_folder_that_is_gone_says_not_reachable(library: LibraryPanel, scanner: InlineWorker) -> None:
    library.restore([(b"/media/stick", True)], set())
    settled(library, scanner)
    assert said(library, b"/media/stick") == "Not reachable"
    assert library.roots() == [(b"/media/stick", True)]


def test_a_path_that_is_not_what_its_name_looks_like_is_opened_as_what_it_is(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    disk.put(b"/lab/no_extension")
    disk.folder(b"/lab/folder.hdf5")
    disk.put(b"/lab/folder.hdf5/x.hdf5")
    opened(library, scanner, b"/lab/no_extension", b"/lab/folder.hdf5")
    assert dict(library.roots()) == {b"/lab/no_extension": False, b"/lab/folder.hdf5": True}


# --- choosing


def test_choosing_a_file_asks_for_its_trajectory(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk, qtbot: QtBot
) -> None:
    disk.put(b"/lab/tau.hdf5")
    opened(library, scanner)
    with qtbot.waitSignal(library.trajectory_chosen) as told:
        choose(library, b"/lab/tau.hdf5")
    assert told.args == [TrajectoryRequest(b"/lab/tau.hdf5", b"/sweep")]


def test_an_opened_file_is_chosen_as_soon_as_it_is_read(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk, qtbot: QtBot
) -> None:
    disk.put(b"/lab/tau.hdf5")
    scanner.held = True
    with qtbot.waitSignal(library.awaited) as waiting:
        library.add([b"/lab/tau.hdf5"])
    assert waiting.args == ["tau"]
    with qtbot.waitSignal(library.trajectory_chosen) as told:
        scanner.deliver()
    assert told.args == [TrajectoryRequest(b"/lab/tau.hdf5", b"/sweep")]


def test_a_file_in_an_opened_folder_is_chosen_there_and_not_opened_twice(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    disk.put(b"/lab/deep/down/tau.hdf5")
    opened(library, scanner)
    opened(library, scanner, b"/lab/deep/down/tau.hdf5")
    assert library.roots() == [(LAB, True)]
    chosen = library.chosen()
    assert chosen is not None
    assert chosen.path == b"/lab/deep/down/tau.hdf5"
    assert "tau" in shown(library)


def test_what_the_person_looks_at_is_read_before_the_rest(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    for number in range(40):
        disk.put(b"/lab/f%02d.hdf5" % number)
    scanner.held = True
    library.add([LAB])
    while library.model.find(b"/lab/f39.hdf5") is None:
        scanner._perform()
        QApplication.sendPostedEvents()
    choose(library, b"/lab/f39.hdf5")
    scanner.deliver()
    read = [request.file for name, request in scanner.asked if name == "summarize_file"]
    assert read.index(b"/lab/f39.hdf5") <= 2
    assert len(read) == 40


def test_a_chosen_trajectory_comes_back_when_its_folder_is_read(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk, qtbot: QtBot
) -> None:
    both = (trajectory("alpha"), trajectory("beta"))
    disk.put(b"/lab/a/b/two.hdf5", FileSummary(b"/lab/a/b/two.hdf5", FileState.TRAJECTORIES, "", None, both))
    library.restore([(LAB, True)], {LAB})
    library.choose(b"/lab/a/b/two.hdf5", b"/beta")
    with qtbot.waitSignal(library.trajectory_chosen) as told:
        settled(library, scanner)
    assert told.args == [TrajectoryRequest(b"/lab/a/b/two.hdf5", b"/beta")]


def test_choosing_a_broken_file_tells_what_is_wrong_with_it(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk, qtbot: QtBot
) -> None:
    broken = FileSummary(b"/lab/x.hdf5", FileState.DAMAGED, "“x.hdf5” is truncated.", None)
    disk.put(b"/lab/x.hdf5", broken)
    opened(library, scanner)
    with qtbot.waitSignal(library.file_chosen) as told:
        choose(library, b"/lab/x.hdf5")
    assert told.args == [broken]


def test_trying_again_tells_anew_even_when_nothing_changed(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk, qtbot: QtBot
) -> None:
    broken = FileSummary(b"/lab/x.hdf5", FileState.DAMAGED, "“x.hdf5” is truncated.", None)
    disk.put(b"/lab/x.hdf5", broken)
    opened(library, scanner)
    choose(library, b"/lab/x.hdf5")
    disk.put(b"/lab/x.hdf5")
    with qtbot.waitSignal(library.trajectory_chosen):
        library.read_again(b"/lab/x.hdf5")
        scanner.deliver()


# --- refreshing


def test_refresh_keeps_selection_expansion_and_scroll_position(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    for number in range(60):
        disk.put(b"/lab/a/f%02d.hdf5" % number)
    disk.put(b"/lab/b/x.hdf5")
    disk.put(b"/lab/c/y.hdf5")
    opened(library, scanner)
    library.view.collapse(library.model.index_of(row(library, b"/lab/b")))
    choose(library, b"/lab/a/f30.hdf5")
    scroll = library.view.verticalScrollBar()
    scroll.setValue(700)
    before = shown(library)
    library.refresh()
    settled(library, scanner)
    chosen = library.chosen()
    assert chosen is not None
    assert chosen.path == b"/lab/a/f30.hdf5"
    assert shown(library) == before
    assert "x" not in before
    assert scroll.value() == 700


def test_refresh_reads_only_files_that_changed(library: LibraryPanel, scanner: InlineWorker, disk: Disk) -> None:
    for name in (b"same", b"changed"):
        disk.put(b"/lab/" + name + b".hdf5")
    opened(library, scanner)
    disk.put(b"/lab/changed.hdf5", size=12_000_000)
    disk.put(b"/lab/new.hdf5")
    scanner.asked.clear()
    library.refresh()
    settled(library, scanner)
    read = {request.file for name, request in scanner.asked if name == "summarize_file"}
    assert read == {b"/lab/changed.hdf5", b"/lab/new.hdf5"}
    assert said(library, b"/lab/changed.hdf5") == "988 of 1,000 runs · 12 MB"
    assert shown(library) == ["lab", "changed", "new", "same"]


def test_refresh_reads_again_what_was_being_written_or_refused(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    disk.put(b"/lab/w.hdf5", FileSummary(b"/lab/w.hdf5", FileState.BEING_WRITTEN, "", None))
    disk.put(b"/lab/u.hdf5", FileSummary(b"/lab/u.hdf5", FileState.UNREADABLE, "No permission.", None))
    opened(library, scanner)
    for path in (b"/lab/w.hdf5", b"/lab/u.hdf5"):
        disk.put(path)
    library.refresh()
    settled(library, scanner)
    assert said(library, b"/lab/w.hdf5") == said(library, b"/lab/u.hdf5") == "988 of 1,000 runs · 9.6 MB"


def test_a_file_that_vanished_says_so_and_leaves_at_the_next_refresh(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk, qtbot: QtBot
) -> None:
    for name in (b"a", b"b", b"c"):
        disk.put(b"/lab/" + name + b".hdf5")
    opened(library, scanner)
    choose(library, b"/lab/b.hdf5")
    disk.remove(b"/lab/b.hdf5")
    with qtbot.waitSignal(library.file_chosen) as told:
        library.refresh()
        settled(library, scanner)
    assert "is not there any more" in told.args[0].sentence
    assert said(library, b"/lab/b.hdf5") == "No longer there"
    with qtbot.assertNotEmitted(library.trajectory_chosen):
        library.refresh()
        settled(library, scanner)
    assert shown(library) == ["lab", "a", "c"]
    assert library.chosen() is None


def test_a_file_that_comes_back_is_read_again(library: LibraryPanel, scanner: InlineWorker, disk: Disk) -> None:
    disk.put(b"/lab/a.hdf5")
    opened(library, scanner)
    disk.remove(b"/lab/a.hdf5")
    library.refresh()
    settled(library, scanner)
    disk.put(b"/lab/a.hdf5")
    library.refresh()
    settled(library, scanner)
    assert said(library, b"/lab/a.hdf5") == "988 of 1,000 runs · 9.6 MB"


def test_a_folder_whose_disk_is_pulled_out_says_so_and_recovers(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    disk.put(b"/lab/a.hdf5")
    opened(library, scanner)
    entries = disk.folders.pop(LAB)
    library.refresh()
    settled(library, scanner)
    assert said(library, LAB) == "Not reachable"
    assert said(library, b"/lab/a.hdf5") == "No longer there"
    disk.folders[LAB] = entries
    library.refresh()
    settled(library, scanner)
    assert said(library, LAB) == ""
    assert said(library, b"/lab/a.hdf5") == "988 of 1,000 runs · 9.6 MB"


# --- many, and stopping


def test_a_huge_folder_comes_in_pages_that_are_asked_for(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk, qtbot: QtBot
) -> None:
    for number in range(2500):
        disk.folders[LAB].append(FolderEntry(b"/lab/f%06d.hdf5" % number, f"f{number:06}.hdf5", False, 10, 1.0))
    no = FileSummary(b"", FileState.NO_TRAJECTORY, "", None)
    scanner.answers["summarize_file"] = lambda _request, _progress: no
    opened(library, scanner)
    assert len(shown(library)) == 1002
    assert shown(library)[-1] == "Show more (1,500 left)"
    more = row(library, LAB).more()
    assert more is not None
    index = library.model.index_of(more)
    library.view.scrollTo(index)
    qtbot.mouseClick(library.view.viewport(), Qt.MouseButton.LeftButton, pos=library.view.visualRect(index).center())
    settled(library, scanner)
    assert len(shown(library)) == 2002
    assert shown(library)[-1] == "Show 500 more"
    assert shown(library)[2000] == "f001999"
    library.refresh()
    settled(library, scanner)
    assert len(shown(library)) == 2002


def test_reading_can_be_stopped_and_what_was_not_read_says_so(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    for number in range(20):
        disk.put(b"/lab/f%02d.hdf5" % number)
    scanner.held = True
    library.add([LAB])
    for _ in range(6):
        scanner._perform()
        QApplication.sendPostedEvents()
    library.scan.stop()
    settled(library, scanner)
    assert library.scan.left() == 0
    assert said(library, b"/lab/f19.hdf5") == "Not read yet"
    assert said(library, b"/lab/f00.hdf5") == "988 of 1,000 runs · 9.6 MB"
    library.refresh()
    settled(library, scanner)
    assert said(library, b"/lab/f19.hdf5") == "988 of 1,000 runs · 9.6 MB"


def test_the_event_loop_is_never_blocked_while_500_files_are_read(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk, qtbot: QtBot
) -> None:
    for number in range(500):
        disk.put(b"/lab/d%d/f%03d.hdf5" % (number % 10, number))
    with Heartbeat() as heartbeat:
        library.add([LAB])
        qtbot.waitUntil(lambda: library.scan.left() == 0 and library.counts.text().startswith("500"), timeout=30_000)
    assert library.counts.text() == "500 files in 10 folders"
    assert heartbeat.longest < 0.1


# --- filtering and the rest


def test_the_filter_shows_what_matches_and_where_it_is(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    disk.put(b"/lab/cortex/tau.hdf5")
    disk.put(b"/lab/cortex/noise.hdf5")
    disk.put(b"/lab/other/gain.hdf5", FileSummary(b"", FileState.DAMAGED, "“gain.hdf5” is truncated.", None))
    opened(library, scanner)
    choose(library, b"/lab/cortex/noise.hdf5")
    library.search.setText("tau NOI")
    assert shown(library) == ["lab", "cortex", "noise"]
    library.search.setText("truncated")
    assert shown(library) == ["lab", "other", "gain"]
    library.search.setText("cortex")
    assert shown(library) == ["lab", "cortex", "noise", "tau"]
    library.search.setText("nowhere")
    assert not library.view.isVisible()
    library.search.setText("")
    assert len(shown(library)) == 6
    chosen = library.chosen()
    assert chosen is not None
    assert chosen.path == b"/lab/cortex/noise.hdf5"


def test_a_chevron_opens_and_closes_a_folder_and_so_do_the_keys(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk, qtbot: QtBot
) -> None:
    disk.put(b"/lab/cortex/tau.hdf5")
    opened(library, scanner)
    index = library.model.index_of(row(library, b"/lab/cortex"))
    rect = library.view.visualRect(index)
    place = QPoint(rect.left() + 8 + 14 + 8, rect.center().y())
    qtbot.mouseClick(library.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert shown(library) == ["lab", "cortex"]
    library.view.setCurrentIndex(index)
    qtbot.keyClick(library.view, Qt.Key.Key_Return)
    assert shown(library) == ["lab", "cortex", "tau"]
    qtbot.keyClick(library.view, Qt.Key.Key_Left)
    assert shown(library) == ["lab", "cortex"]


def test_the_menu_of_a_row_does_what_it_says(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk, qtbot: QtBot
) -> None:
    disk.put(b"/lab/tau.hdf5")
    opened(library, scanner)
    entries = {action.text(): action for action in library.menu_for(row(library, b"/lab/tau.hdf5")).actions()}
    assert "Remove from library" not in entries
    with qtbot.waitSignal(library.raw_chosen) as told:
        entries["Show raw HDF5"].trigger()
    assert told.args == [FileRequest(b"/lab/tau.hdf5")]
    entries["Copy path"].trigger()
    assert QGuiApplication.clipboard().text() == "/lab/tau.hdf5"
    scanner.asked.clear()
    entries["Read again"].trigger()
    settled(library, scanner)
    assert ("summarize_file", FileRequest(b"/lab/tau.hdf5")) in scanner.asked
    of_root = {action.text(): action for action in library.menu_for(row(library, LAB)).actions()}
    with qtbot.waitSignal(library.roots_changed):
        of_root["Remove from library"].trigger()
    assert library.roots() == []


def test_removing_the_chosen_row_chooses_no_other(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk, qtbot: QtBot
) -> None:
    disk.put(b"/lab/a.hdf5")
    disk.put(b"/lab/b.hdf5")
    opened(library, scanner, b"/lab/a.hdf5", b"/lab/b.hdf5")
    with qtbot.assertNotEmitted(library.trajectory_chosen):
        library.remove(row(library, b"/lab/a.hdf5"))
    assert library.chosen() is None


def test_expanded_folders_come_back(library: LibraryPanel, scanner: InlineWorker, disk: Disk) -> None:
    disk.put(b"/lab/a/x.hdf5")
    disk.put(b"/lab/b/y.hdf5")
    library.restore([(LAB, True)], {LAB, b"/lab/b"})
    settled(library, scanner)
    assert shown(library) == ["lab", "a", "b", "y"]
    assert set(library.expanded()) == {LAB, b"/lab/b"}


def test_an_opened_folder_with_few_files_shows_all_of_them_however_deep(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    disk.put(b"/lab/a/b/c/x.hdf5")
    for number in range(60):
        disk.put(b"/many/a/b/y%02d.hdf5" % number)
    opened(library, scanner, LAB, b"/many")
    assert shown(library) == ["lab", "a", "b", "c", "x", "many", "a", "b"]


def test_the_first_trajectory_is_chosen_as_soon_as_it_is_read(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    disk.put(b"/lab/a/broken.hdf5", FileSummary(b"", FileState.NOT_HDF5, "“broken.hdf5” is not an HDF5 file.", None))
    disk.put(b"/lab/a/x.hdf5")
    disk.put(b"/lab/b/y.hdf5")
    library.add([LAB])
    library.choose_first(LAB)
    settled(library, scanner)
    assert library.chosen() is row(library, b"/lab/a/x.hdf5")


def test_a_person_who_chooses_earlier_than_the_first_trajectory_is_read_is_left_alone(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    disk.put(b"/lab/a/x.hdf5")
    disk.put(b"/other/y.hdf5")
    opened(library, scanner, b"/other")
    library.add([LAB])
    library.choose_first(LAB)
    choose(library, b"/other/y.hdf5")
    settled(library, scanner)
    assert library.chosen() is row(library, b"/other/y.hdf5")


def test_what_is_opened_later_is_expanded_although_other_folders_came_back(
    library: LibraryPanel, scanner: InlineWorker, disk: Disk
) -> None:
    disk.put(b"/lab/a/x.hdf5")
    disk.put(b"/new/b/y.hdf5")
    library.restore([(LAB, True)], {LAB})
    opened(library, scanner, b"/new")
    assert shown(library) == ["lab", "a", "new", "b", "y"]


def test_a_very_deep_folder_waits_until_it_is_opened(library: LibraryPanel, scanner: InlineWorker, disk: Disk) -> None:
    deep = LAB + b"/d" * 25
    disk.put(deep + b"/x.hdf5")
    opened(library, scanner)
    assert library.model.find(deep + b"/x.hdf5") is None
    index = library.model.index_of(row(library, deep))
    assert library.model.hasChildren(index)
    library.view.expand(index)
    settled(library, scanner)
    assert said(library, deep + b"/x.hdf5") == "988 of 1,000 runs · 9.6 MB"


def test_the_model_keeps_every_rule_of_qt_while_it_is_filled_and_changed(
    dressed: QApplication, qtbot: QtBot, scanner: InlineWorker, disk: Disk
) -> None:
    panel = LibraryPanel(scanner.submit)
    qtbot.addWidget(panel)
    tester = QAbstractItemModelTester(panel.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    both = (trajectory("alpha"), trajectory("beta"))
    for name in (b"a/x", b"a/y", b"b/z", b"top"):
        disk.put(b"/lab/" + name + b".hdf5")
    disk.put(b"/lab/two.hdf5", FileSummary(b"/lab/two.hdf5", FileState.TRAJECTORIES, "", None, both))
    opened(panel, scanner)
    disk.remove(b"/lab/a/x.hdf5")
    disk.put(b"/lab/a/w.hdf5")
    disk.put(b"/lab/two.hdf5", size=77)
    for _ in range(3):
        panel.refresh()
        settled(panel, scanner)
    panel.remove(row(panel, LAB))
    assert panel.model.rowCount() == 0
    del tester


def test_the_model_answers_with_the_row_itself(qtbot: QtBot) -> None:
    model = LibraryModel(describe)
    one = Row(RowKind.FILE, b"/x.hdf5", "x.hdf5")
    model.add_root(one)
    assert model.index(0).data(ROW) is one
    assert model.index(0).data() == "x"


def test_real_files_are_told_as_they_are(dressed: QApplication, qtbot: QtBot, shared: Path, tmp_path: Path) -> None:
    worker = InlineWorker()
    panel = LibraryPanel(worker.submit)
    qtbot.addWidget(panel)
    several = next((shared / "fixtures" / "pypet-0.6.1").glob("05_several*.hdf5"))
    (tmp_path / "several.hdf5").write_bytes(several.read_bytes())
    (tmp_path / "cut.hdf5").write_bytes(several.read_bytes()[:3000])
    (tmp_path / "text.hdf5").write_text("no HDF5 at all")
    (tmp_path / "zero.hdf5").touch()
    folder = str(tmp_path).encode()
    opened(panel, worker, folder)
    assert said(panel, folder + b"/several.hdf5").startswith("3 trajectories · ")
    assert said(panel, folder + b"/cut.hdf5").startswith("Truncated")
    assert said(panel, folder + b"/text.hdf5") == "Not an HDF5 file"
    assert said(panel, folder + b"/zero.hdf5") == "Empty file"
