"""The wheel, the pinned versions and the set-up: what somebody gets who is not working in this checkout."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pexgui import resources

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ("constraints.txt", "oracle-constraints.txt")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` of a fresh environment with the wheel, not editable, beside the libraries of this one."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "-q", "--python", python, "install", "--no-deps", "--no-index", wheel]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    # A line of a .pth file adds the folder, but not the editable pexgui that the .pth files in it add.
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def output(command: list[str | Path], folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def below(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_wheel_holds_the_package_the_resources_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {"pexgui", names[-1].split("/")[0]}
    assert not [name for name in names if "test" in name or name.endswith(".pyc")]
    for name in below(ROOT / "resources"):
        assert f"pexgui/resources/{name}" in names


def test_an_installed_pexgui_finds_its_icons_through_the_same_function_as_a_checkout(
    installed: Path, tmp_path: Path
) -> None:
    code = "from pexgui import resources; print(resources.folder(), resources.desktop_entry(), sep='\\n')"
    folder, entry = map(Path, output([installed / "python", "-c", code], tmp_path).splitlines())
    assert folder.is_relative_to(installed.parent)
    assert not (folder.parent / "tests").exists()
    found = below(folder)
    assert entry.read_bytes() == found.pop("pexgui.desktop") == resources.desktop_entry().read_bytes()
    assert found == below(resources.folder())


def test_an_installed_pexgui_draws_every_icon_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    code = (
        "from PySide6.QtWidgets import QApplication; application = QApplication([]);"
        "from pexgui.ui import icons, theme; theme.apply(application);"
        "print(*[name for name in icons.names() if not icons.icon(name).pixmap(16, 16).isNull()])"
    )
    expected = sorted(file.stem for file in (ROOT / "resources" / "icons").glob("*.svg"))
    assert output([installed / "python", "-c", code], tmp_path).split() == expected


def test_an_installed_pexgui_starts_and_puts_itself_into_the_menu(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert output([installed / "pexgui", "--version"], tmp_path).startswith("pexgui ")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    output([installed / "pexgui", "--install-desktop"], tmp_path)
    entry = (tmp_path / "data" / "applications" / "pexgui.desktop").read_text("utf-8")
    assert f'Exec="{installed / "pexgui"}" %F' in entry.splitlines()
    assert (tmp_path / "data" / "icons" / "hicolor" / "scalable" / "apps" / "pexgui.svg").exists()


def pins(name: str) -> dict[str, str]:
    lines = [line for line in (ROOT / "packaging" / name).read_text().splitlines() if not line.startswith("#")]
    return {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in lines}


def needed(name: str, extra: str = "") -> set[str]:
    """``name`` and everything it needs here, by way of everything it needs."""
    found: set[str] = set()
    asked = [(name, extra)]
    while asked:
        name, extra = asked.pop()
        found.add(canonicalize_name(name))
        for line in distribution(name).requires or []:
            wanted = Requirement(line)
            if not wanted.marker or wanted.marker.evaluate({"extra": extra}):
                asked += [
                    (wanted.name, other)
                    for other in wanted.extras or {""}
                    if canonicalize_name(wanted.name) not in found
                ]
    return found


def test_every_package_that_pexgui_needs_is_pinned_to_the_version_that_is_tested_here() -> None:
    pinned = pins("constraints.txt")
    here = {name: distribution(name).version for name in needed("pexgui", "dev") - {"pexgui"}}
    assert {name: pinned.get(name) for name in here} == here


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_pinned_versions_name_no_place_to_download_from(name: str) -> None:
    lines = (ROOT / "packaging" / name).read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"#.*|[A-Za-z0-9_.-]+==[0-9][0-9A-Za-z.]*", line)] == []
    assert "://" not in "".join(lines)


def test_pyside_stays_below_the_version_that_ends_python_3_11() -> None:
    major, minor = pins("constraints.txt")["pyside6-essentials"].split(".")[:2]
    assert (int(major), int(minor)) < (6, 12)


def lacking(tmp_path: Path, needs: str) -> "subprocess.CompletedProcess[str]":
    """Set-up in a copy whose system packages are ``needs``, on a machine where nothing may be installed."""
    shutil.copytree(ROOT / "packaging", tmp_path / "packaging")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "packaging" / "linux" / "system.txt").write_text(needs)
    return subprocess.run(
        [sys.executable, tmp_path / "packaging" / "prepare.py", "run"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_without_qts_libraries_and_the_right_to_install_set_up_prints_the_one_line_to_run(tmp_path: Path) -> None:
    done = lacking(tmp_path, "run library libc.so.6 libc6\nrun library libpexgui-nowhere.so.1 pexgui-nowhere1\n")
    assert done.returncode == 1
    assert "    sudo apt-get install pexgui-nowhere1\n" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_everything_qt_needs_from_the_system_is_in_the_list_of_set_up() -> None:
    pyside = Path(distribution("PySide6-Essentials").locate_file("PySide6"))  # type: ignore[arg-type]
    listed = {
        line.split()[2] for line in (ROOT / "packaging/linux/system.txt").read_text().splitlines() if "library" in line
    }
    basic = re.compile(
        r"lib(c|m|dl|rt|pthread|resolv|gcc_s|stdc\+\+)\.so|ld-linux|lib(icu\w+|Qt6\w+|shiboken6|pyside6)\."
    )
    used = [pyside / f"Qt{part}.abi3.so" for part in ("Core", "Gui", "Widgets", "Network", "Svg")]
    libraries = pyside / "Qt" / "lib"
    used += [
        libraries / f"libQt6{part}.so.6" for part in ("Core", "Gui", "Widgets", "Network", "Svg", "DBus", "XcbQpa")
    ]
    used += [pyside / "Qt" / "plugins" / "platforms" / f"libq{name}.so" for name in ("xcb", "offscreen", "wayland")]
    for file in used:
        missing = set(linked(file)) - listed
        assert {name for name in missing if not basic.match(name)} == set(), file.name


def linked(file: Path) -> list[str]:
    """The libraries that an ELF file names."""
    reader = shutil.which("objdump")
    if not reader:
        pytest.skip("objdump is not installed")
    done = subprocess.run([reader, "-p", file], check=True, capture_output=True, text=True)
    return re.findall(r"NEEDED\s+(\S+)", done.stdout)


# --- what CI relies on


@pytest.mark.parametrize(
    ("required", "there", "status"),
    [(False, False, 0), (True, False, 1), (True, True, 0)],
    ids=["elsewhere they are skipped", "in CI they have to run", "in CI they run"],
)
def test_a_run_that_leaves_out_the_shared_fixtures_fails_where_they_are_required(
    tmp_path: Path, required: bool, there: bool, status: int
) -> None:
    (tmp_path / "test_over_them.py").write_text("def test_over_them(shared): pass\ndef test_other(): pass\n")
    environment = os.environ | {"PEXGUI_SHARED": str(tmp_path if there else tmp_path / "nowhere")}
    environment |= {"PEXGUI_REQUIRE_SHARED": "1" if required else ""}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "--rootdir", tmp_path, tmp_path]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == status, done.stdout + done.stderr


def test_a_skip_in_the_middle_of_a_required_run_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "test_over_them.py").write_text(
        "import pytest\n"
        "def test_one(shared): pass\n"
        "def test_two(shared): pytest.skip('no time')\n"
        "@pytest.mark.parametrize('file', [])\n"
        "def test_three(shared, file): pass\n"
        "@pytest.mark.desktop\n"
        "def test_four(): pytest.skip('no screen')\n"
    )
    environment = os.environ | {"PEXGUI_SHARED": str(tmp_path), "PEXGUI_REQUIRE_SHARED": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "--rootdir", tmp_path, tmp_path]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "test_two was skipped, and it is required here." in done.stdout
    assert "test_four was skipped, and it is required here." in done.stdout
    assert "test_three[NOTSET] was skipped" in done.stdout or "test_three[file0] was skipped" in done.stdout


def test_what_ci_runs_is_sound_bash_that_stops_at_the_first_failure() -> None:
    script = ROOT / ".ci" / "run"
    subprocess.run(["bash", "-n", script], check=True)
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text().splitlines()
