"""The rules of the house, read from the source itself."""

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest

from pexgui.core import OPERATIONS, Operation, Progress

PACKAGE = Path(__file__).resolve().parent.parent / "pexgui"
MODULES = {str(file.relative_to(PACKAGE)): ast.parse(file.read_bytes()) for file in sorted(PACKAGE.rglob("*.py"))}
CORE = {name: tree for name, tree in MODULES.items() if name.startswith("core/")}
UI = {name: tree for name, tree in MODULES.items() if name.startswith("ui/")}
WINDOWLESS = CORE | {name: MODULES[name] for name in ("cli.py",) if name in MODULES}
QT = {"PySide6", "shiboken6", "pyqtgraph"}
OPENERS = {"h5py.File", "tables.open_file", "h5f.open", "h5f.create", "h5py.h5f.open", "h5py.h5f.create"}


def imported(tree: ast.AST, package: str) -> Iterator[str]:
    """Every module imported anywhere in ``tree``, by its full name; of ``from a import b`` both a and a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def package_of(name: str) -> str:
    return ".".join(["pexgui", *Path(name).parent.parts])


def imports(modules: dict[str, ast.Module]) -> Iterator[tuple[str, str]]:
    for name, tree in modules.items():
        for module in imported(tree, package_of(name)):
            yield name, module


def calls(modules: dict[str, ast.Module]) -> Iterator[tuple[str, str]]:
    """Every call, as (file, dotted name of what is called)."""
    for name, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield name, ast.unparse(node.func)


def literals(tree: ast.AST) -> set[str | bytes]:
    """The texts in ``tree`` that are no docstrings."""
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and id(node) not in documentation
    }


def test_core_knows_neither_qt_nor_the_window() -> None:
    found = [(name, module) for name, module in imports(WINDOWLESS) if module.split(".")[0] in QT]
    found += [(name, module) for name, module in imports(WINDOWLESS) if module.startswith("pexgui.ui")]
    assert found == []


def test_core_prints_nothing() -> None:
    assert [found for found in calls(CORE) if found[1] in ("print", "sys.stdout.write", "sys.stderr.write")] == []


def test_the_window_imports_nothing_that_opens_or_unpickles() -> None:
    forbidden = {"h5py", "hdf5plugin", "tables", "pickle", "pandas", "shelve", "marshal"}
    assert [found for found in imports(UI) if found[1].split(".")[0] in forbidden] == []


def test_the_window_opens_no_file() -> None:
    openers = ("open", "io.open", "os.open", "QFile", "np.load", "np.fromfile", "np.memmap")
    openings = [found for found in calls(UI) if found[1] in openers or found[1].endswith((".open_file", "Path.open"))]
    assert openings == []


def test_the_window_takes_from_core_only_its_face() -> None:
    modules = {f"pexgui.core.{file.stem}" for file in (PACKAGE / "core").glob("*.py")} - {"pexgui.core.text"}
    assert [found for found in imports(UI) if found[1] in modules] == []


def test_files_are_opened_in_one_place_only() -> None:
    places = {name for name, called in calls(MODULES) if called in OPENERS}
    assert places == {"core/files.py"}


def test_nothing_is_unpickled_by_python_itself() -> None:
    picklers = {"pickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
    loaded = [entry for entry in imports(MODULES) if entry[1].split(".")[0] in picklers and entry[1] != "pickle"]
    used = {
        (name, node.attr)
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("pickle", "pd", "pandas", "np", "numpy")
    }
    unpicklers = {"load", "loads", "Unpickler", "read_pickle"}
    assert loaded == []
    assert {entry for entry in used if entry[1] in unpicklers} == set()
    assert {name for name, attribute in used if attribute == "_Unpickler"} <= {"core/pickle_machine.py"}


def test_the_names_pypet_writes_are_literals_only_in_layout() -> None:
    names = {name for name in literals(MODULES["core/layout.py"]) if is_telling(name)}
    assert names, "layout.py has the names"
    found = {(name, word) for name, tree in CORE.items() for word in literals(tree) & names if name != "core/layout.py"}
    assert found == set()


def is_telling(name: str | bytes) -> bool:
    """Whether a literal can only be a name that pypet writes: ``SRVC_STORE`` can, ``data`` or ``run_name`` cannot."""
    text = name.decode() if isinstance(name, bytes) else name
    return len(text) >= 8 and "_" in text and text.isidentifier() and (isinstance(name, bytes) or text.isupper())


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))
def test_every_operation_takes_a_request_and_progress_and_gives_its_result(
    operation: "Operation[object, object]",
) -> None:
    function = getattr(import_module(operation.module), operation.name)
    asked, progress = inspect.signature(function).parameters
    hints = get_type_hints(function)
    assert progress == "progress"
    assert (hints[asked], hints[progress], hints["return"]) == (operation.request, Progress, operation.result)


def test_nothing_sleeps_and_nothing_turns_the_event_loop_by_hand() -> None:
    loops = ("time.sleep", "sleep", "QThread.sleep", "QThread.msleep", "exec", "eval")
    found = [
        (name, called)
        for name, called in calls(MODULES)
        if called in loops or called.endswith((".processEvents", ".exec", ".exec_", ".msleep"))
    ]
    assert {called for name, called in found if name == "app.py"} <= {"app.exec"}
    assert [entry for entry in found if entry[0] != "app.py"] == []


STARTED = """
import sys
from PySide6.QtCore import QTimer
from pexgui import app
from pexgui.ui.program import Program

opened = Program.open
def open_and_leave(program, *arguments):
    opened(program, *arguments)
    assert program.window.isVisible()
    QTimer.singleShot(0, program.leave)

Program.open = open_and_leave
status = app.main(["--new-window"])
print(status, *sorted(name for name in sys.modules if "." not in name))
"""


def test_starting_imports_neither_pandas_nor_pyqtgraph_nor_h5py() -> None:
    done = subprocess.run([sys.executable, "-c", STARTED], capture_output=True, text=True, timeout=120)
    status, *loaded = done.stdout.split() or ["nothing"]
    assert status == "0", done.stderr
    assert "PySide6" in loaded
    assert {"pandas", "pyqtgraph", "h5py", "hdf5plugin", "tables", "scipy"} & set(loaded) == set()
