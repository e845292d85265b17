"""Two leaves compared: their values, ranges, comments and annotations, item by item."""

from typing import Any

import numpy as np

from . import files, items, layout, leaves, parameters, text, values
from .brief import brief
from .compare_data import comparable, layout_of, measure_datasets, same_on_disk
from .compare_findings import Found
from .compare_known import KnownValues
from .compare_sides import OpenSide
from .compare_words import FORMS, kind_of, verdict_of_many, verdict_of_numbers
from .equality import explain_difference
from .errors import FAILURES, NotReadable
from .glance import glance
from .items import Form, Item
from .measures import measure
from .model_compare import Aspect, Part, State, Tolerance
from .progress import Progress
from .twins_image import Image

SHORT = 160
"""So many characters of each side stand in a line."""

_SMALL = 4096
_LARGE = 64 << 20
"""What takes more bytes is compared piece by piece or, where that cannot be, not told apart further."""

_VALUE, _RANGE = "value", "range"
_NESTED = 50


class LeafComparer:
    """Compares leaves of two sides; each method answers with what differs. ``images`` are the bytes of their files,
    if those are in memory."""

    def __init__(
        self, a: OpenSide, b: OpenSide, progress: Progress, images: tuple[Image | None, Image | None] = (None, None)
    ) -> None:
        self._a = a
        self._b = b
        self._known = tuple(KnownValues(image, side.encoding) for image, side in zip(images, (a, b), strict=True))
        self._progress = progress

    # --- all kinds

    def annotations(self, a: Any, b: Any) -> list[Found]:
        """The annotations that differ."""
        left, right = leaves.annotations(a), leaves.annotations(b)
        found = []
        for name in sorted({*left, *right}):
            label = text.printable(name)
            if name not in left or name not in right:
                state = State.ONLY_A if name in left else State.ONLY_B
                shown = brief((left if name in left else right)[name], SHORT)
                sides = (shown, "") if name in left else ("", shown)
                found.append(Found(Aspect.ANNOTATION, label, "annotation", *sides, "", state=state))
            else:
                one = self._values(left[name], right[name], Tolerance(), label, Aspect.ANNOTATION)
                found += [one] if one is not None else []
        return found

    # --- results

    def items(self, a: Any, b: Any, tolerance: Tolerance) -> list[Found]:
        """What differs in the items of two results."""
        left = {item.name: item for item in items.items_of(a)}
        right = {item.name: item for item in items.items_of(b)}
        found = []
        for name in sorted({*left, *right}):
            if name in left and name in right:
                one = self.item(left[name], right[name], tolerance)
            else:
                one = self._one_sided(left.get(name), right.get(name))
            found += [one] if one is not None else []
        return found

    def datasets(self, a: Any, b: Any, tolerance: Tolerance) -> list[Found]:
        """What differs between two datasets that belong to no leaf, of which one may be missing."""
        left, right = (items.raw_item(node, "") if files.is_dataset(node) else None for node in (a, b))
        if left is not None and right is not None:
            one = self.item(left, right, tolerance)
            return [one] if one is not None else []
        return [self._one_sided(left, right)] if left is not None or right is not None else []

    def _one_sided(self, a: Item | None, b: Item | None) -> Found:
        item, side, state = (a, self._a, State.ONLY_A) if a is not None else (b, self._b, State.ONLY_B)
        assert item is not None
        shown = _glance(item, side)
        sides = (shown, "") if a is not None else ("", shown)
        return Found(Aspect.VALUE, text.printable(item.name), FORMS[item.form], *sides, "", state=state)

    def item(self, a: Item, b: Item, tolerance: Tolerance, name: str = "") -> Found | None:
        """What differs between two items of the same name."""
        label = name or text.printable(a.name)
        try:
            if a.form is b.form is Form.ARRAY:
                return self._arrays(a, b, tolerance, label)
            if a.form is b.form and a.form in (Form.TABLE, Form.DICT) and _same_tables(a, b) and tolerance.nan_equal:
                return None
            if _size(a) > _LARGE or _size(b) > _LARGE:
                return self._large(a, b, tolerance, label)
            return self._values(
                items.item_value(a, self._a.encoding), items.item_value(b, self._b.encoding), tolerance, label
            )
        except (NotReadable, *FAILURES) as error:
            return unreadable(error, label)

    def _arrays(self, a: Item, b: Item, tolerance: Tolerance, label: str) -> Found | None:
        noted = items.types_of(a.node), items.types_of(b.node)
        few = noted[0][0] not in ("", layout.COLL_NDARRAY) and max(_size(a), _size(b)) <= _SMALL
        if not few and noted[0] == noted[1] and same_on_disk(a.node, b.node) and tolerance.nan_equal:
            return None
        if few:
            return self._few(a, b, tolerance, label)
        first, second = layout_of(a.node), layout_of(b.node)
        large = _size(a) > _LARGE or _size(b) > _LARGE
        plain = noted[0][0] in ("", layout.COLL_NDARRAY) and noted[0] == noted[1]
        if first is None or second is None or not (large or (plain and first.shape)):
            return self._values(
                items.item_value(a, self._a.encoding), items.item_value(b, self._b.encoding), tolerance, label
            )
        if not _same_type(first, second):
            return Found(Aspect.TYPE, label, "array", _type(first), _type(second), "another type of elements")
        if first.shape != second.shape:
            return Found(Aspect.VALUE, label, "array", _type(first), _type(second), "another shape")
        if not comparable(first, second):
            return self._large(a, b, tolerance, label)
        found = measure_datasets(a.node, b.node, tolerance, self._progress)
        if found is None:
            return None
        return Found(Aspect.VALUE, label, "array", _type(first), _type(second), verdict_of_many(found), found)

    def _few(self, a: Item, b: Item, tolerance: Tolerance, label: str) -> Found | None:
        """Two numbers, texts or short lists: what differs is decoded anyway, so that it is decoded first."""
        try:
            left, right = items.item_value(a, self._a.encoding), items.item_value(b, self._b.encoding)
        except NotReadable:
            if same_on_disk(a.node, b.node):
                return None
            raise
        return self._values(left, right, tolerance, label)

    def _large(self, a: Item, b: Item, tolerance: Tolerance, label: str) -> Found | None:
        """What is too large to be decoded: tables row by row, where their columns are the same."""
        if a.form is b.form is Form.TABLE and files.is_dataset(a.node) and files.is_dataset(b.node):
            first, second = layout_of(a.node), layout_of(b.node)
            if first is not None and second is not None and comparable(first, second):
                found = measure_datasets(a.node, b.node, tolerance, self._progress)
                if found is None:
                    return None
                rows = [text.count(each.shape[0], "row") for each in (first, second)]
                return Found(Aspect.VALUE, label, "table", rows[0], rows[1], verdict_of_many(found, "row"), found)
        sizes = [text.size(_size(each)) for each in (a, b)]
        said = "too large to be compared"
        return Found(Aspect.VALUE, label, FORMS[a.form], sizes[0], sizes[1], said, state=State.UNREADABLE)

    # --- parameters

    def parameter(self, a: Any, b: Any, tolerance: Tolerance, ranges: bool) -> list[Found]:
        """What differs between two parameters: the default value and, with ``ranges``, whether they are explored."""
        names_a, names_b = files.names(a), files.names(b)
        if not _is_stored(names_a) or not _is_stored(names_b):
            return self.items(a, b, tolerance)
        found = self._default(a, b, names_a, names_b, tolerance)
        if ranges:
            explored = parameters.has_range(names_a), parameters.has_range(names_b)
            if explored[0] != explored[1]:
                found.append(self._explored_once(a if explored[0] else b, explored[0]))
        return found

    def _default(self, a: Any, b: Any, names_a: list[bytes], names_b: list[bytes], tolerance: Tolerance) -> list[Found]:
        first = second = None
        try:
            first, second = parameters.value_item(a, names_a), parameters.value_item(b, names_b)
            if first.form is second.form and first.form is not Form.TABLE:
                one = self.item(first, second, tolerance, _VALUE)
            else:
                left, right = self._known[0].value_of(first), self._known[1].value_of(second)
                one = self._values(left, right, tolerance, _VALUE)
        except (NotReadable, *FAILURES) as error:
            alike = first is not None and second is not None and _same_tables(first, second)
            one = None if alike else unreadable(error, _VALUE)
        return [one] if one is not None else []

    def _explored_once(self, leaf: Any, in_a: bool) -> Found:
        side = self._a if in_a else self._b
        found = parameters.range_of(leaf, files.names(leaf), side.encoding)
        shown = f"explored, {text.count(found.length, 'value')}" if found is not None else "explored"
        sides = (shown, "not explored") if in_a else ("not explored", shown)
        return Found(Aspect.RANGE, _RANGE, "range", *sides, "explored on one side only")

    def ranges(self, left: list[Any], right: list[Any], tolerance: Tolerance) -> list[Found]:
        """How the values of an explored parameter differ over paired runs."""
        different = [
            place
            for place, (a, b) in enumerate(zip(left, right, strict=True))
            if a is not b and explain_difference(a, b, strict=True, tolerance=tolerance, most=1)
        ]
        if not different:
            return []
        at = different[0]
        said = f"{len(different):,} of {len(left):,} values differ, first in pair {at:,}"
        return [Found(Aspect.RANGE, _RANGE, "range", brief(left[at], SHORT), brief(right[at], SHORT), said)]

    def run_value(self, a: Any, b: Any, tolerance: Tolerance) -> list[Found]:
        """How the values of a parameter in two single runs differ."""
        one = self._values(a, b, tolerance, _VALUE)
        return [one] if one is not None else []

    # --- values

    def _values(self, a: Any, b: Any, tolerance: Tolerance, label: str, aspect: Aspect = Aspect.VALUE) -> Found | None:
        """What differs between two decoded values."""
        if isinstance(a, values.Pickle) and isinstance(b, values.Pickle):
            if a.data == b.data:
                return None
            if a.refusal or b.refusal:
                sizes = [text.size(len(each.data)) for each in (a, b)]
                return Found(aspect, label, "pickled object", sizes[0], sizes[1], "differs, contents not shown")
        if isinstance(a, np.bool_) or isinstance(b, np.bool_):
            a, b = (bool(each) if isinstance(each, np.bool_) else each for each in (a, b))
        inner = explain_difference(a, b, strict=True, tolerance=tolerance, most=_NESTED)
        if not inner:
            return None
        kinds = kind_of(a), kind_of(b)
        shown = brief(a, SHORT), brief(b, SHORT)
        if kinds[0] != kinds[1]:
            return Found(Aspect.TYPE if aspect is Aspect.VALUE else aspect, label, kinds[0], *shown, " / ".join(kinds))
        if kinds[0] == "number" and type(a) is not type(b) and measure_of(a, b) is None and aspect is Aspect.VALUE:
            return Found(Aspect.TYPE, label, "number", *shown, f"{type(a).__name__} / {type(b).__name__}")
        magnitude = inner[0].magnitude if len(inner) == 1 else None
        return Found(aspect, label, kinds[0], *shown, _verdict(a, b, kinds[0], inner, magnitude), magnitude)


