"""What can go wrong around a whole merge: every original stays what it is to the byte, or the merge is complete, and
one sentence says which."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from pexgui import merge_all_in_folder
from pexgui.core import (
    CompareRequest,
    Engine,
    MergePlan,
    MergeRequest,
    MergeResult,
    MergeSource,
    MergeWork,
    PexError,
    RecoverRequest,
    Side,
    Sources,
    compare,
    merge,
    plan_merge,
    recover_files,
    unfinished_folders,
)
from tests.core.compared import grid, sweep
from tests.core.merge_cutting import SCENARIOS, digests
from tests.core.test_replacing import mounted

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled(tmp_path / "files")


def filled(folder: Path) -> Path:
    """Two sweeps of one name."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    sweep(folder / "a.hdf5", grid(3))
    sweep(folder / "b.hdf5", [(x + 10, seed) for x, seed in grid(2)])
    return folder


def planned(folder: Path, scenario: str, target: Path | None = None) -> MergePlan:
    in_place, after = SCENARIOS[scenario]
    new = target or folder / "out.hdf5"
    sources = tuple(MergeSource(os.fsencode(folder / name)) for name in ("a.hdf5", "b.hdf5"))
    return plan_merge(MergeRequest(sources, b"" if in_place else os.fsencode(new), after=after))


def refused(folder: Path, do: Callable[[], object]) -> str:
    """The sentence with which something ends that changes no file in ``folder``, and says so."""
    before = digests(folder)
    with pytest.raises(PexError) as problem:
        do()
    assert "Nothing was changed." in problem.value.hint
    assert digests(folder) == before
    assert unfinished_folders() == ()
    return problem.value.title


# --- the files


@every_scenario
@pytest.mark.parametrize("name", ["a.hdf5", "b.hdf5"])
def test_a_file_that_a_program_has_open_for_writing(folder: Path, scenario: str, name: str) -> None:
    plan = planned(folder, scenario)
    with open(folder / name, "r+b") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert refused(folder, lambda: merge(MergeWork(plan))) == f"“{name}” is in use by another program."
    assert merge(MergeWork(plan)).runs == 5


@every_scenario
@pytest.mark.parametrize("change", ["longer", "another", "gone"])
def test_a_source_that_is_another_one_since_the_plan(folder: Path, scenario: str, change: str) -> None:
    plan = planned(folder, scenario)
    if change == "longer":
        with open(folder / "b.hdf5", "ab") as file:
            file.write(b"more")
    elif change == "another":
        sweep(folder / "new.hdf5", grid(4))
        os.replace(folder / "new.hdf5", folder / "b.hdf5")
    else:
        (folder / "b.hdf5").unlink()
    before = digests(folder)
    with pytest.raises(PexError, match=r"“b\.hdf5”"):
        merge(MergeWork(plan))
    assert digests(folder) == before


@every_scenario
def test_files_that_may_only_be_read(folder: Path, scenario: str) -> None:
    """Their folder decides; a file that is replaced keeps its permissions."""
    for path in folder.iterdir():
        path.chmod(0o444)
    result = merge(MergeWork(planned(folder, scenario)))
    assert result.runs == 5
    assert os.stat(result.target).st_mode & 0o777 == (0o444 if SCENARIOS[scenario][0] else 0o666 & ~umask())


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@every_scenario
def test_sources_on_a_disk_that_can_only_be_read(tmp_path: Path, scenario: str) -> None:
    in_place, after = SCENARIOS[scenario]
    with mounted(tmp_path / "disk", "size=4m") as disk:
        folder = filled(disk / "files")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        plan = planned(folder, scenario, tmp_path / "out.hdf5")
        if in_place or after is not Sources.KEEP:
            words = "can be written into the folder" if in_place else "cannot be put away: its folder does not allow it"
            assert words in refused(folder, lambda: merge(MergeWork(plan)))
        else:
            before = digests(folder)
            assert merge(MergeWork(plan)).runs == 5
            assert digests(folder) == before


# --- the same twice


@every_scenario
@pytest.mark.parametrize("alias", ["itself", "a link", "a hard link"])
def test_a_file_twice_or_a_trajectory_with_itself(folder: Path, scenario: str, alias: str) -> None:
    in_place, after = SCENARIOS[scenario]
    other = folder / "b.hdf5" if alias == "itself" else folder / "c.hdf5"
    if alias == "a link":
        other.symlink_to("b.hdf5")
    elif alias == "a hard link":
        os.link(folder / "b.hdf5", other)
    files = [folder / "a.hdf5", folder / "b.hdf5", other]
    sources = tuple(MergeSource(os.fsencode(path)) for path in files)
    request = MergeRequest(sources, b"" if in_place else os.fsencode(folder / "out.hdf5"), after=after)
    before = digests(folder)
    with pytest.raises(PexError, match="is there twice"):
        plan_merge(request)
    assert digests(folder) == before


