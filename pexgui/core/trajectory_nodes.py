"""What groups and leaves of a trajectory have in common: a name, a place, a comment and annotations."""

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from .trajectory import Trajectory
    from .trajectory_group import Group


class Annotations:
    """Notes of a group or leaf, as attributes: ``trajectory.v_annotations.author = "a user"``."""

    __slots__ = ("_notes",)

    def __init__(self) -> None:
        object.__setattr__(self, "_notes", {})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self._notes[name]
        except KeyError:
            raise AttributeError(f"There is no annotation “{name}”.") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self._notes[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self._notes[name]
        except KeyError:
            raise AttributeError(f"There is no annotation “{name}”.") from None

    def __getstate__(self) -> dict[str, Any]:
        return dict(self._notes)

    def __setstate__(self, notes: dict[str, Any]) -> None:
        object.__setattr__(self, "_notes", notes)

    def __contains__(self, name: object) -> bool:
        return name in self._notes

    def __len__(self) -> int:
        return len(self._notes)

    def f_to_dict(self, copy: bool = True) -> dict[str, Any]:
        """All annotations by name."""
        return dict(self._notes) if copy else cast(dict[str, Any], self._notes)

    def f_get(self, name: str) -> Any:
        """One annotation."""
        return getattr(self, name)

    def f_set(self, **notes: Any) -> None:
        """Set annotations by name."""
        self._notes.update(notes)

    def f_is_empty(self) -> bool:
        """Whether there are none."""
        return not self._notes


class Node:
    """A group or leaf. Its name is one component, ``v_full_name`` has all of them with dots."""

    def __init__(self, name: str, comment: str = "") -> None:
        put = object.__setattr__
        put(self, "_name", name)
        put(self, "_comment", comment)
        put(self, "_parent", None)
        put(self, "_annotations", None)
        put(self, "_stored", False)

    if TYPE_CHECKING:
        _name: str
        _comment: str
        _parent: "Group | None"
        _annotations: Annotations | None
        _stored: bool

    @property
    def v_name(self) -> str:
        """The last component of the name."""
        return self._name

    @property
    def v_full_name(self) -> str:
        """The name from the trajectory on, without that of the trajectory; empty for the trajectory itself."""
        parts = []
        node: Node = self
        while node._parent is not None:
            parts.append(node._name)
            node = node._parent
        return ".".join(reversed(parts))

    @property
    def v_location(self) -> str:
        """The full name of the group in which it is."""
        return self.v_full_name.rpartition(".")[0]

    @property
    def v_branch(self) -> str:
        """The first component of the full name; that of the trajectory itself is its name."""
        return self.v_full_name.partition(".")[0] or self._name

    @property
    def v_depth(self) -> int:
        """How many components the full name has."""
        return len(self.v_full_name.split(".")) if self._parent is not None else 0

    @property
    def v_comment(self) -> str:
        """What was said of it."""
        return self._comment

    @v_comment.setter
    def v_comment(self, comment: str) -> None:
        object.__setattr__(self, "_comment", str(comment))

    @property
    def v_annotations(self) -> Annotations:
        """Further notes."""
        if self._annotations is None:
            object.__setattr__(self, "_annotations", Annotations())
        return cast(Annotations, self._annotations)

    @property
    def v_stored(self) -> bool:
        """Whether it is in the file."""
        return self._stored

    @property
    def v_is_root(self) -> bool:
        """Whether it is the trajectory."""
        return self._parent is None and not self.v_is_leaf

    @property
    def v_is_leaf(self) -> bool:
        """Whether it holds data, and no other nodes."""
        return False

    @property
    def v_is_group(self) -> bool:
        """Whether it holds other nodes."""
        return not self.v_is_leaf

    def f_set_annotations(self, **notes: Any) -> None:
        """Set annotations by name."""
        self.v_annotations.f_set(**notes)

    def f_get_annotations(self, name: str) -> Any:
        """One annotation."""
        return self.v_annotations.f_get(name)

    def f_ann_to_str(self) -> str:
        """All annotations in one line."""
        return ", ".join(f"{name}={value!r}" for name, value in self._notes().items())

    def f_get_class_name(self) -> str:
        """The name of the class, as pypet has it."""
        return type(self).__name__

    @property
    def vars(self) -> "Prefixed":
        """The same attributes without ``v_``: ``node.vars.comment``."""
        return Prefixed(self, "v_")

    @property
    def func(self) -> "Prefixed":
        """The same methods without ``f_``: ``node.func.get("x")``."""
        return Prefixed(self, "f_")

    def _notes(self) -> dict[str, Any]:
        return self._annotations.f_to_dict(copy=False) if self._annotations is not None else {}

    def _root(self) -> "Trajectory | None":
        """The trajectory in which it is; None of one that is in none."""
        node: Node = self
        while node._parent is not None:
            node = node._parent
        return None if node.v_is_leaf else cast("Trajectory", node)


class Prefixed:
    """Attributes of ``node`` that have a prefix, to be called without it."""

    __slots__ = ("_node", "_prefix")

    def __init__(self, node: Node, prefix: str) -> None:
        object.__setattr__(self, "_node", node)
        object.__setattr__(self, "_prefix", prefix)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or not hasattr(type(self._node), self._prefix + name):
            raise AttributeError(name)
        return getattr(self._node, self._prefix + name)

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(type(self._node), self._prefix + name):
            raise AttributeError(name)
        setattr(self._node, self._prefix + name, value)
