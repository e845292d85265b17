"""One difference in its natural form: both sides laid over one another, a screen of them."""

import math
from typing import Any

import numpy as np

from . import (
    compare_array,
    compare_nested,
    compare_rows,
    compare_table,
    compare_text,
    files,
    items,
    layout,
    parameters,
    values,
)
from .compare_place import Held, Place, Thing
from .errors import FAILURES, NotReadable
from .items import Form, Item
from .model import Content, Nothing, Unreadable
from .model_compare import (
    Aspect,
    ContentPair,
    Difference,
    DifferenceRequest,
    DifferenceShown,
    DifferenceView,
    Side,
    State,
)
from .progress import Progress, silent

BUDGET = 64 << 20
"""What has to be decoded as a whole and is larger than this is shown each by itself."""

MANY = 1_000
"""Lists of more numbers than this are compared as arrays."""

_OBJECT = 64
_IN_WORDS = (Aspect.STATUS, Aspect.TYPE, Aspect.TARGET)
_LISTS = (layout.COLL_LIST, layout.COLL_TUPLE)


def read_difference(request: DifferenceRequest, progress: Progress = silent) -> DifferenceShown:
    """Both sides of a difference, at most a screen of them. Raises `NotReadable` when a file cannot be read at all.

    A side of which only the value cannot be read is `Unreadable` beside what the other one has.
    """
    progress("Reading both sides", 0, 0)
    found = request.difference
    if found.aspect in _IN_WORDS or not (found.path_a or found.path_b):
        return DifferenceShown(compare_text.text_pair(found.a, found.b, request.start))
    if found.state is State.ONLY_A or not found.path_b:
        return DifferenceShown(ContentPair(_alone(request.a, found.path_a, found), None))
    if found.state is State.ONLY_B or not found.path_a:
        return DifferenceShown(ContentPair(None, _alone(request.b, found.path_b, found)))

    def beside(a: files.OpenFile, b: files.OpenFile) -> DifferenceView:
        places = Place(a, request.a, found.path_a), Place(b, request.b, found.path_b)
        return _Both(request, places, progress).view()

    return DifferenceShown(
        files.steadily(request.a.file, lambda a: files.steadily(request.b.file, lambda b: beside(a, b)))
    )


def _alone(side: Side, path: bytes, found: Difference) -> Content | None:
    """What is on the only side that has something."""
    if not path:
        return None

    def answer(file: files.OpenFile) -> Content:
        place = Place(file, side, path)
        return place.content(place.found(found))

    return files.steadily(side.file, answer)


class _Both:
    """What two places have, laid over one another."""

    def __init__(self, request: DifferenceRequest, places: tuple[Place, Place], progress: Progress) -> None:
        self.a, self.b = places
        self.found = request.difference
        self.tolerance = request.tolerance
        self.start = request.start
        self.progress = progress
        self.first = self.found.magnitude.first if self.found.magnitude is not None else ()

    def view(self) -> DifferenceView:
        """The natural form; each side by itself where there is none, or where one cannot be read."""
        if self.found.state is State.CHANGED and self.found.aspect is Aspect.VALUE and self._in_words():
            return compare_text.text_pair(self.found.a, self.found.b, self.start)
        a, b = self.a.found(self.found), self.b.found(self.found)
        if not isinstance(a, (Nothing, Unreadable)) and not isinstance(b, (Nothing, Unreadable)):
            try:
                view = self._beside(a, b)
            except (NotReadable, *FAILURES) as error:
                self._check_unchanged(error)
                view = None
            if view is not None:
                return view
        return ContentPair(self.a.content(a), self.b.content(b))

    def _in_words(self) -> bool:
        """Whether the value is one that the trajectory's bookkeeping has, not a leaf."""
        return not self.a.is_value() and not self.b.is_value()

    def _check_unchanged(self, error: Exception) -> None:
        for place in (self.a, self.b):
            if place.file.changed():
                raise files.being_written(place.file.path) from error

    def _beside(self, a: Thing, b: Thing) -> DifferenceView | None:
        """What is in the files stays there as long as possible; only what has no cells of its own is decoded whole."""
        arrays = _array(a), _array(b)
        if arrays[0] is not None and arrays[1] is not None:
            return self._arrays(*arrays)
        rows = _rows(a, self.a.encoding), _rows(b, self.b.encoding)
        if rows[0] is not None and rows[1] is not None:
            return self._tables(*rows)
        if _is_large(a) or _is_large(b):
            return None
        return self._values(_value(a, self.a.encoding), _value(b, self.b.encoding))

    def _arrays(self, a: Any, b: Any) -> DifferenceView | None:
        if a.shape != b.shape or 0 in a.shape:
            return None
        return compare_array.array_pair(a, b, self.tolerance, self.first, self.start, self.progress)

    def _tables(self, a: Any, b: Any) -> DifferenceView:
        return compare_table.table_pair(a, b, self.tolerance, self.first, self.start, self.progress)

    def _values(self, a: Any, b: Any) -> DifferenceView | None:
        """Two decoded values."""
        if isinstance(a, values.Pickle) or isinstance(b, values.Pickle):
            return self._pickles(a, b)
        a, b = _plain(a), _plain(b)
        if _is_text(a) and type(a) is type(b):
            if a == b and self.found.aspect is Aspect.COMMENT:  # of another run, where pypet keeps one that repeats
                a, b = self.found.a, self.found.b
            return compare_text.text_pair(_text(a), _text(b), self.start)
        if compare_text.is_number(a) and compare_text.is_number(b):
            return compare_text.number_pair(a, b)
        if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
            left, right = compare_array.held(a), compare_array.held(b)
            if left is not None and right is not None:
                return self._arrays(left, right)
        rows = compare_rows.of_value(a), compare_rows.of_value(b)
        if rows[0] is not None and rows[1] is not None and type(a) is type(b):
            return self._tables(*rows)
        if isinstance(a, np.ndarray) or isinstance(b, np.ndarray) or _is_single(a) or _is_single(b):
            return None
        return compare_nested.nested_pair(a, b, self.tolerance)

    def _pickles(self, a: Any, b: Any) -> DifferenceView | None:
        """Pickles by what they decode to; those that are not decoded each by itself."""
        if any(isinstance(value, (values.Pickle, files.RawPickle)) and _refused(value) for value in (a, b)):
            return None
        return self._values(*(value.value if isinstance(value, values.Pickle) else value for value in (a, b)))


