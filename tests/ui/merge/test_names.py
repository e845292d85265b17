"""Every control of the merge wizard has a name, and names of files are only text."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from pexgui.ui.merge import DONE, SUMMARY
from tests.ui import merges
from tests.ui.instruments import InlineWorker
from tests.ui.merge.wizards import Start, begin, settle
from tests.ui.merges import CLUSTER, LAPTOP, SEVERAL, Merges
from tests.ui.test_accessible_names import nameless


def test_every_control_on_every_page_has_a_name(start: Start, world: Merges, worker: InlineWorker) -> None:
    world.missing, world.problems = (merges.MISSING,), ("Odd.", "Odder.")
    wizard = start(LAPTOP, CLUSTER, SEVERAL)
    wizard.choices.ignore.append("results.x")
    wizard.runs.missing.use_all()
    wizard.runs.trials.radio.click()
    settle(wizard, worker)
    for page in range(SUMMARY + 1):
        wizard.go_to(page)
        assert nameless(wizard) == []
    begin(wizard, worker)
    assert nameless(wizard) == []
    worker.deliver()
    assert wizard.at() == DONE
    assert nameless(wizard) == []


def test_names_of_files_are_plain_text_everywhere(start: Start, worker: InlineWorker) -> None:
    odd = b"/lab/<b>bold & \xff.hdf5"
    wizard = start(odd, LAPTOP)
    assert wizard.files.cards[0].name.text() == "<b>bold & \\xff.hdf5"
    for page in range(SUMMARY + 1):
        wizard.go_to(page)
    for words in wizard.findChildren(QLabel):
        assert words.textFormat() == Qt.TextFormat.PlainText
    begin(wizard, worker)
    worker.deliver()
    assert wizard.at() == DONE
    assert wizard.done.sentence.text().startswith("<b>bold & \\xff merged.hdf5 is ready.")
