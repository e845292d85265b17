"""A trajectory as a whole: its facts, its explored parameters, and what is odd about it."""

import os
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

from pexgui.core import Fact, NotReadable, TrajectoryInfo, TrajectoryRequest, open_trajectory, text
from pexgui.core.writer import Head, create
from tests.builders import CREATED, small_trajectory
from tests.core.expected import explored, fixture, fixtures, trajectories
from tests.core.test_runs import group_of, is_plain, python_value


def opened(file: Path, path: str) -> TrajectoryInfo:
    return open_trajectory(TrajectoryRequest(os.fsencode(file), b"/" + path.encode()))


def facts(found: tuple[Fact, ...]) -> dict[str, str]:
    return {fact.name: fact.text for fact in found}


def test_the_explored_parameters_of_every_fixture_have_their_distinct_values_in_order(shared: Path) -> None:
    compared = 0
    for file, known in trajectories(shared):
        info = opened(file, group_of(file, known))
        assert sorted(one.name for one in info.explored) == explored(file, known), file
        leaves = {**known["parameters"], **known.get("derived_parameters", {})}
        for one in info.explored:
            cells = leaves.get(one.name, {}).get("range") or []
            assert one.length == len(cells) or len(cells) == 0 or one.length > 60, (file, one.name)
            if cells and all(map(is_plain, cells)):
                wanted = list(dict.fromkeys(python_value(cell) for cell in cells))
                assert one.distinct == len(wanted), (file, one.name)
                shown = [value.replace(text.MINUS, "-").replace(",", "") for value in one.values]
                assert shown[:5] == [str(value) for value in wanted[:5]], (file, one.name)
                compared += 1
    assert compared > 80


