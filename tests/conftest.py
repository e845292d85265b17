"""What all tests share."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of files written by real pypet versions, beside the checkout."""
    folder = Path(os.environ.get("PEXGUI_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the folder of shared fixtures is not there")
    return folder


@pytest.fixture(scope="session")
def oracle() -> Path:
    """The Python interpreter that has the real pypet, made by ``make oracle``."""
    python = Path(os.environ.get("PEXGUI_ORACLE", ROOT / ".oracle" / "bin" / "python"))
    if not python.exists():
        pytest.skip("the environment with the real pypet is not there; run make oracle")
    return python
