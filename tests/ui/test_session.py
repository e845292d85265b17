"""What is kept for the next start."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QApplication

from pexgui.ui.session import Session


def later() -> Session:
    """The session of the next start: nothing is left but what was written down."""
    QSettings().sync()
    return Session()


def test_what_was_open_comes_back_with_its_very_bytes(kept: Path, qapp: QApplication) -> None:
    roots = [(b"/lab/\xff\xfe \n%41", True), ("/lab/Über.hdf5".encode(), False)]
    session = Session()
    session.keep_roots(roots)
    session.keep_expanded([b"/lab/\xe9"])
    session.keep_last(b"/lab/x\xff.hdf5", b"/traj")
    session.keep_shape("window", QByteArray(b"\x00\x01shape"))
    session.keep_appearance("dark")
    session.keep_switch("library", False)
    again = later()
    assert again.roots() == roots
    assert again.expanded() == {b"/lab/\xe9"}
    assert again.last() == (b"/lab/x\xff.hdf5", b"/traj")
    assert again.shape("window") == QByteArray(b"\x00\x01shape")
    assert again.appearance() == "dark"
    assert not again.switch("library")
    assert again.switch("value")


def test_a_first_start_has_nothing_and_does_not_mind(kept: Path, qapp: QApplication) -> None:
    session = later()
    assert (session.roots(), session.expanded(), session.last(), session.recent()) == ([], set(), None, [])
    assert session.shape("window").isEmpty()
    assert session.appearance() == "system"


def test_what_was_opened_last_stands_first_and_the_list_stays_short(kept: Path, qapp: QApplication) -> None:
    session = Session()
    for number in range(20):
        session.keep_recent(b"/lab/%d" % number, True, number)
    session.keep_recent(b"/lab/15", True, 99)
    recent = later().recent()
    assert len(recent) == 8
    assert recent[0].path == b"/lab/15"
    assert recent[0].files == 99
    assert [one.path for one in recent].count(b"/lab/15") == 1
    session.forget_recent()
    assert later().recent() == []


@pytest.mark.parametrize("kept_text", ["{", "[1, 2]", '[{"other": 1}]', "null", '{"path": 1}'])
def test_what_another_version_or_hand_wrote_is_left_aside(kept: Path, qapp: QApplication, kept_text: str) -> None:
    settings = QSettings()
    for name in ("roots", "expanded", "last", "recent"):
        settings.setValue(f"kept/{name}", kept_text)
    session = later()
    assert (session.roots(), session.expanded(), session.last(), session.recent()) == ([], set(), None, [])


def test_odd_numbers_in_the_list_do_no_harm(kept: Path, qapp: QApplication) -> None:
    entry = {"path": "/a", "folder": True, "opened": "yesterday", "files": None}
    QSettings().setValue("kept/recent", json.dumps([entry]))
    recent = later().recent()
    assert [(one.path, one.opened, one.files) for one in recent] == [(b"/a", 0.0, 0)]