def test_distinct_values_are_counted_exactly_and_only_the_first_are_listed(tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    with create(os.fsencode(file)) as made:
        trajectory = made.trajectory(Head("T", CREATED), 300)
        trajectory.parameter("down", 0.0, [float(300 - run) for run in range(300)])
        trajectory.parameter("word", "a", [f"w{run % 7}" for run in range(300)])
        trajectory.parameter("pair", (0, 0), [(run % 3, 1) for run in range(300)])
        trajectory.parameter("hole", 0.0, [float("nan") if run % 2 else 1.0 for run in range(300)])
    down, word, pair, hole = opened(file, "T").explored
    assert (down.type, down.length, down.distinct) == ("float64", 300, 300)
    assert down.values == tuple(f"{300.0 - run}" for run in range(50))
    assert (word.type, word.distinct, word.values) == ("text", 7, tuple(f"w{n}" for n in range(7)))
    assert (pair.type, pair.distinct, pair.values) == ("tuple of 2", 3, ("(0, 1)", "(1, 1)", "(2, 1)"))
    assert (hole.distinct, hole.values) == (2, ("1.0", "nan"))


def test_environment_facts_are_the_newest_environments(shared: Path) -> None:
    info = opened(fixture(shared, "01_simple.hdf5"), "Multiplication")
    found = facts(info.environment)
    assert found["name"] == "environment_8e32df7_2023_11_14_22h13m20s"
    assert found["script"] == "make_fixtures.py"
    assert found["versions.numpy"] == "1.26.4"
    assert found["runtime"] == "0:00:32.250000"
    assert found["start_timestamp"] == text.when(1700000000.5)
    assert info.git == ()


def test_of_several_environments_and_commits_the_last_is_shown_and_the_others_named(tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    with create(os.fsencode(file)) as made:
        trajectory = made.trajectory(Head("T", CREATED))
        for name, value in (
            ("environment.environment_bbbbbbb_2020_01_01_00h00m00s.script", "old.py"),
            ("environment.environment_aaaaaaa_2024_01_01_00h00m00s.script", "new.py"),
            ("git.commit_ccccccc_2021_05_05_05h05m05s.message", "Second"),
            ("git.commit_ddddddd_2020_05_05_05h05m05s.message", "First"),
        ):
            trajectory.config(name, value)
    info = opened(file, "T")
    assert facts(info.environment) == {
        "name": "environment_aaaaaaa_2024_01_01_00h00m00s",
        "script": "new.py",
        "earlier environments": "environment_bbbbbbb_2020_01_01_00h00m00s",
    }
    assert facts(info.git) == {
        "name": "commit_ccccccc_2021_05_05_05h05m05s",
        "message": "Second",
        "earlier commits": "commit_ddddddd_2020_05_05_05h05m05s",
    }


def test_the_date_of_a_commit_is_a_date_and_of_a_long_text_the_first_line_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    with create(os.fsencode(file)) as made:
        trajectory = made.trajectory(Head("T", CREATED))
        trajectory.config("git.commit_ccccccc_2021_05_05_05h05m05s.committed_date", 1_773_418_844)
        trajectory.config("git.commit_ccccccc_2021_05_05_05h05m05s.message", "\nFirst line\nSecond line\n")
        trajectory.config("git.commit_ccccccc_2021_05_05_05h05m05s.name_rev", "main\n")
    found = facts(opened(file, "T").git)
    assert found["committed_date"] == text.when(1_773_418_844)
    assert found["message"] == "First line …"
    assert found["name_rev"] == "main"


def test_a_damaged_commit_is_not_taken_for_none(tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    with create(os.fsencode(file)) as made:
        made.trajectory(Head("T", CREATED)).config("git.commit_ccccccc_2021_05_05_05h05m05s.message", "One")
    with h5py.File(file) as source:
        place = h5py.h5o.get_info(source["T/config/git/commit_ccccccc_2021_05_05_05h05m05s"].id).addr
    with file.open("r+b") as raw:
        raw.seek(place)
        raw.write(b"\xff" * 16)
    assert "cannot be read" in facts(opened(file, "T").git)["name"]


def test_settings_are_in_words(shared: Path) -> None:
    found = facts(opened(fixture(shared, "17_comp_zlib1_fletcher.hdf5"), "Comp").settings)
    assert found["Compression"] == "zlib, level 1, shuffled"
    assert found["Checksums"] == "yes"
    assert facts(opened(fixture(shared, "17_comp_none.hdf5"), "Comp").settings)["Compression"] == "none"


def test_annotations_are_shown_whatever_they_are(shared: Path, tmp_path: Path) -> None:
    assert facts(opened(fixture(shared, "04_links_annotations.hdf5"), "Links").annotations) == {
        "owner": "fixture",
        "purpose": "test",
    }
    file = tmp_path / "a.hdf5"
    with create(os.fsencode(file)) as made:
        made.trajectory(Head("T", CREATED), 1, {"none": None, "list": [1, "a"], "array": np.arange(3), "n": -3})
    assert facts(opened(file, "T").annotations) == {
        "array": "[0, 1, 2]",
        "list": "[1, 'a']",
        "n": "−3",
        "none": "None",
    }


def test_results_per_run_counts_wherever_the_run_has_results(shared: Path, tmp_path: Path) -> None:
    assert opened(small_trajectory(tmp_path / "a.hdf5"), "small").results_per_run == 2
    assert opened(fixture(shared, "19_wildcards.hdf5"), "Wildcards").results_per_run == 5
    assert opened(fixture(shared, "25_custom_run_names.hdf5"), "CustomRuns").results_per_run == 2
    assert opened(fixture(shared, "20_unexplored.hdf5"), "Plain").results_per_run == 0


@pytest.mark.parametrize(
    ("name", "group", "words"),
    [
        ("42_info_length_wrong.hdf5", "Small", "says 5 runs, the table of runs has 2"),
        ("42_no_runs.hdf5", "Small", "The table of runs of “Small” is missing"),
        ("42_no_settings.hdf5", "Small", "The storage settings are missing"),
        ("42_no_explorations.hdf5", "Small", "The list of explored parameters is missing"),
        ("42_renamed_group.hdf5", "Renamed", "The group is called “Renamed”"),
        ("42_short_range.hdf5", "Small", "“parameters.x” has 1 value for 2 runs."),
        ("42_leaf_without_data.hdf5", "Small", "“parameters.x” is listed as explored, but has no range"),
        ("42_no_overview.hdf5", "Small", "The overview of this trajectory is missing"),
        ("07_crashed.hdf5", "Crashed", "its values are not in the file"),
        ("15b_comment_cut_in_character.hdf5", "CutComment", "cut inside a character"),
        ("31a_merged_ab.hdf5", "merge_a", "overview tables that pypet wrote are out of date"),
        ("17_comp_blosc_zstd.hdf5", "Comp", "“blosc:z”, which is cut"),
        ("17_comp_lzo.hdf5", "Comp", "LZO"),
    ],
)
def test_what_is_odd_about_a_trajectory_is_said_in_a_sentence(shared: Path, name: str, group: str, words: str) -> None:
    warnings = opened(fixture(shared, name), group).warnings
    assert any(words in warning for warning in warnings)
    assert all(warning.endswith(".") and "\n" not in warning for warning in warnings)
    assert len(set(warnings)) == len(warnings)


def test_a_sound_trajectory_gives_no_warning(shared: Path, tmp_path: Path) -> None:
    assert opened(small_trajectory(tmp_path / "a.hdf5"), "small").warnings == ()
    sound = [file for file, known in fixtures(shared, "[0-3]*") if known["trajectories"]]
    odd = {"07", "08", "15b", "17", "31a", "31b", "31c"}
    for file in sound:
        if file.name.split("_")[0] not in odd:
            for trajectory in h5_groups(file):
                assert opened(file, trajectory).warnings == (), file


def h5_groups(file: Path) -> list[str]:
    with h5py.File(file, locking=False) as source:
        return [name for name in source if isinstance(source[name], h5py.Group) and "overview" in source[name]]


def test_several_rows_of_general_information_are_said_and_the_first_counts(shared: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    shutil.copy(fixture(shared, "20_unexplored.hdf5"), file)
    file.chmod(0o644)
    with h5py.File(file, "r+", locking=False) as source:
        info = source["Plain/overview/info"]
        info.resize(2, axis=0)
        info[1] = np.zeros(1, info.dtype)[0]
    found = opened(file, "Plain")
    assert found.summary.name == "Plain"
    assert "The general information has 2 rows; the first is shown." in found.warnings


def test_a_damaged_value_of_an_environment_is_one_fact_and_not_the_end(tmp_path: Path) -> None:
    file = tmp_path / "a.hdf5"
    with create(os.fsencode(file)) as made:
        trajectory = made.trajectory(Head("T", CREATED))
        trajectory.config("environment.environment_aaaaaaa_2024_01_01_00h00m00s.script", "new.py" * 50)
        trajectory.config("environment.environment_aaaaaaa_2024_01_01_00h00m00s.hexsha", "abc")
    with h5py.File(file, "r+") as source:
        group = source["T/config/environment/environment_aaaaaaa_2024_01_01_00h00m00s"]
        place = group["script/data"].id.get_chunk_info(0).byte_offset
    with file.open("r+b") as raw:
        raw.seek(place)
        raw.write(b"\xff" * 8)
    found = facts(opened(file, "T").environment)
    assert "cannot be read" in found["script"]
    assert found["hexsha"] == "abc"


def test_a_trajectory_that_is_not_there_or_no_group_says_so(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    with h5py.File(file, "r+") as source:
        source["data"] = [1]
    for path, words in (("gone", "cannot be found"), ("data", "is no trajectory")):
        with pytest.raises(NotReadable, match=words):
            opened(file, path)
