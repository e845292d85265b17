"""The attributes of any object, wherever they are kept."""

from typing import Any

_NOT_DATA = frozenset({"__dict__", "__weakref__"})


def get_all_attributes(instance: Any) -> dict[str, Any]:
    """The attributes of ``instance`` by name: those in its ``__dict__``, and those in slots of its class and of the
    classes above it.

    A slot that is not set is left out; a private one (``__p``) has the name that it has inside (``_Class__p``). An
    object that keeps nothing that way, such as a number, has none.
    """
    found: dict[str, Any] = dict(getattr(instance, "__dict__", {}))
    for kind in type(instance).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            private = slot.startswith("__") and not slot.endswith("__")
            name = f"_{kind.__name__.lstrip('_')}{slot}" if private else slot
            if slot not in _NOT_DATA and name not in found:
                try:
                    found[name] = getattr(instance, name)
                except AttributeError:
                    continue
    return found
