"""The leaves of a trajectory: parameters, which have a value and perhaps one for each run, and results."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy as shallow
from typing import Any, ClassVar

import numpy as np

from . import encode, encode_leaves
from .stored import Stored
from .trajectory_nodes import Node
from .values import Pickle

_MISSING: Any = object()


class Leaf(Node):
    """Holds data. What is only known to be in the file is read when it is asked for."""

    def __init__(self, name: str, comment: str = "") -> None:
        super().__init__(name, comment)
        self._loaded = True
        self._class_name = type(self).__name__

    @property
    def v_is_leaf(self) -> bool:
        return True

    @property
    def v_is_parameter(self) -> bool:
        """Whether it is a parameter, not a result."""
        return False

    def f_get_class_name(self) -> str:
        return self._class_name

    def f_supports_fast_access(self) -> bool:
        """Whether the trajectory gives its value rather than itself: ``trajectory.x``."""
        return False

    def f_val_to_str(self) -> str:
        """The value as text."""
        return ""

    def f_is_empty(self) -> bool:
        """Whether there is nothing in memory."""
        return True

    def f_empty(self) -> None:
        """Forget the data; what is in the file stays there, and can be loaded again."""

    def __str__(self) -> str:
        comment = f" (“{self._comment}”)" if self._comment else ""
        return f"<{self._class_name}> {self.v_full_name or self._name}: {self.f_val_to_str()}{comment}"

    def __repr__(self) -> str:
        return f"<{self._class_name} {self.v_full_name or self._name}>"

    def _load(self) -> None:
        """Read the data if they are not in memory."""
        root = self._root()
        if not self._loaded and root is not None:
            root._load_leaf(self)

    def _fill(self, found: Any) -> None:
        """Take the data that were read, a `leaves.Leaf`."""
        raise NotImplementedError

    def _where(self) -> str:
        return self.v_full_name or self._name

    def _encoded(self) -> Mapping[bytes, Stored]:
        """What is to stand in the file. Raises `TypeError`, `ValueError` or `OverflowError` with its name."""
        raise NotImplementedError

    def _changed(self) -> None:
        """Have the trajectory store it again, with what was added."""
        root = self._root()
        if root is not None and self._parent is not None:
            root._fresh[self.v_full_name] = self


class Parameter(Leaf):
    """A parameter: a default value and, if it is explored, a range with one value per run."""

    def __init__(self, full_name: str, data: Any = None, comment: str = "") -> None:
        super().__init__(full_name, comment)
        self._default: Any = None
        self._range: list[Any] | None = None
        self._pickle: Any = None
        self._locked = False
        if data is not None:
            self.f_set(data)

    @property
    def v_is_parameter(self) -> bool:
        return True

    @property
    def v_explored(self) -> bool:
        """Whether it has a range."""
        return self.f_has_range()

    @property
    def v_locked(self) -> bool:
        """Whether it refuses to be changed."""
        return self._locked

    def f_lock(self) -> None:
        """Refuse changes from now on."""
        self._locked = True

    def f_unlock(self) -> None:
        """Allow changes again."""
        self._locked = False

    def f_supports_fast_access(self) -> bool:
        return not self.f_is_empty()

    def f_supports(self, data: Any) -> bool:
        """Whether it could hold these data."""
        try:
            self._checked(data)
        except (TypeError, ValueError, OverflowError):
            return False
        return True

    def f_set(self, data: Any) -> None:
        """Change the default value. Raises `TypeError` in a run, if it is explored, locked, or cannot be stored."""
        self._refuse_change()
        self._load()
        if self._range is not None:
            raise TypeError(f"“{self._where()}” is explored; its values are not changed.")
        if self._stored:
            raise TypeError(f"“{self._where()}” is stored already, and its runs may depend on it.")
        self._default = self._checked(data)

    def f_get(self) -> Any:
        """The value in the run to which the trajectory is set, else the default value."""
        self._load()
        root = self._root()
        index = root.v_idx if root is not None else -1
        if self._range is not None and 0 <= index < len(self._range):
            return self._range[index]
        return self.f_get_default()

    def f_get_default(self) -> Any:
        """The default value. Raises `TypeError` if there is none."""
        self._load()
        if self._default is None and not self._stored and self._class_name != "PickleParameter":
            raise TypeError(f"“{self._where()}” has no value.")
        return self._default

    def f_has_range(self) -> bool:
        """Whether it is explored."""
        self._load()
        return self._range is not None

    def f_get_range(self, copy: bool = True) -> list[Any]:
        """One value per run. Raises `TypeError` if it is not explored."""
        self._load()
        if self._range is None:
            raise TypeError(f"“{self._where()}” is not explored.")
        return list(self._range) if copy else self._range

    def f_get_range_length(self) -> int:
        """How many values the range has. Raises `TypeError` if it is not explored."""
        return len(self.f_get_range(copy=False))

    def f_is_empty(self) -> bool:
        if self._class_name == "PickleParameter" and self._loaded and self._stored:
            return False
        return self._loaded and self._default is None

    def f_empty(self) -> None:
        self._refuse_change()
        if not self._stored:
            self._default, self._range = None, None
        else:
            self._default, self._range, self._loaded = None, None, False

    def f_val_to_str(self) -> str:
        return repr(self.f_get()) if not self.f_is_empty() else ""

    @property
    def data(self) -> Any:
        """The value, as `f_get` gives it."""
        return self.f_get()

    def __len__(self) -> int:
        return self.f_get_range_length() if self.f_has_range() else int(not self.f_is_empty())

    def _refuse_change(self) -> None:
        root = self._root()
        if root is not None and root.v_is_run:
            raise TypeError(f"“{self._where()}” cannot be changed during a run.")
        if self._locked:
            raise TypeError(f"“{self._where()}” is locked; f_unlock() allows to change it.")

    def _checked(self, data: Any) -> Any:
        encode_leaves.parameter(data, None, self._where(), self._kind(data))
        return data

    def _kind(self, data: Any) -> str:
        """The class in the file: that of this object, or what fits the data better."""
        return encode_leaves.parameter_kind(self._class_name, data)

    def _ranged(self, values: Iterable[Any]) -> list[Any]:
        """``values`` as a range for this parameter: all of the type of the default. Raises `TypeError`."""
        found = list(values)
        default = self.f_get_default()
        kind = self._kind(default)
        pickled = kind == encode_leaves.PICKLE_PARAMETER
        encode_leaves.parameter(None if pickled else default, found, self._where(), kind)
        if kind == "Parameter":
            for value in found:
                if not _alike(self._default, value):
                    expected, given = type(self._default).__name__, type(value).__name__
                    raise TypeError(f"“{self._where()}” is of type {expected}, but {value!r} is of type {given}.")
        return found

    def _for_file(self, values: list[Any]) -> list[Any]:
        """More values of the range as they are added to those in the file."""
        return encode_leaves.for_extending(values, self._where(), self._kind(self._default))

    def _explore(self, values: list[Any]) -> None:
        self._range = values

    def _fill(self, found: Any) -> None:
        self._default = encode_leaves.given(found.value)
        self._pickle = found.value if isinstance(found.value, Pickle) else None
        self._range = [encode_leaves.given(value) for value in found.range] if found.range is not None else None
        self._loaded = True

    def _encoded(self) -> Mapping[bytes, Stored]:
        if self._default is None and self._class_name != "PickleParameter":
            return {}
        kind = self._kind(self._default)
        self._class_name = kind
        value = self._default if self._pickle is None else self._pickle
        return encode_leaves.parameter(value, self._range, self._where(), kind).children


class ArrayParameter(Parameter):
    """A parameter for arrays, lists and tuples."""


class SparseParameter(ArrayParameter):
    """A parameter for sparse matrices."""


class PickleParameter(Parameter):
    """A parameter for anything that can be pickled. pexgui stores it, and reads back what needs no code to be run."""


def _alike(one: Any, other: Any) -> bool:
    """Whether two values may stand in one range."""
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and one.shape == other.shape
    return type(one) is type(other) or {type(one), type(other)} == {bool, np.bool_}


class Result(Leaf):
    """Named values. Values given without a name are called like the result, ``z``, ``z_1`` and so on."""

    _KINDS: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}

    def __init__(self, full_name: str, *args: Any, comment: str = "", **items: Any) -> None:
        super().__init__(full_name, comment)
        self._data: dict[str, Any] = {}
        self._in_file: set[str] = set()
        for position, value in enumerate(args):
            self._set_one(self._key(position), value)
        self._put(items)

    def _rename(self, name: str) -> None:
        """Take another name, and with it the values that are called like the result."""
        keys = [self._key(position) for position in range(len(self._data))]
        self._name = name
        self._data = {self._key(keys.index(key)) if key in keys else key: value for key, value in self._data.items()}

    def _key(self, position: int) -> str:
        name = self._name.rpartition(".")[2]
        return f"{name}_{position}" if position else name

    def f_set(self, *args: Any, **items: Any) -> None:
        """Add or change values."""
        self._load()
        for position, value in enumerate(args):
            self._set_one(self._key(position), value)
        self._put(items)

    def f_set_single(self, name: str, item: Any) -> None:
        """Add or change one value."""
        self._load()
        self._set_one(name, item)

    def f_get(self, *names: str | int) -> Any:
        """The value with the name, a list of values for several names, the only one without a name.

        Raises `AttributeError` for an unknown name, `ValueError` without a name if there are several values.
        """
        self._load()
        if not names:
            if len(self._data) != 1:
                raise ValueError(f"“{self._where()}” has {len(self._data)} values; say which: {_told(self._data)}.")
            return next(iter(self._data.values()))
        found = [self._get_one(self._key(name) if isinstance(name, int) else name) for name in names]
        return found[0] if len(found) == 1 else found

    def f_to_dict(self, copy: bool = True) -> dict[str, Any]:
        """All values by name."""
        self._load()
        return dict(self._data) if copy else self._data

    def f_remove(self, *names: str) -> None:
        """Take values away from memory."""
        self._load()
        for name in names:
            self._get_one(name)
            del self._data[name]

    def f_translate_key(self, key: str | int) -> str:
        """The name of the value with this position, or itself."""
        return self._key(key) if isinstance(key, int) else key

    def f_is_empty(self) -> bool:
        return not self._data

    def f_empty(self) -> None:
        self._data = {}
        self._loaded = not self._stored

    def f_supports_fast_access(self) -> bool:
        return len(self._data) == 1 and self._key(0) in self._data

    def f_val_to_str(self) -> str:
        return ", ".join(f"{name}={value!r}" for name, value in sorted(self._data.items()))[:1000]

    def __contains__(self, name: object) -> bool:
        self._load()
        return name in self._data

    def __iter__(self) -> Iterator[str]:
        self._load()
        return iter(list(self._data))

    def __len__(self) -> int:
        self._load()
        return len(self._data)

    def __getitem__(self, name: str | int) -> Any:
        return self.f_get(name)

    def __setitem__(self, name: str | int, value: Any) -> None:
        self.f_set_single(self.f_translate_key(name), value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or "_data" not in self.__dict__:
            raise AttributeError(name)
        return self.f_get(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith(("_", "v_")):
            super().__setattr__(name, value)
        else:
            self.f_set_single(name, value)

    def __delattr__(self, name: str) -> None:
        self.f_remove(name)

    def _put(self, items: Mapping[str, Any]) -> None:
        for name, value in items.items():
            self._set_one(name, value)

    def _set_one(self, name: str, value: Any) -> None:
        encode.check_item(name, self._where())
        self._data[name] = shallow(value) if isinstance(value, list | dict) else value
        if self._stored:
            self._changed()

    def _get_one(self, name: str) -> Any:
        try:
            return self._data[name]
        except KeyError:
            raise AttributeError(f"“{self._where()}” has no “{name}”; it has {_told(self._data)}.") from None

    def _fill(self, found: Any) -> None:
        self._data = {name: encode_leaves.given(value) for name, value in found.items.items()} | self._data
        self._in_file = set(found.items)
        self._loaded = True

    def _encoded(self) -> Mapping[bytes, Stored]:
        """The values that are not in the file yet; one that is there is not replaced."""
        fresh = {name: value for name, value in self._data.items() if name not in self._in_file}
        if self._class_name == "Result" and not self._stored:
            self._class_name = encode_leaves.result_kind(fresh)
        return encode_leaves.result(fresh, self._where(), self._class_name)


class SparseResult(Result):
    """A result whose values may be sparse matrices."""


class PickleResult(Result):
    """A result whose values are pickled. pexgui stores them, and reads back what needs no code to be run."""


def _told(names: Sequence[str] | Mapping[str, Any]) -> str:
    shown = [f"“{name}”" for name in sorted(names)]
    return ", ".join(shown[:8]) + (f" and {len(shown) - 8} more" if len(shown) > 8 else "") or "nothing"


CLASSES: Mapping[str, type[Leaf]] = {
    one.__name__: one
    for one in (Parameter, ArrayParameter, SparseParameter, PickleParameter, Result, SparseResult, PickleResult)
}
