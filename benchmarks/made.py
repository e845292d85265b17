"""Large files for benchmarks, made once and kept in ``build/bench``."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.builders import many_runs, wide_group

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "bench"
ORACLE = Path(os.environ.get("PEXGUI_ORACLE", ROOT / ".oracle" / "bin" / "python"))


def sweep_by_pypet(runs: int) -> Path:
    """A sweep with two scalar results per run, written by the real pypet."""
    return _kept(f"pypet_{runs}.hdf5", lambda path: pypet("write", path, str(runs)))


def another_by_pypet(runs: int) -> Path:
    """The same sweep written once more."""
    return _kept(f"pypet_{runs}_again.hdf5", lambda path: pypet("write", path, str(runs)))


def sweep(runs: int) -> Path:
    """A sweep with three scalar results per run, written by us."""
    return _kept(f"runs_{runs}.hdf5", lambda path: many_runs(path, runs, ("rate", "spikes", "energy")))


def wide(children: int) -> Path:
    """A group ``results.wide`` with many children."""
    return _kept(f"wide_{children}.hdf5", lambda path: wide_group(path, children))


def pypet(*arguments: object) -> str:
    """What the real pypet's interpreter prints for these arguments of its script."""
    script = Path(__file__).with_name("pypet_peer.py")
    command = [str(part) for part in (ORACLE, script, *arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def _kept(name: str, make: Callable[[Path], object]) -> Path:
    path = FOLDER / name
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"unfinished_{name}")
        make(unfinished)
        unfinished.replace(path)
    return path
