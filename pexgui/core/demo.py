"""The demo: a folder of small sweeps worth looking at, made on the spot."""

import os
import shutil
from collections.abc import Callable

from . import demo_sweeps, text
from .errors import PexError
from .model import Demo, DemoRequest
from .progress import Progress, silent
from .writer import FileWriter, create

_ROOM = 20_000_000
_SWEEPS: tuple[tuple[bytes, Callable[[FileWriter, Progress], None]], ...] = (
    (b"mechanics/damped_oscillator.hdf5", demo_sweeps.oscillator),
    (b"populations/logistic_map.hdf5", demo_sweeps.logistic_map),
    (b"neurons/firing_rate.hdf5", demo_sweeps.firing_rate),
    (
        b"neurons/to merge/session_1.hdf5",
        demo_sweeps.Session("session_1", (1.2, 1.6, 2.0), demo_sweeps.CREATED - 90_000),
    ),
    (
        b"neurons/to merge/session_2.hdf5",
        demo_sweeps.Session("session_2", (1.6, 2.0, 2.4), demo_sweeps.CREATED - 4_000),
    ),
)


def make_demo(request: DemoRequest, progress: Progress = silent) -> Demo:
    """Make those files of the demo that are not there; what is there stays as it is.

    Raises `PexError` when the folder cannot be made or the disk has no room.
    """
    made: list[bytes] = []
    for done, (name, sweep) in enumerate(_SWEEPS):
        progress("Making the demo", done, len(_SWEEPS))
        target = os.path.join(request.folder, *name.split(b"/"))
        made.append(target)
        if os.path.exists(target):
            continue
        _prepare(os.path.dirname(target))
        with create(target) as file:
            sweep(file, progress)
    progress("Making the demo", len(_SWEEPS), len(_SWEEPS))
    return Demo(request.folder, tuple(made))


def _prepare(folder: bytes) -> None:
    """Make the folder, and see that there is room in it."""
    try:
        os.makedirs(folder, exist_ok=True)
        free = shutil.disk_usage(os.fsdecode(folder)).free
    except OSError as error:
        raise PexError(
            f"The demo folder “{text.printable(os.path.basename(folder))}” cannot be made.",
            "Choose a folder in which you may write.",
            text.printable(str(error)),
        ) from error
    if free < _ROOM:
        raise PexError(
            f"There is no room for the demo: {text.size(free)} are free, {text.size(_ROOM)} are needed.",
            "Make room on the disk, or choose another folder.",
        )
