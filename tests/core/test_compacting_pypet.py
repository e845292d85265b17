"""What pypet wrote is the same after it was compacted: for our reader, h5diff and pypet, which goes on with it."""

import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import hdf5plugin
import pytest

from pexgui.core import CompactRequest, CompactWork, Mode, compact, files, plan_compact
from tests.conftest import missing
from tests.core import test_fixtures
from tests.core.compared import grid, sweep
from tests.core.expected import UNDECODABLE
from tests.core.test_fixtures import SIDECARS, Fixture, name_of, opens
from tests.oracle import ask

FOUND = [each for each in SIDECARS if opens(each)]
NOT_BY_H5DIFF = {UNDECODABLE[1], "42_corrupt_chunk.hdf5"}
"""The codec of one is not there, the data of the other are damaged."""
SHARE = ("01_simple", "04_links", "08_expanded", "12_shared", "15_large", "17_comp_blosc.", "18_pandas", "25_custom")
CHECKS = [
    getattr(test_fixtures, name)
    for name in (
        "test_the_children_of_the_root_are_found_and_told_apart",
        "test_the_overview_tables_have_their_rows",
        "test_a_trajectory_says_of_itself_what_pypet_says_of_it",
        "test_the_settings_are_those_that_were_stored",
        "test_the_run_table_has_every_row_and_column",
        "test_the_window_shows_as_many_runs_finished_as_pypet_knows",
        "test_every_leaf_group_and_link_is_there_and_nothing_else",
        "test_groups_have_their_comments_and_annotations",
        "test_every_leaf_reads_as_expected",
        "test_pickles_come_byte_by_byte",
    )
]


class Compacted(NamedTuple):
    """A fixture and its compacted copy."""

    sidecar: Path
    source: Path
    target: Path


def compacted(source: Path, target: Path, mode: Mode) -> Path:
    """A copy that was compacted in its place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    plan = plan_compact(CompactRequest((os.fsencode(target),), mode, backup=False))
    (done,) = compact(CompactWork(plan)).files
    assert done.problem == ""
    return target


@pytest.fixture(params=list(Mode), ids=lambda mode: mode.value)
def mode(request: pytest.FixtureRequest) -> Mode:
    found: Mode = request.param
    return found


@pytest.fixture(params=FOUND or [None], ids=[name_of(each) for each in FOUND] or ["none"])
def pair(request: pytest.FixtureRequest, shared: Path, tmp_path: Path, mode: Mode) -> Compacted:
    assert shared.is_dir()
    sidecar: Path = request.param
    source = sidecar.with_name(sidecar.name.removesuffix(".EXPECTED.json"))
    return Compacted(sidecar, source, compacted(source, tmp_path / source.parent.name / source.name, mode))


def test_our_reader_and_h5diff_find_all_that_pypet_stored(pair: Compacted) -> None:
    """Everything that is tested of the fixtures themselves; then what HDF5's own program says."""
    fixture = Fixture(pair.sidecar)
    fixture.path, fixture.raw = pair.target, os.fsencode(pair.target)
    with files.reading(fixture.raw) as file:
        for check in CHECKS:
            check((fixture, file))
    if pair.source.name not in NOT_BY_H5DIFF:
        status, said, error = differences(pair.source, pair.target)
        assert (status, error) == (0, "")
        assert all(line.endswith("is an empty dataset") for line in said.splitlines() if line), said


