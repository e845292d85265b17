"""Python's own pure-Python pickle machine with every step replaced that reaches outside.

A name stays a name, calling it gives a record of the call, and only the builders of `rebuild` make values.
"""

import io
import pickle
from collections.abc import Callable
from typing import Any, NoReturn

from .rebuild import BUILDERS, ArrayShell, Refused, TypeShell, checked_key
from .undecoded import Inert, Name, Offset

MAX_STEPS = 4_000_000
MAX_GROWN = 256 << 20
MAX_NAME = 500
MAX_BYTES = 64 << 20

_OFFSETS = ("pandas._libs.tslibs.offsets.", "pandas.tseries.offsets.")


def _call(machine: Any, function: Any, arguments: Any) -> Any:
    """What comes of calling a name: a value if we build it, else a record of the call."""
    if not isinstance(arguments, tuple):
        raise Refused("arguments are malformed")
    machine.charge(arguments, *arguments)
    if isinstance(function, Inert):
        return Inert(f"result of {function.name}"[:MAX_NAME], arguments)
    if not isinstance(function, Name):
        raise Refused("something that is not a name is called")
    name = function.name
    if name == "collections.defaultdict":
        return {}
    if name in BUILDERS:
        return BUILDERS[name](*arguments)
    if name in ("copyreg._reconstructor", "copy_reg._reconstructor") and arguments:
        return _instance(machine, arguments[0], ())
    if name in ("copyreg.__newobj__", "copy_reg.__newobj__") and arguments:
        return _instance(machine, arguments[0], arguments[1:])
    if name.startswith(_OFFSETS) and arguments and isinstance(arguments[0], int):
        return Offset(name.rsplit(".", 1)[1], arguments[0])
    return Inert(name, arguments)


def _instance(machine: Any, kind: Any, arguments: Any) -> Any:
    if not isinstance(kind, Name) or not isinstance(arguments, tuple):
        raise Refused("something that is not a class is instantiated")
    machine.charge(arguments, *arguments)
    if kind.name in BUILDERS:
        return BUILDERS[kind.name](*arguments)
    return Inert(kind.name, arguments)


class _Steps(dict[int, Callable[[Any], None]]):
    """The machine's steps by opcode; they are counted, so that no stream can keep it busy."""

    def __init__(self) -> None:
        super().__init__(_TABLE)
        self.left = MAX_STEPS

    def __getitem__(self, code: int) -> Callable[[Any], None]:
        self.left -= 1
        if self.left < 0:
            raise Refused("the pickle has too many parts to be decoded")
        return super().__getitem__(code)


class Machine(pickle._Unpickler):
    """Python's pickle machine in Python, whose memo is a dict, with `_TABLE` in place of its own steps."""

    stack: list[Any]
    memo: dict[int, Any]

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream, fix_imports=False, encoding="latin-1")
        self.dispatch = _Steps()  # type: ignore[misc]
        self.places: dict[int, list[int]] = {}
        self.room = MAX_GROWN

    def charge(self, *values: Any) -> None:
        """Account for what is about to be copied: a short stream can name a long value any number of times."""
        for value in values:
            if isinstance(value, (str, bytes, bytearray)):
                self.grow(len(value))
            elif isinstance(value, (list, tuple, dict, set, frozenset)):
                self.grow(64 * len(value))

    def grow(self, count: int) -> None:
        """Account for ``count`` bytes of memory."""
        self.room -= count
        if self.room < 0:
            raise Refused("the pickle grows too large while it is decoded")

    def find_class(self, module: str, name: str) -> Any:
        full = f"{module}.{name}"
        if len(full) > MAX_NAME:
            raise Refused("a name is too long")
        return Name(full)

    def _decode_string(self, value: bytes) -> str | bytes:  # Python 2's str was text as well as bytes
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value

    def keep(self, place: int) -> None:
        """Remember the top of the stack at ``place``, and where shells are, for they are replaced when built."""
        value = self.stack[-1]
        self.memo[place] = value
        if isinstance(value, (TypeShell, ArrayShell)):
            self.places.setdefault(id(value), []).append(place)


def _refuse(_machine: Any) -> NoReturn:
    raise Refused("the pickle uses a step that is never run")


def _build(machine: Any) -> None:
    state = machine.stack.pop()
    target = machine.stack[-1]
    if isinstance(target, (TypeShell, ArrayShell)):
        machine.charge(*state if isinstance(state, tuple) else ())
        built = target.build(state)
        machine.stack[-1] = built
        for place in machine.places.pop(id(target), ()):
            machine.memo[place] = built
    elif isinstance(target, Inert):
        target.state = state
    elif not isinstance(target, Offset):
        raise Refused("a state is given to something that has none")


def _reduce(machine: Any) -> None:
    arguments = machine.stack.pop()
    machine.stack[-1] = _call(machine, machine.stack[-1], arguments)


def _newobj(machine: Any) -> None:
    arguments = machine.stack.pop()
    machine.stack[-1] = _instance(machine, machine.stack[-1], arguments)


