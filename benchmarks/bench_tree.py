"""A group of 50,000 children, expanded in the window, beside silx view and ViTables."""

import os
import subprocess
import time
from pathlib import Path

from benchmarks.made import ROOT, wide
from benchmarks.real_window import open_window, rest, wait_for
from benchmarks.row import Row, memory, seconds
from pexgui.core import TrajectoryRequest
from pexgui.ui.trajectory import TREE
from tests.ui.instruments import Heartbeat

CHILDREN = 50_000
GROUP = "/wide/results/wide"
PEERS = Path(os.environ.get("PEXGUI_PEERS", ROOT / ".peers" / "bin" / "python"))


def measure() -> list[Row]:
    path = wide(CHILDREN)
    with open_window() as window:
        tree = window.trajectory.tree
        window.show_trajectory(TrajectoryRequest(os.fsencode(path), b"/wide"))
        window.trajectory.tabs.choose(TREE)
        window.trajectory._tab_chosen(TREE)
        rest(1.0)
        before = memory()
        with Heartbeat() as heartbeat:
            expand(window, "results", "wide")
            spans = tree.model.rowCount(tree.view.currentIndex())
            began = time.perf_counter()
            thousand = first_below(tree, tree.view.currentIndex())
            tree.view.expand(thousand)
            wait_for(lambda: tree.model.rowCount(thousand) > 1)
            hundred = first_below(tree, thousand)
            tree.view.expand(hundred)
            wait_for(lambda: tree.model.rowCount(hundred) == 100)
            taken = time.perf_counter() - began
            rest(0.5)
        more = memory() - before
    ours = f"{seconds(heartbeat.longest)}, + {more / 1e6:.0f} MB; into the first hundred of {spans} ranges "
    ours += f"in {seconds(taken)}"
    peers = "; ".join(peer(which, path) for which in ("silx", "vitables"))
    what = "group of 50,000 children, expanded in the window: longest block of the event loop, memory"
    return [Row(what, "≤ 100 ms, + ≤ 60 MB", ours, peers)]


def expand(window: object, *names: str) -> None:
    tree = window.trajectory.tree
    for name in names:
        parent = tree.view.currentIndex()
        wait_for(lambda parent=parent, name=name: child(tree, parent, name) is not None)
        tree.view.setCurrentIndex(child(tree, parent, name))
        tree.view.expand(tree.view.currentIndex())
    wait_for(lambda: tree.model.rowCount(tree.view.currentIndex()) > 1)


def first_below(tree: object, parent: object) -> object:
    return tree.model.index(0, 0, parent)


def child(tree: object, parent: object, name: str) -> object:
    rows = range(tree.model.rowCount(parent))
    return next((i for row in rows if (i := tree.model.index(row, 0, parent)).data() == name), None)


def peer(which: str, path: Path) -> str:
    if not PEERS.exists():
        return f"{which}: not installed, see make peers"
    script = Path(__file__).with_name("tree_peer.py")
    done = subprocess.run(
        [PEERS, script, which, path, GROUP], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    blocked, more = (float(part) for part in done.stdout.split()[-2:])
    return f"{which} {seconds(blocked)}, + {more / 1e6:.0f} MB"