def differences(one: Path, other: Path) -> tuple[int, str, str]:
    """The exit status of h5diff and what it says."""
    h5diff = shutil.which("h5diff") or missing("h5diff is not there; it is in the package hdf5-tools")
    environment = os.environ | {"HDF5_PLUGIN_PATH": hdf5plugin.PLUGIN_PATH}
    done = subprocess.run([h5diff, "-c", one, other], env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


# --- pypet itself -----------------------------------------------------------------------------------------------------


class Loaded(NamedTuple):
    """A fixture, and the last trajectory in it that pypet can load and expand; empty when there is none."""

    path: Path
    name: str


def loaded(sidecar: Path) -> Loaded:
    fixture = Fixture(sidecar)
    known = [each for each in fixture.expected["trajectories"] if "pypet_cannot_load" not in each]
    names = [each["name"] for each in known if each.get("explored_parameters")]
    return Loaded(fixture.path, names[-1] if names else "")


def answered(oracle: Path, jobs: list[dict[str, Any]], folder: Path) -> list[Any] | None:
    """What pypet answers; None when it cannot do one of these jobs."""
    try:
        return [without(each, "repr") for each in ask(oracle, jobs, folder)]  # which has addresses in memory
    except AssertionError:
        return None


def going_on(file: Path, name: str) -> list[dict[str, Any]]:
    describe = {"do": "describe", "file": str(file)}
    return [describe, {"do": "repeat", "file": str(file), "name": name}, describe]


def without(described: Any, *names: str) -> Any:
    """What pypet says, but for what has one of these names."""
    if isinstance(described, dict):
        return {key: without(each, *names) for key, each in described.items() if key not in names}
    return [without(each, *names) for each in described] if isinstance(described, list) else described


CHOSEN = [each for each in FOUND if each.parent.name == "pypet-0.6.1"]
USUAL = [each for each in CHOSEN if each.name.startswith(SHARE)]


@pytest.mark.parametrize("sidecar", USUAL or [None], ids=[name_of(each) for each in USUAL] or ["none"])
def test_pypet_loads_it_reads_every_value_and_goes_on_with_it(
    shared: Path, oracle: Path, tmp_path: Path, sidecar: Path
) -> None:
    assert shared.is_dir()
    assert is_gone_on_with(oracle, tmp_path, sidecar)


def test_pypet_does_so_with_every_fixture(
    shared: Path, oracle: Path, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> None:
    """With ``--everything``; usually with a few, always the same."""
    assert shared.is_dir()
    others = [each for each in CHOSEN if each not in USUAL]
    every = pytestconfig.getoption("--everything")
    chosen = others if every else random.Random(0).sample(others, 3)
    gone_on = sum(is_gone_on_with(oracle, tmp_path_factory.mktemp("pypet"), each) for each in chosen)
    assert gone_on > (25 if every else 0)


def is_gone_on_with(oracle: Path, tmp_path: Path, sidecar: Path) -> bool:
    """Whatever pypet 0.6.1 says of a fixture it says of the compacted file, before and after it added runs to both;
    only before when it cannot add any to the fixture itself. False when it cannot even load that."""
    source, name = loaded(sidecar)
    plain = tmp_path / "plain" / source.name
    plain.parent.mkdir()
    shutil.copyfile(source, plain)
    copies = [plain, *(compacted(source, tmp_path / mode.value / source.name, mode) for mode in Mode)]
    found = answered(oracle, [job for file in copies for job in going_on(file, name)], tmp_path) if name else None
    if found is None:
        assert not name or answered(oracle, going_on(plain, name), tmp_path) is None, "pypet can do it with the fixture"
        described = answered(oracle, [{"do": "describe", "file": str(file)} for file in copies], tmp_path)
        assert described is None or described[1:] == described[:1] * 2
        return described is not None
    before, went_on, after = found[:3]
    assert after != before
    for ours in (found[3:6], found[6:]):
        assert ours[0] == before
        assert ours[1] == went_on
        assert without(ours[2], "runs", "timestamp") == without(after, "runs", "timestamp")
    return True


def test_pypet_runs_what_was_not_finished_when_it_was_compacted(oracle: Path, tmp_path: Path, mode: Mode) -> None:
    source = sweep(tmp_path / "sweep.hdf5", grid(4), finished=[True, False, True, False])
    target = compacted(source, tmp_path / "copy" / "sweep.hdf5", mode)
    points = {"parameters.group.x": [50.0, 51.0], "parameters.seed": [7, 8]}
    resumed, extended, described = ask(
        oracle,
        [
            {"do": "resume", "file": str(target), "name": "sweep"},
            {"do": "extend", "file": str(target), "name": "sweep", "points": points},
            {"do": "describe", "file": str(target)},
        ],
        tmp_path,
    )
    assert resumed == [1, 3]
    assert (extended["before"], extended["after"]) == (4, 6)
    assert [run[2] for run in described["sweep"]["runs"]] == [1, 1, 1, 1, 1, 0]
    again = compacted(target, tmp_path / "again" / "sweep.hdf5", mode)
    assert ask(oracle, [{"do": "describe", "file": str(again)}], tmp_path) == [described]
