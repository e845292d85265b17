"""What stands for the parts of a pickle that are not made: names, objects, date offsets."""

from typing import Any, NoReturn


class Name:
    """The name of a class or function, as the pickle has it. It was not looked up."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "name", name)

    name: str

    def __setattr__(self, attribute: str, value: object) -> NoReturn:
        raise TypeError("a name cannot be changed")

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("what came out of a pickle undecoded is not pickled again")


class Inert:
    """An object that was not made: the ``name`` of its class, what it was to be made from, and its state."""

    __slots__ = ("arguments", "entries", "items", "name", "state")

    def __init__(self, name: str, arguments: tuple[Any, ...] = (), state: Any = None) -> None:
        self.name = name
        self.arguments = arguments
        self.state = state
        self.items: list[Any] = []
        self.entries: list[tuple[Any, Any]] = []

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("what came out of a pickle undecoded is not pickled again")


class Offset:
    """A pandas date offset: its name and how many."""

    __slots__ = ("count", "name")

    def __init__(self, name: str, count: int) -> None:
        self.name = name
        self.count = count

    def __repr__(self) -> str:
        return f"<{self.name}>" if self.count == 1 else f"<{self.count} * {self.name}s>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Offset) and (self.name, self.count) == (other.name, other.count)

    def __hash__(self) -> int:
        return hash((self.name, self.count))
