"""Values in words: what they are, and in one line what they hold."""

from collections.abc import Iterator

from pexgui.core import (
    ArrayWindow,
    Content,
    Mapping,
    Nothing,
    Pickled,
    Scalar,
    Sequence,
    TableWindow,
    Text,
    Unreadable,
    text,
)

_TABLES = {"table": "object table", "range": "range", "sparse": "sparse matrix"}


def kind(content: Content) -> str:
    """What a value is: ``array, float64``, ``list, 3 items``, ``DataFrame``."""
    match content:
        case ArrayWindow():
            return f"array, {content.type}"
        case Sequence():
            return f"{content.type}, {text.count(content.length, 'item')}"
        case Mapping():
            return f"{content.type}, {text.count(content.length, 'entry', 'entries')}"
        case TableWindow():
            return _TABLES.get(content.type, content.type)
        case Pickled():
            return "pickled object"
        case Scalar() | Text():
            return content.type
    return ""


def brief(content: Content) -> str:
    """A value in one line: itself when it is short, else what it is."""
    match content:
        case Scalar():
            return content.text
        case Text():
            return " ".join(content.text[:200].split()) or "empty text"
        case ArrayWindow():
            return f"{kind(content)}, {text.shape(content.shape)}" if content.shape else kind(content)
        case TableWindow():
            return f"{kind(content)}, {text.count(content.rows, 'row')}"
        case Pickled():
            return f"pickled object, {text.size(content.size)}"
        case Nothing() | Unreadable():
            return content.reason
    return kind(content)


def icon(content: Content) -> str:
    """The name of the icon for this kind of value."""
    match content:
        case Scalar():
            return "number"
        case Text():
            return "text"
        case Sequence():
            return "list"
        case Mapping():
            return "mapping"
        case ArrayWindow():
            return "image" if len(content.shape) > 1 else "chart"
        case TableWindow():
            return "sliders" if content.type == "range" else "table"
        case Pickled():
            return "object"
        case Unreadable():
            return "warning"
    return "info"


def plain(content: Scalar) -> str:
    """A scalar as Python and spreadsheets read it."""
    if content.number is not None:
        return str(content.number)
    shown = content.text.replace(text.MINUS, "-")
    return shown.replace(",", "") if "int" in content.type else shown


def lines(content: Content, depth: int = 0) -> Iterator[str]:
    """A nested value as indented lines of keys and values; a plain list as its items."""
    match content:
        case Sequence() if not depth and all(isinstance(item, Scalar | Text) for item in content.items):
            yield from (own(item) for item in content.items)
            return
        case Sequence():
            pairs = [(str(number), item) for number, item in enumerate(content.items)]
        case Mapping():
            pairs = [(entry.key, entry.value) for entry in content.entries]
        case Pickled() if content.content is not None:
            yield from lines(content.content, depth)
            return
        case _:
            yield "\t" * depth + own(content)
            return
    for key, value in pairs:
        if isinstance(value, Sequence | Mapping) and (value.items if isinstance(value, Sequence) else value.entries):
            yield "\t" * depth + key
            yield from lines(value, depth + 1)
        else:
            yield "\t" * depth + f"{key}\t{own(value)}"


def own(content: Content) -> str:
    """A single value for the clipboard."""
    if isinstance(content, Scalar):
        return plain(content)
    return content.text if isinstance(content, Text) else brief(content)
