"""Problems: what happened and what to do, in plain text, and several at once in one place."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from pexgui.core import PexError
from pexgui.ui.problems import ProblemDialog, Problems

PROBLEM = PexError("“x.hdf5” is being written.", "Refresh in a moment.", "OSError: [Errno 11]")


@pytest.fixture
def window(dressed: QApplication, qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def problems(window: QWidget) -> Problems:
    return Problems(window)


def dialog(problems: Problems) -> ProblemDialog:
    found = problems.open_dialog()
    assert found is not None
    return found


def words(shown: QWidget) -> str:
    return "\n".join(one.text() for one in shown.findChildren(QLabel) if one.isVisibleTo(shown))


def press(shown: QWidget, name: str) -> None:
    next(one for one in shown.findChildren(QPushButton) if one.accessibleName() == name).click()


def test_a_problem_says_what_happened_and_what_to_do_and_stops_nothing(problems: Problems) -> None:
    problems.present(PROBLEM)
    shown = dialog(problems)
    assert shown.isVisible()
    assert "“x.hdf5” is being written." in words(shown)
    assert "Refresh in a moment." in words(shown)
    assert "Errno" not in words(shown)


def test_details_are_folded_until_asked_for_and_the_dialog_grows_for_them(problems: Problems) -> None:
    problems.present(PROBLEM)
    shown = dialog(problems)
    details = shown.findChild(QPlainTextEdit)
    assert isinstance(details, QPlainTextEdit)
    assert not details.isVisibleTo(shown)
    before = shown.height()
    press(shown, "Details")
    assert details.isVisibleTo(shown)
    assert "Errno 11" in details.toPlainText()
    assert shown.height() > before
    press(shown, "Details")
    assert shown.height() == before


def test_a_problem_without_details_offers_none(problems: Problems) -> None:
    problems.present(PexError("Nothing works.", "Go home."))
    shown = dialog(problems)
    assert not shown.details_button.isVisibleTo(shown)


def test_details_can_be_copied(problems: Problems) -> None:
    problems.present(PROBLEM)
    press(dialog(problems), "Copy details")
    assert QGuiApplication.clipboard().text() == "“x.hdf5” is being written.\nRefresh in a moment.\nOSError: [Errno 11]"


def test_what_else_happens_is_folded_into_the_open_dialog(problems: Problems) -> None:
    problems.present(PROBLEM)
    first = dialog(problems)
    for number in range(5):
        problems.present(PexError(f"Value {number} is damaged."))
    problems.present(PROBLEM)
    assert dialog(problems) is first
    text = words(first)
    assert "Value 2 is damaged." in text
    assert "Value 3 is damaged." not in text
    assert "and 2 more problems." in text
    assert "Value 4 is damaged." in first.details()
    assert first.details().count("is being written") == 1


def test_after_it_is_closed_the_next_problem_has_a_dialog_of_its_own(problems: Problems) -> None:
    problems.present(PROBLEM)
    press(dialog(problems), "Close")
    assert problems.open_dialog() is None
    problems.present(PexError("Another."))
    assert "being written" not in words(dialog(problems))


def test_markup_in_a_problem_is_shown_and_not_followed(problems: Problems) -> None:
    problems.present(PexError("<b>bold</b> <img src='file:///etc/passwd'>", "<a href='x'>y</a>"))
    for one in dialog(problems).findChildren(QLabel):
        assert one.textFormat() == Qt.TextFormat.PlainText
    assert "<img src=" in words(dialog(problems))


def test_ways_out_are_buttons_and_the_last_is_the_one_to_take(problems: Problems, qtbot: QtBot) -> None:
    taken: list[str] = []
    ways = [("Open a copy", lambda: taken.append("copy")), ("Try again", lambda: taken.append("again"))]
    problems.present(PROBLEM, ways)
    shown = dialog(problems)
    buttons = {one.text().strip(): one for one in shown.findChildren(QPushButton)}
    assert buttons["Try again"].property("role") == "primary"
    assert buttons["Open a copy"].property("role") != "primary"
    qtbot.keyClick(shown, Qt.Key.Key_Return)
    assert taken == ["again"]
    assert problems.open_dialog() is None


def test_a_very_long_problem_still_fits_the_screen(problems: Problems) -> None:
    problems.present(PexError("x" * 5000, "word " * 2000, "detail\n" * 5000))
    shown = dialog(problems)
    press(shown, "Details")
    assert shown.width() <= 1200
    screen = shown.screen().availableGeometry()
    assert shown.height() <= screen.height()
