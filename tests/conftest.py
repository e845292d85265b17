"""What all tests share: where real files and real pypet are, and a home folder that is not the person's own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
REQUIRED = bool(os.environ.get("PEXGUI_REQUIRE_SHARED"))
SHARED_IS_MISSING = "the folder of shared fixtures is not there"
ORACLE_IS_MISSING = "the environment with the real pypet is not there; run make oracle"

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings, data and sockets of the tests go to a folder of their own, in this process and in its children."""
    folder = tmp_path_factory.mktemp("home")
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = str(folder / name.lower())
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of files written by real pypet versions, beside the checkout."""
    folder = Path(os.environ.get("PEXGUI_SHARED", ROOT.parent / "shared"))
    return folder if folder.is_dir() else missing(SHARED_IS_MISSING)


@pytest.fixture(scope="session")
def oracle() -> Path:
    """The Python interpreter that has the real pypet, made by ``make oracle``."""
    python = Path(os.environ.get("PEXGUI_ORACLE", ROOT / ".oracle" / "bin" / "python"))
    return python if python.exists() else missing(ORACLE_IS_MISSING)


class Corpus(NamedTuple):
    """Hostile and broken files. Each of ``entries`` says what is expected of its ``file`` in ``folder``; code that
    runs although it must not leaves a file in ``markers``."""

    folder: Path
    markers: Path
    entries: list[dict[str, Any]]

    def files(self) -> dict[bytes, dict[str, Any]]:
        """The entries that are one file (or pipe, or folder) each, by path."""
        single = [entry for entry in self.entries if not entry["file"].endswith("/") and "(" not in entry["file"]]
        return {os.fsencode(self.folder / entry["file"]): entry for entry in single}


@pytest.fixture(scope="session")
def corpus(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """The hostile files, made anew. The folder holds pipes: it is not to be copied or searched."""
    folder, markers = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("markers")
    subprocess.run(
        [sys.executable, shared / "hostile" / "make_hostile.py", folder],
        env={**os.environ, "PEX_MARKER_DIR": str(markers)},
        check=True,
        capture_output=True,
    )
    assert not list(markers.iterdir())
    yield Corpus(folder, markers, json.loads((folder / "manifest.json").read_text()))
    shutil.rmtree(folder)


def missing(reason: str) -> Path:
    if REQUIRED:
        pytest.fail(f"{reason} (and PEXGUI_REQUIRE_SHARED is set)")
    pytest.skip(reason)


class Required:
    """Where the shared files are required (in CI), a run without the tests over them or on a screen has failed."""

    def __init__(self) -> None:
        self.over_shared: set[str] = set()
        self.passed: set[str] = set()
        self.skipped: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.over_shared = {item.nodeid for item in items if "shared" in getattr(item, "fixturenames", ())}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        needed = report.nodeid in self.over_shared or "desktop" in report.keywords
        if report.skipped and (needed or "shared" in str(report.longrepr)):
            self.skipped.append(report.nodeid)
        elif report.when == "call" and report.passed and report.nodeid in self.over_shared:
            self.passed.add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.skipped or not self.passed:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.passed:
            terminalreporter.write_line("No test over the shared fixtures ran, and they are required here.", red=True)
        for name in self.skipped:
            terminalreporter.write_line(f"{name} was skipped, and it is required here.", red=True)


def pytest_configure(config: pytest.Config) -> None:
    if REQUIRED:
        config.pluginmanager.register(Required(), "required")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--everything", action="store_true", help="run the long campaigns whole, not only their share")
