"""The command line: what it prints, what it answers to what goes wrong, and what it never does."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np
import pytest

from pexgui import core
from pexgui.cli import main
from tests.builders import small_trajectory

OSCILLATOR = "mechanics/damped_oscillator.hdf5"
NAME = "damped_oscillator"


class Answer(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        def refuse(constant: str) -> None:
            raise AssertionError(f"{constant} is no JSON")

        return json.loads(self.out, parse_constant=refuse)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> Answer:
        capsys.readouterr()
        try:
            status = main([os.fsdecode(one) if isinstance(one, bytes) else str(one) for one in arguments])
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else 1
        out, err = capsys.readouterr()
        return Answer(status, out, err)

    return run


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    core.make_demo(core.DemoRequest(os.fsencode(folder)))
    return folder


@pytest.fixture(scope="module")
def file(demo: Path) -> Path:
    return demo / OSCILLATOR


@pytest.fixture(scope="module")
def several(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the trajectories alpha, beta and gamma; beta is another one than the others."""
    path = tmp_path_factory.mktemp("several") / "several.hdf5"
    with h5py.File(path, "w") as target:
        for name, origin in (("beta", "populations/logistic_map.hdf5"), ("gamma", OSCILLATOR), ("alpha", OSCILLATOR)):
            with h5py.File(demo / origin) as source:
                source.copy(next(iter(source)), target, name)
                overview = target[name]["overview/info"]
                row = overview[0]
                row["name"] = name.encode()
                overview[0] = row
    return path


def problem(answer: Answer) -> str:
    """What a person reads who asked for something impossible: a title, perhaps a hint, and nothing technical."""
    assert answer.status == 1
    assert answer.out == ""
    assert "Traceback" not in answer.err
    assert "mistake" not in answer.err
    assert 1 <= len(answer.err.splitlines()) <= 2
    return answer.err


# --- info ------------------------------------------------------------------------------------------------------


def test_info_says_what_the_file_and_its_trajectory_are(cli: Any, file: Path) -> None:
    answer = cli("info", file)
    assert answer.status == 0
    lines = answer.out.splitlines()
    assert lines[0] == str(file)
    assert f"  Trajectory  {NAME}" in lines
    assert any(line.split() == ["Runs", "46", "of", "48", "runs", "finished"] for line in lines)
    assert any(line.startswith("  parameters.oscillator.damping ") and "8 values" in line for line in lines)
    assert not any(line != line.rstrip() for line in lines)


def test_info_as_json_has_the_numbers_themselves(cli: Any, file: Path) -> None:
    answer = cli("info", file, "--json").json
    assert answer["file"] == str(file)
    assert answer["state"] == "trajectories"
    assert answer["size"] == file.stat().st_size
    assert answer["modified"] == pytest.approx(file.stat().st_mtime)
    assert [one["path"] for one in answer["trajectories"]] == [f"/{NAME}"]
    shown = answer["shown"]
    assert (shown["runs"], shown["finished"]) == (48, 46)
    assert [one["distinct"] for one in shown["explored"]] == [8, 6]
    storage = shown["storage"]
    parts = sum(part["data"] + part["overhead"] for part in storage["parts"])
    assert parts + storage["free"] + storage["other"] == storage["size"] == answer["size"]


def test_a_file_without_a_trajectory_is_described_too(cli: Any, tmp_path: Path) -> None:
    path = tmp_path / "plain.h5"
    with h5py.File(path, "w") as plain:
        plain["numbers"] = [1, 2, 3]
    assert "holds no trajectory" in cli("info", path).out
    assert cli("info", path, "--json").json["shown"] is None
    for command in (("runs", path), ("tree", path), ("show", path, "numbers")):
        assert "--raw" in problem(cli(*command))


# --- which trajectory ------------------------------------------------------------------------------------------


def test_of_several_trajectories_the_last_by_name_is_shown_and_named(cli: Any, several: Path) -> None:
    answer = cli("info", several)
    assert any(line.split() == ["Trajectories", "3:", "alpha,", "beta,", "gamma"] for line in answer.out.splitlines())
    assert any(line.split() == ["Shown", "here", "gamma"] for line in answer.out.splitlines())
    assert cli("info", several, "--json").json["shown"]["name"] == "gamma"
    assert cli("runs", several).out.startswith("gamma, the trajectory shown here,")
    assert cli("runs", several, "--json").json["trajectory"] == "gamma"
    assert cli("tree", several, "--json").json["tree"]["path"] == "/gamma"


