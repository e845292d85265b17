"""The card of something that both sides have alike: the value, read from side A."""

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

from .compare_card import INSET, Card
from .jobs import Job, Submit
from .value_content import Place
from .value_view import ContentView

SAME = "The same on both sides."
_ITEM = 240


class EqualCard(Card):
    """Asks for the value at ``path`` of ``side`` when it comes into sight, and shows it.

    With ``at_run`` it is the value that a parameter has in the run of that side.
    """

    def __init__(self, submit: Submit, side: Side, path: bytes, name: str, topic: str, at_run: bool = False) -> None:
        super().__init__(State.EQUAL, name, "", "the same on both sides")
        self._submit, self._topic, self._side, self._path, self._at_run = submit, topic, side, path, at_run
        self._asked = False
        self._job: Job | None = None
        self._selection, self._item = Selection(), ""
        self._shown = ContentView()
        self._shown.wanted.connect(self._part)
        self.items = QComboBox()
        self.items.setAccessibleName(f"Item of {name}")
        self.items.textActivated.connect(self._choose)
        self.items.setMaximumWidth(_ITEM)
        self.items.hide()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(INSET, 10, INSET, 10)
        column.setSpacing(8)
        column.addWidget(self.items)
        column.addWidget(self._shown)
        self.put(body)

    def ask(self) -> None:
        if not self._asked:
            self._asked = True
            if self._at_run:
                self._ask_at_run()
            else:
                self._ask()

    def stop(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _ask(self) -> None:
        request = ValueRequest(self._side.file, self._path, self._side.trajectory, self._item, self._selection)
        self._job = self._submit(read_value, request, self._take, self._refuse, topic=self._topic)

    def _ask_at_run(self) -> None:
        there = Difference(0, -1, State.ONLY_A, Aspect.VALUE, "", "", "", "", "", path_a=self._path)
        request = DifferenceRequest(self._side, self._side, there)
        self._job = self._submit(read_difference, request, self._take_at_run, self._refuse, topic=self._topic)

    def _take(self, value: Value) -> None:
        if not self.items.count():
            self.items.addItems([item.name for item in value.items])
            self.items.setVisible(len(value.items) > 1)
        self.items.setCurrentText(value.chosen)
        self._show(value.content, paged=True)

    def _take_at_run(self, answer: DifferenceShown) -> None:
        view = answer.view
        self._show(view.a if isinstance(view, ContentPair) and view.a is not None else Nothing(SAME), paged=False)

    def _show(self, content: Content, paged: bool) -> None:
        self._job = None
        start = (*self._selection.start, 0, 0)
        try:
            self._shown.show_content(content, Place(self.name, "", start[0], start[1], paged=paged), keep=True)
        except ValueError as error:
            self.say(f"This value cannot be shown: {error}.", "warning", "warn")
        self.shown.emit()

    def _refuse(self, problem: PexError) -> None:
        self._job = None
        self.say(SAME, "check", hint=problem.title)
        self.shown.emit()

    def _part(self, selection: Selection) -> None:
        self._selection = selection
        self._ask()

    def _choose(self, item: str) -> None:
        self._item, self._selection = item, Selection()
        self._ask()
