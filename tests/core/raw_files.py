"""Small HDF5 files made with h5py, for tests of how files are read."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py


def raw(path: Path) -> bytes:
    return os.fsencode(path)


def made(path: Path, fill: Callable[[h5py.File], Any] = lambda file: None, **options: Any) -> bytes:
    """A file that ``fill`` fills, in the format that PyTables writes unless ``options`` say otherwise."""
    with h5py.File(path, "w", **({"libver": ("earliest", "v110")} | options)) as file:
        fill(file)
    return raw(path)
