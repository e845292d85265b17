"""Arrays, frames of pandas and sparse matrices of scipy compared; neither library has to be there."""

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .measures import differs, measure
from .model_compare import Tolerance
from .unlike import Way, Words, unlike

if TYPE_CHECKING:
    from .walking import Walk

_TEXTS = "SU"
_NEW_TEXTS = "T"
_NUMBERS = "biufc"
_TIMES = "mM"


def is_frame(value: Any) -> bool:
    """Whether a value is a Series, a DataFrame, an index or an array of pandas."""
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return False
    array = pandas.api.extensions.ExtensionArray
    return isinstance(value, (pandas.Series, pandas.DataFrame, pandas.Index, array))


def is_sparse(value: Any) -> bool:
    """Whether a value is a sparse matrix or array of scipy."""
    kind = type(value)  # an object may make up any attribute that it is asked for
    return hasattr(kind, "tocoo") and hasattr(kind, "nnz") and hasattr(kind, "shape")


class Tables:
    """What a walk does with values that are compared as a whole."""

    def __init__(self, walk: "Walk") -> None:
        self._walk = walk

    # --- arrays

    def arrays(self, a: Any, b: Any, way: Way | None) -> None:
        """Two arrays: shape, then elements; with a strict walk also the class and the type of the elements."""
        walk = self._walk
        if a.shape != b.shape or (walk.strict and not _same_type(a, b)):
            walk.add(unlike(way, _type_of(a), _type_of(b)))
            return
        if isinstance(a, np.ma.MaskedArray) or isinstance(b, np.ma.MaskedArray):
            masks = [np.ma.getmaskarray(each) for each in (a, b)]
            if masks[0].tobytes() != masks[1].tobytes():
                walk.add(unlike(way, a, b))
                return
            a, b = (
                np.asarray(np.ma.filled(each, _any_value(each.dtype))) for each in (np.ma.asarray(a), np.ma.asarray(b))
            )
        a, b = np.asarray(a), np.asarray(b)
        if a.dtype.hasobject or b.dtype.hasobject:
            self._objects(a, b, way)
        elif not a.size or comparable(a.dtype, b.dtype):
            found = measure(a, b, walk.tolerance) if a.size else None
            if found is not None:
                walk.add(unlike(way, a, b, found))
        else:
            walk.add(unlike(way, a, b))

    def _objects(self, a: NDArray[Any], b: NDArray[Any], way: Way | None) -> None:
        """Arrays of Python objects, or structured ones with objects in them: element by element."""
        if a.dtype.names != b.dtype.names:
            self._walk.add(unlike(way, a, b))
            return
        if a.dtype.names is not None:
            self._walk.later([(a[name], b[name], Way(way, name)) for name in a.dtype.names])
            return
        if self._walk.met(a, b):
            return
        pairs = []
        for place in np.ndindex(a.shape):
            step = Way(way, place[0] if len(place) == 1 else place)
            pairs.append((a[place], b[place], step))
        self._walk.later(pairs)

    # --- frames

    def frames(self, a: Any, b: Any, way: Way | None) -> None:
        """Two Series, DataFrames, indices or arrays of pandas: labels, then values, column by column."""
        walk = self._walk
        if type(a).__name__ != type(b).__name__ and not _both_of_one_kind(a, b):
            walk.add(unlike(way, a, b))
            return
        if not hasattr(a, "iloc"):
            self._columns(a, b, way)
            return
        is_frame = hasattr(a, "columns")
        labels = [("index", a.index, b.index)] + ([("columns", a.columns, b.columns)] if is_frame else [])
        for name, left, right in labels:
            names_count = walk.strict or name == "index"
            if not _same_labels(left, right) or (names_count and list(left.names) != list(right.names)):
                walk.add(unlike(Way(way, name, "."), list(left), list(right)))
                return
        if not is_frame:
            if not _same(a.name, b.name):
                walk.add(unlike(Way(way, "name", "."), a.name, b.name))
            self._columns(a, b, way)
            return
        for place, label in enumerate(a.columns):
            self._columns(a.iloc[:, place], b.iloc[:, place], Way(way, label))

    def _columns(self, a: Any, b: Any, way: Way | None) -> None:
        """The values of two columns or indices of one length."""
        walk = self._walk
        if len(a) != len(b):
            walk.add(unlike(way, list(a)[:9], list(b)[:9]))
            return
        if walk.strict and str(a.dtype) != str(b.dtype):
            walk.add(unlike(way, str(a.dtype), str(b.dtype)))
            return
        if not len(a):
            return
        if not _same_family(a.dtype, b.dtype):
            walk.add(unlike(way, str(a.dtype), str(b.dtype)))
            return
        left, right = values_of(a), values_of(b)
        if comparable(left.dtype, right.dtype):
            found = measure(left, right, walk.tolerance)
            if found is not None:
                walk.add(unlike(way, left, right, found))
            return
        pairs = []
        items, others = left.tolist(), right.tolist()
        if walk.plainly_equal(items, others):
            return
        for place, (one, other) in enumerate(zip(items, others, strict=True)):
            if _is_missing(one) and _is_missing(other):
                if walk.strict and type(one) is not type(other):
                    walk.add(unlike(Way(way, place), repr(one), repr(other)))
                elif not walk.tolerance.nan_equal:
                    walk.add(unlike(Way(way, place), one, other))
                continue
            pairs.append((one, other, Way(way, place)))
        walk.later(pairs)

    # --- sparse matrices

    def sparse(self, a: Any, b: Any, way: Way | None) -> None:
        """Two sparse matrices: shape, then what is stored, wherever it is stored; explicit zeros count as nothing."""
        walk = self._walk
        kinds = [type(each).__name__.endswith("_matrix") for each in (a, b)]
        if kinds[0] != kinds[1] or a.shape != b.shape:
            walk.add(unlike(way, _type_of(a), _type_of(b)))
            return
        if walk.strict and (a.format != b.format or a.dtype != b.dtype or _stored(a) != _stored(b)):
            walk.add(unlike(way, _type_of(a), _type_of(b)))
            return
        cells = [cells_of(each) for each in (a, b)]
        for place in sorted({*cells[0], *cells[1]}):
            one, other = (each.get(place, 0) for each in cells)
            if one == other:
                continue
            if differs(np.asarray(one), np.asarray(other), walk.tolerance):
                walk.add(unlike(Way(way, place), one, other, measure(np.asarray(one), np.asarray(other))))
            if walk.full():
                return


