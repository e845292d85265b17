"""The demo folder: complete, loadable by the real pypet, physically sensible, never in anybody's way."""

import json
import os
import platform
import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from pexgui.core import Cancelled, Demo, DemoRequest, PexError, demo_models, demo_sweeps, make_demo, silent
from pexgui.core.writer import Head, SparseMatrix
from tests.oracle import ask
from tests.oracle.digest import digest

SWEEPS = {
    "damped_oscillator": demo_sweeps.oscillator,
    "logistic_map": demo_sweeps.logistic_map,
    "firing_rate": demo_sweeps.firing_rate,
    "session_1": demo_sweeps.Session("session_1", (1.2, 1.6, 2.0), 0.0),
    "session_2": demo_sweeps.Session("session_2", (1.6, 2.0, 2.4), 0.0),
}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, made once."""
    return make_demo(DemoRequest(os.fsencode(tmp_path_factory.mktemp("demo") / "Demo")))


@pytest.fixture(scope="session")
def loaded(oracle: Path, demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every trajectory of the demo by name, as the real pypet loads it."""
    jobs = [{"do": "describe", "file": os.fsdecode(file)} for file in demo.files]
    answers = ask(oracle, jobs, tmp_path_factory.mktemp("loaded"))
    return {name: trajectory for answer in answers for name, trajectory in answer.items()}


class Recorder:
    """Takes what a sweep writes, as `FileWriter` and `TrajectoryWriter` would, and keeps it by full name."""

    def __init__(self) -> None:
        self.leaves: dict[str, tuple[Any, list[Any] | None]] = {}
        self.results: dict[str, dict[str, Any]] = {}
        self.comments: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.runs: list[int] = []

    def trajectory(self, head: Head, runs: int = 1, annotations: dict[str, Any] | None = None) -> "Recorder":
        return self

    def config(self, name: str, value: Any, comment: str = "") -> None:
        self._leaf(f"config.{name}", value, None, comment)

    def parameter(self, name: str, value: Any, values: Any = None, comment: str = "", annotations: Any = None) -> None:
        self._leaf(f"parameters.{name}", value, values, comment)

    def derived_parameter(self, name: str, value: Any, comment: str = "", annotations: Any = None) -> None:
        self._leaf(f"derived_parameters.{name}", value, None, comment)

    def result(self, name: str, items: Any, comment: str = "", annotations: Any = None, run: int | None = None) -> None:
        full = f"results.{name}" if run is None else f"results.runs.run_{run:08d}.{name}"
        self.results[full] = items if isinstance(items, dict) else {name.rpartition(".")[2]: items}
        self.comments[full] = comment

    def group(self, name: str, comment: str = "", annotations: Any = None) -> None:
        self.comments[name] = comment

    def link(self, name: str, target: str) -> None:
        self.links[name] = target

    def run(self, index: int, started: float, finished: float, environment: str = "") -> None:
        assert finished > started
        self.runs.append(index)

    def _leaf(self, full: str, value: Any, values: Any, comment: str) -> None:
        self.leaves[full] = (value, values)
        self.comments[full] = comment


@pytest.mark.parametrize("name", SWEEPS)
def test_pypet_loads_every_sweep_with_the_values_that_were_put_in(loaded: dict[str, Any], name: str) -> None:
    put = Recorder()
    SWEEPS[name](put, silent)  # type: ignore[arg-type]
    found = loaded[name]
    if name.startswith("session"):  # Its moment of creation is in the names of its environment.
        put.leaves = {full: leaf for full, leaf in put.leaves.items() if not full.startswith("config")}
    for full, (value, values) in put.leaves.items():
        assert found["leaves"][full]["value"] == as_json(value)
        assert found["leaves"][full].get("range") == (None if values is None else [as_json(each) for each in values])
        assert found["leaves"][full]["comment"] == put.comments[full]
    for full, items in put.results.items():
        leaf = found["leaves"][full]
        assert leaf["comment"] == put.comments[full]
        for item, value in items.items():
            if not isinstance(value, SparseMatrix):
                assert leaf["items"][item] == as_json(value), (full, item)
    assert found["links"] == put.links
    assert [run[0] for run in found["runs"] if run[2]] == put.runs
    assert {full for full in found["leaves"] if not full.startswith("config")} == {
        full for full in (*put.leaves, *put.results) if not full.startswith("config")
    }


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(digest(value)))


