"""Named facts as selectable text: keys muted at the left, values beside them, wrapped wherever they must."""

import re
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QMimeData, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTableFormat,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit

from . import theme

NARROW, WIDE = 116, 200
"""How wide the keys are at least and at most, in px."""

LONG = 28
"""A single word of more characters is written small, to keep it in one line where there is room for it."""
_MAY_BREAK = "\N{ZERO WIDTH SPACE}"

Line = tuple[str, str, str]
"""A key, a value and, muted behind it, a remark."""


class FactsText(QTextEdit):
    """Lines of text to read, select and copy, as high as they are. What is shown is plain text."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QTextEdit { background: transparent; border: none; padding: 0; }")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.document().setDefaultFont(theme.number_font())
        self._lines: tuple[Line, ...] = ()
        self._stacked = False
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._grow())
        theme.changed.connect(self._write)

    def set_facts(self, lines: Iterable[Line]) -> None:
        """Show keys with their values beside them."""
        self._lines, self._stacked = tuple(lines), False
        self._write()

    def set_stacked(self, lines: Iterable[Line]) -> None:
        """Show keys with their remarks, each with its value below it."""
        self._lines, self._stacked = tuple(lines), True
        self._write()

    def set_text(self, text: str) -> None:
        """Show one text."""
        self.set_facts([("", text, "")])

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is selected as plain text, without the places where long words may break."""
        data = QMimeData()
        data.setText(self.selected_text())
        return data

    def selected_text(self) -> str:
        """What is selected, as it is copied."""
        return self.textCursor().selection().toPlainText().replace(_MAY_BREAK, "")

    def sizeHint(self) -> QSize:
        return QSize(240, self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._grow()

    def _height(self) -> int:
        return int(self.document().size().height()) + 1

    def _grow(self) -> None:
        if self.height() != self._height():
            self.setFixedHeight(self._height())

    def _write(self) -> None:
        c = theme.colors()
        self.clear()
        cursor = QTextCursor(self.document())
        if self._stacked:
            for number, (key, value, remark) in enumerate(self._lines):
                if number:
                    cursor.insertBlock()
                cursor.insertText(key, _form(c.text, 500))
                cursor.insertText("   " + remark, _form(c.muted))
                cursor.insertBlock()
                cursor.insertText(value + ("\n" if number < len(self._lines) - 1 else ""), _form(c.text))
        elif len(self._lines) == 1 and not self._lines[0][0]:
            cursor.insertText(self._lines[0][1], _form(c.text))
        elif self._lines:
            self._write_table(cursor, self._lines)
        self._grow()

    def _write_table(self, cursor: QTextCursor, lines: Sequence[Line]) -> None:
        c = theme.colors()
        form = QTextTableFormat()
        form.setBorder(0)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        form.setCellSpacing(0)
        form.setCellPadding(2)
        form.setLeftMargin(-2)
        metrics = QFontMetrics(self.document().defaultFont())
        longest = max(metrics.horizontalAdvance(key) for key, _value, _remark in lines) + 16
        fixed = QTextLength(QTextLength.Type.FixedLength, max(NARROW, min(longest, WIDE)))
        form.setColumnWidthConstraints([fixed, QTextLength(QTextLength.Type.VariableLength, 0)])
        table = cursor.insertTable(len(lines), 2, form)
        for row, (key, value, remark) in enumerate(lines):
            table.cellAt(row, 0).firstCursorPosition().insertText(key, _form(c.muted))
            place = table.cellAt(row, 1).firstCursorPosition()
            _write_value(place, value)
            if remark:
                place.insertText(f"   {remark}", _form(c.muted))


def _write_value(place: QTextCursor, value: str) -> None:
    form = _form(theme.colors().text)
    if len(value) <= LONG or " " in value:
        place.insertText(value, form)
        return
    small = theme.mono(11)
    form.setFontFamilies(small.families())
    form.setProperty(QTextFormat.Property.FontPixelSize, small.pixelSize())
    parted = re.sub(r"(?<=[\w)])([_.,;:/=-])(?=\w)", rf"\1{_MAY_BREAK}", value)
    middle = len(value) // 2
    place.insertText(parted if parted != value else value[:middle] + _MAY_BREAK + value[middle:], form)


def _form(color: QColor, weight: int = 400) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(color)
    form.setFontWeight(QFont.Weight(weight))
    return form