@pytest.mark.parametrize("command", ["info", "runs", "tree"])
def test_another_trajectory_can_be_chosen_by_name(cli: Any, several: Path, command: str) -> None:
    answer = cli(command, several, "--trajectory", "beta", "--json").json
    assert "beta" in (answer.get("trajectory"), answer.get("shown", {}).get("name"))
    assert "alpha, beta, gamma" in problem(cli(command, several, "--trajectory", "delta"))


def test_a_path_may_name_its_trajectory(cli: Any, several: Path) -> None:
    for path in ("alpha.parameters.oscillator.damping", "/alpha/parameters/oscillator/damping"):
        assert cli("show", several, path, "--json").json["path"] == "/alpha/parameters/oscillator/damping"


# --- tree ------------------------------------------------------------------------------------------------------


def test_tree_shows_the_first_children_of_each_group_and_how_many_there_are(cli: Any, file: Path) -> None:
    lines = cli("tree", file, "--limit", 4).out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["Name", NAME, "config"]
    runs = [line for line in lines if line.strip().startswith("run_")]
    assert len(runs) == 4
    assert "… 43 more" in [line.strip() for line in lines]
    assert any("damping" in line and "explored" in line and "Damping ratio" in line for line in lines)


def test_tree_with_limit_0_shows_everything_and_depth_opens_less_or_more(cli: Any, file: Path) -> None:
    everything = cli("tree", file, "results.runs", "--limit", 0, "--depth", 2, "--json").json["tree"]
    assert everything["total"] == len(everything["children"]) == 47
    assert all(len(run["children"]) == run["total"] == 5 for run in everything["children"][:46])
    flat = cli("tree", file, "results.runs", "--depth", 1, "--json").json["tree"]
    assert len(flat["children"]) == 20
    assert not any("children" in run for run in flat["children"])


def test_a_group_of_more_children_than_a_page_is_shown_whole(cli: Any, tmp_path: Path) -> None:
    path = tmp_path / "wide.h5"
    with h5py.File(path, "w") as wide:
        for number in range(2345):
            wide.create_group(f"g{number:05d}")
    answer = cli("tree", path, "--raw", "--limit", 0, "--depth", 1, "--json").json["tree"]
    assert [child["name"] for child in answer["children"]] == [f"g{number:05d}" for number in range(2345)]


def test_links_are_shown_and_not_followed(cli: Any, file: Path) -> None:
    line = next(line for line in cli("tree", file, "results.summary").out.splitlines() if "fastest" in line)
    assert f"→ /{NAME}/results/runs/" in line


def test_the_raw_tree_shows_plain_hdf5(cli: Any, file: Path) -> None:
    answer = cli("tree", file, f"/{NAME}/overview", "--raw", "--json").json
    assert answer["trajectory"] is None
    assert {"info", "runs"} <= {child["name"] for child in answer["tree"]["children"]}
    assert {child["kind"] for child in answer["tree"]["children"]} == {"HDF5 dataset"}


# --- runs ------------------------------------------------------------------------------------------------------


def test_runs_has_one_aligned_line_per_run(cli: Any, file: Path) -> None:
    answer = cli("runs", file)
    title, _, header, *lines = answer.out.splitlines()
    assert title == f"{NAME} in “damped_oscillator.hdf5”: 46 of 48 runs finished"
    assert len(lines) == 48
    for word in ("Status", "Started"):
        assert len({line[header.index(word) - 1] for line in lines}) == 1
    assert header.split()[:4] == ["Run", "Status", "oscillator.damping", "oscillator.frequency"]
    assert lines[0].split()[:4] == ["run_00000000", "●", "finished", "0.02"]


def test_results_become_columns_by_any_of_their_names(cli: Any, file: Path) -> None:
    runs = cli("runs", file, "--columns", "peak", "--json").json["runs"]
    wanted = [run["results"]["peak"] for run in runs]
    assert [wanted[row] for row, run in enumerate(runs) if run["status"] == "not run"] == [None]
    with h5py.File(file) as stored:
        assert wanted[3] == stored[f"{NAME}/results/runs/run_00000003/peak/peak"][()]
    for spelling in ("results.runs.$.peak", "results/runs/$/peak/peak", f"{NAME}.results.runs.$.peak", "peak.peak"):
        answer = cli("runs", file, "--columns", spelling, "--json").json
        assert [run["results"]["peak"] for run in answer["runs"]] == wanted, spelling
    both = cli("runs", file, "--columns", "peak", "regime").out.splitlines()[2]
    assert {"peak", "regime"} <= set(both.split())