def test_pypet_finds_the_network_as_a_sparse_matrix(loaded: dict[str, Any]) -> None:
    weights = loaded["firing_rate"]["leaves"]["results.network.weights"]["items"]["weights"]
    assert (weights["t"], weights["format"], weights["shape"], len(weights["coo"])) == ("sparse", "csr", [80, 80], 320)


def test_pypet_goes_on_with_a_sweep_of_the_demo(oracle: Path, demo: Demo, tmp_path: Path) -> None:
    file = shutil.copy(os.fsdecode(demo.files[3]), tmp_path / "session.hdf5")
    points = {"parameters.neuron.current": [2.8, 3.2], "parameters.trial": [0, 0]}
    jobs = [
        {"do": "extend", "file": str(file), "name": "session_1", "points": points},
        {"do": "describe", "file": str(file)},
    ]
    extended, described = ask(oracle, jobs, tmp_path)
    assert (extended["before"], extended["after"]) == (12, 14)
    assert [run[2] for run in described["session_1"]["runs"]] == [1] * 13 + [0]


def test_nothing_in_the_demo_names_this_machine(loaded: dict[str, Any]) -> None:
    text = json.dumps(loaded)
    for secret in (platform.node(), os.getcwd(), os.path.expanduser("~")):
        assert secret not in text or secret in ("/", "")


def test_the_demo_is_small_and_lies_in_several_folders(demo: Demo) -> None:
    paths = [Path(os.fsdecode(file)) for file in demo.files]
    assert sum(path.stat().st_size for path in paths) < 10_000_000
    assert [path.name for path in paths] == [f"{name}.hdf5" for name in SWEEPS]
    assert len({path.parent for path in paths}) == 4
    assert paths[3].parent == paths[4].parent
    assert sorted(os.fsencode(path) for path in Path(os.fsdecode(demo.folder)).rglob("*.*")) == sorted(demo.files)


def test_one_run_is_not_run_and_one_has_data_but_is_not_marked_finished(demo: Demo) -> None:
    with h5py.File(os.fsdecode(demo.files[0])) as file:
        completed = file["damped_oscillator/overview/runs"]["completed"]
        assert completed.tolist() == [1] * 46 + [0, 0]
        assert "run_00000046" in file["damped_oscillator/results/runs"]
        assert "run_00000047" not in file["damped_oscillator/results/runs"]


def points_and_rates(file: bytes, name: str) -> dict[tuple[float, int], float]:
    with h5py.File(os.fsdecode(file)) as opened:
        parameters, runs = opened[f"{name}/parameters"], opened[f"{name}/results/runs"]
        currents = parameters["neuron/current/explored_data"]["data"]
        trials = parameters["trial/explored_data"]["data"]
        return {
            (float(current), int(trial)): float(runs[f"run_{run:08d}/rate/rate"][()])
            for run, (current, trial) in enumerate(zip(currents, trials, strict=True))
        }


def test_two_sessions_share_points_and_agree_on_them(demo: Demo) -> None:
    first, second = (points_and_rates(demo.files[3 + n], f"session_{n + 1}") for n in (0, 1))
    shared = first.keys() & second.keys()
    assert (len(first), len(second), len(shared)) == (12, 12, 8)
    assert all(first[point] == second[point] for point in shared)


