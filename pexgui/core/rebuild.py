"""The few values that a pickle may name, built by our own code from checked pieces; numpy and pandas build none."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_FIELDS = 1000
MAX_DIMENSIONS = 32

_DTYPE = re.compile(r"[<>|=]?([biufcSUVOMm])(\d{0,9})\Z")
_SIZES = {
    "b": (1,),
    "i": (1, 2, 4, 8),
    "u": (1, 2, 4, 8),
    "f": (2, 4, 8),
    "c": (8, 16),
    "M": (8,),
    "m": (8,),
    "O": (8,),
}
_UNITS = frozenset({"Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as"})
_ENCODINGS = frozenset({"latin1", "latin-1", "iso-8859-1", "utf-8", "utf8", "ascii"})


class Refused(Exception):
    """The pickle is not decoded; the message says why."""


def raw_bytes(value: Any) -> bytes:
    """Bytes from a pickle, also those that Python 2 pickled as its ``str``."""
    if isinstance(value, str):
        return value.encode("utf-8")
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    raise Refused("bytes expected")


def whole(value: Any, low: int, high: int) -> int:
    """A whole number between ``low`` and ``high``."""
    if not isinstance(value, int) or not low <= value <= high:
        raise Refused("a number is out of range")
    return int(value)


class TypeShell:
    """A numpy dtype being put together: its code, then its state."""

    def __init__(self, code: Any, *_: Any) -> None:
        found = _DTYPE.match(code) if isinstance(code, str) else None
        if found is None:
            raise Refused("an element type is unknown")
        kind, size = found[1], int(found[2] or 0)
        if kind in _SIZES and (size or _SIZES[kind][-1]) not in _SIZES[kind]:
            raise Refused("an element type is unknown")
        self.code = "?" if kind == "b" else kind if kind in "OMm" else f"{kind}{size or ''}"
        self.plain = kind

    def build(self, state: Any = (3, "|")) -> "np.dtype[Any]":
        """The dtype with this state, ``(version, byte order, subtype, names, fields, size, …)``."""
        if not isinstance(state, tuple) or len(state) < 2:
            raise Refused("an element type is incomplete")
        rest = (*state[2:], None, None, None, None)
        if rest[0] is not None:
            base, shape = rest[0]
            return np.dtype((built_type(base), checked_shape(shape if isinstance(shape, tuple) else (shape,))))
        if rest[1] is not None:
            return self._record(rest[1], rest[2], rest[3])
        order = state[1] if state[1] in ("<", ">") else ""
        if self.plain in "Mm":
            return np.dtype(f"{order}{self.plain}8{_unit(state)}")
        if self.plain in "SUV" and isinstance(rest[3], int) and rest[3] > 0:
            size = whole(rest[3], 1, 1 << 30)
            return np.dtype(f"{order}{self.plain}{size // 4 if self.plain == 'U' else size}")
        return np.dtype(self.code if self.plain in "bO" else order + self.code)

    def _record(self, names: Any, fields: Any, size: Any) -> "np.dtype[Any]":
        if not isinstance(names, tuple) or not isinstance(fields, dict) or len(names) > MAX_FIELDS:
            raise Refused("a record type is malformed")
        formats, offsets = [], []
        for name in names:
            if not isinstance(name, str):
                raise Refused("a record type is malformed")
            formats.append(built_type(fields[name][0]))
            offsets.append(whole(fields[name][1], 0, 1 << 30))
        total = whole(size, 0, 1 << 30)
        return np.dtype({"names": list(names), "formats": formats, "offsets": offsets, "itemsize": total})


def _unit(state: tuple[Any, ...]) -> str:
    if len(state) < 9 or not isinstance(state[8], tuple):
        return ""
    unit, count = state[8][1][:2]
    name = raw_bytes(unit).decode("ascii")
    if name not in _UNITS:
        return ""
    return f"[{whole(count, 1, 1 << 30)}{name}]"


def built_type(value: Any) -> "np.dtype[Any]":
    """A dtype, whether its state has arrived or not."""
    if isinstance(value, np.dtype):
        return value
    if isinstance(value, TypeShell):
        return value.build()
    raise Refused("an element type is missing")


def checked_shape(shape: Any) -> tuple[int, ...]:
    """A shape of at most 32 axes."""
    if not isinstance(shape, tuple) or len(shape) > MAX_DIMENSIONS:
        raise Refused("a shape is malformed")
    return tuple(whole(length, 0, 1 << 40) for length in shape)


class ArrayShell:
    """A numpy array being put together."""

    def __init__(self, matrix: bool = False) -> None:
        self.matrix = matrix

    def build(self, state: Any) -> NDArray[Any]:
        """The array with the state ``(version, shape, dtype, fortran, data)``."""
        if not isinstance(state, tuple) or len(state) not in (4, 5):
            raise Refused("an array is incomplete")
        shape, dtype, fortran, data = state[-4:]
        array = array_of(data, built_type(dtype), checked_shape(shape), "F" if fortran else "C")
        return array.view(np.matrix) if self.matrix and array.ndim == 2 else array


def array_of(data: Any, dtype: "np.dtype[Any]", shape: tuple[int, ...], order: str) -> NDArray[Any]:
    """An array of ``data``, which must have exactly the right length."""
    count = math.prod(shape)
    if dtype.hasobject:
        if dtype.kind != "O" or not isinstance(data, list) or len(data) != count:
            raise Refused("an array of objects is malformed")
        flat = np.empty(count, object)
        for position, item in enumerate(data):
            flat[position] = item
        return flat.reshape(shape, order="F" if order == "F" else "C")
    raw = raw_bytes(data)
    if count * dtype.itemsize != len(raw) or (dtype.itemsize == 0 and count > 1 << 20):
        raise Refused("an array has the wrong number of bytes")
    if not raw:
        return np.zeros(shape, dtype)
    array = np.frombuffer(bytearray(raw), dtype)
    _make_valid(array, dtype)
    return array.reshape(shape, order="F" if order == "F" else "C")


def _make_valid(array: NDArray[Any], dtype: "np.dtype[Any]") -> None:
    """Bytes that are no truth value become one; numbers that are no character are refused."""
    if dtype.names is not None:
        for name in dtype.names:
            _make_valid(array[name], dtype[name])
    elif dtype.subdtype is not None:
        _make_valid(array, dtype.base)
    elif dtype.kind == "b":
        array[...] = array.view("u1") != 0
    elif dtype.kind == "U" and dtype.itemsize:
        codes = np.ascontiguousarray(array).view(dtype.byteorder.replace("|", "=") + "u4")
        if codes.max(initial=0) > 0x10FFFF:
            raise Refused("a text holds an impossible character")


def _array(kind: Any, *_: Any) -> ArrayShell:
    return ArrayShell(getattr(kind, "name", "").endswith("matrix"))


def _scalar(dtype: Any, data: Any = b"", *_: Any) -> Any:
    found = built_type(dtype)
    if found.hasobject:
        raise Refused("an object scalar is not decoded")
    return array_of(data, found, (1,), "C")[0]


def _from_buffer(data: Any, dtype: Any, shape: Any, order: Any = "C", *_: Any) -> NDArray[Any]:
    return array_of(data, built_type(dtype), checked_shape(shape), "F" if order == "F" else "C")


def _encode(content: Any, encoding: Any = "utf-8", *_: Any) -> bytes:
    if not isinstance(content, str) or encoding not in _ENCODINGS:
        raise Refused("an encoding is unknown")
    return content.encode(encoding)


def _bytes(content: Any = b"", *more: Any) -> bytes:
    return _encode(content, *more) if isinstance(content, str) else raw_bytes(content)


def _bytearray(*arguments: Any) -> bytearray:
    return bytearray(_bytes(*arguments))


def _complex(real: Any = 0.0, imaginary: Any = 0.0) -> complex:
    if not all(isinstance(part, (int, float)) for part in (real, imaginary)):
        raise Refused("a complex number is malformed")
    return complex(real, imaginary)


def _range(*arguments: Any) -> range:
    return range(*(whole(n, -(1 << 62), 1 << 62) for n in arguments))


def _slice(*arguments: Any) -> slice:
    return slice(*(None if n is None else whole(n, -(1 << 62), 1 << 62) for n in arguments))


def _dict(*arguments: Any) -> dict[Any, Any]:
    """The start of a dict that is filled afterwards; `OrderedDict` and `Counter` bring a dict or pairs with them."""
    found: dict[Any, Any] = {}
    for given in arguments:
        if isinstance(given, dict):
            found.update(given)
        elif isinstance(given, list) and all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in given):
            found.update((checked_key(key), value) for key, value in given)
    return found


def _list(content: Any = (), *_: Any) -> list[Any]:
    return list(content) if isinstance(content, (list, tuple)) else []


def _set(content: Any = (), *_: Any) -> set[Any]:
    return {checked_key(item) for item in content} if isinstance(content, (list, tuple)) else set()


def _frozenset(content: Any = (), *_: Any) -> frozenset[Any]:
    return frozenset(_set(content))


def checked_key(key: Any) -> Any:
    """A key that can be hashed in reasonable time and depth: tuples in tuples in tuples are walked first."""
    pending, looked = [(key, 0)], 0
    while pending:
        part, depth = pending.pop()
        looked += 1
        if isinstance(part, (tuple, frozenset)):
            if depth > 20 or looked + len(pending) + len(part) > 200:
                raise Refused("a key is nested too deeply")
            pending.extend((item, depth + 1) for item in part)
        elif isinstance(part, int) and part.bit_length() > 4096:
            raise Refused("a key is too large a number")
    return key


def _zone(value: Any) -> timezone | None:
    if value is not None and not isinstance(value, timezone):
        raise Refused("a time zone is unknown")
    return value


def _datetime(state: Any, zone: Any = None) -> datetime:
    raw = raw_bytes(state)
    if len(raw) != 10:
        raise Refused("a point in time is malformed")
    year, month, micro = raw[0] * 256 + raw[1], raw[2], int.from_bytes(raw[7:10], "big")
    moment = datetime(year, month & 127, raw[3], raw[4], raw[5], raw[6], micro, _zone(zone))
    return moment.replace(fold=1) if month > 127 else moment


def _date(state: Any) -> date:
    raw = raw_bytes(state)
    if len(raw) != 4:
        raise Refused("a date is malformed")
    return date(raw[0] * 256 + raw[1], raw[2], raw[3])


def _time(state: Any, zone: Any = None) -> time:
    raw = raw_bytes(state)
    if len(raw) != 6:
        raise Refused("a time is malformed")
    return time(raw[0] & 127, raw[1], raw[2], int.from_bytes(raw[3:6], "big"), _zone(zone), fold=raw[0] >> 7)


def _timedelta(days: Any = 0, seconds: Any = 0, micro: Any = 0) -> timedelta:
    limit = 1 << 40
    return timedelta(whole(days, -limit, limit), whole(seconds, -limit, limit), whole(micro, -limit, limit))


_RESOLUTIONS = {7: "s", 8: "ms", 9: "us", 10: "ns"}


def _ticks(value: Any, kind: str, resolution: Any) -> Any:
    """So many units of time; −2⁶³ of them stand for no time at all."""
    return np.array(whole(value, -(1 << 63), (1 << 63) - 1), "i8").view(f"{kind}[{_RESOLUTIONS[resolution]}]")[()]


def _timestamp(value: Any, _freq: Any = None, _zone: Any = None, resolution: Any = 10, *_: Any) -> Any:
    return _ticks(value, "M8", resolution)


def _duration(value: Any, resolution: Any = 10, *_: Any) -> Any:
    return _ticks(value, "m8", resolution)


def _not_a_time(*_: Any) -> np.datetime64:
    return np.datetime64("NaT", "ns")


def _timezone(offset: Any, *_: Any) -> timezone:
    if not isinstance(offset, timedelta):
        raise Refused("a time zone is malformed")
    return timezone(offset)


BUILDERS: dict[str, Callable[..., Any]] = {
    "numpy.dtype": TypeShell,
    "_codecs.encode": _encode,
    "datetime.datetime": _datetime,
    "datetime.date": _date,
    "datetime.time": _time,
    "datetime.timedelta": _timedelta,
    "datetime.timezone": _timezone,
    "collections.OrderedDict": _dict,
    "collections.Counter": _dict,
    "collections.deque": _list,
    "pandas._libs.tslibs.timestamps._unpickle_timestamp": _timestamp,
    "pandas._libs.tslibs.timedeltas._timedelta_unpickle": _duration,
    "pandas._libs.tslibs.nattype._nat_unpickle": _not_a_time,
}
for _package in ("numpy.core", "numpy._core"):
    BUILDERS[f"{_package}.multiarray._reconstruct"] = _array
    BUILDERS[f"{_package}.multiarray.scalar"] = _scalar
    BUILDERS[f"{_package}.numeric._frombuffer"] = _from_buffer
for _builtins in ("builtins", "__builtin__"):
    BUILDERS[f"{_builtins}.set"] = _set
    BUILDERS[f"{_builtins}.frozenset"] = _frozenset
    BUILDERS[f"{_builtins}.list"] = _list
    BUILDERS[f"{_builtins}.dict"] = _dict
    BUILDERS[f"{_builtins}.bytes"] = _bytes
    BUILDERS[f"{_builtins}.bytearray"] = _bytearray
    BUILDERS[f"{_builtins}.complex"] = _complex
    BUILDERS[f"{_builtins}.range"] = _range
    BUILDERS[f"{_builtins}.xrange"] = _range
    BUILDERS[f"{_builtins}.slice"] = _slice