def test_an_unknown_result_lists_the_choices(cli: Any, file: Path) -> None:
    said = problem(cli("runs", file, "--columns", "speed"))
    assert "no result “speed”" in said
    assert "peak" in said and "regime" in said


def test_an_ambiguous_result_lists_the_candidates(cli: Any, demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "copy.hdf5"
    path.write_bytes((demo / OSCILLATOR).read_bytes())
    with h5py.File(path, "r+") as copy:
        for run in copy[f"{NAME}/results/runs"].values():
            copy.copy(run["peak"], run.create_group("late"), "peak")
    said = problem(cli("runs", path, "--columns", "peak"))
    assert "results.runs.$.late.peak.peak" in said and "results.runs.$.peak.peak" in said
    assert cli("runs", path, "--columns", "late.peak").status == 0


def test_runs_as_json_says_what_is_missing_with_null(cli: Any, file: Path) -> None:
    runs = cli("runs", file, "--json").json["runs"]
    assert {run["status"] for run in runs} == {"finished", "not marked finished", "not run"}
    for run in runs:
        assert (run["started"] is None) == (run["status"] != "finished")
        assert set(run["parameters"]) == {"parameters.oscillator.damping", "parameters.oscillator.frequency"}


# --- show ------------------------------------------------------------------------------------------------------


def test_an_item_that_is_not_there_is_a_problem_and_not_another_item(cli: Any, tmp_path: Path) -> None:
    path = small_trajectory(tmp_path / "a.hdf5")
    answer = cli("show", path, "results.note", "--item", "nope")
    assert (answer.status, answer.out) == (1, "")
    assert "“note” has no item “nope”" in answer.err
    assert cli("show", path, "results.note", "--item", "note").status == 0


@pytest.mark.parametrize(
    "path",
    [
        "results.runs.run_00000003.peak",
        "results/runs/run_00000003/peak",
        f"{NAME}.results.runs.run_00000003.peak",
        f"/{NAME}/results/runs/run_00000003/peak",
    ],
)
def test_a_path_may_be_written_in_four_ways(cli: Any, file: Path, path: str) -> None:
    answer = cli("show", file, path, "--json").json
    assert answer["full_name"] == "results.runs.run_00000003.peak"
    with h5py.File(file) as stored:
        assert answer["content"]["value"] == stored[f"{NAME}/results/runs/run_00000003/peak/peak"][()]
    assert cli("show", file, path).out.splitlines()[-1] == str(answer["content"]["value"])


def test_an_array_is_shown_with_its_indices_and_exactly_in_json(cli: Any, file: Path) -> None:
    path = "results.summary.settling_times"
    answer = cli("show", file, path, "--json").json["content"]
    with h5py.File(file) as stored:
        numbers = stored[f"{NAME}/results/summary/settling_times/settling_times"][()]
    assert answer["shape"] == list(numbers.shape)
    shown = np.array([[math.nan if one in ("NaN", None) else one for one in row] for row in answer["values"]])
    np.testing.assert_array_equal(shown, numbers)
    lines = cli("show", file, path).out.splitlines()
    assert lines[-numbers.shape[0] - 1].split() == [f"[{column}]" for column in range(numbers.shape[1])]
    assert lines[-1].split()[0] == f"[{numbers.shape[0] - 1}]"


def test_a_text_of_several_lines_stays_in_lines(cli: Any, file: Path) -> None:
    with h5py.File(file) as stored:
        written = stored[f"{NAME}/results/summary/report/report"][()].decode()
    assert "\n" in written
    assert cli("show", file, "results.summary.report").out.endswith(f"\n\n{written.rstrip()}\n")


def test_rows_of_a_long_value_can_be_chosen(cli: Any, file: Path) -> None:
    path = ("show", file, "parameters.oscillator.damping", "--item", "range")
    whole = cli(*path, "--json").json["content"]
    part = cli(*path, "--start", 10, "--count", 5, "--json").json["content"]
    assert (part["start"], part["rows"]) == (10, whole["rows"])
    assert [column["values"] for column in part["columns"]] == [c["values"][10:15] for c in whole["columns"]]
    assert "These are rows 10 to 14 of 48." in cli(*path, "--start", 10, "--count", 5).out


def test_a_damaged_value_says_so_and_the_rest_is_readable(cli: Any, shared: Path) -> None:
    path = shared / "fixtures/pypet-0.6.1/42_corrupt_chunk.hdf5"
    answer = cli("show", path, "results.bad")
    assert answer.status == 1
    assert "damaged" in answer.err
    assert "results.bad" in answer.out
    assert cli("tree", path).status == cli("runs", path).status == 0


def test_what_is_not_there_is_said_in_two_sentences(cli: Any, file: Path) -> None:
    for path in ("results.nothing", "/nothing", "results.runs.run_00000000.peak.peak.peak", "results..peak"):
        said = problem(cli("show", file, path))
        assert said.endswith(".\n"), path
    assert "nothing" in problem(cli("tree", file, "results.nothing"))


# --- what goes wrong -------------------------------------------------------------------------------------------


def test_files_that_are_none_are_refused_with_a_sentence(cli: Any, tmp_path: Path, file: Path) -> None:
    (tmp_path / "text.hdf5").write_text("hello")
    (tmp_path / "empty.hdf5").write_bytes(b"")
    (tmp_path / "half.hdf5").write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    (tmp_path / "folder.hdf5").mkdir()
    os.mkfifo(tmp_path / "pipe.hdf5")
    for name in ("text.hdf5", "empty.hdf5", "half.hdf5", "folder.hdf5", "pipe.hdf5", "missing.hdf5"):
        for command in (("info",), ("runs",), ("tree",), ("tree", "--raw"), ("show", "--raw")):
            arguments = [*command, tmp_path / name, *(["x"] if command[0] == "show" else [])]
            assert f"“{name}”" in problem(cli(*arguments)), arguments


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["open", "x"],
        ["info"],
        ["show", "x"],
        ["tree", "x", "--depth", "0"],
        ["tree", "x", "--limit", "many"],
        ["runs", "x", "--columns"],
        ["info", "x", "--jso"],
    ],
)
def test_wrong_usage_ends_with_status_2(cli: Any, arguments: list[str]) -> None:
    answer = cli(*arguments)
    assert answer.status == 2
    assert answer.out == ""
    assert answer.err.startswith("usage: pexgui-cli")


