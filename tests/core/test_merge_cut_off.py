"""Whole merges, killed: afterwards every original is what it was to the byte, or the merge is complete and verified."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pexgui.core import RecoverRequest, recover_files, unfinished_folders
from tests.core.compared import sweep
from tests.core.merge_cutting import POINTS, SCENARIOS, Campaign, digests, in_system_calls
from tests.core.test_replacing import quick as quick
from tests.core.test_replacing import told

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are cut off by fork")


KILLED = """
import os, signal, sys
from pexgui import merge_all_in_folder
from pexgui.core import replacing

def killed(name):
    if name == "verify the result":
        os.kill(os.getpid(), signal.SIGKILL)

replacing.moment = killed
merge_all_in_folder(sys.argv[1])
"""


def tell(name: str, found: dict[str, Any]) -> None:
    """What the campaign is run for; pytest shows it when asked to."""
    words = f"{found['kills']} kills, {found['complete']} complete afterwards, the others as before"
    sys.stdout.write(f"{name}: {words}\n")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_at_every_named_moment(quick: str, scenario: str) -> None:
    found = told("merge_cutting", "moments", scenario, quick, 0, 0)
    tell(f"{scenario}, every named moment", found)
    assert found["wrong"] == []
    assert found["kills"] > 20
    assert 5 < found["complete"] < found["kills"]


@pytest.mark.skipif(sys.platform != "linux", reason="system calls are counted as Linux does it")
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_in_any_system_call(quick: str, scenario: str, request: pytest.FixtureRequest) -> None:
    if in_system_calls(lambda: None) < 0:
        pytest.skip("nobody may count system calls here")
    seeds, count = ((0, 1, 2, 3), 100) if request.config.getoption("--everything") else ((0,), 10)
    for seed in seeds:
        found = told("merge_cutting", "calls", scenario, quick, count, seed)
        tell(f"{scenario}, system calls chosen by seed {seed}", found)
        assert found["wrong"] == []
        assert found["kills"] == count


def test_a_merge_of_a_script_that_is_killed_is_found_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "files"
    folder.mkdir()
    for name, points in zip("ab", POINTS, strict=True):
        sweep(folder / f"{name}.hdf5", points)
    before = digests(folder)
    done = subprocess.run([sys.executable, "-c", KILLED, folder], check=False)
    assert done.returncode == -signal.SIGKILL
    assert unfinished_folders() == (os.fsencode(folder),)
    (found,) = recover_files(RecoverRequest(unfinished_folders())).found
    assert found.sentences == ("Writing “a.hdf5” had been cut off and was undone; your files are unchanged.",)
    assert (digests(folder), unfinished_folders()) == (before, ())


# --- whoever judges would find it


@pytest.fixture
def campaign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Campaign]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Campaign("away", tmp_path / "campaign")


def found_wrong(campaign: Campaign) -> list[str]:
    return list(campaign.problems({"error": "", "result": []}, clean=True, once=True))


def test_what_is_as_before_or_complete_is_right(campaign: Campaign) -> None:
    assert found_wrong(campaign) == []
    campaign.prepared()
    assert found_wrong(campaign) == []


@pytest.mark.parametrize("spoilt", ["a backup", "a source", "the result", "litter", "a byte of an original"])
def test_what_is_neither_is_found(campaign: Campaign, spoilt: str) -> None:
    files = {
        "a backup": next(campaign.folder.glob("*.bak")),
        "a source": next(campaign.folder.glob("*.merged/b.hdf5")),
        "the result": campaign.folder / "a.hdf5",
    }
    if spoilt in files:
        files[spoilt].unlink()
    elif spoilt == "litter":
        (campaign.folder / ".a.hdf5.pexgui-12345678.tmp").touch()
    else:
        campaign.prepared()
        content = bytearray((campaign.folder / "b.hdf5").read_bytes())
        content[len(content) // 2] ^= 1
        (campaign.folder / "b.hdf5").write_bytes(content)
    assert found_wrong(campaign) != []
