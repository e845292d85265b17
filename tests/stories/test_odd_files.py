"""Files that are odd, incomplete or badly named: each says so in a sentence, and what can be shown is shown."""

import os
from pathlib import Path

import h5py
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from pexgui.core import FileState, Kind, Node, Nothing, Scalar, Unreadable
from pexgui.ui.library_row import tooltip
from pexgui.ui.models import ROW
from pexgui.ui.trajectory import OVERVIEW, TREE
from tests.builders import small_trajectory
from tests.stories.person import Person, children, looks_at_everything, said, shown_value
from tests.ui.instruments import Heartbeat

MARKUP = "<b>bold</b><img src='file:///etc/hostname'>"
WICKED = "a\nb\x1b[2J\u202etxt & <i>x</i>"


def strip(person: Person) -> str:
    return " ".join(person.window.trajectory.strip.sentences())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("42_renamed_group.hdf5", "The group is called “Renamed”"),
        ("42_no_runs.hdf5", "The table of runs of “Small” is missing"),
        ("42_no_explorations.hdf5", "explor"),
        ("42_no_settings.hdf5", ""),
        ("42_info_length_wrong.hdf5", "run"),
        ("42_short_range.hdf5", "has 1 value for 2 runs"),
        ("15b_comment_cut_in_character.hdf5", "cut inside a character"),
        ("42_foreign_nodes.hdf5", ""),
        ("42_leaf_without_class.hdf5", ""),
        ("42_leaf_without_data.hdf5", ""),
        ("42_item_without_store.hdf5", ""),
        ("22_odd_names.hdf5", ""),
        ("22b_branch_is_leaf.hdf5", ""),
        ("07_crashed.hdf5", ""),
        ("06_unfinished.hdf5", ""),
        ("41_superblock_offset.hdf5", ""),
    ],
)
def test_a_file_with_something_missing_is_shown_with_a_sentence_about_it(
    person: Person, library: Path, name: str, words: str
) -> None:
    assert looks_at_everything(person, library / name, most=120) > 10
    row = person.row(library / name)
    assert row.summary is not None
    assert row.summary.state is FileState.TRAJECTORIES
    person.window.commands.raw.setChecked(False)
    person.window.show_raw(False)
    person.calm()
    assert words in strip(person)
    for sentence in person.window.trajectory.strip.sentences():
        assert sentence.endswith("."), sentence
        assert "\n" not in sentence
    assert person.problems == []
    assert person.window.problems.open_dialog() is None
    assert "mistake" not in person.words()


def test_an_item_whose_form_is_not_noted_is_shown_as_what_it_is_and_its_neighbours_too(
    person: Person, library: Path
) -> None:
    person.opens(library / "42_item_without_store.hdf5")
    person.window.choose_tab(TREE)
    person.calm()
    for name in ("run_00000000", "run_00000001"):
        person.looks_at("results", "runs", name, "z")
        assert not isinstance(shown_value(person).content, Nothing)
    assert person.problems == []


def test_links_that_lead_in_circles_nowhere_and_elsewhere_are_shown_and_not_followed(
    person: Person, tmp_path: Path
) -> None:
    file, other = small_trajectory(tmp_path / "a.hdf5"), small_trajectory(tmp_path / "other.hdf5", name="elsewhere")
    with h5py.File(file, "r+") as opened:
        results = opened["small/results"]
        results["self"] = h5py.SoftLink("/small/results/self")
        results["up"] = h5py.SoftLink("/small")
        results["nowhere"] = h5py.SoftLink("/small/results/missing")
        results["outside"] = h5py.ExternalLink(str(other), "/elsewhere")
        results["pipe"] = h5py.ExternalLink("/dev/zero", "/")
    person.opens(file)
    person.window.choose_tab(TREE)
    person.calm()
    for name, words in (
        ("self", "/small/results/self"),
        ("up", "/small"),
        ("nowhere", "/small/results/missing"),
        ("outside", "other.hdf5"),
        ("pipe", "/dev/zero"),
    ):
        index = person.node("results", name)
        node = index.data(ROW)
        assert isinstance(node, Node)
        assert node.kind is Kind.LINK
        assert words in node.target
        assert not person.window.trajectory.tree.model.hasChildren(index)
    assert "Half as much again" not in " ".join(said(person.window.value))
    assert person.problems == []


