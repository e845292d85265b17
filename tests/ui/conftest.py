"""What tests of the window share: the look of the program, settings that are nobody's, a worker in place."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QApplication

from pexgui.ui import theme
from tests.ui.instruments import InlineWorker


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Never the arguments of the test run: Qt loads libraries that are named there."""
    return ["pexgui"]


@pytest.fixture(autouse=True)
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings that begin empty with every test and are never the person's own."""
    QCoreApplication.setOrganizationName("pexgui")
    QCoreApplication.setApplicationName("pexgui")
    folder = tmp_path_factory.mktemp("settings")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    yield folder
    QSettings().sync()


@pytest.fixture(autouse=True)
def gone(qapp: QApplication) -> Iterator[None]:
    """Windows of a test are gone when the next one begins: without an event loop nobody deletes them."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(scope="session")
def styled(qapp: QApplication) -> QApplication:
    theme.use("light")
    theme.apply(qapp)
    return qapp


@pytest.fixture
def dressed(styled: QApplication) -> Iterator[QApplication]:
    """The application as the program looks, in the light theme."""
    theme.use("light")
    yield styled
    theme.use("light")


@pytest.fixture
def answers() -> dict[str, Any]:
    """What operations answer where they are not the real ones."""
    return {}


@pytest.fixture
def worker(qapp: QApplication, answers: dict[str, Any]) -> Iterator[InlineWorker]:
    """A worker without thread and process, which answers through the event loop."""
    worker = InlineWorker(answers)
    yield worker
    worker.stop()
