"""Runs to do in plain words: how many are open, what the commands need, and where the script is."""

import os

from pexgui.core import RunsToDo, text

from .merge_choices import cut, shown_path

TITLE = "Runs to do"
LOOKING = "Looking for open runs"
WAYS = ("On this computer", "As an array job")
COMMANDS = ("Command for this computer", "Script of an array job")
COPY = ("Copy command", "Copy array job")
MEANINGS = (
    "Runs them here, on several cores at once.",
    "For the scheduler of a cluster, whose tasks share the runs.",
)
SAVE, SAVE_AGAIN = "Save script…", "Save again…"


def window_title(found: RunsToDo) -> str:
    return f"{TITLE} – {cut(found.name, 60)}"


def sentence(found: RunsToDo) -> str:
    """How many runs are open, and how many of these were begun."""
    name, count = f"“{cut(found.name)}”", len(found.open)
    if not count:
        return f"Nothing is open in {name}."
    verb = "is" if count == 1 else "are"
    if count < found.runs:
        opened = f"{count:,} of {text.count(found.runs, 'run')} of {name} {verb} open"
    elif count == 1:
        opened = f"The only run of {name} is open"
    else:
        opened = f"All {count:,} runs of {name} are open"
    begun = _begun(sum(run.failed for run in found.open), count)
    return f"{opened}; {begun}." if begun else f"{opened}."


def _begun(failed: int, count: int) -> str:
    if not failed:
        return ""
    if count == 1:
        return "it was begun and did not finish"
    them = "all" if failed == count else f"{failed:,}"
    return f"{them} of them {'was' if failed == 1 else 'were'} begun and did not finish"


def nothing_to_do(found: RunsToDo) -> str:
    """What stands where the runs would be."""
    if not found.runs:
        return "This trajectory has no runs."
    return f"All {found.runs:,} runs are finished." if found.runs > 1 else "The only run is finished."


def needed(found: RunsToDo) -> str:
    """What both commands need."""
    file = text.printable(os.path.basename(found.request.file), 300)
    return f"Both commands need “{cut(found.script_name)}” beside “{cut(file)}”."


def proposed(found: RunsToDo) -> bytes:
    """Where the commands look for the script."""
    return os.path.join(os.path.dirname(found.request.file), os.fsencode(found.script_name))


def in_place(found: RunsToDo, file: bytes) -> bool:
    """Whether a script saved as ``file`` is where the commands look for it."""
    return os.path.normpath(file) == os.path.normpath(proposed(found))


def saved(found: RunsToDo, file: bytes) -> str:
    """Where the script was saved, and what follows when the commands look for it elsewhere."""
    told = f"Saved as {shown_path(file)}"
    return told if in_place(found, file) else f"{told}. The commands look for it as {shown_path(proposed(found))}."
