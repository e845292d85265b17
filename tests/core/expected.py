"""What the sidecars of the shared fixtures say that pypet itself reads from each file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SETS = ("pypet-0.6.1", "pypet-0.7.0", "older")
SIDECAR = ".EXPECTED.json"

UNDECODABLE = ("pypet-0.6.1", "17_comp_lzo.hdf5")
"""All tables of this file are in a codec that is not available; only its structure can be read."""

UNLISTED = {"41_superblock_offset.hdf5": ["Small"], "41_valid_wrong_extension.dat": ["Small"]}
"""Files in which pypet finds nothing, because of where the content begins or how they are called."""

UNNOTED = {"42_no_explorations.hdf5": ["parameters.x"]}
"""Files in which pypet does not know what is explored, though the ranges are there."""


def explored(file: Path, known: dict[str, Any]) -> list[str]:
    """The explored parameters of a trajectory, sorted."""
    return UNNOTED.get(file.name) or sorted(known["explored_parameters"])


def names(file: Path, known: dict[str, Any]) -> list[str]:
    """The trajectories that are really in a file."""
    if "canary" in known:
        return ["Small"]
    return UNLISTED.get(file.name) or [trajectory["name"] for trajectory in known["trajectories"]]


def fixtures(shared: Path, pattern: str = "*") -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every file of every set with what is expected of it."""
    found = 0
    for name in SETS:
        for sidecar in sorted((shared / "fixtures" / name).glob(pattern + SIDECAR)):
            found += 1
            yield sidecar.with_name(sidecar.name.removesuffix(SIDECAR)), json.loads(sidecar.read_text())
    assert found, f"no fixture is called {pattern}"


def trajectories(shared: Path, pattern: str = "*") -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every trajectory that pypet can load, with what is expected of it."""
    for file, known in fixtures(shared, pattern):
        for trajectory in known["trajectories"]:
            if "pypet_cannot_load" not in trajectory and is_decodable(file):
                yield file, trajectory


def is_decodable(file: Path) -> bool:
    return (file.parent.name, file.name) != UNDECODABLE


def fixture(shared: Path, name: str, version: str = "pypet-0.6.1") -> Path:
    """One file of a set."""
    found = shared / "fixtures" / version / name
    assert found.exists()
    return found
