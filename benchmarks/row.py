"""What a benchmark says: one line of the table."""

import os
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple


class Row(NamedTuple):
    """``ours`` and ``peer`` are texts with units; ``peer`` names who it is."""

    what: str
    goal: str
    ours: str
    peer: str


def seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"


def spread(values: list[float]) -> str:
    """Median (minimum – maximum)."""
    return f"{seconds(statistics.median(values))} ({seconds(min(values))} – {seconds(max(values))})"


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def memory(pid: int | None = None) -> int:
    """Resident memory of a process, in bytes."""
    with open(f"/proc/{pid or os.getpid()}/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def peak(pid: int) -> int:
    """The most resident memory a process had so far, in bytes."""
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    raise RuntimeError(f"the kernel does not tell the peak memory of process {pid}")
