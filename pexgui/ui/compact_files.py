"""The first page of the compact dialog: which files, what would be saved, in which way, and what it needs."""

import os
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from pexgui.core import Mode, text

from . import compact_words as words
from . import widgets
from .asking import ask_for_files
from .checks import Check
from .compact_choices import CompactChoices, Entry
from .compact_labels import ColorLabel
from .compact_list import RowList, Rows
from .compact_row import FileRow, HeadRow
from .merge_choices import cut
from .merge_files import MoreFiles
from .merge_page import ChoiceCard, Picker, Strip

_FEW, _PAUSE = 20, 60
"""Of more files than a few, what follows from an answer for all of them is shown after a pause of milliseconds."""
_AT_ONCE = 30
"""So many rows are shown anew before the window answers again."""


class FirstFiles(MoreFiles):
    """The dashed place for the first files."""

    def say(self, some: bool) -> None:
        super().say(some)
        self.words.setText("Drop the files to compact here, or")


class FilesPage(QWidget):
    """``changed()``: something else was chosen, ``rescue_wanted(Entry)``: what can be read of a file is to be saved."""

    changed = Signal()
    rescue_wanted = Signal(object)

    def __init__(self, choices: CompactChoices) -> None:
        super().__init__()
        self.choices = choices
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = widgets.label(words.TITLE, "title")
        self.more = widgets.button("Add files…", self._ask, "link")
        self.first = FirstFiles()
        self.first.say(False)
        self.first.button.setAccessibleName("Choose files to compact")
        self.first.wanted.connect(self._ask)
        self.list = RowList("Files", HeadRow())
        self.rows: Rows[Entry, FileRow] = Rows(self.list, self._row, self._show, self)
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE)
        self._soon.timeout.connect(self.changed)
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._show_rows)
        self.notice = Strip("info")
        self.small = ChoiceCard(words.SMALL)
        self.fast = ChoiceCard(words.FAST)
        self.modes = QButtonGroup(self)
        self.codec, self.level = Picker("How large data are compressed"), Picker("Level of compression")
        self.backup = Check("Keep the originals as backups")
        self.kept, self.space = ColorLabel("muted"), ColorLabel("muted")
        self._build()
        self._connect()
        self.notice.say("")
        self._show()

    def add(self, files: Sequence[bytes]) -> None:
        """Put files on the list, each once."""
        refused = [self.choices.add(file) for file in files]
        self.notice.say("\n".join(list(dict.fromkeys(filter(None, refused)))[:3]))
        self.rows.show(self.choices.entries)
        self.changed.emit()

    def tell_empty(self, folder: bytes) -> None:
        """A folder that was dropped has no files."""
        self.notice.say(f"There are no HDF5 files directly in “{cut(text.printable(os.path.basename(folder)))}”.")

    def show_entry(self, entry: Entry) -> None:
        """Something is known of a file that was not before."""
        if len(self.choices.entries) > _FEW:
            row = self.rows.made.get(entry)
            if row is not None:
                row.show_entry(self.choices.how(), self._scale())
            self._soon.start()
        else:
            self._show()

    def waits(self) -> bool:
        """Whether what follows from the last answers is still to be shown."""
        return self._soon.isActive() or self._rest.isActive()

    def stop(self) -> None:
        """Show nothing new any more."""
        self._soon.stop()
        self._rest.stop()
        self.rows.stop()

    def advance(self, entry: Entry, share: float) -> None:
        """A file is being looked at."""
        row = self.rows.made.get(entry)
        if row is not None:
            row.measuring(share)

    def show_choices(self) -> None:
        """Show all that was chosen, and what follows from it."""
        self._show()

    # --- how it is built

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.more, 0, Qt.AlignmentFlag.AlignBottom)
        heads = QVBoxLayout()
        heads.setSpacing(4)
        heads.addLayout(head)
        heads.addWidget(widgets.label(words.SENTENCE, "muted", wrap=True))
        cards = QHBoxLayout()
        cards.setSpacing(12)
        for card in (self.small, self.fast):
            self.modes.addButton(card.radio)
            cards.addWidget(card, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(11)
        column.addLayout(heads)
        column.addSpacing(2)
        column.addWidget(self.first)
        column.addWidget(self.list)
        column.addWidget(self.notice)
        column.addLayout(cards)
        column.addLayout(self._codec_row())
        column.addLayout(self._backup_row())
        column.addStretch(1)

    def _codec_row(self) -> QHBoxLayout:
        for name, meaning in words.codecs():
            self.codec.addItem(meaning, name)
        for level, meaning in words.levels():
            self.level.addItem(meaning, level)
        self.codec.setMinimumContentsLength(30)
        self.level.setMinimumContentsLength(16)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(widgets.label("Large arrays and tables"))
        row.addWidget(self.codec)
        row.addWidget(self.level)
        row.addStretch(1)
        return row

    def _backup_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.backup)
        row.addWidget(self.kept)
        row.addStretch(1)
        row.addWidget(self.space)
        return row

    def _connect(self) -> None:
        self.small.radio.setChecked(True)
        self.modes.buttonClicked.connect(lambda _button: self._chosen())
        for picker in (self.codec, self.level):
            picker.activated.connect(lambda _row: self._chosen())
        self.backup.clicked.connect(lambda _on: self._chosen())

    def _row(self, entry: Entry) -> FileRow:
        row = FileRow(entry)
        row.ticked.connect(self._tick)
        row.removed.connect(self._remove)
        row.rescued.connect(self.rescue_wanted)
        row.show_entry(self.choices.how(), self._scale())
        return row

    # --- what the person does

    def _chosen(self) -> None:
        choices = self.choices
        choices.mode = Mode.FAST if self.fast.radio.isChecked() else Mode.SMALL
        choices.codec, choices.level = self.codec.currentData(), self.level.currentData()
        choices.backup = self.backup.isChecked()
        self.changed.emit()

    def _tick(self, entry: Entry, on: bool) -> None:
        entry.tick = on
        self.changed.emit()

    def _remove(self, entry: Entry) -> None:
        at = self.choices.entries.index(entry)
        self.choices.entries.remove(entry)
        self.notice.say("")
        self.rows.show(self.choices.entries)
        left = self.rows.each()
        if left:
            left[min(at, len(left) - 1)].take_focus()
        else:
            self.first.button.setFocus()
        self.changed.emit()

    def _ask(self) -> None:
        folder = os.path.dirname(self.choices.entries[-1].file) if self.choices.entries else b""
        ask_for_files(self.window(), self.add, folder)

    # --- showing

    def _scale(self) -> int:
        """The size of the largest file."""
        how = self.choices.how()
        return max((one.size for e in self.choices.entries if (one := e.shown(how)) is not None), default=1)

    def _show(self) -> None:
        choices, some = self.choices, bool(self.choices.entries)
        self.first.setVisible(not some)
        for part in (self.list, self.more):
            part.setVisible(some)
        self._show_rows()
        self._show_modes()
        fast = choices.mode is Mode.FAST
        self.codec.setEnabled(not fast)
        self.codec.setToolTip("Fast leaves large data as they are." if fast else "")
        self.level.setEnabled(not fast and choices.codec not in ("keep", "none"))
        self.backup.setChecked(choices.backup)
        self._show_space()

    def _show_rows(self) -> None:
        """Show the rows that are other ones now; of many the rest when the window has answered."""
        how, scale, left = self.choices.how(), self._scale(), _AT_ONCE
        for row in self.rows.each():
            left -= row.show_entry(how, scale)
            if not left:
                self._rest.start()
                return

    def _show_modes(self) -> None:
        for card, mode in ((self.small, Mode.SMALL), (self.fast, Mode.FAST)):
            if self.choices.knows(mode):
                card.say(words.gain(self.choices.total(mode), mode is Mode.SMALL))
            elif not card.sentence.text() or not self.choices.waiting():
                card.say(words.gain(None, mode is Mode.SMALL))

    def _show_space(self) -> None:
        choices = self.choices
        total = choices.total()
        needed, free = choices.space()
        self.kept.setText(f"{text.size(total.before)} until you delete them" if choices.backup and total.files else "")
        full = choices.full()
        if not needed:
            said = self.space.text() if choices.waiting() else ""
        elif full:
            said = f"Needs {text.size(needed)}, but only {text.size(free)} are free"
        else:
            said = f"Needs {text.size(needed)} of {text.size(free)} free"
        self.space.setText(said)
        self.space.set_role("bad" if full else "muted")
