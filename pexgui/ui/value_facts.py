"""What is known about a value beside the value: its form, its comment, its annotations, and what is odd."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from pexgui.core import ArrayWindow, Fact, Pickled, TableWindow, Text, Value, text

from . import cells, sampling, theme, value_words, widgets
from .value_content import SentenceView, selectable

_KEY_WIDTH = 88


def facts(value: Value, extent: sampling.Extent | None = None) -> list[Fact]:
    """The facts about a value; ``extent`` is that of what is shown of it."""
    content = value.content
    item = next((each for each in value.items if each.name == value.chosen), None)
    inner = content.content if isinstance(content, Pickled) and content.content is not None else content
    result = [Fact("Type", value_words.kind(content) or (item.type if item is not None else value.type))]
    if inner is not content:
        result.append(Fact("Holds", value_words.kind(inner)))
    if isinstance(content, ArrayWindow) and content.shape:
        result.append(Fact("Shape", text.shape(content.shape)))
    elif isinstance(content, TableWindow) and content.type == "sparse":
        result.append(Fact("Stored", text.count(content.rows, "element")))
    elif isinstance(content, TableWindow):
        count = max(content.columns_total, len(content.columns)) - content.index_columns
        result.append(Fact("Shape", f"{text.count(content.rows, 'row')}, {text.count(count, 'column')}"))
    elif isinstance(content, Text):
        result.append(Fact("Length", text.count(content.length, "character")))
    if extent is not None and extent.finite > 1:
        low, high, mean = cells.alike([extent.low, extent.high, extent.mean])
        if float(extent.low).is_integer() and float(extent.high).is_integer() and extent.high - extent.low < 1e7:
            low, high = (word.partition(".")[0] if "e" not in word else word for word in (low, high))
        result.append(Fact(_range_title(content), f"{low} to {high}, mean {mean}"))
        if extent.finite < extent.size:
            result.append(Fact("Not finite", text.count(extent.size - extent.finite, "value")))
    if item is not None and item.codec:
        result.append(Fact("Codec", item.codec))
    if item is not None and item.stored:
        stored, logical = text.size(item.stored), text.size(item.logical)
        words = f"{stored} of {logical}" if item.stored < item.logical else f"{stored} for {logical}"
        result.append(Fact("On disk", words if item.logical and stored != logical else stored))
    return result


def _range_title(content: object) -> str:
    """``Range``, or ``Range here`` when only a part is on show."""
    if isinstance(content, ArrayWindow):
        whole = 1
        for length in content.shape:
            whole *= length
        shown = 1
        for length in content.window:
            shown *= length
        return "Range" if shown == whole else "Range shown"
    return "Range"


class FactLines(QWidget):
    """Lines of a muted name and a value; values can be selected."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, _KEY_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._shown: list[Fact] = []
        self._lines: list[tuple[widgets.ElidedLabel, _Line]] = []

    def set_facts(self, shown: list[Fact]) -> None:
        """Show these; lines are used again, so that nothing flickers while stepping."""
        self._shown = shown
        while len(self._lines) < len(shown):
            name, line = widgets.ElidedLabel("", "muted"), _Line()
            name.setFixedWidth(_KEY_WIDTH)
            row = len(self._lines)
            self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(line, row, 1)
            self._lines.append((name, line))
        for number, (name, line) in enumerate(self._lines):
            there = number < len(shown)
            name.setVisible(there)
            line.setVisible(there)
            if there:
                name.setText(shown[number].name)
                line.set_text(shown[number].name, shown[number].text)

    def facts(self) -> list[Fact]:
        return self._shown


class _Line(QLabel):
    """A line of text that can be selected whole and is cut by an ellipsis where there is no room."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFont(theme.number_font())
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._whole = ""

    def set_text(self, name: str, whole: str) -> None:
        self._whole = whole
        self.setAccessibleName(f"{name}: {whole}")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        one_line = " ".join(self._whole.split("\n"))
        shown = self.fontMetrics().elidedText(one_line, Qt.TextElideMode.ElideRight, self.width())
        if shown != self.text():
            self.setText(shown)
        self.setToolTip("" if shown == self._whole else widgets.plain_tooltip(self._whole))


class Section(QWidget):
    """A titled part of the panel; invisible while it has nothing to say."""

    def __init__(self, title: str, body: QWidget) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(widgets.section_title(title))
        layout.addWidget(body)


class About(QWidget):
    """Everything beside the value: facts, comment, annotations, warnings."""

    def __init__(self) -> None:
        super().__init__()
        self._facts, self._annotations = FactLines(), FactLines()
        self._comment = selectable("")
        self._note = widgets.label("", "small", wrap=True)
        comment = QWidget()
        words = QVBoxLayout(comment)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(4)
        words.addWidget(self._comment)
        words.addWidget(self._note)
        self._warnings = QWidget()
        self._warning_lines = QVBoxLayout(self._warnings)
        self._warning_lines.setContentsMargins(0, 0, 0, 0)
        self._sections = [
            Section("Facts", self._facts),
            Section("Comment", comment),
            Section("Annotations", self._annotations),
        ]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self._warnings)
        for section in self._sections:
            layout.addWidget(section)
        self.clear()

    def clear(self) -> None:
        for widget in (*self._sections, self._warnings):
            widget.hide()

    def show_value(self, value: Value, extent: sampling.Extent | None) -> None:
        """Say all about ``value``, of which the part on show has this extent."""
        self._facts.set_facts(facts(value, extent))
        self._annotations.set_facts(list(value.annotations))
        self._comment.setText(value.comment)
        self._comment.setVisible(bool(value.comment))
        self._note.setText(value.comment_note)
        self._note.setVisible(bool(value.comment_note))
        self._set_warnings(value.warnings)
        facts_, comment, annotations = self._sections
        facts_.show()
        comment.setVisible(bool(value.comment or value.comment_note))
        annotations.setVisible(bool(value.annotations))

    def shown_facts(self) -> dict[str, str]:
        """The facts on show, by name."""
        return {fact.name: fact.text for fact in self._facts.facts()}

    def _set_warnings(self, sentences: tuple[str, ...]) -> None:
        while self._warning_lines.count():
            item = self._warning_lines.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        for sentence in sentences:
            self._warning_lines.addWidget(SentenceView(sentence, "warning", "warn"))
        self._warnings.setVisible(bool(sentences))
