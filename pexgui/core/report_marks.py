"""What the parts of a report are made of: escaped text, letters, notes, cells."""

import html

import numpy as np
from numpy.typing import NDArray

from . import text
from .model import Cells, Numbers, Texts


def escaped(words: str, limit: int = 100_000) -> str:
    """Foreign text as text of the page."""
    return html.escape(text.paragraphs(words, limit))


def badge(letter: str) -> str:
    """The letter of a side."""
    return f'<span class="badge {letter}">{letter.upper()}</span>'


def note(words: str) -> str:
    """A muted line; nothing when there is nothing to say."""
    return f'<p class="muted">{escaped(words)}</p>' if words else ""


def cell(words: str, mark: str = "") -> str:
    """A cell of a table."""
    return f'<td class="{mark}">{escaped(words, 300)}</td>' if mark else f"<td>{escaped(words, 300)}</td>"


def array_of(cells: Cells) -> "NDArray[np.generic] | None":
    """Cells as an array; None when they are texts."""
    return np.frombuffer(cells.data, cells.dtype) if isinstance(cells, Numbers) else None


def words_of(cells: Cells, array: "NDArray[np.generic] | None", row: int) -> str:
    """A cell as people read it; empty where there is nothing."""
    if isinstance(cells, Texts):
        found = cells.items[row]
        return "" if found is None else found
    if array is None or (cells.missing and cells.missing[row]):
        return ""
    element = array[row]
    shown = str(element).strip("()") if array.dtype.kind in "fcb" else f"{element:,}"
    return shown.replace("-", text.MINUS)
