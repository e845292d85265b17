"""What one leaf holds, item by item, read when it comes into sight."""

from collections.abc import Iterator

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from pexgui.core import (
    Aspect,
    Content,
    ContentPair,
    Difference,
    DifferenceRequest,
    DifferenceShown,
    Nothing,
    PexError,
    Selection,
    Side,
    State,
    Value,
    ValueRequest,
    read_difference,
    read_value,
)

from .jobs import Job, Submit, under_way
from .value_content import Place, SentenceView
from .value_view import ContentView

_ITEM = 240


class LeafView(QWidget):
    """Shows the leaf at ``path`` of ``side``; with ``at_run`` the value that a parameter has in the run of that side.

    ``shown()``: its height is known, or nothing will come.
    """

    shown = Signal()

    def __init__(self, submit: Submit, side: Side, path: bytes, name: str, topic: str, at_run: bool = False) -> None:
        super().__init__()
        self._submit, self._topic, self._side, self._path, self._name = submit, topic, side, path, name
        self._at_run = at_run
        self._asked = False
        self._job: Job | None = None
        self._selection, self._item = Selection(), ""
        self._content = ContentView()
        self._content.wanted.connect(self._part)
        self.items = QComboBox()
        self.items.setAccessibleName(f"Item of {name}")
        self.items.setMaximumWidth(_ITEM)
        self.items.textActivated.connect(self._choose)
        self.items.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.items)
        column.addWidget(self._content)

    def ask(self) -> None:
        """Ask, once, for what is to be shown."""
        if self._asked:
            return
        self._asked = True
        if self._at_run:
            self._ask_at_run()
        else:
            self._ask()

    def waits(self) -> bool:
        """Whether what was asked for is not there yet."""
        return under_way(self._job)

    def stop(self) -> None:
        """Wait for nothing any more."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def pieces(self) -> Iterator[str]:
        """The value as the pieces of a text."""
        return self._content.pieces()

    def _ask(self) -> None:
        request = ValueRequest(self._side.file, self._path, self._side.trajectory, self._item, self._selection)
        self._wait(self._submit(read_value, request, self._take, self._refuse, topic=self._topic))

    def _ask_at_run(self) -> None:
        there = Difference(0, -1, State.ONLY_A, Aspect.VALUE, "", "", "", "", "", path_a=self._path)
        request = DifferenceRequest(self._side, self._side, there)
        self._wait(self._submit(read_difference, request, self._take_at_run, self._refuse, topic=self._topic))

    def _wait(self, job: Job) -> None:
        self._job = job
        job.finished.connect(self.shown)

    def _take(self, value: Value) -> None:
        if not self.items.count():
            self.items.addItems([item.name for item in value.items])
            self.items.setVisible(len(value.items) > 1)
        self.items.setCurrentText(value.chosen)
        self._show(value.content, paged=True)

    def _take_at_run(self, answer: DifferenceShown) -> None:
        view = answer.view
        found = view.a if isinstance(view, ContentPair) else None
        self._show(found or Nothing("There is no value here."), paged=False)

    def _show(self, content: Content, paged: bool) -> None:
        self._job = None
        start = (*self._selection.start, 0, 0)
        try:
            self._content.show_content(content, Place(self._name, "", start[0], start[1], paged=paged), keep=True)
        except ValueError as error:
            self._say(f"This value cannot be shown: {error}.", "warn")

    def _refuse(self, problem: PexError) -> None:
        self._job = None
        self._say(problem.title, "bad", problem.hint)

    def _say(self, sentence: str, role: str, hint: str = "") -> None:
        self._content.put(SentenceView(sentence, "warning", role, hint))

    def _part(self, selection: Selection) -> None:
        self._selection = selection
        self._ask()

    def _choose(self, item: str) -> None:
        self._item, self._selection = item, Selection()
        self._ask()
