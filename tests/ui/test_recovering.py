"""What was cut off before is settled behind the window: asked for once, told in a line, and never a dialog."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from pexgui.core import EngineDied, Progress, Recovered, RecoverRequest, Recovery
from pexgui.ui.notices import Offer
from pexgui.ui.recovering import Recovering
from tests.core.cutting import filled
from tests.core.raw_files import raw
from tests.core.test_register import killed_while_writing
from tests.ui.instruments import InlineWorker

LAB, OTHER = b"/lab", b"/other"
DONE = Recovered(b"/lab/a.hdf5", ("Writing “a.hdf5” had been cut off and was finished.",))
LEFT = Recovered(b"/lab/b.hdf5", ("“b.hdf5” could not be finished.", "It is tried again."), settled=False)
BUSY = Recovered(b"/lab/.c.hdf5.pexgui-12345678.journal", ("It was left alone.",), settled=False, ours=False)


class Lab:
    """What recovering finds, or the problem it ends with."""

    def __init__(self) -> None:
        self.found: tuple[Recovered, ...] = ()
        self.dies = False

    def recover(self, _request: RecoverRequest, _progress: Progress) -> Recovery:
        if self.dies:
            raise EngineDied("Writing ended unexpectedly.", "The disk does not answer.")
        return Recovery(self.found)


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
def worker(lab: Lab, qapp: QApplication) -> Iterator[InlineWorker]:
    worker = InlineWorker({"recover_files": lab.recover}, held=True)
    yield worker
    worker.stop()


@pytest.fixture
def line(dressed: QApplication, qtbot: QtBot) -> Offer:
    line = Offer("What was finished or undone")
    qtbot.addWidget(line)
    return line


@pytest.fixture
def recovering(worker: InlineWorker, line: Offer, qapp: QApplication) -> Iterator[Recovering]:
    parent = QObject()
    yield Recovering(worker.submit, line, parent)
    parent.deleteLater()


def settled(recovering: Recovering, worker: InlineWorker, *folders: bytes) -> None:
    for folder in folders or (LAB,):
        recovering.settle(folder)
    worker.deliver()


def test_what_became_of_it_is_told_and_who_shows_it_reads_it_again(
    recovering: Recovering, worker: InlineWorker, lab: Lab, line: Offer, qtbot: QtBot
) -> None:
    lab.found = (DONE, BUSY)
    with qtbot.waitSignal(recovering.changed) as changed:
        settled(recovering, worker)
    assert changed.args == [[LAB, b"/lab/a.hdf5"]]
    assert line.words.text() == DONE.sentences[0]
    assert not line.isHidden() and line.link.isHidden()


def test_what_is_not_ours_is_nothing_to_tell(
    recovering: Recovering, worker: InlineWorker, lab: Lab, line: Offer, qtbot: QtBot
) -> None:
    lab.found = (BUSY,)
    with qtbot.assertNotEmitted(recovering.changed):
        settled(recovering, worker)
    assert line.isHidden()


def test_what_cannot_be_finished_is_told_once_and_what_is_finished_each_time(
    recovering: Recovering, worker: InlineWorker, lab: Lab, line: Offer
) -> None:
    lab.found = (LEFT,)
    settled(recovering, worker)
    assert line.words.text() == " ".join(LEFT.sentences)
    line.close_button.click()
    settled(recovering, worker)
    assert line.isHidden()
    for _ in range(2):
        lab.found = (DONE,)
        settled(recovering, worker)
        assert line.words.text() == DONE.sentences[0]
        line.close_button.click()


def test_news_from_several_folders_stand_beside_each_other(
    recovering: Recovering, worker: InlineWorker, lab: Lab, line: Offer
) -> None:
    lab.found = (DONE,)
    settled(recovering, worker, LAB, OTHER)
    assert line.words.text() == " ".join(2 * DONE.sentences)


def test_a_folder_that_is_being_settled_is_not_asked_for_twice(
    recovering: Recovering, worker: InlineWorker, lab: Lab
) -> None:
    settled(recovering, worker, LAB, LAB, OTHER)
    assert [request.folders for _, request in worker.asked] == [(LAB,), (OTHER,)]
    settled(recovering, worker)
    assert len(worker.asked) == 3


def test_a_problem_disturbs_nobody_and_is_tried_again(
    recovering: Recovering, worker: InlineWorker, lab: Lab, line: Offer, qtbot: QtBot
) -> None:
    lab.dies = True
    with qtbot.assertNotEmitted(worker.problem):
        settled(recovering, worker)
    assert line.isHidden()
    lab.dies, lab.found = False, (DONE,)
    settled(recovering, worker)
    assert not line.isHidden()


def test_it_begins_with_what_is_noted(
    recovering: Recovering, worker: InlineWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = filled(raw(tmp_path / "files"))
    killed_while_writing(folder)
    recovering.begin()
    assert [request.folders for _, request in worker.asked] == [(folder,)]


LONG = f"Writing “{'a_long_name_' * 4}.hdf5” had been cut off, and what had been written of it was thrown away again."


def test_a_long_sentence_goes_on_in_further_lines_and_makes_no_window_wider(line: Offer) -> None:
    line.say(DONE.sentences[0])
    least, short = line.minimumSizeHint().width(), line.heightForWidth(1400)
    line.say(LONG)
    assert line.minimumSizeHint().width() == least
    assert line.heightForWidth(1400) == short < line.heightForWidth(900) < line.heightForWidth(400)
    assert line.words.text() == line.words.accessibleName() == LONG


@pytest.mark.parametrize(("times", "cut"), [(1, False), (20, True)])
def test_only_what_three_lines_do_not_hold_is_cut_off_and_told_by_the_tooltip(
    line: Offer, qtbot: QtBot, times: int, cut: bool
) -> None:
    said = " ".join(times * ["\N{SNAKE}", LONG])
    line.say(said)
    line.setFixedSize(900, line.heightForWidth(900))
    with qtbot.waitExposed(line):
        line.show()
    shown = line.words.findChildren(QLabel)[0].text()
    assert len(shown.split("\n")) <= 3
    assert shown.endswith("…") is cut
    assert shown.startswith("\N{SNAKE} Writing “a_long_name")
    assert line.words.toolTip() == (said if cut else "")
    assert cut or shown.replace("\n", " ").replace("\N{ZERO WIDTH SPACE}", "") == said
