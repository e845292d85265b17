"""What a comparison found, as a file to keep and to hand on: an HTML page that needs nothing else, or CSV."""

import os

from . import files, report_csv, report_html, text
from .errors import PexError
from .model_compare import Report, ReportRequest
from .progress import Progress, silent
from .report_told import Told

PAGES = (b".html", b".htm")


def save_report(request: ReportRequest, progress: Progress = silent) -> Report:
    """Write the report. Raises `PexError` when the disk refuses, or when it would take the place of a compared file.

    What can no longer be read is said in its place. A report that is not finished leaves nothing behind.
    """
    progress("Writing the report", 0, 0)
    if not 0 <= request.of < len(request.comparison.against):
        raise PexError("There is no such comparison to report.", "Compare once more.")
    _check_target(request)
    told = Told(request)
    is_page = request.target.lower().endswith(PAGES)
    pieces = report_html.pieces(told, progress) if is_page else report_csv.pieces(told, progress)
    size = 0
    with files.writing(request.target, lambda path: _check_size(path, size)) as part, open(part, "wb") as out:
        for piece in pieces:
            out.write(piece)
            size += len(piece)
        out.flush()
    return Report(request.target, size)


def _check_target(request: ReportRequest) -> None:
    """Raise when the report would replace one of the files it is about, under whatever name."""
    name = text.printable(os.path.basename(request.target))
    if b"\0" in request.target or not os.path.basename(request.target):
        raise PexError(f"“{name}” is not a possible file name.", "Choose another name for the report.")
    if os.path.isdir(request.target):
        raise PexError(f"“{name}” is a folder.", "Choose another name for the report.")
    for side in request.comparison.sides:
        if _same(request.target, side.side.file):
            raise PexError(
                f"The report was not written: “{name}” is one of the compared files.",
                "Nothing was changed. Choose another name for the report.",
            )


def _same(one: bytes, other: bytes) -> bool:
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _check_size(path: bytes, size: int) -> None:
    if os.path.getsize(path) != size:
        raise PexError("The report was not written completely.", "Nothing was changed. The disk may be full.")
