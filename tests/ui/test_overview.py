"""The overview says what a trajectory is about, in text that can be read and copied, and where its bytes are."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from pexgui.core import ExploredParameter, Fact, NotReadable, Storage, StoragePart
from pexgui.ui.facts import FactsText
from pexgui.ui.overview import OverviewPanel
from pexgui.ui.storage_bar import parts
from tests.ui import sweeps
from tests.ui.instruments import InlineWorker

INFO = sweeps.trajectory_info(sweeps.run_table())


class Screen:
    """An overview on screen with what answers it."""

    def __init__(self, qtbot: Any, answers: sweeps.Answers | None = None) -> None:
        self.worker = InlineWorker(answers or sweeps.answers())
        self.panel = OverviewPanel(self.worker.submit)
        self.panel.resize(860, 700)
        qtbot.addWidget(self.panel)

    def show(self, info: Any = INFO) -> None:
        self.panel.show_trajectory(sweeps.REQUEST)
        self.panel.show()
        self.panel.show_info(info)
        self.worker.deliver()


@pytest.fixture
def screen(qtbot: Any) -> Iterator[Screen]:
    yield Screen(qtbot)


def words(facts: FactsText) -> str:
    return facts.toPlainText()


def test_it_says_when_by_what_and_why_a_trajectory_was_made(screen: Screen) -> None:
    screen.show()
    about = words(screen.panel.about.facts)
    for word in ("tau_sigma_sweep", "14 Mar 2026", "pypet 0.6.1", "3.11.7", "980 finished", "5 per run", "9.6 MB"):
        assert word in about
    assert words(screen.panel.comment.facts) == INFO.summary.comment


def test_a_long_word_is_copied_as_it_is_although_it_may_break(qtbot: Any) -> None:
    long = "commit_3f9a1c2_2026_03_13_16h20m44s", "3f9a1c277a1e0c95b8f24d36e9c0b1a7d52f8e64"
    facts = FactsText("Git")
    qtbot.addWidget(facts)
    facts.set_facts([("name", long[0], ""), ("hexsha", long[1], "")])
    facts.selectAll()
    facts.copy()
    copied = QGuiApplication.clipboard().text()
    assert all(word in copied for word in long)


def test_explored_parameters_have_their_distinct_values_and_the_rest_is_counted(screen: Screen) -> None:
    screen.show()
    lines = words(screen.panel.explored.facts).splitlines()
    assert lines[0] == "parameters.neuron.tau   float64, 8 values"
    assert lines[1] == "0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0"
    assert lines[-1].endswith("19, 20  … 42 more")


def test_facts_of_environment_git_annotations_and_settings_have_cards(screen: Screen) -> None:
    screen.show()
    panel = screen.panel
    for card, word in (
        (panel.environment, "sweep.py"),
        (panel.git, "6c1f2ab90d"),
        (panel.annotations, "rig 2"),
        (panel.settings, "complevel"),
    ):
        assert card.isVisible()
        assert word in words(card.facts)


def test_cards_without_anything_to_say_are_hidden(screen: Screen) -> None:
    empty = msgspec.structs.replace(
        INFO,
        explored=(),
        annotations=(),
        git=(),
        environment=(),
        settings=(),
        summary=msgspec.structs.replace(INFO.summary, comment=""),
    )
    screen.show(empty)
    panel = screen.panel
    for card in (panel.comment, panel.explored, panel.annotations, panel.git, panel.environment, panel.settings):
        assert not card.isVisible()
    assert panel.about.isVisible()


def test_markup_in_a_file_is_shown_as_it_is(screen: Screen) -> None:
    evil = '<img src="file:///etc/passwd"><b>bold</b> &amp;'
    info = msgspec.structs.replace(
        INFO,
        annotations=(Fact("<b>key</b>", evil),),
        explored=(ExploredParameter(evil, b"/p", "str", 3, 3, (evil,)),),
        summary=msgspec.structs.replace(INFO.summary, comment=evil),
    )
    screen.show(info)
    assert words(screen.panel.comment.facts) == evil
    assert evil in words(screen.panel.annotations.facts)
    assert "<b>key</b>" in words(screen.panel.annotations.facts)
    assert evil in words(screen.panel.explored.facts)


def test_text_can_be_selected_with_mouse_and_keyboard_and_is_never_changed(screen: Screen) -> None:
    screen.show()
    facts = screen.panel.about.facts
    assert facts.isReadOnly()
    assert facts.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse


def test_a_text_is_as_high_as_it_needs_even_with_words_that_are_too_long(screen: Screen) -> None:
    long = msgspec.structs.replace(INFO, annotations=(Fact("path", "/data/" + "very_long_name_" * 60),))
    screen.show(long)
    facts = screen.panel.annotations.facts
    assert facts.height() > 100
    assert facts.height() >= facts.document().size().height()
    assert facts.document().size().width() <= facts.width() + 1


# --- where the bytes are ---


def test_the_parts_are_ordered_by_size_and_free_space_comes_last() -> None:
    found = parts(sweeps.STORAGE)
    assert [part.name for part in found] == ["Results", "Overview", "Config", "Parameters", "Other", "Free"]
    assert found[0].size == 3_000_000
    assert found[-1].color is None
    assert sum(part.size for part in found) == sweeps.STORAGE.size


def test_the_bar_is_said_in_words_too(screen: Screen) -> None:
    screen.show()
    assert screen.panel.bar.isVisible()
    assert "Results 3.0 MB" in screen.panel.bar.accessibleDescription()
    assert "Free 5.8 MB" in screen.panel.bar.accessibleDescription()
    assert screen.panel.bar_state.text() == "9.6 MB in all"


def test_bytes_are_measured_only_while_somebody_looks(screen: Screen) -> None:
    screen.panel.show_trajectory(sweeps.REQUEST)
    screen.panel.show_info(INFO)
    screen.worker.deliver()
    assert screen.worker.asked == []
    screen.panel.show()
    screen.worker.deliver()
    assert [name for name, _request in screen.worker.asked] == ["measure_storage"]
    screen.panel.hide()
    screen.panel.show()
    assert len(screen.worker.asked) == 1


def test_measuring_stops_when_nobody_looks_and_begins_again(screen: Screen) -> None:
    screen.worker.held = True
    screen.panel.show_trajectory(sweeps.REQUEST)
    screen.panel.show()
    screen.panel.show_info(INFO)
    screen.panel.pause()
    screen.panel.hide()
    screen.worker.deliver()
    assert not screen.panel.bar.isVisible()
    screen.panel.show()
    screen.worker.deliver()
    assert screen.panel.bar.isVisible()


def test_bytes_that_cannot_be_measured_say_why(qtbot: Any) -> None:
    def fail(_request: Any, _progress: Any) -> Storage:
        raise NotReadable("sweep.hdf5 is being written.", "Look again later.")

    screen = Screen(qtbot, {"measure_storage": fail})
    screen.show()
    assert screen.panel.bar_state.text() == "sweep.hdf5 is being written. Look again later."
    assert not screen.panel.bar.isVisible()


def test_a_file_of_nothing_but_holes_can_be_drawn(qtbot: Any) -> None:
    storage = Storage(0, 0, 0, (StoragePart("Results", 0, 0, 0),))
    screen = Screen(qtbot, {"measure_storage": lambda _request, _progress: storage})
    screen.show()
    screen.panel.grab()
    assert parts(storage) == []


def test_narrow_windows_have_one_column_of_cards(screen: Screen) -> None:
    screen.show()
    assert screen.panel.about.x() > screen.panel.comment.x()
    screen.panel.resize(500, 700)
    assert screen.panel.about.parent() is screen.panel.comment.parent()
    assert screen.panel._columns[1].indexOf(screen.panel.about) == -1
    screen.panel.resize(900, 700)
    assert screen.panel._columns[1].indexOf(screen.panel.about) == 0