def _verdict(a: Any, b: Any, kind: str, inner: list[Any], magnitude: Any) -> str:
    a, b = (each.value if isinstance(each, values.Pickle) else each for each in (a, b))
    if kind == "number":
        return verdict_of_numbers(a, b, magnitude or measure_of(a, b))
    if kind == "text":
        return f"{text.count(len(a), 'character')} / {len(b):,}" if len(a) != len(b) else "other characters"
    if magnitude is not None and magnitude.compared > 1:
        return verdict_of_many(magnitude)
    where = inner[0].place or "everything"
    more = f" and {text.count(len(inner) - 1, 'other place')}" if len(inner) > 1 else ""
    return f"differs at {where}{more}"


def measure_of(a: Any, b: Any) -> Any:
    """How far two single numbers are apart; None when they are equal but for their types."""
    return measure(np.asarray(a), np.asarray(b))


def unreadable(error: Exception, label: str) -> Found:
    """A leaf or an item of which a side cannot be read, and why."""
    reason = error.title if isinstance(error, NotReadable) else f"It is damaged ({text.printable(str(error))})."
    return Found(Aspect.VALUE, label, "unreadable", "", "", reason, state=State.UNREADABLE)


def one_sided(leaf: Any, side: OpenSide, in_a: bool) -> Found:
    """A leaf that is only on one side, in short."""
    try:
        names = files.names(leaf)
        if _is_stored(names):
            item = parameters.value_item(leaf, names)
            known = [item] if item.form is not Form.TABLE else []
            shown = brief(parameters.value_of(item, side.encoding), SHORT) if not known else ""
        else:
            known, shown = items.items_of(leaf, names), ""
        shown = shown or ", ".join(_glance(item, side) for item in known[:4])
        kind = FORMS[known[0].form] if len(known) == 1 else "parameter" if not known else "result"
    except (NotReadable, *FAILURES) as error:
        shown, kind = unreadable(error, "").verdict, "unreadable"
    state = State.ONLY_A if in_a else State.ONLY_B
    return Found(Aspect.VALUE, "", kind, *((shown, "") if in_a else ("", shown)), "", state=state)


