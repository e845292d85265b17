"""The window that compares: what differs, step by step; settings act at once, and what goes wrong is said."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from pexgui.core import (
    CompareRequest,
    Comparison,
    Pairing,
    Part,
    PexError,
    Progress,
    ReportRequest,
    Side,
    State,
    Tolerance,
    Wanted,
)
from pexgui.ui import drawing
from pexgui.ui.compare import CompareWindow
from pexgui.ui.compare_card import DifferenceCard
from pexgui.ui.compare_model import in_words
from pexgui.ui.compare_outline import Line, LineKind
from pexgui.ui.drops import DropOverlay, files_as_mime
from pexgui.ui.tasks import MOMENT
from tests.ui import comparisons
from tests.ui.instruments import Heartbeat, InlineWorker
from tests.ui.test_accessible_names import nameless

Key = Qt.Key


class Screen:
    """A window that compares, with what answers it."""

    def __init__(self, qtbot: QtBot, request: CompareRequest = comparisons.REQUEST, **more: Any) -> None:
        self.bot = qtbot
        self.worker = InlineWorker({**comparisons.answers(), **more})
        self.window = CompareWindow(self.worker.submit, self.worker.submit, request, None)
        self.window.resize(1440, 900)
        qtbot.addWidget(self.window, before_close_func=lambda _window: self.worker.stop())
        self.window.show()
        self.deliver()

    def deliver(self) -> None:
        """Deliver every answer, and what is asked for when the cards stand where they stand."""
        for _round in range(4):
            self.worker.deliver()
            QApplication.sendPostedEvents()
            self.window.pane.page._look()

    def asked(self, name: str) -> list[Any]:
        return [request for each, request in self.worker.asked if each == name]

    def lines(self, *opened: str) -> list[str]:
        """The lines of the tree that stand open, as they are read out."""
        view, model, found = self.window.pane.list.view, self.window.pane.list.model, []
        index = model.index(0, 0)
        while index.isValid():
            line = model.line(index)
            assert line is not None
            found.append(in_words(line))
            index = view.indexBelow(index)
        return found

    def line(self, *titles: str) -> Line:
        """A line by the titles on the way to it."""
        outline = self.window.pane.list.outline
        assert outline is not None
        lines = outline.roots
        for title in titles:
            here = next(line for line in lines if line.title == title)
            lines = outline.below(here)
        return here

    def go(self, *titles: str) -> None:
        self.window.pane.list.go_to(self.line(*titles))
        self.deliver()

    def press(self, key: Qt.Key) -> None:
        self.bot.keyClick(self.window, key)
        self.deliver()

    def cards(self) -> list[str]:
        return [card.name for card in self.window.pane.page.cards()]

    def words(self) -> str:
        """What is said above the differences."""
        return " ".join(self.window.notice.strip.sentences()) if self.window.notice.isVisible() else ""


Make = Callable[..., Screen]


@pytest.fixture
def make(dressed: QApplication, qtbot: QtBot) -> Iterator[Make]:
    drawing.plots()
    qtbot.waitUntil(lambda: not drawing.on_its_way(), timeout=60_000)
    yield lambda *arguments, **more: Screen(qtbot, *arguments, **more)


@pytest.fixture
def screen(make: Make) -> Screen:
    return make()


def with_(**more: Any) -> Callable[[CompareRequest, Progress], Comparison]:
    return lambda request, _progress: comparisons.comparison(request, **more)


# --- what is shown


def test_only_differences_are_listed_with_counts_and_the_equal_ones_folded_into_a_number(screen: Screen) -> None:
    listed = screen.window.pane.list
    assert listed.count.text() == "12 differences"
    assert listed.folded.text() == "187 equal (folded) · 4 runs only in A"
    lines = screen.lines()
    assert lines[:4] == ["Parameters, 2", "neuron.model, changed, text", "stim.onset, changed, number", "Results, 9"]
    assert "g_exc 0.40 · rate 12, 3" in lines
    assert lines[-5:-3] == ["Runs only in A, 4", "g_exc 0.95 · rate 5, only in A, run 996"]
    assert not any("equal" in line for line in lines)


def test_the_equal_items_unfold_and_fold_again(screen: Screen) -> None:
    box = screen.window.pane.list.equal
    assert box.text() == "Show the 187 equal items"
    box.click()
    assert "neuron.constant_7, equal" in screen.lines()
    screen.go("Results", "g_exc 0.50 · rate 12", "spikes_3")
    assert screen.cards() == ["spikes_3"]
    assert screen.window.pane.page.title.text() == "g_exc = 0.50, rate = 12"
    box.click()
    assert not any(", equal" in line for line in screen.lines())


def test_a_pair_of_runs_is_titled_by_its_point_and_has_a_card_for_each_difference(screen: Screen) -> None:
    screen.go("Results", "g_exc 0.40 · rate 12")
    page = screen.window.pane.page
    assert page.title.text() == "g_exc = 0.40, rate = 12"
    assert page.line.text() == "Run 412 in A, run 408 in B · 3 differences · 17 equal (folded)"
    assert screen.cards() == ["notes", "rates", "v_trace"]
    assert page.position.text() == "3 of 12"
    assert next(card.verdict for card in page.cards()) == "4 places changed"


def test_cards_are_asked_for_one_after_another_even_when_one_is_given_up(screen: Screen) -> None:
    screen.worker.held = True
    screen.worker.asked.clear()
    screen.window.pane.list.go_to(screen.line("Results", "g_exc 0.40 · rate 12"))
    screen.bot.waitUntil(lambda: bool(screen.asked("read_difference")))
    QApplication.processEvents()
    first = screen.window.pane.page.cards()[0]
    assert len(screen.asked("read_difference")) == 1
    assert [card.waits() for card in screen.window.pane.page.cards()] == [True, False, False]
    first.stop()
    screen.worker.held = False
    screen.deliver()
    assert len(screen.asked("read_difference")) == 3


def test_runs_of_other_points_are_not_titled_by_one_of_them(make: Make) -> None:
    request = CompareRequest((comparisons.A, comparisons.B), wanted=Wanted(pairing=Pairing.NUMBER))
    screen = make(request)
    screen.go("Results", "g_exc 0.40 · rate 12")
    assert screen.window.pane.page.title.text() == "g_exc 0.40 · rate 12"


def test_runs_without_a_partner_and_no_other_difference_are_said_so(make: Make) -> None:
    equal = comparisons.none().against[0]
    screen = make(compare=with_(subjects=equal.subjects, differences=()))
    assert screen.window.pane.list.count.text() == "No difference in the runs of both"
    assert screen.window.pane.page.title.text() == "Runs only in A"


def test_a_difference_outside_of_runs_is_titled_by_its_name(screen: Screen) -> None:
    screen.go("Parameters", "stim.onset")
    assert screen.window.pane.page.title.text() == "stim.onset"
    assert screen.cards() == ["stim.onset"]


def test_a_branch_shows_all_that_is_in_it(screen: Screen) -> None:
    screen.go("Results")
    assert screen.window.pane.page.line.text() == "9 differences"
    assert len(screen.window.pane.page.cards()) >= 8


def test_a_run_that_only_one_side_has_is_shown_by_its_point(screen: Screen) -> None:
    screen.go("Runs only in A", "g_exc 0.95 · rate 12")
    assert screen.window.pane.page.line.text() == "Only in A"
    assert screen.cards() == ["run_00000998"]


def test_the_sides_say_their_file_trajectory_and_runs(screen: Screen) -> None:
    a, b = screen.window.sides.cards
    assert (a.file.text(), a.trajectory.text()) == ("lif_sweep_laptop.hdf5", "lif_sweep")
    assert a.line.text().startswith("1,000 runs · 9.6 MB")
    assert b.accessibleName() == "Side B: lif_sweep_rerun.hdf5 lif_sweep"


def test_what_only_one_side_has_and_what_cannot_be_read_is_told_by_sign_and_words(make: Make) -> None:
    found = [
        msgspec.structs.replace(each, state=state)
        for each, state in zip(
            comparisons.differences(), (State.ONLY_A, State.ONLY_B, State.UNREADABLE, State.CHANGED), strict=False
        )
    ]
    screen = make(compare=with_(differences=tuple(found)))
    lines = screen.lines()
    assert "neuron.model, only in A" in lines
    assert "stim.onset, only in B" in lines
    assert "notes, cannot be read" in lines
    assert [screen.line("Parameters", name).sign for name in ("neuron.model", "stim.onset")] == ["−", "+"]


# --- going through


def test_f8_and_f7_go_from_difference_to_difference_and_stay_at_the_ends(screen: Screen) -> None:
    window = screen.window
    seen = [window.pane.page.position.text()]
    for _step in range(12):
        screen.press(Key.Key_F8)
        seen.append(window.pane.page.position.text())
    assert seen == [f"{number} of 12" for number in (*range(1, 13), 12)]
    assert not window.pane.page.next.isEnabled()
    screen.press(Key.Key_F7)
    assert window.pane.page.position.text() == "11 of 12"
    current = window.pane.list.current()
    assert current is not None
    assert current.title == "summary.spike_count"


def test_the_buttons_do_what_the_keys_do(screen: Screen) -> None:
    screen.window.pane.page.next.click()
    assert screen.window.pane.page.position.text() == "2 of 12"
    screen.window.pane.page.previous.click()
    assert screen.window.pane.page.position.text() == "1 of 12"
    assert not screen.window.pane.page.previous.isEnabled()


def test_within_a_pair_of_runs_the_cards_stay_and_the_next_one_is_brought_into_sight(screen: Screen) -> None:
    screen.go("Results", "g_exc 0.40 · rate 12", "notes")
    before = screen.window.pane.page.cards()
    screen.press(Key.Key_F8)
    screen.press(Key.Key_F8)
    assert screen.window.pane.page.cards() == before
    assert screen.window.pane.page.position.text() == "5 of 12"
    area = screen.window.pane.page.area
    assert before[2].y() < area.verticalScrollBar().value() + area.viewport().height()


def test_only_what_is_in_sight_is_asked_for(make: Make) -> None:
    screen = make(compare=lambda request, _progress: comparisons.many(3000, 1))
    screen.go("Results")
    assert 0 < len(screen.asked("read_difference")) < 40
    assert len(screen.window.pane.page.cards()) < 60
    screen.window.pane.go_to(2500)
    screen.deliver()
    assert screen.window.pane.page.position.text() == "2,501 of 3,000"
    assert any(request.difference.subject == 2500 for request in screen.asked("read_difference"))
    assert len(screen.window.pane.page.cards()) < 60


def test_a_difference_is_asked_for_with_both_sides_and_the_tolerance(screen: Screen) -> None:
    first = screen.asked("read_difference")[0]
    assert (first.a, first.b) == (comparisons.A, comparisons.B)
    assert first.tolerance == Tolerance()


def test_a_difference_that_cannot_be_read_says_so_in_its_card(make: Make) -> None:
    def refuse(_request: object, _progress: Progress) -> None:
        raise PexError("“b.hdf5” is not there any more.", "Look for it.")

    screen = make(read_difference=refuse)
    words = [label.text() for card in screen.window.pane.page.cards() for label in card.findChildren(QLabel)]
    assert "“b.hdf5” is not there any more." in words
    assert "Look for it." in words


# --- filter


def test_the_filter_leaves_what_has_the_words_in_its_name(screen: Screen) -> None:
    listed = screen.window.pane.list
    listed.filter_button.click()
    listed.search.setText("trace 15")
    listed._filter()
    assert listed.count.text() == "1 of 12 differences"
    assert screen.lines() == ["Results, 1", "g_exc 0.40 · rate 15, 1", "v_trace, changed, array"]
    assert screen.window.pane.page.position.text() == "1 of 1"
    screen.bot.keyClick(listed.search, Key.Key_Escape)
    screen.bot.keyClick(listed.search, Key.Key_Escape)
    listed._filter()
    assert listed.count.text() == "12 differences"


def test_branches_stand_as_they_stood_when_the_filter_is_taken_away(screen: Screen) -> None:
    listed = screen.window.pane.list
    listed.view.collapse(listed.model.index_of(screen.line("Results", "g_exc 0.45 · rate 12")))
    before = screen.lines()
    listed.search.setText("rate 15")
    listed._filter()
    assert "v_trace, changed, array" in screen.lines(), "what the filter leaves is in sight"
    listed.search.setText("")
    listed._filter()
    assert screen.lines() == before


def test_the_filter_leaves_one_kind(screen: Screen) -> None:
    listed = screen.window.pane.list
    assert [listed.kind.itemText(n) for n in range(listed.kind.count())] == [
        "All kinds", "array", "dict", "number", "table", "text"]  # fmt: skip
    listed.kind.setCurrentText("table")
    assert listed.count.text() == "3 of 12 differences"
    assert all(", table" in line for line in screen.lines() if "changed" in line)


def test_a_filter_that_leaves_nothing_says_so(screen: Screen) -> None:
    screen.window.pane.list.search.setText("nowhere")
    screen.window.pane.list._filter()
    assert screen.window.pane.calm.isVisible()
    assert screen.window.pane.calm.text() == "No difference has these words or is of this kind."


def test_filtering_stays_at_the_difference_that_was_looked_at(screen: Screen) -> None:
    screen.go("Results", "g_exc 0.40 · rate 15", "rates")
    screen.window.pane.list.kind.setCurrentText("table")
    current = screen.window.pane.list.current()
    assert current is not None
    assert current.pair == 1


# --- settings


def test_a_tolerance_acts_at_once_and_the_picture_stays_until_the_answer(screen: Screen) -> None:
    screen.go("Results", "g_exc 0.40 · rate 15", "rates")
    screen.worker.held = True
    screen.window.settings.relative.setText("1e-6")
    screen.window.settings.hurry()
    assert screen.asked("compare")[-1].wanted.tolerance == Tolerance(relative=1e-6)
    assert screen.window.body.currentWidget() is screen.window.pane
    assert screen.window.pane.list.count.text() == "12 differences"
    screen.worker.held = False
    fewer = tuple(each for each in comparisons.differences() if each.kind != "array")
    screen.worker.answers["compare"] = with_(differences=fewer)
    screen.window.compare()
    screen.deliver()
    assert screen.window.pane.list.count.text() == "9 differences"
    current = screen.window.pane.list.current()
    assert current is not None
    assert (current.title, current.pair) == ("rates", 1)
    assert screen.asked("read_difference")[-1].tolerance == Tolerance(relative=1e-6)


def test_several_changes_in_a_row_ask_once(screen: Screen) -> None:
    screen.window.settings.relative.setText("1e-6")
    screen.window.settings.absolute.setText("1e-3")
    screen.window.settings.nan.setChecked(False)
    screen.bot.waitUntil(lambda: len(screen.asked("compare")) == 2)
    assert screen.asked("compare")[-1].wanted.tolerance == Tolerance(1e-6, 1e-3, 0, False)


def test_a_mistake_in_a_tolerance_is_marked_and_asks_nothing(screen: Screen) -> None:
    field = screen.window.settings.relative
    field.setText("a lot")
    screen.window.settings.hurry()
    assert field.property("wrong") is True
    assert len(screen.asked("compare")) == 1


def test_a_mistake_in_a_tolerance_is_said_and_escape_takes_it_back(screen: Screen) -> None:
    settings = screen.window.settings
    settings.relative.setText("1e-6")
    settings.hurry()
    settings.relative.setText("1e-")
    assert settings.mistake.isHidden(), "half a number is no mistake yet"
    screen.bot.waitUntil(settings.mistake.isVisible)
    said = "Relative tolerance: a number from 0 on, such as 1e-9. Until then 1e-06 counts."
    assert settings.mistake.text() == said
    screen.bot.keyClick(settings.relative, Key.Key_Escape)
    assert settings.relative.text() == "1e-6"
    assert settings.mistake.isHidden()
    assert screen.window.isVisible()


def test_escape_closes_the_window_from_the_list_too(screen: Screen) -> None:
    screen.window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    screen.bot.keyClick(screen.window.pane.list.view, Key.Key_Escape)
    assert not screen.window.isVisible()


def test_it_fits_a_small_screen_whatever_the_files_are_called(make: Make) -> None:
    name = b"/lab/" + b"a_very_long_name_" * 14 + b".hdf5"
    screen = make(CompareRequest((Side(name), comparisons.B)))
    screen.window.message.say(f"Comparing {name.decode()}")
    screen.window.resize(1024, 700)
    assert screen.window.width() == 1024


def test_pairing_and_parts_are_settings_too(screen: Screen) -> None:
    settings = screen.window.settings
    settings.pairing.setCurrentIndex(1)
    settings.more.parts[Part.CONFIG].setChecked(False)
    settings.more.ulp.setValue(4)
    settings.hurry()
    wanted: Wanted = screen.asked("compare")[-1].wanted
    assert wanted.pairing is Pairing.NUMBER
    assert Part.CONFIG not in wanted.parts
    assert wanted.tolerance.ulp == 4


def test_swapping_asks_with_the_sides_exchanged_and_stays_where_it_was(screen: Screen) -> None:
    screen.go("Results", "g_exc 0.40 · rate 15", "rates")
    screen.window.sides.swap.click()
    screen.deliver()
    assert screen.asked("compare")[-1].sides == (comparisons.B, comparisons.A)
    assert screen.window.sides.cards[0].file.text() == "lif_sweep_rerun.hdf5"
    current = screen.window.pane.list.current()
    assert current is not None
    assert (current.title, current.pair) == ("rates", 1)


# --- sides


def drop(window: CompareWindow, at: QPoint, *paths: bytes) -> QDropEvent:
    mime: QMimeData = files_as_mime(list(paths))
    how = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, QDragEnterEvent(at, *how))
    event = QDropEvent(QPointF(at), *how)
    QApplication.sendEvent(window, event)
    return event


def test_a_file_dropped_on_a_side_takes_its_place(screen: Screen) -> None:
    card = screen.window.sides.cards[0]
    drop(screen.window, card.mapTo(screen.window, card.rect().center()), b"/lab/other.hdf5")
    assert screen.asked("compare")[-1].sides == (Side(b"/lab/other.hdf5"), comparisons.B)
    drop(screen.window, QPoint(700, 600), b"/lab/third.hdf5")
    assert screen.asked("compare")[-1].sides == (Side(b"/lab/other.hdf5"), Side(b"/lab/third.hdf5"))


def test_two_files_dropped_on_the_window_are_compared(screen: Screen) -> None:
    drop(screen.window, QPoint(700, 600), b"/lab/one.hdf5", b"/lab/two.hdf5")
    assert screen.asked("compare")[-1].sides == (Side(b"/lab/one.hdf5"), Side(b"/lab/two.hdf5"))
    overlay = screen.window.findChild(DropOverlay)
    assert isinstance(overlay, DropOverlay)
    assert not overlay.isVisible()


def test_another_trajectory_of_the_file_can_be_chosen(screen: Screen) -> None:
    menu = screen.window.sides.cards[1].menu()
    entries = [action for action in menu.actions() if not action.isSeparator()]
    assert [entry.text().split("  ")[0] for entry in entries] == ["lif_sweep", "lif_sweep_2", "Choose another file…"]
    assert entries[0].isChecked()
    entries[1].trigger()
    assert screen.asked("compare")[-1].sides == (comparisons.A, Side(comparisons.B.file, b"/lif_sweep_2"))


def test_single_runs_are_not_paired(make: Make) -> None:
    sides = tuple(Side(comparisons.A.file, b"/lif_sweep", run) for run in (b"run_00000001", b"run_00000002"))
    screen = make(CompareRequest(sides))
    assert not screen.window.settings.pairing.isVisible()


# --- the report


def test_the_report_has_what_is_shown(screen: Screen) -> None:
    screen.window.write_report(b"/lab/report.html")
    screen.deliver()
    whole: ReportRequest = screen.asked("save_report")[-1]
    assert (whole.target, whole.shown, whole.of) == (b"/lab/report.html", None, 0)
    assert screen.window.notice.told.words.text() == "“report.html” was written, 120 kB."
    screen.window.pane.list.kind.setCurrentText("table")
    screen.window.write_report(b"/lab/report.csv")
    assert screen.asked("save_report")[-1].shown == (3, 6, 8)


def test_where_the_report_goes_is_asked_for(screen: Screen) -> None:
    screen.window.save_button.click()
    dialog = screen.window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert dialog.defaultSuffix() == "html"
    dialog.filterSelected.emit("CSV table (*.csv)")
    assert dialog.defaultSuffix() == "csv"
    dialog.filesSelected.emit(["/lab/report.html"])
    assert screen.asked("save_report")[-1].target == b"/lab/report.html"


def test_a_report_that_cannot_be_written_says_why(make: Make) -> None:
    def refuse(_request: object, _progress: Progress) -> None:
        raise PexError("The disk is full.", "Choose another place.")

    screen = make(save_report=refuse)
    screen.window.write_report(b"/lab/report.html")
    screen.deliver()
    dialog = screen.window.problems.open_dialog()
    assert dialog is not None
    assert "The disk is full." in dialog.details()
    dialog.close()


# --- what goes wrong


def test_a_side_that_changed_meanwhile_is_named_and_can_be_compared_again(make: Make) -> None:
    screen = make(compare=with_(changed=("b.hdf5",)))
    assert screen.words() == "“b.hdf5” changed while it was compared; this is how it was then."
    screen.worker.answers["compare"] = with_()
    screen.window.notice.again.click()
    screen.deliver()
    assert screen.words() == ""
    assert len(screen.asked("compare")) == 2


def test_a_side_that_is_gone_is_said_in_the_panel_and_can_be_tried_again(make: Make) -> None:
    def refuse(_request: CompareRequest, _progress: Progress) -> Comparison:
        raise PexError("“b.hdf5” is not there any more.", "Choose another file.")

    screen = make(compare=refuse)
    assert screen.window.message.isVisible()
    assert screen.window.message.text() == "“b.hdf5” is not there any more."
    assert not screen.window.save_button.isEnabled()
    screen.worker.answers["compare"] = with_()
    screen.window.message.retried.emit()
    screen.deliver()
    assert screen.window.pane.list.count.text() == "12 differences"
    assert screen.window.save_button.isEnabled()


def test_nothing_in_common_is_said(make: Make) -> None:
    screen = make(compare=with_(note="The two have no parameter and no result in common."))
    assert screen.words() == "The two have no parameter and no result in common."


def test_differences_beyond_those_listed_are_counted(make: Make) -> None:
    screen = make(compare=with_(more=1200))
    assert screen.window.pane.list.count.text() == "1,212 differences"
    assert screen.window.pane.list.folded.text().startswith("The first 12 of 1,212 are listed · ")
    assert "Only the first 12 of 1,212 differences are listed." in screen.words()


def test_no_difference_at_all_is_a_calm_page(make: Make) -> None:
    screen = make(compare=lambda request, _progress: comparisons.none(request))
    assert screen.window.pane.calm.isVisible()
    assert screen.window.pane.calm.text() == "No difference."
    assert screen.window.pane.list.count.text() == "No difference"
    assert "199 items were compared." in [label.text() for label in screen.window.pane.calm.findChildren(QLabel)]


def test_the_same_file_twice_is_said(make: Make) -> None:
    request = CompareRequest((comparisons.A, comparisons.A))
    screen = make(request, compare=lambda request, _progress: comparisons.none(request))
    assert screen.words() == "A and B are the same."


def test_waiting_shows_how_far_it_is_after_a_moment_and_can_be_stopped(make: Make) -> None:
    screen = make()
    screen.worker.held = True
    screen.window.replace(1, Side(b"/lab/other.hdf5"))
    tasks = screen.window.tasks
    screen.bot.waitUntil(lambda: bool(tasks.tasks()), timeout=round(MOMENT * 10_000))
    task = next(task for task in tasks.tasks() if task.accessibleName() == "Comparing")
    task.cancel_button.click()
    screen.worker.held = False
    screen.deliver()
    assert screen.window.pane.list.count.text() == "12 differences"
    assert not tasks.tasks()
    assert screen.window.sides.cards[1].file.text() == "lif_sweep_rerun.hdf5"
    assert screen.window.request == comparisons.REQUEST


def test_comparing_that_was_stopped_before_anything_was_shown_can_be_begun_again(make: Make) -> None:
    screen = make(compare=lambda _request, _progress: (_ for _ in ()).throw(PexError("No.")))
    screen.worker.held = True
    screen.window.compare()
    job = screen.window._job
    assert job is not None
    job.cancel()
    screen.worker.held = False
    screen.deliver()
    assert screen.window.message.text() == "Comparing was stopped."


# --- many, and for everybody


def test_a_hundred_thousand_differences_do_not_hold_up_the_window(make: Make) -> None:
    big = {runs: comparisons.many(100_000, runs) for runs in (1, 1000)}
    screen = make()
    for answer in big.values():
        screen.worker.answers["compare"] = lambda _request, _progress, answer=answer: answer
        screen.window.compare()
        steps: list[Callable[[], object]] = [
            screen.deliver,
            lambda: screen.window.pane.step(1),
            lambda: screen.window.pane.go_to(99_999),
            lambda: screen.go("Results"),
            lambda: (screen.window.pane.list.search.setText("value_7"), screen.window.pane.list._filter()),
            lambda: (screen.window.pane.list.search.clear(), screen.window.pane.list._filter()),
        ]
        for step in steps:
            with Heartbeat() as heartbeat:
                step()
            assert heartbeat.longest < 0.5


def test_a_hundred_parameters_of_two_trajectories_are_shown_at_once(make: Make) -> None:
    subjects = tuple(comparisons.subject(Part.PARAMETERS, f"parameters.p_{n}", comparisons.CHANGED) for n in range(117))
    names = {each.name: number for number, each in enumerate(subjects)}
    first = comparisons.differences()[1]
    found = tuple(msgspec.structs.replace(first, subject=number) for number in names.values())
    screen = make()
    screen.worker.answers["compare"] = with_(subjects=subjects, differences=found, pairs=())
    screen.window.compare()
    with Heartbeat() as heartbeat:
        screen.deliver()
    assert heartbeat.longest < 0.6
    assert screen.window.pane.list.count.text() == "117 differences"
    assert len(screen.lines()) == 118


def test_a_branch_of_very_many_lines_opens_in_stretches(make: Make) -> None:
    screen = make(compare=lambda _request, _progress: comparisons.many(3000, 1500))
    root = screen.line("Results")
    outline = screen.window.pane.list.outline
    assert outline is not None
    assert [line.kind for line in outline.below(root)] == [LineKind.SPAN] * 3
    screen.window.pane.list.go_to(outline.below(root)[1])
    screen.deliver()
    assert screen.window.pane.page.line.text() == "1,000 differences"


@pytest.mark.parametrize("kind", list(comparisons.VIEWS))
def test_every_control_has_a_name(make: Make, kind: str) -> None:
    found = tuple(msgspec.structs.replace(each, kind=kind) for each in comparisons.differences()[:2])
    screen = make(compare=with_(differences=found, changed=("b.hdf5",)))
    screen.window.pane.list.filter_button.click()
    assert nameless(screen.window) == []
    assert nameless(screen.window.settings.more) == []
    for card in screen.window.sides.cards:
        assert all(action.isSeparator() or action.text().strip() for action in card.menu().actions())


def test_names_are_plain_text(make: Make) -> None:
    odd = "results.runs.$.<b>bold</b> & [*]"
    subjects = list(comparisons.SUBJECTS)
    place = comparisons.NAMES["results.runs.$.notes"]
    subjects[place] = msgspec.structs.replace(subjects[place], name=odd)
    request = CompareRequest((Side(b"/lab/<i>a[*].hdf5"), comparisons.B))
    screen = make(request, compare=with_(subjects=tuple(subjects)))
    screen.go("Results", "g_exc 0.40 · rate 12")
    assert screen.cards()[0] == "<b>bold</b> & [*]"
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in screen.window.findChildren(QLabel))
    handle = screen.window.windowHandle()
    assert handle is not None
    assert handle.title() == "<i>a[*].hdf5 and lif_sweep_rerun.hdf5 – compare"


def test_closing_the_window_asks_for_nothing_more(screen: Screen) -> None:
    screen.window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    gone: list[object] = []
    screen.window.gone.connect(gone.append)
    screen.worker.held = True
    screen.window.pane.step(1)
    screen.bot.keyClick(screen.window, Key.Key_Escape)
    screen.worker.held = False
    screen.worker.deliver()
    assert len(gone) == 1


def test_cards_keep_their_answers_when_the_theme_changes(screen: Screen) -> None:
    from pexgui.ui import theme

    card = screen.window.pane.page.cards()[0]
    assert isinstance(card, DifferenceCard)
    body = card.body()
    theme.use("dark")
    assert card.body() is body
