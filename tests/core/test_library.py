"""A file in a line: what is in it, and what is wrong with it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py
import pytest

from pexgui.core import FileRequest, FileState, FileSummary, summarize_file
from tests.builders import several_trajectories, small_trajectory
from tests.core.expected import explored, fixture, fixtures, is_decodable, names, trajectories


def summary(file: Path) -> FileSummary:
    return summarize_file(FileRequest(os.fsencode(file)))


def is_one_sentence(text: str) -> bool:
    return text.endswith(".") and "\n" not in text and "  " not in text


@contextmanager
def changed_copy(file: Path, folder: Path) -> Iterator[h5py.File]:
    """A copy of a file, open to be changed; it is the only file in ``folder``."""
    copy = folder / "copy.hdf5"
    shutil.copy(file, copy)
    copy.chmod(0o644)
    with h5py.File(copy, "r+", locking=False) as opened:
        yield opened


def test_every_trajectory_of_every_fixture_is_summarized_as_pypet_loads_it(shared: Path) -> None:
    seen = 0
    for file, known in trajectories(shared):
        (found,) = [one for one in summary(file).trajectories if one.name == known["name"]]
        assert (found.runs, found.finished) == (known["length"], known["n_completed"]), file
        assert sorted(found.explored) == explored(file, known), file
        assert found.comment.startswith(known["comment"].removesuffix("...")), file
        assert found.version == known["version"], file
        assert found.python == known.get("python", ""), file
        assert found.created == known["timestamp"], file
        seen += 1
    assert seen > 100


def test_every_fixture_has_as_many_trajectories_as_pypet_finds_and_the_right_state(shared: Path) -> None:
    for file, known in fixtures(shared):
        found = summary(file)
        assert [one.name for one in found.trajectories] == names(file, known), file
        if names(file, known):
            assert found.state is FileState.TRAJECTORIES, file
        elif known["is_hdf5"] and "open_error" not in known:
            assert found.state is FileState.NO_TRAJECTORY, file
        elif known["is_hdf5"]:
            assert found.state is FileState.DAMAGED, file
        else:
            assert found.state is FileState.NOT_HDF5, file


def test_a_healthy_file_needs_no_sentence(tmp_path: Path) -> None:
    found = summary(small_trajectory(tmp_path / "a.hdf5"))
    assert found.sentence == ""
    assert found.stamp is not None
    assert found.stamp.size == (tmp_path / "a.hdf5").stat().st_size


def test_several_trajectories_are_all_there(tmp_path: Path) -> None:
    found = summary(several_trajectories(tmp_path / "a.hdf5", ("beta", "alpha")))
    assert [(one.name, one.path, one.runs) for one in found.trajectories] == [
        ("alpha", b"/alpha", 2),
        ("beta", b"/beta", 2),
    ]


@pytest.mark.parametrize(
    ("name", "state", "words"),
    [
        ("41_text.hdf5", FileState.NOT_HDF5, "is not an HDF5 file"),
        ("41_zero_bytes.hdf5", FileState.NOT_HDF5, "is empty"),
        ("41_header_only.hdf5", FileState.DAMAGED, "truncated"),
        ("41_truncated_half.hdf5", FileState.DAMAGED, "truncated"),
        ("41_truncated_tail.hdf5", FileState.DAMAGED, "truncated"),
        ("40_empty_root.h5", FileState.NO_TRAJECTORY, "holds no trajectory"),
        ("40_plain.h5", FileState.NO_TRAJECTORY, "holds no trajectory"),
        ("42_no_info.hdf5", FileState.NO_TRAJECTORY, "“Small” is no trajectory: its general information is missing"),
        ("42_no_overview.hdf5", FileState.NO_TRAJECTORY, "“Small” is no trajectory: its overview is missing"),
        ("42_no_runs.hdf5", FileState.TRAJECTORIES, "The table of runs of “Small” is missing"),
        ("42_renamed_group.hdf5", FileState.TRAJECTORIES, "The group is called “Renamed”"),
        ("15b_comment_cut_in_character.hdf5", FileState.TRAJECTORIES, "cut inside a character"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_sentence(shared: Path, name: str, state: FileState, words: str) -> None:
    found = summary(fixture(shared, name))
    assert found.state is state
    assert words in found.sentence
    assert is_one_sentence(found.sentence)


def test_a_missing_codec_is_named_and_the_structure_is_shown_all_the_same(shared: Path) -> None:
    file = fixture(shared, "17_comp_lzo.hdf5")
    assert not is_decodable(file)
    found = summary(file)
    assert "LZO" in found.sentence
    (trajectory,) = found.trajectories
    assert (trajectory.name, trajectory.runs, trajectory.explored) == ("Comp", 2, ("parameters.x",))
    assert trajectory.comment == "complib lzo"


def test_the_full_comment_is_shown_where_the_overview_has_only_its_beginning(shared: Path) -> None:
    for file, known in trajectories(shared, "15_large_overview.hdf5"):
        assert known["comment"] == "C" * 509 + "..."
        assert summary(file).trajectories[0].comment == "C" * 600


def test_a_file_that_vanished_a_folder_and_a_pipe_are_answered_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.hdf5")
    for path, words in (
        (tmp_path / "gone.hdf5", "is not there any more"),
        (tmp_path, "is a folder"),
        (tmp_path / "pipe.hdf5", "is a device or a pipe"),
        (Path("/dev/null"), "is a device or a pipe"),
    ):
        found = summary(path)
        assert found.state is FileState.UNREADABLE
        assert words in found.sentence
        assert found.stamp is None
        assert found.trajectories == ()


def test_a_damaged_trajectory_does_not_hide_its_neighbour(tmp_path: Path) -> None:
    source = several_trajectories(tmp_path / "a.hdf5", ("first", "second"))
    with changed_copy(source, tmp_path) as file:
        del file["first/overview/info"]
        file["first/overview/info"] = [1, 2, 3]
    found = summary(tmp_path / "copy.hdf5")
    assert [(one.name, one.runs) for one in found.trajectories] == [("first", 2), ("second", 2)]
    assert "is not a table" in found.sentence


def test_text_of_a_trajectory_is_made_fit_to_be_shown(tmp_path: Path) -> None:
    source = small_trajectory(tmp_path / "a.hdf5", name="small")
    with changed_copy(source, tmp_path) as file:
        info = file["small/overview/info"]
        row = info[:]
        row["version"] = b"0.6\x1b[31m"
        row["comment"] = "\u202ebold".encode()
        info[:] = row
        del file["small"].attrs["SRVC_INIT_COMMENT"]
        file.move("small", "sm\u200ball")
    (found,) = summary(tmp_path / "copy.hdf5").trajectories
    assert found.version == "0.6\\x1b[31m"
    assert found.comment == "\\u202ebold"
    assert found.path == "/sm\u200ball".encode()


def test_a_link_beside_the_trajectories_is_not_followed(tmp_path: Path) -> None:
    source = small_trajectory(tmp_path / "a.hdf5")
    with changed_copy(source, tmp_path) as file:
        file["soft"] = h5py.SoftLink("/small")
        file["outside"] = h5py.ExternalLink(str(source), "/small")
        file["nowhere"] = h5py.SoftLink("/nowhere")
    found = summary(tmp_path / "copy.hdf5")
    assert [one.name for one in found.trajectories] == ["small"]
    assert found.sentence == ""


def test_reclaimable_space_is_near_what_copying_the_file_gives_back(shared: Path, tmp_path: Path) -> None:
    for file, known in fixtures(shared, "[0-3]*"):
        if not known["trajectories"]:
            continue
        found = summary(file).reclaimable
        if found is None:
            continue
        with h5py.File(file, locking=False) as source, h5py.File(tmp_path / "c.hdf5", "w", libver="earliest") as copy:
            for name in source:
                source.copy(source[name], copy, name)
        saved = file.stat().st_size - (tmp_path / "c.hdf5").stat().st_size
        assert abs(found - saved) <= 0.05 * file.stat().st_size + 8192, (file, found, saved)


def test_reclaimable_space_of_a_fragmented_file_is_most_of_it(shared: Path) -> None:
    found = summary(fixture(shared, "24_fragmented.hdf5"))
    assert found.stamp is not None
    assert found.reclaimable is not None
    assert 0.8 < found.reclaimable / found.stamp.size < 0.9


def test_looking_leaves_no_handle_open(tmp_path: Path) -> None:
    file = small_trajectory(tmp_path / "a.hdf5")
    before = set(os.listdir("/proc/self/fd"))
    for _ in range(20):
        summary(file)
    assert set(os.listdir("/proc/self/fd")) == before