def _glance(item: Item, side: OpenSide) -> str:
    """An item in short, without reading much."""
    return glance(item, side.encoding).value or "cannot be read"


def _is_stored(names: list[bytes]) -> bool:
    """Whether a leaf with these items is a parameter as pypet stores it."""
    return parameters.has_data(names) or parameters.has_range(names)


def _size(item: Item) -> int:
    if item.node is None or not files.is_dataset(item.node):
        return 0
    return files.extent_of(item.node).logical


def _same_tables(a: Item, b: Item) -> bool:
    """Whether two tables hold the same bytes and mean the same by them."""
    if not files.is_dataset(a.node) or not files.is_dataset(b.node) or not same_on_disk(a.node, b.node):
        return False
    noted = [[(c.name, c.coll, c.scalar) for c in items.table_columns(item)] for item in (a, b)]
    return noted[0] == noted[1]


def _same_type(a: Any, b: Any) -> bool:
    """Whether elements have the same type; the order of bytes and the width of texts do not count."""
    one, other = a.element.dtype, b.element.dtype
    if one.kind == other.kind and one.kind in "SU":
        return True
    return bool(one.newbyteorder("=") == other.newbyteorder("="))


def _type(found: Any) -> str:
    return f"{found.element.name}, {text.extent(found.shape)}"


def compare_leaves(
    comparer: LeafComparer, a: Any, b: Any, path: bytes, tolerance: Tolerance, parts: frozenset[Part]
) -> list[Found]:
    """All that differs between two leaves but the comment, which depends on what other runs say."""
    try:
        is_parameter = leaves.is_parameter(path, items.leaf_class(a))
        if is_parameter:
            found = comparer.parameter(a, b, tolerance, Part.RANGES in parts)
        else:
            found = comparer.items(a, b, tolerance)
        if Part.ANNOTATIONS in parts:
            found += comparer.annotations(a, b)
        return found
    except (NotReadable, *FAILURES) as error:
        return [unreadable(error, "")]