def test_trajectories_of_one_name_from_files_of_one_name_keep_apart(tmp_path: Path) -> None:
    one, other = filled(tmp_path / "one"), filled(tmp_path / "other")
    before = [digests(one), digests(other)]
    sources = tuple(MergeSource(os.fsencode(folder / "b.hdf5")) for folder in (one, other))
    target = os.fsencode(tmp_path / "out.hdf5")
    result = merge(MergeWork(plan_merge(MergeRequest(sources, target, after=Sources.PUT_AWAY))))
    assert result.runs == 4
    away = digests(Path(os.fsdecode(result.folder)))
    assert sorted(away) == ["b (2).hdf5", "b.hdf5"]
    assert sorted(away.values()) == sorted(files["b.hdf5"] for files in before)


@pytest.mark.parametrize("ext", [".hdf5", ".tmp", ".bak"])
def test_what_a_write_needs_or_leaves_is_never_taken_for_input(folder: Path, ext: str) -> None:
    for name in ("a", "b"):
        (folder / f"{name}.hdf5").rename(folder / f"{name}{ext}")
    for name in (".a.hdf5.pexgui-0123abcd.tmp", "a.2026-01-01 10h00m00s.pexgui-0123abcd.bak"):
        shutil.copy(folder / f"a{ext}", folder / name)
    assert len(merge_all_in_folder(folder, ext)) == 5


# --- the place


@pytest.mark.parametrize("scenario", ["new", "delete"])
@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_the_folder_of_the_target_is_gone(folder: Path, tmp_path: Path, scenario: str, when: str) -> None:
    place = tmp_path / "place"
    place.mkdir()
    plan = planned(folder, scenario, place / "out.hdf5")

    def remove(*_: object) -> None:
        if place.exists():
            shutil.rmtree(place)

    if when == "before":
        remove()
    title = refused_elsewhere(folder, lambda: merge(MergeWork(plan), remove))
    assert "“place”" in title or "“out.hdf5” was not written" in title


def refused_elsewhere(folder: Path, do: Callable[[], object]) -> str:
    before = digests(folder)
    with pytest.raises(PexError) as problem:
        do()
    assert digests(folder) == before
    return problem.value.title


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


@every_scenario
def test_files_behind_links_are_merged_where_they_really_are(
    folder: Path, tmp_path: Path, scenario: str, engine: Engine
) -> None:
    """A confined engine may use only the folders that a request names."""
    links = tmp_path / "links"
    links.mkdir()
    for name in ("a.hdf5", "b.hdf5"):
        (links / name).symlink_to(folder / name)
    before = digests(folder)
    assert engine.call(compare, CompareRequest((Side(os.fsencode(links / "a.hdf5")),) * 2)).against
    result = engine.call(merge, MergeWork(planned(links, scenario)))
    place = folder if SCENARIOS[scenario][0] else links
    assert (result.runs, os.path.dirname(result.target)) == (5, os.fsencode(place))
    assert digests(folder)["b.hdf5"] == before["b.hdf5"] and (links / "b.hdf5").is_symlink()
    assert unfinished_folders() == ()


@every_scenario
def test_a_disk_that_is_really_full(tmp_path: Path, scenario: str, engine: Engine) -> None:
    """HDF5 may end the process that writes when its disk is full, as a fault in C does."""
    outcomes = []
    with mounted(tmp_path / "small", "size=2m") as small:
        for free in range(0, 280, 28):
            folder = filled(small / "files")
            before = digests(folder)
            plan = msgspec.structs.replace(planned(folder, scenario), needed=0)
            (small / "ballast").write_bytes(b"")
            room = os.statvfs(small).f_bavail * os.statvfs(small).f_frsize
            (small / "ballast").write_bytes(b"x" * max(0, room - free * 1024))
            problem = attempt(engine, plan)
            recover_files(RecoverRequest(unfinished_folders()))
            assert unfinished_folders() == ()
            assert not [name for name in digests(folder) if name.endswith((".tmp", ".journal"))]
            if problem is not None:
                assert problem.title.endswith(".") and problem.hint.endswith(".")
                assert digests(folder) == before, (free, problem)
            outcomes.append(problem is None)
    assert 0 < sum(outcomes) < len(outcomes)


def attempt(engine: Engine, plan: MergePlan) -> PexError | None:
    try:
        found: MergeResult = engine.call(merge, MergeWork(plan))
    except PexError as problem:
        return problem
    assert found.runs == 5
    return None
