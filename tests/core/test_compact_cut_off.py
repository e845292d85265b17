"""Whole compactions, killed: the path of the original always holds a complete file, the old or the new one."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pexgui.core import RecoverRequest, recover_files, unfinished_folders
from tests.core.compact_cutting import SCENARIOS, Compactions
from tests.core.compared import sweep
from tests.core.merge_cutting import POINTS, digests, in_system_calls
from tests.core.test_merge_cut_off import tell
from tests.core.test_replacing import quick as quick
from tests.core.test_replacing import told

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are cut off by fork")

KILLED = """
import os, signal, sys
from pexgui import compact_hdf5_file
from pexgui.core import replacing

def killed(name):
    if name == "verify the result":
        os.kill(os.getpid(), signal.SIGKILL)

replacing.moment = killed
compact_hdf5_file(sys.argv[1])
"""


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_at_every_named_moment(quick: str, scenario: str) -> None:
    found = told("compact_cutting", "moments", scenario, quick, 0, 0)
    tell(f"{scenario}, every named moment", found)
    assert found["wrong"] == []
    assert found["kills"] > 20
    assert 5 < found["complete"] < found["kills"]


@pytest.mark.skipif(sys.platform != "linux", reason="system calls are counted as Linux does it")
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_in_any_system_call(quick: str, scenario: str, request: pytest.FixtureRequest) -> None:
    if in_system_calls(lambda: None) < 0:
        pytest.skip("nobody may count system calls here")
    seeds, count = ((0, 1), 100) if request.config.getoption("--everything") else ((0,), 8)
    for seed in seeds:
        found = told("compact_cutting", "calls", scenario, quick, count, seed)
        tell(f"{scenario}, system calls chosen by seed {seed}", found)
        assert found["wrong"] == []
        assert found["kills"] == count


def test_a_compaction_of_a_script_that_is_killed_is_found_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "files"
    folder.mkdir()
    sweep(folder / "a.hdf5", POINTS[0])
    before = digests(folder)
    done = subprocess.run([sys.executable, "-c", KILLED, folder / "a.hdf5"], check=False)
    assert done.returncode == -signal.SIGKILL
    assert unfinished_folders() == (os.fsencode(folder),)
    (found,) = recover_files(RecoverRequest(unfinished_folders())).found
    assert found.sentences == ("Writing “a.hdf5” had been cut off and was undone; your files are unchanged.",)
    assert (digests(folder), unfinished_folders()) == (before, ())


@pytest.mark.parametrize("spoilt", ["a backup", "the result", "a byte of the result"])
def test_whoever_judges_would_find_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoilt: str) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    campaign = Compactions("small", tmp_path / "campaign")
    assert list(campaign.problems({"error": "", "result": []}, clean=True, once=True)) == []
    campaign.prepared()()
    result = campaign.folder / "a.hdf5"
    if spoilt == "a backup":
        next(campaign.folder.glob("a.*.bak")).unlink()
    elif spoilt == "the result":
        result.unlink()
    else:
        content = bytearray(result.read_bytes())
        content[content.index(b"A number") + 2] ^= 1
        result.write_bytes(content)
    assert list(campaign.problems({"error": "", "result": []}, clean=True, once=True)) != []