def _refused(value: Any) -> bool:
    return isinstance(value, files.RawPickle) or bool(value.refusal)


def _plain(value: Any) -> Any:
    """A quantity as its parts, an array without axes as its element."""
    if isinstance(value, values.Quantity):
        return {"value": value.value, "unit": value.unit}
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return value[()]
    return value


def _is_text(value: Any) -> bool:
    return isinstance(value, (str, bytes)) and not isinstance(value, np.bytes_)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else bytes(value).decode("utf-8", "surrogateescape")


def _is_single(value: Any) -> bool:
    return value is None or _is_text(value) or compare_text.is_number(value) or isinstance(value, files.RawPickle)


# --- what is still in the file ------------------------------------------------------------------------------------


def _array(thing: Thing) -> "compare_array.Source | None":
    """An item that is an array of numbers, or a list of so many that it is seen as one."""
    if not isinstance(thing, Item) or thing.form is not Form.ARRAY or not files.is_dataset(thing.node):
        return None
    coll = items.types_of(thing.node)[0]
    if coll in (layout.COLL_SCALAR, layout.COLL_EMPTY_DICT):
        return None
    found = compare_array.stored(thing.node)
    if found is None or (coll in _LISTS and (len(found.shape) != 1 or found.shape[0] <= MANY)):
        return None
    return found


def _rows(thing: Thing, encoding: str) -> "compare_rows.Rows | None":
    """A table, a frame or a range."""
    if isinstance(thing, parameters.Range):
        return compare_rows.of_range(thing, encoding)
    if not isinstance(thing, Item):
        return None
    if thing.form is Form.FRAME:
        return compare_rows.of_frame(thing.node)
    if thing.form is not Form.TABLE or (files.is_dataset(thing.node) and len(_shape(thing.node)) != 1):
        return None
    return compare_rows.of_table(thing, encoding)


def _shape(node: Any) -> tuple[int, ...]:
    return files.extent_of(node).shape or ()


def _is_large(thing: Thing) -> bool:
    """Whether decoding the whole would take more memory than a screen is worth."""
    if not isinstance(thing, Item):
        return False
    nodes = [node for node in thing.parts.values() or [thing.node] if files.is_dataset(node)]
    return sum(_decoded_size(node) for node in nodes) > BUDGET


def _decoded_size(node: Any) -> int:
    """About how many bytes a dataset takes when it is decoded; elements that become objects take more than stored."""
    extent = files.extent_of(node)
    listed = items.types_of(node)[0] in _LISTS or extent.element.variable or extent.element.dtype.kind == "S"
    return extent.logical + (_OBJECT * math.prod(extent.shape or ()) if listed else 0)


def _value(thing: Thing, encoding: str) -> Any:
    """The decoded value of something that is no array and has no rows."""
    if isinstance(thing, Held):
        return thing.value
    if isinstance(thing, Item):
        return items.item_value(thing, encoding)
    return parameters.range_values(thing, encoding=encoding)