def test_names_and_texts_with_markup_and_control_characters_are_plain_text(person: Person, tmp_path: Path) -> None:
    file = tmp_path / f"{MARKUP.replace('/', '')}.hdf5"
    os.rename(small_trajectory(tmp_path / "made.hdf5"), file)
    with h5py.File(file, "r+") as opened:
        trajectory = opened["small"]
        leaf = trajectory["results/note"]
        leaf.attrs["SRVC_INIT_COMMENT"] = MARKUP
        leaf.attrs["SRVC_AN_<u>note"] = WICKED
        trajectory["results"].move("note", WICKED.replace("/", ""))
    person.opens(file)
    for tab in range(3):
        person.window.choose_tab(tab)
        person.calm()
    (index,) = [
        child
        for child in children(person.window.trajectory.tree.model, person.node("results", "runs").parent())
        if "txt" in child.data()
    ]
    person.window.trajectory.tree.view.setCurrentIndex(index)
    person.calm()
    name = shown_value(person).name
    assert not any(sign in name for sign in "\n\x1b\u202e")
    assert shown_value(person).comment == MARKUP
    for label in person.window.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText, label.text()
    for widget in person.window.findChildren(QWidget):
        assert "<img" not in widget.toolTip()
        assert "<i>" not in widget.toolTip()
    model = person.window.library.model
    tip = model.index_of(person.row(file)).data(Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tip
    words = person.words()
    assert "\x1b" not in words
    assert "\u202e" not in words
    assert person.problems == []


def test_a_folder_of_50000_entries_is_listed_page_by_page_and_can_be_stopped(person: Person, tmp_path: Path) -> None:
    first = tmp_path / "00000.hdf5"
    first.write_bytes(b"")
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(50_000):
        os.link(first, folder / f"{number:05d}.hdf5")
    person.calm()
    with Heartbeat() as heartbeat:
        person.window.open_paths([os.fsencode(folder)])
        person.until(lambda: len(person.window.library.model.roots[0].children) > 1000)
        person.window.library.scan.stop()
        person.until(lambda: not person.scanner.busy())
    assert heartbeat.longest <= 0.25
    row = person.window.library.model.roots[0]
    assert row.total == 50_000
    assert row.more() is not None
    assert tooltip(row)
    good = small_trajectory(tmp_path / "good.hdf5")
    person.opens(good)
    assert person.window.trajectory.runs.model.runs() == 3


def test_a_damaged_value_says_so_while_its_neighbours_are_shown(person: Person, tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r") as opened:
        chunk = opened["small/results/runs/run_00000001/trace/trace"].id.get_chunk_info(0)
    content = bytearray(file.read_bytes())
    content[chunk.byte_offset : chunk.byte_offset + chunk.size] = b"\xff" * chunk.size
    file.write_bytes(content)
    person.opens(file)
    person.window.choose_tab(TREE)
    person.calm()
    person.looks_at("results", "runs", "run_00000001", "trace")
    content_shown = shown_value(person).content
    assert isinstance(content_shown, Unreadable)
    assert content_shown.reason.endswith(".")
    person.looks_at("results", "runs", "run_00000001", "y")
    assert shown_value(person).content == Scalar("float", "1.5", 1.5)
    assert person.problems == []


def test_the_overview_of_a_file_says_where_its_bytes_are(person: Person, library: Path) -> None:
    for name in ("01_simple.hdf5", "24_fragmented.hdf5", "42_corrupt_chunk.hdf5"):
        person.opens(library / name)
        person.window.choose_tab(OVERVIEW)
        person.calm()
        overview = person.window.trajectory.overview
        assert overview.bar.isVisible(), name
        assert overview.bar_state.text().endswith(" in all"), name
    assert person.problems == []
