"""A card of rows that scrolls where they are too many, and the rows made a few at a time."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

_AT_ONCE = 6
"""So many rows are made before the window answers again."""
_LEAST = 96
_BORDER = 1
Thing = TypeVar("Thing")
RowOf = TypeVar("RowOf", bound=QWidget)


class RowList(QFrame):
    """A white card with rows below ``head``, as high as they are where there is room for it."""

    def __init__(self, name: str, head: QWidget | None = None) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.area = QScrollArea()
        self.area.setAccessibleName(name)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._head = head
        self.body = QWidget()
        self.body.setProperty("role", "surface")
        self.body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.rows = QVBoxLayout(self.body)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(0)
        self.area.setWidget(self.body)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0 if head is not None else 4, 0, 4)
        column.setSpacing(0)
        if head is not None:
            column.addWidget(head)
        column.addWidget(self.area, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.body.installEventFilter(self)

    def sizeHint(self) -> QSize:
        head = self._head.height() if self._head is not None else 0
        around = self._column.contentsMargins()
        return QSize(600, head + self._height() + around.top() + around.bottom() + 2 * _BORDER)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, min(_LEAST, self.sizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return False

    def _fit(self) -> None:
        """Be as high as wrapped words need at this width; the head ends where the rows do."""
        self.body.setMinimumHeight(self._height())
        self.updateGeometry()
        if self._head is not None:
            bar = self.area.verticalScrollBar()
            self._head.setContentsMargins(0, 0, bar.width() if bar.isVisible() else 0, 0)

    def _height(self) -> int:
        width = self.area.viewport().width()
        return self.rows.heightForWidth(width) if self.rows.hasHeightForWidth() else self.rows.sizeHint().height()


class Rows(QObject, Generic[Thing, RowOf]):
    """The rows of ``things`` in a list, made by ``make``; ``filled`` is called when some are there that were not."""

    def __init__(
        self, shown: RowList, make: Callable[[Thing], RowOf], filled: Callable[[], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._list, self._make, self._filled = shown, make, filled
        self._things: list[Thing] = []
        self._gone: list[QWidget] = []
        self.made: dict[Thing, RowOf] = {}
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._fill)

    def show(self, things: Sequence[Thing]) -> None:
        """Have a row for each of these, and for nothing else."""
        self._things = list(things)
        for thing in self.made.keys() - set(self._things):
            self._gone.append(self.made.pop(thing))
            self._gone[-1].hide()
        self._fill()

    def each(self) -> list[RowOf]:
        """The rows that are there, in their order."""
        return [self.made[thing] for thing in self._things if thing in self.made]

    def stop(self) -> None:
        """Make no more."""
        self._rest.stop()

    def _fill(self) -> None:
        missing = [thing for thing in self._things if thing not in self.made]
        for thing in missing[:_AT_ONCE]:
            row = self.made[thing] = self._make(thing)
            self._list.rows.addWidget(row)
        gone, self._gone = self._gone[:_AT_ONCE], self._gone[_AT_ONCE:]
        for old in gone:
            self._list.rows.removeWidget(old)
            old.deleteLater()
        if len(missing) > _AT_ONCE or self._gone:
            self._rest.start()
        self._filled()
