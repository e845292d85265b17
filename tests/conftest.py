"""What all tests share: where real files and real pypet are, and a home folder that is not the person's own."""

import os
from pathlib import Path

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


def missing(reason: str) -> Path:
    if REQUIRED:
        pytest.fail(f"{reason} (and PEXGUI_REQUIRE_SHARED is set)")
    pytest.skip(reason)


class Required:
    """Where the shared files are required (in CI), a run that left out the tests over them has failed."""

    def __init__(self) -> None:
        self.over_shared: set[str] = set()
        self.passed: set[str] = set()
        self.skipped: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.over_shared = {item.nodeid for item in items if "shared" in getattr(item, "fixturenames", ())}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and (report.nodeid in self.over_shared or "shared" in str(report.longrepr)):
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