def test_a_demo_that_is_there_is_left_alone(demo: Demo) -> None:
    path = Path(os.fsdecode(demo.files[3]))
    before = path.stat()
    assert make_demo(DemoRequest(demo.folder)) == demo
    assert path.stat() == before


def test_only_what_is_missing_is_made_and_it_is_the_same_again(demo: Demo, tmp_path: Path) -> None:
    folder = tmp_path / "Demo"
    shutil.copytree(os.fsdecode(demo.folder), folder)
    missing, changed = folder / "neurons/to merge/session_1.hdf5", folder / "populations/logistic_map.hdf5"
    original = missing.read_bytes()
    missing.unlink()
    changed.write_bytes(b"somebody's own")
    make_demo(DemoRequest(os.fsencode(folder)))
    assert missing.read_bytes() == original
    assert changed.read_bytes() == b"somebody's own"


def test_cancelling_leaves_no_half_made_file(tmp_path: Path) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        make_demo(DemoRequest(os.fsencode(tmp_path / "Demo")), stop)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_progress_never_goes_back_within_a_sweep(tmp_path: Path) -> None:
    reports: list[tuple[str, int, int]] = []
    make_demo(DemoRequest(os.fsencode(tmp_path)), lambda what, done, total: reports.append((what, done, total)))
    assert all(0 <= done <= total for _what, done, total in reports)
    for what in {report[0] for report in reports} - {"Making the firing rates"}:
        steps = [done for name, done, _total in reports if name == what]
        assert steps == sorted(steps)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PexError, match="cannot be made") as raised:
        make_demo(DemoRequest(os.fsencode(tmp_path / "file" / "Demo")))
    assert raised.value.hint


def test_a_full_disk_is_said_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**9, 10**9, 1000))
    with pytest.raises(PexError, match=r"1\.0 kB are free"):
        make_demo(DemoRequest(os.fsencode(tmp_path)))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_oscillator_comes_to_rest_faster_the_nearer_to_critical_damping() -> None:
    times = np.arange(2001) * 0.01
    settled = [
        demo_models.settling_time(demo_models.displacement(ratio, 1.0, 5.0, times), 5.0, 0.01)
        for ratio in (0.05, 0.1, 0.2, 0.4, 0.7)
    ]
    assert settled == sorted(settled, reverse=True)
    for ratio in (0.2, 1.0, 1.5):
        motion = demo_models.displacement(ratio, 1.0, 5.0, times)
        speed, push = np.gradient(motion, 0.01), np.gradient(np.gradient(motion, 0.01), 0.01)
        pace = 2 * np.pi
        assert motion[0] == 5.0
        assert np.abs((push + 2 * ratio * pace * speed + pace**2 * motion)[3:-3]).max() < 1.0


def test_the_logistic_map_doubles_its_period_and_becomes_chaotic() -> None:
    growth = np.array([2.9, 3.2, 3.5, 3.835, 4.0])
    orbits = demo_models.logistic_orbits(growth, np.full(5, 0.3), 1000, 256)
    assert [demo_models.period(states) for states in orbits.states] == [1, 2, 4, 3, 0]
    assert (orbits.exponents[:4] < 0).all()
    assert orbits.exponents[4] == pytest.approx(np.log(2), abs=0.05)


def test_a_neuron_fires_as_often_as_its_current_demands() -> None:
    currents = np.array([1.0, 1.6, 2.0, 2.4])
    recordings = demo_models.record_neurons(currents, np.full(4, 0.01), [1, 2, 3, 4], 2.0, 0.0005)
    assert len(recordings[0].spikes) == 0
    for current, recording in zip(currents[1:], recordings[1:], strict=True):
        drive = demo_models.RESISTANCE * current
        silence = demo_models.TIME_CONSTANT * np.log(drive / (drive - 15.0)) + demo_models.REFRACTORY
        assert len(recording.spikes) / 2.0 == pytest.approx(1 / silence, rel=0.1)
        assert recording.potential.max() == demo_models.PEAK
