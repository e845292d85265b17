"""The left of a comparison: how much differs, a filter, the tree of differences, and the equal items unfolded."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import Against, text

from . import icons, widgets
from .checks import Check
from .compare_facts import Facts, Wish
from .compare_model import OutlineModel, OutlineView
from .compare_outline import Line, Outline

WIDTH = 324
_PAUSE = 150
_FEW = 200
"""With so few differences all branches are open at first."""
_EVERY = "All kinds"


class DifferenceList(QWidget):
    """``chosen(Line)``: another line is current; ``wished()``: other differences are listed than before."""

    chosen = Signal(object)
    wished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.facts: Facts | None = None
        self.outline: Outline | None = None
        self.model = OutlineModel(self)
        self._quiet = False
        self._stood: dict[tuple[str, str], bool] = {}
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self._filter)
        self._build()
        self.view.selectionModel().currentChanged.connect(self._went)

    # --- what the window calls

    def show_against(self, against: Against) -> None:
        """List the differences of a comparison; filter, unfolded equal items and open branches stay."""
        self._remember()
        self.facts = Facts(against)
        kinds = sorted(self.facts.kinds)
        kept = self.kind.currentText()
        self.kind.blockSignals(True)
        self.kind.clear()
        self.kind.addItems([_EVERY, *kinds])
        self.kind.setCurrentText(kept if kept in kinds else _EVERY)
        self.kind.blockSignals(False)
        self._fill()

    def clear(self) -> None:
        self.facts = self.outline = None
        self.model.set_outline(None)
        self.count.setText("")
        self.folded.setText("")
        self.equal.hide()

    def wish(self) -> Wish:
        """What is asked for."""
        kind = self.kind.currentText()
        return Wish(self.search.text(), "" if kind == _EVERY else kind, self.equal.isChecked())

    def narrowed(self) -> bool:
        """Whether the filter leaves anything out."""
        return self.wish().narrows()

    def current(self) -> Line | None:
        return self.model.line(self.view.currentIndex())

    def go_to(self, line: Line | None, quiet: bool = False) -> None:
        """Make ``line`` the current one and bring it into sight; with ``quiet`` without telling."""
        index = self.model.index_of(line)
        self._quiet = quiet
        parent = index.parent()
        while parent.isValid():
            self.view.expand(parent)
            parent = parent.parent()
        self.view.setCurrentIndex(index)
        self.view.scrollTo(index)
        self._quiet = False

    def focus_filter(self) -> None:
        """Go to the box that filters by name."""
        self._show_filter(True)
        self.search.setFocus()
        self.search.selectAll()

    # --- how it is built

    def _build(self) -> None:
        self.count = widgets.ElidedLabel("", "section")
        self.folded = widgets.ElidedLabel("", "small")
        self.filter_button = widgets.button("Filter", self._turn_filter, "link", "search")
        self.filter_button.setIcon(icons.icon("search", "accent"))
        self.search = widgets.SearchBox("Name", "Filter by name")
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self.search.installEventFilter(self)
        self.kind = QComboBox()
        self.kind.setAccessibleName("Filter by kind")
        self.kind.addItem(_EVERY)
        self.kind.currentIndexChanged.connect(lambda _index: self._filter())
        self.view = OutlineView("Differences")
        self.view.setModel(self.model)
        self.view.header().setStretchLastSection(True)
        self.equal = Check("Show the equal items")
        self.equal.toggled.connect(lambda _on: self._filter())
        first = QHBoxLayout()
        first.addWidget(self.count, 1)
        first.addWidget(self.filter_button)
        box = QHBoxLayout()
        box.setContentsMargins(0, 6, 0, 0)
        box.setSpacing(8)
        box.addWidget(self.search, 1)
        box.addWidget(self.kind)
        self._box = QWidget()
        self._box.setLayout(box)
        self._box.hide()
        head = QVBoxLayout()
        head.setContentsMargins(16, 10, 16, 9)
        head.setSpacing(2)
        head.addLayout(first)
        head.addWidget(self.folded)
        head.addWidget(self._box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(widgets.hairline())
        column.addSpacing(6)
        column.addWidget(self.view, 1)
        column.addWidget(widgets.hairline())
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 16, 0)
        foot.addWidget(self.equal)
        self._foot = QWidget()
        self._foot.setFixedHeight(35)
        self._foot.setLayout(foot)
        column.addWidget(self._foot)

    def eventFilter(self, _search: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self.view.setFocus()
                return True
            if event.key() == Qt.Key.Key_Escape and not self.search.text():
                self._show_filter(False)
                self.view.setFocus()
                return True
        return False

    # --- within

    def _turn_filter(self) -> None:
        if self._box.isHidden():
            self.focus_filter()
        else:
            self._show_filter(False)

    def _show_filter(self, shown: bool) -> None:
        """Show the filter, or put it away: then it leaves nothing out."""
        self._box.setVisible(shown)
        if not shown:
            self.search.clear()
            self.kind.setCurrentIndex(0)

    def _filter(self) -> None:
        self._pause.stop()
        if self.facts is not None:
            self._remember()
            self._fill()
            self.wished.emit()

    def _fill(self) -> None:
        assert self.facts is not None
        self._quiet = True
        self.outline = Outline(self.facts, self.wish())
        self.model.set_outline(self.outline)
        self._open()
        self._quiet = False
        self._count()

    def _count(self) -> None:
        assert self.facts is not None and self.outline is not None
        against = self.facts.against
        total, shown = len(against.differences), len(self.outline.order)
        words = text.count(total + against.more, "difference")
        if not total + against.more:
            both = any(pair.a and pair.b for pair in against.pairs)
            only = any(len(pairs) for pairs in self.facts.one_sided)
            words = "No difference in the runs of both" if both and only else "No difference"
        self.count.setText(f"{shown:,} of {words}" if self.narrowed() else words)
        equal = self.facts.equal_count
        parts = [f"The first {total:,} of {total + against.more:,} are listed"] if against.more else []
        parts += [f"{equal:,} equal" + ("" if self.equal.isChecked() else " (folded)")] if equal else []
        for name, pairs in zip("AB", self.facts.one_sided, strict=True):
            if len(pairs):
                parts.append(f"{text.count(len(pairs), 'run')} only in {name}")
        self.folded.setText(" · ".join(parts))
        self.equal.setText(f"Show the {text.count(equal, 'equal item')}")
        self.equal.setVisible(equal > 0)

    def _went(self, now: QModelIndex, _before: QModelIndex) -> None:
        line = self.model.line(now)
        if line is not None and not self._quiet:
            self.chosen.emit(line)

    def _remember(self) -> None:
        """Note which branches stand open, unless the filter opened them."""
        if self.outline is None or self.outline.wish.narrows():
            return
        for branch in self.outline.roots:
            wide = self.view.isExpanded(self.model.index_of(branch))
            self._stood["", branch.title] = wide
            for line in self.outline.below(branch)[:_FEW] if wide else ():
                if line.size():
                    self._stood[branch.title, line.title] = self.view.isExpanded(self.model.index_of(line))

    def _open(self) -> None:
        """Open the branches that stood open, and of others and of what the filter leaves those that people look for."""
        assert self.outline is not None
        many = len(self.outline.order) > _FEW
        stood = {} if self.narrowed() else self._stood
        for branch in self.outline.roots:
            wide = branch.size() <= _FEW and not (many and branch.count > _FEW)
            if not stood.get(("", branch.title), wide):
                continue
            self.view.expand(self.model.index_of(branch))
            if branch.size() > _FEW:
                continue
            for line in self.outline.below(branch):
                if line.size() and stood.get((branch.title, line.title), not many):
                    self.view.expand(self.model.index_of(line))
