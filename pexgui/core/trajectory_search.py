"""Finding groups and leaves of a trajectory by short names."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import trajectory_names as names
from .errors import NotUniqueNodeError
from .trajectory_nodes import Node

if TYPE_CHECKING:
    from .trajectory_group import Group

_TOLD = 8


def found_by(
    start: "Group",
    name: str | int,
    with_links: bool = True,
    shortcuts: bool = True,
    max_depth: int | None = None,
    look: bool = True,
) -> Node:
    """The group or leaf below ``start``, found one component of the name after the other.

    A component is a child; or, with ``shortcuts``, whatever is called so nearest below, outside of other runs than that
    to which the trajectory is set. What is not known is looked for in the file, with ``look``. Raises `AttributeError`
    if there is none, `NotUniqueNodeError`, which lists them, if several are as near.
    """
    root = start._root()
    parts = [_run_called(start, name)] if isinstance(name, int) else names.split(name)
    for attempt in range(2):
        node = _followed(start, parts, with_links, shortcuts, max_depth, look)
        again = look and not attempt and root is not None
        if node is not None and not (again and shortcuts and _may_have_others(start, node, parts)):
            return node
        if not (again and shortcuts) or root is None or not root._know(start, recursive=True):
            if node is not None:
                return node
            break
    where = start.v_full_name or start.v_name
    raise AttributeError(f"“{where}” has nothing called “{name}”.")


def _followed(
    start: "Group", parts: Sequence[str], with_links: bool, shortcuts: bool, max_depth: int | None, look: bool
) -> Node | None:
    """What is found by the components, of what is known. Without ``shortcuts`` the way is known from the file."""
    from .trajectory_group import Group

    root = start._root()
    node: Node | None = start
    for part in parts:
        wanted = root._translated(part) if root is not None else part
        above, node = node, _step(node, wanted, with_links, shortcuts, max_depth)
        if node is None and root is not None and look and not shortcuts and isinstance(above, Group):
            node = (
                _step(above, wanted, with_links, shortcuts, max_depth) if root._know(above, recursive=False) else None
            )
        if node is None:
            return None
    return node


def _may_have_others(start: "Group", node: Node, parts: Sequence[str]) -> bool:
    """Whether the file may have data of the same short name as near, because nobody looked yet. Parameters are known
    from the beginning."""
    root, full = start._root(), ".".join(parts)
    if root is None or node.v_branch not in names.OF_RUNS or root._has_looked_below(start):
        return False
    return node.v_full_name != (f"{start.v_full_name}.{full}" if start.v_full_name else full)


def _run_called(start: "Group", index: int) -> str:
    """The name of the run with an index."""
    root = start._root()
    return root.f_wildcard(run_idx=index) if root is not None else names.in_short(f"r_{index}")


def _step(start: Node | None, name: str, with_links: bool, shortcuts: bool, max_depth: int | None) -> Node | None:
    from .trajectory_group import Group

    if not isinstance(start, Group):
        return None
    root = start._root()
    for wanted in dict.fromkeys((name, names.in_short(name, root.f_wildcard if root is not None else None))):
        if wanted in start._children:
            return start._children[wanted]
        if with_links and wanted in start._links:
            return start._links[wanted]
        nearest = _nearest(start, wanted, with_links, max_depth) if shortcuts else []
        if len(nearest) > 1:
            raise NotUniqueNodeError(several(wanted, nearest))
        if nearest:
            return nearest[0]
    return None


def _nearest(start: "Group", name: str, with_links: bool, max_depth: int | None) -> list[Node]:
    """All nodes of the name that are as near as the nearest."""
    from .trajectory_group import Group

    root = start._root()
    level, depth, seen = [start], 0, {id(start)}
    while level and (max_depth is None or depth < max_depth):
        found: dict[int, Node] = {}
        below: list[Group] = []
        for group in level:
            for node in (group._children.get(name), group._links.get(name) if with_links else None):
                if node is not None:
                    found[id(node)] = node
            children = [*group._children.values(), *(group._links.values() if with_links else ())]
            for child in children:
                if isinstance(child, Group) and id(child) not in seen and not _is_of_another_run(root, child):
                    seen.add(id(child))
                    below.append(child)
        if found:
            return list(found.values())
        level, depth = below, depth + 1
    return []


def _is_of_another_run(root: object, group: "Group") -> bool:
    """Whether a group belongs to another run than the one to which the trajectory is set."""
    from .trajectory import Trajectory

    if not isinstance(root, Trajectory) or root.v_crun is None:
        return False
    return group.v_name != root.v_crun and root._runs.has(group.v_name)


def several(name: str, nodes: list[Node]) -> str:
    """The sentence for a name that means several groups or leaves."""
    shown = [f"“{node.v_full_name}”" for node in nodes[:_TOLD]]
    more = f" and {len(nodes) - _TOLD:,} more" if len(nodes) > _TOLD else ""
    return f"“{name}” may be {', '.join(shown)}{more}; say more of its name."