def _newobj_ex(machine: Any) -> None:
    named, arguments = machine.stack.pop(), machine.stack.pop()
    made = _instance(machine, machine.stack[-1], arguments)
    if isinstance(made, Inert) and isinstance(named, dict):
        machine.charge(named)
        made.entries.extend(named.items())
    machine.stack[-1] = made


def _obj(machine: Any) -> None:
    kind, *arguments = machine.pop_mark()
    machine.append(_call(machine, kind, tuple(arguments)))


def _inst(machine: Any) -> None:
    module = machine.readline()[:-1].decode("utf-8")
    name = machine.readline()[:-1].decode("utf-8")
    arguments = tuple(machine.pop_mark())
    machine.append(_call(machine, machine.find_class(module, name), arguments))


def _extend(target: Any, items: list[Any]) -> None:
    if isinstance(target, list):
        target.extend(items)
    elif isinstance(target, Inert):
        target.items.extend(items)
    else:
        raise Refused("items are given to something that is no list")


def _append(machine: Any) -> None:
    item = machine.stack.pop()
    _extend(machine.stack[-1], [item])


def _appends(machine: Any) -> None:
    items = machine.pop_mark()
    _extend(machine.stack[-1], items)


def _fill(target: Any, flat: list[Any]) -> None:
    if len(flat) % 2:
        raise Refused("a key has no value")
    pairs = zip(flat[::2], flat[1::2], strict=True)
    if isinstance(target, dict):
        target.update((checked_key(key), value) for key, value in pairs)
    elif isinstance(target, Inert):
        target.entries.extend(pairs)
    else:
        raise Refused("entries are given to something that is no dict")


def _setitem(machine: Any) -> None:
    value, key = machine.stack.pop(), machine.stack.pop()
    _fill(machine.stack[-1], [key, value])


def _setitems(machine: Any) -> None:
    flat = machine.pop_mark()
    _fill(machine.stack[-1], flat)


def _new_dict(machine: Any) -> None:
    flat = machine.pop_mark()
    found: dict[Any, Any] = {}
    _fill(found, flat)
    machine.append(found)


def _additems(machine: Any) -> None:
    items = machine.pop_mark()
    target = machine.stack[-1]
    if isinstance(target, set):
        target.update(checked_key(item) for item in items)
    elif isinstance(target, Inert):
        target.items.extend(items)
    else:
        raise Refused("items are given to something that is no set")


def _new_frozenset(machine: Any) -> None:
    items = machine.pop_mark()
    machine.append(frozenset(checked_key(item) for item in items))


def _new_bytearray(machine: Any) -> None:
    length = int.from_bytes(machine.read(8), "little")
    if length > MAX_BYTES:
        raise Refused("the pickle claims more bytes than it has")
    machine.append(bytearray(machine.read(length)))


def _growing(code: bytes, cost: int) -> Callable[[Any], None]:
    """The machine's own step that makes a container of ``cost`` bytes, accounted for."""
    step = pickle._Unpickler.dispatch[code[0]]

    def grown(machine: Any) -> None:
        machine.grow(cost)
        step(machine)

    return grown


def _put(machine: Any) -> None:
    machine.keep(int(machine.readline()[:-1]))


def _binput(machine: Any) -> None:
    machine.keep(machine.read(1)[0])


def _long_binput(machine: Any) -> None:
    machine.keep(int.from_bytes(machine.read(4), "little"))


def _memoize(machine: Any) -> None:
    machine.keep(len(machine.memo))


_TABLE: dict[int, Callable[[Any], None]] = {
    **pickle._Unpickler.dispatch,
    **{
        code[0]: _growing(code, cost)
        for code, cost in (
            (pickle.MARK, 100),
            (pickle.EMPTY_LIST, 100),
            (pickle.EMPTY_DICT, 100),
            (pickle.EMPTY_SET, 250),
            (pickle.TUPLE1, 50),
            (pickle.TUPLE2, 60),
            (pickle.TUPLE3, 70),
        )
    },
    pickle.BUILD[0]: _build,
    pickle.REDUCE[0]: _reduce,
    pickle.NEWOBJ[0]: _newobj,
    pickle.NEWOBJ_EX[0]: _newobj_ex,
    pickle.OBJ[0]: _obj,
    pickle.INST[0]: _inst,
    pickle.APPEND[0]: _append,
    pickle.APPENDS[0]: _appends,
    pickle.SETITEM[0]: _setitem,
    pickle.SETITEMS[0]: _setitems,
    pickle.DICT[0]: _new_dict,
    pickle.ADDITEMS[0]: _additems,
    pickle.FROZENSET[0]: _new_frozenset,
    pickle.BYTEARRAY8[0]: _new_bytearray,
    pickle.PUT[0]: _put,
    pickle.BINPUT[0]: _binput,
    pickle.LONG_BINPUT[0]: _long_binput,
    pickle.MEMOIZE[0]: _memoize,
    **{
        code[0]: _refuse
        for code in (
            pickle.PERSID,
            pickle.BINPERSID,
            pickle.EXT1,
            pickle.EXT2,
            pickle.EXT4,
            pickle.NEXT_BUFFER,
            pickle.READONLY_BUFFER,
        )
    },
}
