"""What stories share: a person before a window, real files to look at, and proof that looking leaves no trace."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pexgui.core.host import Engine
from tests.stories.person import Person
from tests.ui.conftest import dressed, gone, kept, qapp_args, styled

__all__ = ["dressed", "gone", "kept", "qapp_args", "styled"]


@pytest.fixture
def arrives(dressed: QApplication, qtbot: QtBot) -> Iterator[Callable[..., Person]]:
    """Somebody sits down before a new window; ``deadline`` seconds without a sign of life end an engine."""
    people: list[Person] = []

    def arrives(deadline: float = 10.0, engines: list[Engine] | None = None) -> Person:
        people.append(Person(qtbot, deadline, engines))
        return people[-1]

    yield arrives
    for person in people:
        person.leave()


@pytest.fixture
def person(arrives: Callable[..., Person]) -> Person:
    return arrives()


@pytest.fixture(scope="session")
def library(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of all files of pypet 0.6.1; at the end of the session each must be as it was at the beginning."""
    folder = tmp_path_factory.mktemp("library")
    for file in sorted((shared / "fixtures" / "pypet-0.6.1").iterdir()):
        if file.suffix in (".hdf5", ".h5", ".dat"):
            shutil.copy(file, folder / file.name)
            (folder / file.name).chmod(0o644)
    before = traces(folder)
    yield folder
    assert traces(folder) == before


@pytest.fixture(scope="session", autouse=True)
def originals(request: pytest.FixtureRequest) -> Iterator[None]:
    """The shared files themselves are looked at too, and stay as they are."""
    folder = Path(os.environ.get("PEXGUI_SHARED", Path(__file__).parents[3] / "shared")) / "fixtures"
    before = traces(folder)
    yield
    assert traces(folder) == before


def traces(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Of every file below ``folder``: a digest of its content, its time of change, its permissions."""
    found = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            status = file.stat()
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            found[str(file.relative_to(folder))] = (digest, status.st_mtime_ns, status.st_mode)
    return found