def test_wrong_usage_cannot_control_the_terminal(cli: Any) -> None:
    assert "\x1b" not in cli("info", "x", "\x1b[31m").err


def test_help_is_there_for_every_command(cli: Any) -> None:
    for command in ("info", "tree", "runs", "show"):
        answer = cli(command, "--help")
        assert answer.status == 0
        assert "--trajectory" in answer.out and "NaN" in answer.out


def test_a_mistake_of_our_own_is_a_sentence_and_details_are_shown_on_request(
    cli: Any, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(core, "read_runs", stumble)
    answer = cli("runs", file)
    assert answer.status == 1
    assert "Traceback" not in answer.err
    assert "--details" in answer.err
    assert "ZeroDivisionError" in cli("runs", file, "--details").err


def test_whatever_a_file_is_called_it_opens_and_cannot_control_the_terminal(file: Path, tmp_path: Path) -> None:
    for name in (b"\x1b[31mred\n.hdf5", b"\xff\xfe.hdf5", b"--json", b"%s $(id).hdf5", "\u202egpj.hdf5".encode()):
        path = os.path.join(os.fsencode(tmp_path), name)
        os.link(file, path)
        for more in ([], ["--json"]):
            command = [sys.executable, "-m", "pexgui.cli", "info", *more, "--", path]
            shown = subprocess.run(command, capture_output=True, cwd=tmp_path)
            assert shown.returncode == 0, shown.stderr
            assert b"\x1b" not in shown.stdout and "\u202e".encode() not in shown.stdout
            if more:
                assert json.loads(shown.stdout)["file"] == path.decode("utf-8", "backslashreplace")


def test_what_a_file_holds_cannot_control_the_terminal(cli: Any, file: Path, tmp_path: Path) -> None:
    path = tmp_path / "hostile.hdf5"
    path.write_bytes(file.read_bytes())
    with h5py.File(path, "r+") as hostile:
        leaf = hostile[f"{NAME}/parameters/oscillator/damping"]
        leaf.attrs["SRVC_INIT_COMMENT"] = "\x1b]0;title\x07 \u202e\x9b31m"
        hostile[NAME].attrs["SRVC_INIT_COMMENT"] = "\x1b[2J"
        hostile[f"{NAME}/parameters"].move("oscillator", "\x1b[31m\u202e")
    for arguments in (("info",), ("tree",), ("runs",)):
        answer = cli(*arguments, path)
        assert answer.status == 0
        assert not set(answer.out + answer.err) & set("\x1b\x07\u202e\x9b")
    answer = cli("show", path, f"/{NAME}/parameters/\x1b[31m\u202e/damping")
    assert answer.status == 0
    assert not set(answer.out) & set("\x1b\x07\u202e\x9b")


def test_a_reader_that_closes_the_pipe_ends_it_without_a_word(file: Path, tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "pexgui.cli", "runs", str(file)]
    with os.fdopen(write, "wb") as closed:
        shown = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, cwd=tmp_path)
    assert shown.returncode == 141
    assert shown.stderr == b""


