"""What is not taken over in a merge, folded away until somebody wants to know."""

from collections.abc import Sequence

from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from pexgui.core import Fact, text

from . import theme, widgets
from .merge_conflicts import Padded

_ROW, _MOST = 26, 6


class LeftOut(QWidget):
    """Something that is not taken over, with the reasons, line by line; folded at first.

    ``what`` names one of the things and many of them, ``nothing`` is said when there is none.
    """

    def __init__(self, what: tuple[str, str], nothing: str = "") -> None:
        super().__init__()
        self._what, self._nothing = what, nothing
        self._facts: tuple[Fact, ...] = ()
        self._filled = True
        self.title = widgets.section_title("")
        self.table = QTableWidget(0, 2)
        self.table.setAccessibleName(what[1])
        self.table.setItemDelegate(Padded(self.table))
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().hide()
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setColumnWidth(0, 230)
        self.fold = widgets.button("Show", self._turn, "link")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.table)
        self.table.hide()

    def show_facts(self, facts: Sequence[Fact], count: int) -> None:
        """Show these, which stand for ``count`` things; without any there is only the sentence for nothing, or not even
        that."""
        self.title.setText(text.count(count, *self._what) if count else self._nothing)
        self.setVisible(bool(count or self._nothing))
        if not count:
            self.table.hide()
        self.fold.setVisible(bool(count))
        self._name_fold()
        if self._facts != tuple(facts):
            self._facts, self._filled = tuple(facts), False
        if not self.table.isHidden():
            self._fill()
        self.table.setFixedHeight(_ROW * max(1, min(len(facts), _MOST)) + 2)

    def _fill(self) -> None:
        """Fill the table, which takes long for many lines, once it is looked at."""
        if self._filled:
            return
        self._filled = True
        self.table.setRowCount(len(self._facts))
        for row, fact in enumerate(self._facts):
            for column, words in enumerate((fact.name, fact.text)):
                item = QTableWidgetItem(words)
                item.setToolTip(widgets.plain_tooltip(words))
                if column == 0:
                    item.setFont(theme.mono())
                self.table.setItem(row, column, item)

    def _turn(self) -> None:
        self._fill()
        self.table.setVisible(self.table.isHidden())
        self._name_fold()

    def _name_fold(self) -> None:
        words = "Show" if self.table.isHidden() else "Hide"
        self.fold.setText(words)
        self.fold.setAccessibleName(f"{words}: {self._what[1]}")
