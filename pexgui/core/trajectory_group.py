"""The groups of a trajectory: what is in them, found by short names, and how more is added."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar, cast

from . import trajectory_names as names
from .errors import NotUniqueNodeError
from .trajectory_leaves import Leaf, Parameter, Result
from .trajectory_nodes import Node
from .trajectory_search import found_by

if TYPE_CHECKING:
    from .trajectory import Trajectory

_Leaf = TypeVar("_Leaf", bound=Leaf)
_REQUIRED: Any = object()


class Group(Node):
    """Holds groups, leaves and links. They are its attributes, and so is what lies anywhere below it, by a short name,
    as long as there is only one of that name as near."""

    def __init__(self, name: str, comment: str = "") -> None:
        super().__init__(name, comment)
        object.__setattr__(self, "_children", {})
        object.__setattr__(self, "_links", {})

    if TYPE_CHECKING:
        _children: dict[str, Node]
        _links: dict[str, Node]

    # --- finding

    def f_get(
        self,
        name: str | int,
        fast_access: bool = False,
        with_links: bool = True,
        shortcuts: bool = True,
        max_depth: int | None = None,
        auto_load: bool = False,
    ) -> Any:
        """The group or leaf with the name, a short one too; the value of a leaf with ``fast_access``, if it has one.

        Raises `AttributeError` if there is none, `NotUniqueNodeError`, which lists them, if there are several.
        """
        node = found_by(self, name, with_links, shortcuts, max_depth)
        if auto_load and isinstance(node, Leaf):
            node._load()
        return self._value_of(node) if fast_access else node

    def f_get_all(self, name: str, max_depth: int | None = None, shortcuts: bool = True) -> list[Node]:
        """All groups and leaves with the name, anywhere below."""
        self._know_all()
        last = names.split(name)[-1]
        wanted = "." + name
        found = [node for node in self._walk(max_depth) if node.v_name == last]
        return [node for node in found if ("." + node.v_full_name).endswith(wanted)]

    def f_get_default(self, name: str, default: Any = None, fast_access: bool = True) -> Any:
        """What `f_get` gives, or ``default`` if there is nothing of that name."""
        try:
            return self.f_get(name, fast_access=fast_access)
        except AttributeError:
            return default

    def f_contains(self, item: Any, with_links: bool = True, shortcuts: bool = False) -> bool:
        """Whether there is something of the name, or the node itself, below this group."""
        wanted = item.v_full_name if isinstance(item, Node) else item
        prefix = self.v_full_name
        if isinstance(item, Node) and prefix and wanted.startswith(f"{prefix}."):
            wanted = wanted[len(prefix) + 1 :]
        try:
            node = found_by(self, wanted, with_links, shortcuts and not isinstance(item, Node))
        except NotUniqueNodeError:
            return True
        except AttributeError:
            return False
        return node is item if isinstance(item, Node) else True

    def __contains__(self, item: Any) -> bool:
        return self.f_contains(item, shortcuts=True)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or "_children" not in self.__dict__:
            raise AttributeError(name)
        return self._value_of(found_by(self, name))

    def __getitem__(self, name: str | int) -> Any:
        return self._value_of(found_by(self, name))

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith(("_", "v_")) or isinstance(getattr(type(self), name, None), property):
            object.__setattr__(self, name, value)
        elif isinstance(value, Leaf):
            self._add_leaf(value, [*names.split(name)])
        else:
            node = found_by(self, name)
            if not isinstance(node, Parameter | Result):
                raise AttributeError(f"“{node.v_full_name}” is a group, which has no value.")
            node.f_set(value)

    def __setitem__(self, name: str, value: Any) -> None:
        setattr(self, name, value)

    def __delattr__(self, name: str) -> None:
        self.f_remove_child(name, recursive=True)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._children, *self._links})

    def __iter__(self) -> Iterator[str]:
        return iter(self.f_get_children())

    def __str__(self) -> str:
        inside = ", ".join(list(self._children)[:10])
        return f"<{type(self).__name__}> {self.v_full_name or self._name}: {inside}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.v_full_name or self._name}>"

    def _value_of(self, node: Node) -> Any:
        root = self._root()
        if not isinstance(node, Leaf) or root is None or not root.v_fast_access:
            return node
        root._load_single(node)
        return cast(Any, node).f_get() if node.f_supports_fast_access() else node

    # --- what is in it

    def f_get_children(self, copy: bool = True) -> dict[str, Node]:
        """What is directly in it, by name, links included."""
        self._know_children()
        return {**self._children, **self._links}

    def f_get_groups(self, copy: bool = True) -> dict[str, "Group"]:
        """The groups directly in it, by name."""
        self._know_children()
        return {name: node for name, node in self._children.items() if isinstance(node, Group)}

    def f_get_leaves(self, copy: bool = True) -> dict[str, Leaf]:
        """The leaves directly in it, by name."""
        self._know_children()
        return {name: node for name, node in self._children.items() if isinstance(node, Leaf)}

    def f_get_links(self, copy: bool = True) -> dict[str, Node]:
        """Where the links directly in it lead, by their names."""
        self._know_children()
        return dict(self._links)

    def f_has_children(self) -> bool:
        """Whether anything is in it."""
        return bool(self.f_get_children())

    def f_has_groups(self) -> bool:
        """Whether groups are in it."""
        return bool(self.f_get_groups())

    def f_has_leaves(self) -> bool:
        """Whether leaves are in it."""
        return bool(self.f_get_leaves())

    def f_has_links(self) -> bool:
        """Whether links are in it."""
        return bool(self.f_get_links())

    def f_children(self) -> int:
        """How many groups, leaves and links are directly in it."""
        return len(self.f_get_children())

    def f_iter_nodes(
        self,
        recursive: bool = True,
        with_links: bool = True,
        max_depth: int | None = None,
        predicate: Callable[[Node], bool] | None = None,
    ) -> Iterator[Node]:
        """The groups and leaves in it, and with ``recursive`` those below them; where links lead with ``with_links``,
        each node once."""
        if recursive:
            self._know_all()
        else:
            self._know_children()
        for node in self._walk(max_depth if recursive else 1, with_links):
            if predicate is None or predicate(node):
                yield node

    def f_iter_leaves(self, with_links: bool = True) -> Iterator[Leaf]:
        """All leaves below it."""
        return (node for node in self.f_iter_nodes(with_links=with_links) if isinstance(node, Leaf))

    def f_to_dict(
        self, fast_access: bool = False, short_names: bool = False, nested: bool = False, with_links: bool = True
    ) -> dict[str, Any]:
        """All leaves below it by their full names; their values with ``fast_access``, where they have a single one.

        ``short_names`` takes only the last component, which is a `ValueError` if two leaves share it; ``nested`` makes
        dicts in dicts.
        """
        made: dict[str, Any] = {}
        for leaf in self.f_iter_leaves(with_links):
            value = leaf
            if fast_access:
                leaf._load()
                value = cast(Any, leaf).f_get() if leaf.f_supports_fast_access() else leaf
            if nested:
                _nest(made, leaf.v_full_name[len(self.v_full_name) :].lstrip(".").split("."), value)
                continue
            name = leaf.v_name if short_names else leaf.v_full_name
            if name in made:
                raise ValueError(f"Several leaves are called “{name}”; short names do not tell them apart.")
            made[name] = value
        return made

    def _walk(self, max_depth: int | None = None, with_links: bool = False) -> Iterator[Node]:
        """Everything known below it, nearest first."""
        level: list[Node] = [self]
        seen = {id(self)}
        depth = 0
        while level and (max_depth is None or depth < max_depth):
            below: list[Node] = []
            for group in level:
                if isinstance(group, Group):
                    linked = group._links.values() if with_links else ()
                    below += [node for node in (*group._children.values(), *linked) if id(node) not in seen]
                    seen.update(map(id, below))
            yield from below
            level, depth = below, depth + 1

    def _know_children(self) -> None:
        root = self._root()
        if root is not None:
            root._know(self, recursive=False)

    def _know_all(self) -> None:
        root = self._root()
        if root is not None:
            root._know(self, recursive=True)

    # --- adding

    def f_add_parameter(self, *args: Any, **keywords: Any) -> Parameter:
        """Add a parameter: name, value and comment, with a class before them if it is to be of another one; or the
        parameter itself. Groups on the way are made. Raises `TypeError` for what cannot be stored, `ValueError` for an
        impossible name, `AttributeError` if there is something at its place."""
        return self._made(Parameter, names.PARAMETERS, args, keywords)

    def f_add_derived_parameter(self, *args: Any, **keywords: Any) -> Parameter:
        """Add a parameter that was computed; one of a run goes below the run's name. See `f_add_parameter`."""
        return self._made(Parameter, names.DERIVED_PARAMETERS, args, keywords)

    def f_add_config(self, *args: Any, **keywords: Any) -> Parameter:
        """Add a setting, which no result depends on. See `f_add_parameter`."""
        return self._made(Parameter, names.CONFIG, args, keywords)

    def f_add_result(self, *args: Any, **keywords: Any) -> Result:
        """Add a result: its name and its values, each with or without a name, and a comment. In a run it goes below the
        run's name, unless its own name says where, with ``$`` for the run and ``$set`` for its set of 1,000 runs."""
        return self._made(Result, names.RESULTS, args, keywords)

    def f_add_leaf(self, *args: Any, **keywords: Any) -> Leaf:
        """Add a result anywhere, also outside of the branches, or the leaf that is given."""
        return self._made(Result, "", args, keywords)

    def f_add_group(self, name: str, comment: str = "") -> "Group":
        """Add a group, with those on the way to it."""
        return self._add_group("", name, comment)

    def f_add_parameter_group(self, name: str, comment: str = "") -> "Group":
        """Add a group of parameters."""
        return self._add_group(names.PARAMETERS, name, comment)

    def f_add_derived_parameter_group(self, name: str, comment: str = "") -> "Group":
        """Add a group of derived parameters."""
        return self._add_group(names.DERIVED_PARAMETERS, name, comment)

    def f_add_result_group(self, name: str, comment: str = "") -> "Group":
        """Add a group of results."""
        return self._add_group(names.RESULTS, name, comment)

    def f_add_config_group(self, name: str, comment: str = "") -> "Group":
        """Add a group of settings."""
        return self._add_group(names.CONFIG, name, comment)

    def f_add_link(self, name_or_item: Any, full_name_or_item: Any = None) -> Node:
        """Add a link, by which a group or leaf is found under another name too; the last part of its own if there is
        none. Raises `ValueError` for an item of another trajectory."""
        if full_name_or_item is None:
            item = found_by(self, name_or_item) if isinstance(name_or_item, str) else name_or_item
            name = item.v_name
        else:
            name, item = name_or_item, full_name_or_item
            item = self._top().f_get(item) if isinstance(item, str) else item
        if not isinstance(item, Node) or item._root() is not self._root() or item is self._root():
            raise ValueError(f"A link leads to a group or leaf of the same trajectory, which {item!r} is not.")
        *above, last = self._components("", name)
        group = self._require(above)
        group._refuse_taken(last)
        group._links[last] = item
        self._top()._note_link(group, last)
        return item

    def f_remove_link(self, name: str) -> None:
        """Take a link away from memory."""
        if name not in self._links:
            raise AttributeError(f"“{self.v_full_name or self._name}” has no link “{name}”.")
        del self._links[name]
        self._top()._forget_link(self, name)

    def f_remove_child(self, name: str, recursive: bool = False, predicate: Any = None) -> None:
        """Take a group or leaf away from memory, not from the file; a group that holds something only with
        ``recursive``."""
        if name in self._links:
            self.f_remove_link(name)
            return
        if name not in self._children:
            raise AttributeError(f"“{self.v_full_name or self._name}” has no “{name}”.")
        node = self._children[name]
        if isinstance(node, Group) and (node._children or node._links) and not recursive:
            raise TypeError(f"“{node.v_full_name}” holds other nodes; recursive=True removes them too.")
        self._top()._forget(node)
        del self._children[name]
        self._top()._unlink(node)

    def f_remove(self, recursive: bool = True) -> None:
        """Take this group away from memory, not from the file."""
        if self._parent is not None:
            self._parent.f_remove_child(self._name, recursive)

    def _top(self) -> "Trajectory":
        root = self._root()
        if root is None:
            raise TypeError(f"The group “{self._name}” is in no trajectory.")
        return root

    def _made(self, kind: type[_Leaf], branch: str, args: tuple[Any, ...], keywords: dict[str, Any]) -> _Leaf:
        first, rest = (args[0], args[1:]) if args else (_REQUIRED, ())
        if isinstance(first, type):
            if not issubclass(first, kind):
                raise TypeError(f"{first.__name__} is no class for this; {kind.__name__} is.")
            kind = first
            first, rest = (rest[0], rest[1:]) if rest else (_REQUIRED, ())
        if isinstance(first, Leaf):
            if branch and not isinstance(first, kind):
                raise TypeError(f"A {kind.__name__} is wanted, not a {type(first).__name__}.")
            made = cast(_Leaf, first)
            self._add_leaf(made, self._components(branch, first.v_name))
            return made
        name = keywords.pop("full_name", keywords.pop("name", first)) if first is _REQUIRED else first
        if not isinstance(name, str):
            raise TypeError("A name is needed.")
        parts = self._components(branch, name)
        made = cast(Any, kind)(name, *rest, **keywords)
        self._add_leaf(made, parts)
        return made

    def _add_leaf(self, leaf: Leaf, parts: list[str]) -> None:
        if leaf._parent is not None:
            raise TypeError(f"“{leaf.v_full_name}” is in a trajectory already.")
        root = self._top()
        parts = [names.checked(root._translated(part), ".".join(parts)) for part in parts]
        refuse_in_run(root, [*self.v_full_name.split("."), *parts] if self.v_full_name else parts)
        group = self._require(parts[:-1])
        group._refuse_taken(parts[-1])
        if isinstance(leaf, Result):
            leaf._rename(parts[-1])
        else:
            leaf._name = parts[-1]
        leaf._parent = group
        group._children[parts[-1]] = leaf
        root._note(leaf)

    def _add_group(self, branch: str, name: str, comment: str) -> "Group":
        parts = self._components(branch, name)
        above = self._require(parts[:-1])
        above._refuse_taken(parts[-1])
        group = above._require(parts[-1:])
        group.v_comment = comment
        return group

    def _components(self, branch: str, name: str) -> list[str]:
        """Where below this group something of the name goes: into its ``branch``, and in a run below the run."""
        root = self._top()
        parts = names.split(name)
        own = self.v_full_name.split(".") if self.v_full_name else []
        if own and branch and own[0] != branch:
            raise TypeError(f"“{self.v_full_name}” is not in the branch {branch}.")
        if not own and branch and parts[0] != branch:
            parts = [branch, *parts]
        elif not own and not branch:
            parts[0] = names.in_short(parts[0], root.f_wildcard)
        whole = [*own, *parts]
        by_run = root.v_is_run and root.v_auto_run_prepend and len(own) <= 1 and whole[0] in names.OF_RUNS
        wild = [root._translated(part) for part in parts]
        if by_run and branch and not any(a != b for a, b in zip(wild, parts, strict=True)) and root.v_crun not in parts:
            wild[1 - len(own) : 1 - len(own)] = [names.RUNS, str(root.v_crun)]
        return [names.checked(part, name) for part in wild]

    def _require(self, parts: list[str]) -> "Group":
        """The group below this one, made with those above it where they are not there."""
        group: Group = self
        for part in parts:
            child = group._children.get(part)
            if child is None:
                group._refuse_taken(part)
                child = Group(part)
                object.__setattr__(child, "_parent", group)
                group._children[part] = child
                self._top()._note(child)
            elif not isinstance(child, Group):
                raise AttributeError(f"“{child.v_full_name}” is a leaf; nothing can lie below it.")
            group = child
        return group

    def _refuse_taken(self, name: str) -> None:
        if name in self._children or name in self._links:
            raise AttributeError(f"“{self.v_full_name + '.' if self.v_full_name else ''}{name}” is there already.")


def refuse_in_run(root: "Trajectory", whole: list[str]) -> None:
    """Parameters and settings are the same for all runs. Raises `TypeError`."""
    if root.v_is_run and whole[0] in (names.PARAMETERS, names.CONFIG):
        raise TypeError(f"“{'.'.join(whole)}” cannot be added during a run.")


def _nest(made: dict[str, Any], parts: list[str], value: Any) -> None:
    for part in parts[:-1]:
        made = made.setdefault(part, {})
    made[parts[-1]] = value
