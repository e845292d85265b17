"""Scripts for a design: one that makes the exploration with pypet, one that runs its runs; and saving them."""

import os

from . import files, text
from .errors import PexError
from .explore_planning import Look, look
from .model_explore import Saved, SaveScriptRequest, ScriptRequest, Scripts
from .progress import Progress, silent
from .script_pypet import name_of, script_of
from .script_run import run_script, run_script_name
from .script_source import safe_word


def write_scripts(request: ScriptRequest, progress: Progress = silent) -> Scripts:
    """The scripts for a design. The file of a new trajectory need not be chosen yet.

    Raises `PexError` with what is wrong with the design, `NotReadable` when its source cannot be read.
    """
    wanted = request.request
    found = look(wanted, progress)
    _check(found)
    progress("Writing the scripts", 0, 0)
    name = name_of(wanted.path) if wanted.extend else wanted.name or "trajectory"
    file = wanted.source if wanted.extend else wanted.target or os.fsencode(f"{safe_word(name)}.hdf5")
    verb = "extend" if wanted.extend else "explore"
    return Scripts(
        pypet=script_of(found),
        run=run_script(file, name),
        pypet_name=f"{verb}_{safe_word(name)}.py",
        run_name=run_script_name(name),
    )


def _check(found: Look) -> None:
    trouble = found.drawn.trouble
    if found.plan.request.extend:
        trouble = found.plan.trouble if found.source is None or not found.plan.runs else trouble
    if trouble:
        raise PexError(trouble, "Change the design, then ask for the script again.")


def save_script(request: SaveScriptRequest, progress: Progress = silent) -> Saved:
    """Write a script into a file; one that is there is replaced. Raises `PexError` when the disk refuses."""
    progress("Writing the script", 0, 0)
    name = os.path.basename(request.target)
    if b"\0" in request.target or not name:
        raise PexError(f"“{text.printable(name)}” is not a possible file name.", "Choose another name for the script.")
    if os.path.isdir(request.target):
        raise PexError(f"“{text.printable(name)}” is a folder.", "Choose another name for the script.")
    script = request.script.encode("utf-8", "backslashreplace")
    with files.writing(request.target, lambda path: _check_size(path, len(script))) as part, open(part, "wb") as out:
        out.write(script)
        out.flush()
    return Saved(request.target)


def _check_size(path: bytes, size: int) -> None:
    if os.path.getsize(path) != size:
        raise PexError("The script was not written completely.", "Nothing was changed. The disk may be full.")
