"""The attributes of any object, wherever they are kept."""

from typing import Any

_NOT_DATA = frozenset({"__dict__", "__weakref__"})


def get_all_attributes(instance: Any) -> dict[str, Any]:
    """The attributes of ``instance`` by name: those in its ``__dict__``, and those in slots of its class and of the
    classes above it.

    A slot that is not set is left out; a private one (``__p``) has the name that it has inside (``_Class__p``). An
    object that keeps nothing that way, such as a number, has none. What a class makes up when it is asked for an
    attribute that is not there is none either.
    """
    try:
        found: dict[str, Any] = dict(object.__getattribute__(instance, "__dict__"))
    except AttributeError:
        found = {}
    for kind in type(instance).__mro__:
        for name in slots_of(kind):
            if name not in found:
                try:
                    found[name] = object.__getattribute__(instance, name)
                except AttributeError:
                    continue
    return found


def slots_of(kind: type) -> list[str]:
    """The names of the slots that a class itself declares for data."""
    slots = kind.__dict__.get("__slots__", ())
    names = (slots,) if isinstance(slots, str) else slots
    return [_inner_name(kind, slot) for slot in names if slot not in _NOT_DATA]


def _inner_name(kind: type, slot: str) -> str:
    private = slot.startswith("__") and not slot.endswith("__")
    return f"_{kind.__name__.lstrip('_')}{slot}" if private else slot
