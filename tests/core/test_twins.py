"""What is proved to be the same from the bytes alone really is, and whatever is not known there is not proved."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from pexgui.core import NotReadable, files
from pexgui.core.nodes import listed
from pexgui.core.twins import Twins
from pexgui.core.twins_headers import Unknown
from pexgui.core.twins_image import Image
from tests.core.compared import grid, sweep
from tests.core.expected import fixture

RUNS = b"/sweep/results/runs"
LIBVER = ("earliest", "v110")


def places(path: Path, group: bytes = RUNS) -> dict[bytes, int]:
    with files.reading(os.fsencode(path)) as file:
        return {child.name: child.address for child in listed(files.open_path(file, group))}


def twins(a: Path, b: Path) -> Twins:
    return Twins(Image(a.read_bytes()), Image(b.read_bytes()))


def proved(a: Path, b: Path, group: bytes = RUNS) -> list[bytes]:
    """The children of a group that are proved to be the same in both files."""
    known, left, right = twins(a, b), places(a, group), places(b, group)
    return [name for name in left if name in right and known.leaves(left[name], right[name]) is not None]


def test_runs_with_the_same_leaves_are_proved_with_their_names_and_comments(tmp_path: Path) -> None:
    a, b = (sweep(tmp_path / f"{name}.hdf5", grid(5)) for name in "ab")
    assert len(proved(a, b)) == 5
    found = twins(a, b).leaves(places(a)[b"run_00000000"], places(b)[b"run_00000000"])
    assert found is not None
    assert {(leaf.path, leaf.comment) for leaf in found} == {((b"trace",), ""), ((b"z",), "A number")}


def test_runs_of_other_numbers_are_proved_too(tmp_path: Path) -> None:
    a, b = sweep(tmp_path / "a.hdf5", grid(3)), sweep(tmp_path / "b.hdf5", grid(3)[::-1], every_comment=True)
    assert twins(a, b).leaves(places(a)[b"run_00000000"], places(b)[b"run_00000002"]) is not None
    assert twins(a, b).leaves(places(a)[b"run_00000000"], places(b)[b"run_00000001"]) is None


Change = Callable[[Any], object]


def replaced(group: Any, **kwargs: Any) -> None:
    attributes = dict(group["z"].attrs)
    del group["z"]
    made = group.create_dataset("z", **kwargs)
    for name, value in attributes.items():
        made.attrs[name] = value


CHANGES: dict[str, Change] = {
    "a value": lambda run: run["z/z"].__setitem__((), 99.0),
    "one element": lambda run: run["trace/trace"].__setitem__(7, -1.0),
    "another name": lambda run: run.move("z", "y"),
    "another item": lambda run: run["z"].__setitem__("more", 1),
    "no leaf": lambda run: run.__delitem__("z"),
    "an empty group": lambda run: run.create_group("empty"),
    "a comment": lambda run: run["z"].attrs.__setitem__("SRVC_INIT_COMMENT", np.bytes_(b"Other")),
    "an annotation": lambda run: run["z"].attrs.__setitem__("SRVC_AN_unit", np.bytes_(b"mV")),
    "another type": lambda run: replaced(run["z"], data=np.float32(1)),
    "another shape": lambda run: (
        replaced(run["trace"], data=np.zeros((4, 5)))
        if "z" in run["trace"]
        else replaced(run["z"], data=np.zeros((1, 1)))
    ),
    "a soft link": lambda run: run.__setitem__("link", h5py.SoftLink("/sweep/results")),
    "an external link": lambda run: run.__setitem__("link", h5py.ExternalLink("/etc/passwd", "/")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_any_change_of_a_run_is_noticed_and_the_other_runs_stay_proved(tmp_path: Path, what: str) -> None:
    a = sweep(tmp_path / "a.hdf5", grid(3))
    b = tmp_path / "b.hdf5"
    shutil.copy(a, b)
    with h5py.File(b, "r+", libver=LIBVER) as file:
        CHANGES[what](file["sweep/results/runs/run_00000001"])
    assert proved(a, b) == [b"run_00000000", b"run_00000002"]


UNKNOWN: dict[str, Change] = {
    "text of any length": lambda run: run["z"].create_dataset("odd", data="text"),
    "an attribute of any length": lambda run: run["z"].attrs.__setitem__("odd", "text"),
    "a reference": lambda run: run["z"].create_dataset("odd", data=run.ref, dtype=h5py.ref_dtype),
    "data outside": lambda run: run["z"].create_dataset("odd", (4,), "f8", external=[("outside", 0, 32)]),
    "a compact layout": lambda run: compact(run["z"]),
    "another link": lambda run: run["z"].__setitem__("odd", h5py.SoftLink("nowhere")),
}


def compact(group: Any) -> None:
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    h5py.h5d.create(group.id, b"odd", h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((4,)), plist)


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_the_bytes_alone_do_not_say_is_never_proved(tmp_path: Path, what: str) -> None:
    path = sweep(tmp_path / "a.hdf5", grid(2))
    with h5py.File(path, "r+", libver=LIBVER) as file:
        UNKNOWN[what](file["sweep/results/runs/run_00000000"])
    assert proved(path, path) == [b"run_00000001"]


def test_only_what_is_called_title_is_passed_over(tmp_path: Path) -> None:
    """Where one object has a title, another may have an attribute of its own that takes as many bytes."""
    a, b = sweep(tmp_path / "a.hdf5", grid(3)), tmp_path / "b.hdf5"
    content = bytearray(a.read_bytes())
    place = content.index(b"TITLE\0", places(a, RUNS + b"/run_00000001")[b"z"])
    content[place] = ord("X")
    b.write_bytes(content)
    assert proved(a, b) == [b"run_00000000", b"run_00000002"]
    assert proved(b, b) == [b"run_00000000", b"run_00000001", b"run_00000002"]


def test_only_attributes_make_a_leaf_and_its_comment(tmp_path: Path) -> None:
    """Their names may also stand in the value of another one."""
    path = sweep(tmp_path / "a.hdf5", grid(2))
    with h5py.File(path, "r+", libver=LIBVER) as file:
        run = file["sweep/results/runs/run_00000000"]
        run.attrs["SRVC_AN_note"] = np.bytes_(b"SRVC_LEAF\0SRVC_INIT_COMMENT\0............................")
        run["trace"].attrs["SRVC_AN_note"] = np.bytes_(b"SRVC_INIT_COMMENT\0\0\0\0\0\0\0....................")
    place = places(path)[b"run_00000000"]
    found = twins(path, path).leaves(place, place)
    assert found is not None
    assert {(leaf.path, leaf.comment) for leaf in found} == {((b"trace",), ""), ((b"z",), "A number")}


def test_newer_layouts_are_not_known(tmp_path: Path) -> None:
    path = tmp_path / "new.hdf5"
    with h5py.File(path, "w", libver="latest") as file:
        file["a/b"] = 1
    with pytest.raises(Unknown):
        Image(path.read_bytes())
    with pytest.raises(Unknown):
        Image(b"no HDF5 at all" * 10)


def test_compressed_tables_are_proved_and_their_changes_noticed(tmp_path: Path) -> None:
    a, b = sweep(tmp_path / "a.hdf5", grid(50)), sweep(tmp_path / "b.hdf5", [*grid(49), (0.0, 77)])
    group = b"/sweep/parameters"
    assert set(proved(a, b, group)) == {b"fixed", b"group"} - {b"group"}
    assert set(proved(a, a, group)) == {b"fixed", b"group", b"seed"}


def contents(path: Path, group: str) -> Any:
    """All of a group as HDF5 tells it, and what it cannot tell as None."""
    try:
        with h5py.File(path, "r", locking=False) as file:
            found: dict[str, Any] = {}

            def note(name: str, node: Any) -> None:
                value = node[()].tobytes() if isinstance(node, h5py.Dataset) else None
                told = {k: np.asarray(v).tobytes() for k, v in node.attrs.items() if k != "TITLE"}
                found[name] = (value, told)

            file[group].visititems(note)
            return found
    except Exception:
        return None


@pytest.mark.parametrize("seed", range(6))
def test_damage_never_makes_different_things_the_same(tmp_path: Path, seed: int) -> None:
    """Random bytes are changed; what is proved to be the same all the same, HDF5 reads as the same, if it reads it."""
    a = sweep(tmp_path / "a.hdf5", grid(2))
    content, chance = a.read_bytes(), random.Random(seed)
    left = places(a)
    for number in range(60):
        damaged = bytearray(content)
        for _ in range(chance.choice([1, 1, 8])):
            damaged[chance.randrange(96, len(damaged))] = chance.randrange(256)
        b = tmp_path / f"b{number}.hdf5"
        b.write_bytes(damaged)
        try:
            right = places(b)
        except NotReadable:
            continue
        for name, address in left.items():
            if name in right and twins(a, b).leaves(address, right[name]) is not None:
                path = f"sweep/results/runs/{name.decode()}"
                assert contents(b, path) in (None, contents(a, path)), (seed, number, name)


@pytest.mark.parametrize("name", ["01_simple.hdf5", "02_result_types.hdf5", "03_parameter_types.hdf5"])
def test_real_files_are_proved_for_the_most_part(shared: Path, name: str) -> None:
    path = fixture(shared, name)
    with files.reading(os.fsencode(path)) as file:
        known = Twins(Image(path.read_bytes()), Image(path.read_bytes()))
        visits = [visit for visit in files.walk(file.root) if visit.kind is files.VisitKind.DATASET]
        proved = [visit for visit in visits if known.leaves(visit.address, visit.address) is not None]
        assert len(proved) > 0.6 * len(visits)
