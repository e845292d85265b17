"""Where the bytes are: nothing counted twice, nothing invented."""

import os
import shutil
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from pexgui.core import Cancelled, NotReadable, Storage, TrajectoryRequest, measure_storage, silent
from pexgui.core import storage as storage_module
from pexgui.core.model import StoragePart
from pexgui.core.weights import heaps_size, weight_of
from tests.builders import many_runs, several_trajectories, small_trajectory
from tests.core.expected import fixture, trajectories


def storage(file: Path, trajectory: str) -> Storage:
    return measure_storage(TrajectoryRequest(os.fsencode(file), b"/" + trajectory.encode()))


def parts(found: Storage) -> dict[str, StoragePart]:
    return {part.name: part for part in found.parts}


def total(found: Storage) -> int:
    return sum(part.data + part.overhead for part in found.parts)


def test_parts_holes_and_the_rest_add_up_to_the_size_of_every_fixture(shared: Path) -> None:
    for file, known in trajectories(shared):
        path = known["name"] if file.name != "42_renamed_group.hdf5" else "Renamed"
        found = storage(file, path)
        assert found.size == file.stat().st_size
        assert total(found) + found.free + found.other == found.size, file
        assert found.free >= 0
        assert found.other >= 0


def test_a_file_written_in_one_go_has_next_to_no_holes(tmp_path: Path) -> None:
    found = storage(many_runs(tmp_path / "a.hdf5", 200), "many")
    assert found.free <= 0.01 * found.size
    assert found.other < 5000


def test_the_data_of_a_part_are_exactly_the_bytes_of_its_values(tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    with h5py.File(file, "w", libver="earliest") as made:
        made.create_dataset("T/results/x/x", data=np.arange(1000.0))
        made.create_dataset("T/results/y/y", data=np.float32(1))
        made.create_dataset("T/parameters/p/data", data=np.arange(10, dtype="i2"))
        made.create_dataset("beside", data=np.zeros(500))
    found = parts(storage(file, "T"))
    assert found["results"].data == 8004
    assert found["results"].objects == 5
    assert found["parameters"].data == 20
    assert set(found) == {"results", "parameters"}
    assert storage(file, "T").other > 4000


def test_the_unused_rest_of_a_chunk_is_overhead_and_not_data(tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    with h5py.File(file, "w", libver="earliest") as made:
        made.create_dataset("T/results/x/x", data=np.zeros(1), chunks=(8192,), maxshape=(None,))
    found = parts(storage(file, "T"))["results"]
    assert found.data == 8
    assert found.overhead > 8 * 8191


def test_space_of_deleted_data_is_free(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as opened:
        opened["small/results/bulk"] = np.zeros(100_000)
        opened["small/results/last"] = np.zeros(10)
    before = storage(file, "small")
    with h5py.File(file, "r+") as opened:
        del opened["small/results/bulk"]
    after = storage(file, "small")
    assert after.size == before.size
    assert after.free - before.free == pytest.approx(800_000, abs=1000)
    assert parts(before)["results"].data - parts(after)["results"].data == 800_000


def test_an_object_with_two_names_is_counted_once(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    before = storage(file, "small")
    with h5py.File(file, "r+") as opened:
        opened["small/results/again"] = opened["small/results/runs/run_00000000/trace"]
        opened["small/results/circle"] = opened["small/results"]
    after = storage(file, "small")
    assert parts(after)["results"].data == parts(before)["results"].data
    assert parts(after)["results"].objects == parts(before)["results"].objects


def test_other_trajectories_of_the_file_are_other_and_not_free(tmp_path: Path) -> None:
    file = several_trajectories(tmp_path / "a.hdf5", ("first", "second"))
    first, second = storage(file, "first"), storage(file, "second")
    assert first.free == second.free
    assert first.other == pytest.approx(total(second), abs=5000)


def test_data_outside_of_the_file_take_no_space_in_it(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    (tmp_path / "raw").write_bytes(bytes(8000))
    before = storage(file, "small")
    with h5py.File(file, "r+") as opened:
        opened.create_dataset("small/results/out/out", (1000,), "f8", external=[(str(tmp_path / "raw"), 0, 8000)])
    assert parts(storage(file, "small"))["results"].data == parts(before)["results"].data


def test_heaps_of_variable_length_data_are_not_taken_for_holes(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    before = storage(file, "small")
    with h5py.File(file, "r+") as opened:
        opened["small/results/words"] = np.array(["x" * 1000] * 50, dtype=object)
    after = storage(file, "small")
    assert after.size - before.size > 50_000
    assert after.free - before.free < 5_000
    assert heaps_size(os.fsencode(file)) > 50_000


def test_a_heap_on_the_border_of_two_pieces_is_found(tmp_path: Path) -> None:
    heap = b"GCOL\x01\0\0\0" + (4096).to_bytes(8, "little") + bytes(4080)
    for start in ((1 << 20) - 20, (1 << 20) - 10, (1 << 20) - 1, 1 << 20):
        file = tmp_path / "raw"
        file.write_bytes(bytes(start) + heap + bytes(100))
        assert heaps_size(os.fsencode(file)) == 4096


def test_what_only_looks_like_a_heap_is_not_counted(tmp_path: Path) -> None:
    file = tmp_path / "raw"
    file.write_bytes(bytes(10) + b"GCOL\x01\0\0\0" + (10**12).to_bytes(8, "little") + b"GCOL\x01\0\0\0" + bytes(8))
    assert heaps_size(os.fsencode(file)) == 0


def test_measuring_reports_on_the_way_and_stops_when_told(tmp_path: Path) -> None:
    file = many_runs(tmp_path / "a.hdf5", 400)
    reports: list[int] = []

    def stop(what: str, done: int, total: int) -> None:
        assert "a.hdf5" in what
        reports.append(done)
        if len(reports) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        measure_storage(TrajectoryRequest(os.fsencode(file), b"/many"), stop)
    assert reports[0] == 0
    assert reports[2] > reports[1] > 0


def test_where_a_part_cannot_be_read_nothing_is_called_free(shared: Path, tmp_path: Path) -> None:
    file = tmp_path / "damaged.hdf5"
    shutil.copy(fixture(shared, "24_fragmented.hdf5"), file)
    file.chmod(0o644)
    with h5py.File(file, locking=False) as opened:
        name = next(name for name, node in opened["Fragmented/results"].items() if isinstance(node, h5py.Group))
        place = h5py.h5o.get_info(opened[f"Fragmented/results/{name}"].id).addr
    with file.open("r+b") as raw:
        raw.seek(place)
        raw.write(b"\xff" * 16)
    found = measure_storage(TrajectoryRequest(os.fsencode(file), b"/Fragmented"), silent)
    assert found.free == 0
    assert total(found) + found.other == found.size


def test_a_file_is_measured_again_when_it_was_being_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    expected, calls = storage(file, "small"), []
    weigh = weight_of

    def disturbed(node: Any) -> Any:
        calls.append(node)
        if len(calls) == 5:
            os.utime(file, ns=(1, 1))
            raise NotReadable("half written")
        return weigh(node)

    monkeypatch.setattr(storage_module, "weight_of", disturbed)
    assert storage(file, "small") == expected


def test_a_trajectory_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotReadable, match="“gone” cannot be found"):
        storage(small_trajectory(tmp_path / "a.hdf5"), "gone")
