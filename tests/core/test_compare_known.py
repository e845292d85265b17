"""Values of parameters that are described alike are read as any other."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pexgui.core import files, parameters
from pexgui.core.compare_known import KnownValues, description
from pexgui.core.twins_image import Image, image_of
from pexgui.core.writer import TrajectoryWriter

from .compared import grid, sweep

VALUES: list[Any] = [1.5, -2.5, 3, 4, "one", "two", "three", True, [1, 2], (1.0, 2.0), np.float32(1), 1 + 2j, b"raw"]


def many(trajectory: TrajectoryWriter) -> None:
    for number, value in enumerate(VALUES):
        trajectory.parameter(f"many.p{number:02d}", value)


def image(file: files.OpenFile) -> Image:
    found = image_of(file.image())
    assert found is not None
    return found


def leaf(file: files.OpenFile, name: str) -> Any:
    return files.open_path(file, b"/sweep/parameters/" + name.replace(".", "/").encode())


def item(file: files.OpenFile, name: str) -> Any:
    node = leaf(file, name)
    return parameters.value_item(node, files.names(node))


@pytest.fixture
def path(tmp_path: Path) -> bytes:
    return os.fsencode(sweep(tmp_path / "a.hdf5", grid(2), many))


def test_values_are_those_that_reading_in_full_gives(path: bytes) -> None:
    with files.reading(path, whole=True) as file:
        known = KnownValues(image(file), "utf-8")
        for _ in range(2):
            for number in range(len(VALUES)):
                one = item(file, f"many.p{number:02d}")
                quick, full = known.value_of(one), parameters.value_of(one)
                assert type(quick) is type(full)
                assert repr(quick) == repr(full)


def test_without_an_image_everything_is_read_in_full(path: bytes) -> None:
    with files.reading(path) as file:
        assert file.image() is None
        assert KnownValues(None, "utf-8").value_of(item(file, "many.p01")) == -2.5


def test_datasets_are_described_alike_only_with_the_same_type_and_attributes(path: bytes) -> None:
    with files.reading(path, whole=True) as file:
        told = [description(image(file), files.address(item(file, f"many.p{n:02d}").node)) for n in (0, 1, 2, 3)]
    assert None not in told
    assert told[0] == told[1]
    assert told[2] == told[3]
    assert told[0] != told[2]


def test_an_unknown_place_has_no_description(path: bytes) -> None:
    with files.reading(path, whole=True) as file:
        content = image(file).content
        assert description(image(file), 0) is None
        assert description(image(file), len(content)) is None
