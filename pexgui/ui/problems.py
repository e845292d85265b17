"""Problems as a person meets them: what happened, what to do, and the details for those who ask."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from pexgui.core import PexError, text

from . import icons, theme
from .widgets import breakable, button, hairline, label

Way = tuple[str, Callable[[], object]]
"""A way out of a problem: the words on its button and what it does."""
_WIDTH, _HEIGHT, _DETAILS = 520, 220, 160
_MOST = 300
"""So many characters of a title are shown, and twice as many of a hint; the rest is in the details."""


class Problems(QObject):
    """Shows problems, one dialog at a time: what else happens while it is open is folded into it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: ProblemDialog | None = None

    def present(self, problem: PexError, ways: Sequence[Way] = ()) -> None:
        """Show ``problem``; ``ways`` are the ways out of it, the last one being the one to recommend."""
        if self._dialog is not None:
            self._dialog.add(problem)
            return
        self._dialog = ProblemDialog(problem, ways, self._window)
        self._dialog.finished.connect(self._closed)
        self._dialog.open()

    def open_dialog(self) -> "ProblemDialog | None":
        """The dialog that is open."""
        return self._dialog

    def _closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None


class ProblemDialog(QDialog):
    """One problem, or several folded into one."""

    def __init__(self, problem: PexError, ways: Sequence[Way] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModal(False)
        self.setWindowTitle("Problem")
        self.setAccessibleName("Problem")
        self._problems = [problem]
        self._build(ways)
        self._show()
        self._way_out.setFocus()

    def add(self, problem: PexError) -> None:
        """Fold another problem into this one; one that is here already is not repeated."""
        if _words(problem) not in [_words(known) for known in self._problems]:
            self._problems.append(problem)
            self._show()

    def details(self) -> str:
        """All that is known, as text to send to somebody."""
        return "\n\n".join(_words(problem) for problem in self._problems)

    def _build(self, ways: Sequence[Way]) -> None:
        self._title = _selectable(label("", "title", wrap=True))
        self._hint = _selectable(label("", "muted", wrap=True))
        self._others = _selectable(label("", "", wrap=True))
        self.details_button = button("Details", self._fold, "link", "chevron-right")
        self.details_button.setIcon(icons.icon("chevron-right", "accent"))
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setFont(theme.mono())
        self._details.setAccessibleName("Details")
        self._details.setFixedHeight(_DETAILS)
        self._details.hide()
        words = QVBoxLayout()
        words.setSpacing(6)
        for part in (self._title, self._hint, self._others):
            part.setMinimumWidth(_WIDTH - 116)
            words.addWidget(part)
        words.addStretch()
        words.addWidget(self.details_button, 0, Qt.AlignmentFlag.AlignLeft)
        words.addWidget(self._details)
        body = QHBoxLayout()
        body.setContentsMargins(20, 20, 24, 12)
        body.setSpacing(16)
        body.addWidget(_badge(), 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(words, 1)
        surface = QWidget()
        surface.setProperty("role", "surface")
        surface.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        surface.setLayout(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(surface, 1)
        column.addWidget(hairline())
        column.addLayout(self._build_footer(ways))
        self.setMinimumWidth(_WIDTH)
        self.resize(_WIDTH, _HEIGHT)

    def _build_footer(self, ways: Sequence[Way]) -> QHBoxLayout:
        footer = QHBoxLayout()
        footer.setContentsMargins(12, 12, 24, 12)
        footer.setSpacing(8)
        footer.addWidget(button("Copy details", self._copy, "flat", "copy"))
        footer.addStretch()
        close = button("Close", self.reject)
        footer.addWidget(close)
        last: QPushButton = close
        for number, (words, act) in enumerate(ways):
            last = button(words, self._take(act), "primary" if number == len(ways) - 1 else "")
            footer.addWidget(last)
        last.setDefault(True)
        self._way_out = last
        return footer

    def _show(self) -> None:
        first, others = self._problems[0], self._problems[1:]
        self._title.setText(breakable(text.paragraphs(first.title, _MOST)))
        self._hint.setText(breakable(text.paragraphs(first.hint, 2 * _MOST)))
        self._hint.setVisible(bool(first.hint))
        self._others.setText(_folded(others))
        self._others.setVisible(bool(others))
        cut = len(first.title) > _MOST or len(first.hint) > 2 * _MOST
        details = self.details() if others or first.details or cut else ""
        self._details.setPlainText(details)
        self.details_button.setVisible(bool(details))
        self._fit()
        self.setAccessibleDescription(f"{self._title.text()} {self._hint.text()}")

    def _fold(self) -> None:
        opened = self._details.isHidden()
        self._details.setVisible(opened)
        self.details_button.setIcon(icons.icon("chevron-down" if opened else "chevron-right", "accent"))
        self._fit()

    def _fit(self) -> None:
        """Be as high as the words need."""
        for layout in (*reversed(self.findChildren(QLayout)), self.layout()):
            if layout is not None:
                layout.invalidate()
                layout.activate()
        self.resize(self.width(), max(_HEIGHT, self.heightForWidth(self.width())))

    def _take(self, act: Callable[[], object]) -> Callable[[], object]:
        def taken() -> None:
            self.accept()
            act()

        return taken

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details())


def _words(problem: PexError) -> str:
    parts = (problem.title, problem.hint, problem.details)
    return "\n".join(text.paragraphs(part) for part in parts if part)


def _folded(others: Sequence[PexError]) -> str:
    if not others:
        return ""
    titles = [breakable(text.printable(problem.title, 200)) for problem in others[:3]]
    rest = len(others) - len(titles)
    return "\n".join(["Also:", *titles] + ([f"and {text.count(rest, 'more problem')}."] if rest else []))


def _selectable(words: QLabel) -> QLabel:
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return words


def _badge() -> QLabel:
    badge = label()
    badge.setFixedSize(36, 36)
    badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
    badge.setPixmap(icons.pixmap("warning", 20, "warn", badge.devicePixelRatioF()))
    badge.setStyleSheet(f"background: {theme.colors().warn_soft.name()}; border-radius: 18px;")
    return badge