# --- what it never does ----------------------------------------------------------------------------------------


def test_it_needs_neither_qt_nor_another_process_and_sets_hdf5_up_before_it_is_loaded(
    file: Path, tmp_path: Path
) -> None:
    program = f"""
import os, sys
def watch(event, arguments):
    if event == "subprocess.Popen" and "pexgui" in str(arguments):
        sys.exit("started " + str(arguments))
sys.addaudithook(watch)
class Witness:
    def find_spec(self, name, path=None, target=None):
        if name == "h5py" and os.environ.get("HDF5_PLUGIN_PRELOAD") != "::":
            sys.exit("h5py came too early")
sys.meta_path.insert(0, Witness())
from pexgui.cli import main
assert main(["info", {str(file)!r}]) == 0
print(sorted(name for name in sys.modules if name.split(".")[0] in ("PySide6", "pyqtgraph", "tables", "pandas")))
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HDF5_")}
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, env=environment
    )
    assert shown.stderr == ""
    assert shown.stdout.splitlines()[-1] == "[]"


def test_a_file_that_a_simulation_has_open_for_writing_is_shown(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "running.hdf5"
    path.write_bytes(file.read_bytes())
    program = f"import h5py; f = h5py.File({str(path)!r}, 'r+', locking=True); print('open', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"open\n"
        command = [sys.executable, "-m", "pexgui.cli", "runs", str(path)]
        shown = subprocess.run(command, capture_output=True, cwd=tmp_path)
        assert shown.returncode == 0, shown.stderr
        writer.communicate(b"\n")


def test_looking_at_a_file_changes_nothing_about_it(cli: Any, several: Path) -> None:
    before = several.stat(), several.read_bytes(), sorted(os.listdir(several.parent))
    for arguments in (["info"], ["tree"], ["runs", "--columns", "peak"], ["show", "parameters.oscillator.damping"]):
        assert cli(arguments[0], several, *arguments[1:]).status == 0
    after = several.stat(), several.read_bytes(), sorted(os.listdir(several.parent))
    assert after[1:] == before[1:]
    assert (after[0].st_mtime_ns, after[0].st_size) == (before[0].st_mtime_ns, before[0].st_size)


def test_a_pickle_that_would_leave_a_mark_leaves_none(
    cli: Any, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "mark"
    monkeypatch.setenv("PEXGUI_CANARY", str(mark))
    canaries = sorted((shared / "fixtures/pypet-0.6.1").glob("50_canary_*.hdf5"))
    assert canaries
    for path in canaries:
        answer = cli("tree", path, "--raw", "--limit", 0, "--depth", 50, "--json")
        assert answer.status == 0
        for place in _places(answer.json["tree"]):
            assert "mistake" not in cli("show", path, "--raw", place, "--json").err, place
        for command in ("info", "runs", "tree"):
            assert "mistake" not in cli(command, path).err
        tree = cli("tree", path, "--limit", 0, "--depth", 50, "--json")
        for place in _places(tree.json["tree"]) if tree.status == 0 else ():
            assert "mistake" not in cli("show", path, place).err, place
        assert not mark.exists(), path


@pytest.mark.parametrize("name", ["02_result_types", "03_parameter_types", "18_pandas_table"])
def test_every_leaf_of_real_files_is_shown_as_text_and_as_json(cli: Any, shared: Path, name: str) -> None:
    path = shared / f"fixtures/pypet-0.6.1/{name}.hdf5"
    for trajectory in json.loads(Path(f"{path}.EXPECTED.json").read_text())["trajectories"]:
        for branch in ("parameters", "derived_parameters", "results", "other"):
            for leaf in trajectory[branch]:
                assert cli("show", path, leaf).status == 0, leaf
                answer = cli("show", path, leaf, "--json")
                assert answer.status == 0, leaf
                assert answer.json["full_name"] == leaf
                assert answer.json["content"]["form"] != "unreadable"


def _places(node: Any) -> list[str]:
    return [node["path"], *(place for child in node.get("children", ()) for place in _places(child))]
