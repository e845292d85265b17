"""``pexgui-cli recover``: what was cut off, finished or undone."""

import argparse
import os
from typing import Any

from . import cli_ask, cli_json, core
from .core import NotReadable, RecoverRequest

NOTE = """Without FOLDER it looks wherever a merge was cut off, as the window does at its start.
Exit status: 0 when nothing is left to be settled, 1 otherwise."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what can be asked."""
    parser.add_argument("folders", nargs="*", type=_path, metavar="FOLDER", help="where to look")


def _path(argument: str) -> bytes:
    return os.path.abspath(os.fsencode(argument))


def recover(options: argparse.Namespace) -> tuple[bool, dict[str, Any], list[str]]:
    """Whether everything is settled, what to print as JSON, and the lines to print. Raises `NotReadable`."""
    for folder in options.folders:
        if not os.path.isdir(folder):
            title = f"The folder {cli_ask.named(folder)} is not there."
            raise NotReadable(title, "Nothing was changed. Look where it is now.")
    found = core.recover_files(RecoverRequest(tuple(options.folders) or core.unfinished_folders())).found
    plain = [
        {"file": cli_json.path(one.target), "sentences": list(one.sentences), "settled": one.settled} for one in found
    ]
    lines = [sentence for one in found for sentence in one.sentences] or ["Nothing was cut off."]
    return all(one.settled for one in found), {"found": plain}, lines
