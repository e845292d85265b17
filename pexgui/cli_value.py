"""A value as ``pexgui-cli show`` prints it: what it is, and then as much of it as was read."""

from collections.abc import Iterator

from .cli_cells import shown, word
from .cli_text import GAP, facts, grid, width
from .core import (
    ArrayWindow,
    Content,
    ItemInfo,
    Mapping,
    Pickled,
    Scalar,
    Sequence,
    TableWindow,
    Text,
    Value,
    text,
)

DIGITS = 8
"""Digits of a float in an array; JSON has them all."""


def about(value: Value) -> Iterator[str]:
    """What the value is."""
    yield text.printable(value.full_name or value.name, 4096)
    kind = value.kind.value + (", explored" if value.explored else "")
    yield from facts(
        [
            ("Kind", f"{kind}, {value.type}" if value.type else kind),
            ("Comment", value.comment),
            ("", value.comment_note),
            *((fact.name, fact.text) for fact in value.annotations),
            *(("Note", warning) for warning in value.warnings),
        ]
    )
    if value.items:
        yield ""
        yield from grid([_item(item, item.name == value.chosen) for item in value.items], right=[4], indent=GAP)


def _item(item: ItemInfo, chosen: bool) -> tuple[str, str, str, str, str]:
    mark = "›" if chosen else " "
    return f"{mark} {text.printable(item.name)}", item.type, text.shape(item.shape), item.codec, text.size(item.stored)


def lines(content: Content, room: int = 0) -> Iterator[str]:
    """The value, one line after the other; what is left out is said at the end.

    ``room`` is the width of the terminal: columns of an array that find no place in it are left out too.
    """
    if isinstance(content, Scalar):
        yield text.printable(content.text, 10_000) if content.number is None else word(content.number)
    elif isinstance(content, Text):
        yield from text.paragraphs(content.text).splitlines() or [""]
        yield from _rest(len(content.text), content.length, "character")
    elif isinstance(content, Sequence):
        for item in content.items:
            yield from _entry("-", item)
        yield from _rest(len(content.items), content.length, "item")
    elif isinstance(content, Mapping):
        for entry in content.entries:
            yield from _entry(f"{text.printable(entry.key)}:", entry.value)
        yield from _rest(len(content.entries), content.length, "entry", "entries")
    elif isinstance(content, ArrayWindow):
        yield from _array(content, room)
    elif isinstance(content, TableWindow):
        yield from _table(content)
    elif isinstance(content, Pickled):
        yield f"Pickled object, {text.size(content.size)}. {content.note}".rstrip()
        yield from lines(content.content) if content.content is not None else ()
    else:
        yield text.paragraphs(content.reason)


def _entry(name: str, content: Content) -> Iterator[str]:
    """A short value beside its name, a longer one below it."""
    below = list(lines(content))
    if len(below) == 1:
        yield f"{name} {below[0]}"
    else:
        yield name
        yield from (f"{GAP}{line}" for line in below)


def _rest(here: int, length: int, one: str, many: str = "") -> Iterator[str]:
    if length > here:
        left = length - here
        yield f"… {left:,} more {one if left == 1 else many or one + 's'}"


def _array(content: ArrayWindow, room: int) -> Iterator[str]:
    cells = shown(content.cells, DIGITS)
    if not content.window:
        yield cells[0]
        return
    if not cells:
        yield f"No elements: {text.shape(content.shape)}."
        return
    high, wide = (*content.window, 1)[:2]
    start, first = (*content.start, 0)[:2]
    columns = [[f"[{start + row}]" for row in range(high)], *(cells[column::wide] for column in range(wide))]
    if len(content.window) == 2:
        for number, column in enumerate(columns):
            column.insert(0, f"[{first + number - 1}]" if number else "")
    fitting = _fitting(columns, room) if room else len(columns)
    yield from grid(list(zip(*columns[:fitting], strict=True)), right=range(fitting))
    yield from _rest(fitting, len(columns), "column")
    yield from _place(content)


def _fitting(columns: list[list[str]], room: int) -> int:
    """How many columns find a place, at least the first of the array."""
    used = 0
    for number, column in enumerate(columns):
        used += max(map(width, column)) + len(GAP)
        if used > room and number > 1:
            return number
    return len(columns)


def _place(content: ArrayWindow) -> Iterator[str]:
    """Which part of the array this is, when it is only a part."""
    whole = all(content.shape[axis] == long for axis, long in zip(content.axes, content.window, strict=True))
    if whole and len(content.axes) == len(content.shape):
        return
    axes = dict(zip(content.axes, zip(content.start, content.window, strict=True), strict=True))
    parts = []
    for axis, index in enumerate(content.index):
        start, long = axes.get(axis, (index, 1))
        parts.append(f"{start}…{start + long - 1}" if axis in axes else str(index))
    yield f"This is [{', '.join(parts)}] of {text.shape(content.shape)}."


def _table(content: TableWindow) -> Iterator[str]:
    columns = [[text.printable(column.name), *shown(column.cells)] for column in content.columns]
    if columns:
        numeric = [number for number, column in enumerate(content.columns) if column.type not in ("str", "bytes")]
        yield from grid(list(zip(*columns, strict=True)), right=numeric)
    here = len(columns[0]) - 1 if columns else 0
    if here < content.rows:
        last = content.start + here - 1
        yield f"These are rows {content.start:,} to {last:,} of {content.rows:,}." if here else "No rows."
    yield from _rest(len(columns), content.columns_total, "column")
    if content.note:
        yield text.paragraphs(content.note)
