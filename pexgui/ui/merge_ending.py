"""What follows when a merge was stopped: whether everything is as it was, found out and not only believed."""

import os
from collections.abc import Callable

from pexgui.core import MergePlan, MergeResult, PexError, RecoverRequest, Recovery, recover_files, text

from .jobs import Submit

STOPPED = "Stopped. Every file is as it was before."


def target_of(plan: MergePlan) -> bytes:
    """The file that a plan makes or replaces."""
    return plan.request.target or plan.request.sources[0].file


def state_of(file: bytes) -> tuple[int, int, int] | None:
    """By what one sees that a file was replaced; None when it is not there."""
    try:
        status = os.stat(file)
    except OSError:
        return None
    return (status.st_ino, status.st_size, status.st_mtime_ns)


def after_stop(
    submit: Submit,
    target: bytes,
    before: tuple[int, int, int] | None,
    then: Callable[[str], object],
    otherwise: Callable[[PexError], object],
) -> None:
    """Have what was cut off finished or undone, and tell ``then`` in a sentence how things are; ``before`` is what the
    target was when the merge began."""

    def tell(recovery: Recovery) -> None:
        told = [sentence for found in recovery.found if found.ours for sentence in found.sentences]
        if not told and state_of(target) not in (None, before):
            name = text.printable(os.path.basename(target), 80)
            told = [f"The merge was complete before it could be stopped: “{name}” is there, checked."]
        then(" ".join(told) or STOPPED)

    submit(recover_files, RecoverRequest((os.path.dirname(os.path.realpath(target)),)), tell, otherwise)


def folders_to_undo(plan: MergePlan, result: MergeResult) -> tuple[bytes, ...]:
    """The folders to which sources go back that were not beside the result."""
    beside = os.path.dirname(result.target)
    folders = dict.fromkeys(os.path.dirname(source.source.file) for source in plan.sources)
    return tuple(folder for folder in folders if folder != beside)