def _type_of(value: Any) -> Words:
    """An array or a matrix by its class, type and shape, where those are what differs."""
    return Words(f"{type(value).__name__} of {value.dtype}, shape {tuple(value.shape)}")


def comparable(a: "np.dtype[Any]", b: "np.dtype[Any]") -> bool:
    """Whether elements of these types can be compared without going back to Python objects."""
    if a.names is not None or b.names is not None:
        return a.names == b.names and all(comparable(a[name].base, b[name].base) for name in a.names or ())
    if a.kind in _NUMBERS and b.kind in _NUMBERS:
        return True
    return a.kind == b.kind and a.kind in _TEXTS + _TIMES + "V"


def _same_type(a: Any, b: Any) -> bool:
    """Whether two arrays have the same class and elements of the same type; order of bytes and width do not count."""
    if type(a) is not type(b):
        return False
    if a.dtype.kind == b.dtype.kind and a.dtype.kind in _TEXTS + _NEW_TEXTS:
        return True
    if _NEW_TEXTS in a.dtype.kind + b.dtype.kind:
        return False
    return bool(a.dtype.newbyteorder("=") == b.dtype.newbyteorder("="))


def _any_value(dtype: "np.dtype[Any]") -> Any:
    """What stands for hidden elements on both sides."""
    return np.zeros((), dtype)[()]


def _same_labels(a: Any, b: Any) -> bool:
    from .walking import Walk

    if type(a) is type(b) and a.dtype == b.dtype and a.equals(b):
        return True
    return not Walk(False, Tolerance(), 1).compare(list(a), list(b))


def _same(a: Any, b: Any) -> bool:
    return bool(a is b or a == b or (a != a and b != b))


def _both_of_one_kind(a: Any, b: Any) -> bool:
    """Whether both are indices, or both arrays of pandas."""
    told = [(hasattr(each, "iloc"), hasattr(each, "get_indexer")) for each in (a, b)]
    return told[0] == told[1] and not told[0][0]


def _family(dtype: Any) -> str:
    """What columns must share to be compared: categories, time zones and numbers stand for different things."""
    if str(dtype) == "category":
        return "category " + repr(list(dtype.categories)) + str(dtype.ordered)
    if getattr(dtype, "tz", None) is not None:
        return "with time zone"
    kind = getattr(dtype, "kind", "O")
    return "time" if kind == "M" else "duration" if kind == "m" else "any"


def _same_family(a: Any, b: Any) -> bool:
    return _family(a) == _family(b)


def values_of(column: Any) -> NDArray[Any]:
    """The values of a column as an array: of numbers and times if they are such, else of objects."""
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in _NUMBERS + _TIMES:
        return np.asarray(column.to_numpy())
    return np.asarray(column.to_numpy(dtype=object))


def _is_missing(value: Any) -> bool:
    if value is None:
        return True
    try:
        return bool(value != value) if not isinstance(value, np.ndarray) else False
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"


def _stored(matrix: Any) -> int:
    """How many elements are stored, those twice included."""
    return int(matrix.tocoo().nnz)


def cells_of(matrix: Any) -> dict[tuple[int, ...], Any]:
    """The elements that are not zero by their places; what is stored twice is added up."""
    coo = matrix.tocoo()
    found: dict[tuple[int, ...], Any] = {}
    places = zip(*(axis.tolist() for axis in getattr(coo, "coords", (coo.row, coo.col))), strict=True)
    for place, value in zip(places, coo.data.tolist(), strict=True):
        found[place] = found[place] + value if place in found else value
    return {place: value for place, value in found.items() if value != 0}
