"""The lines of the raw tree: plain HDF5, nothing decoded."""

from typing import Any

from h5py import h5a

from . import files, text
from .brief import brief
from .errors import FAILURES, NotReadable
from .glance import SMALL
from .model import Kind, Node

_LINKS = {files.LinkKind.SOFT: "soft link", files.LinkKind.EXTERNAL: "external link"}


def raw_child_line(group: Any, name: bytes, path: bytes) -> Node:
    """The child ``name`` of ``group`` as plain HDF5. It never fails: a broken child says so."""
    try:
        found = files.link(group, name)
        if found.kind is not files.LinkKind.HARD:
            return link_line(name, path, found)
        return raw_line(files.open_child(group, name), name, path)
    except NotReadable as problem:
        return unreadable(name, path, problem.title)
    except FAILURES as error:
        shown = text.printable(name)
        return unreadable(name, path, f"“{shown}” is damaged and cannot be read ({type(error).__name__}).")


def raw_line(node: Any, name: bytes, path: bytes) -> Node:
    """An opened group, dataset or named type. Raises `NotReadable` and what h5py raises."""
    shown, attributes = text.printable(name), text.count(h5a.get_num_attrs(node), "attribute")
    if files.is_group(node):
        count = node.get_num_objs()
        words = text.count(count, "child", "children")
        return Node(path, shown, Kind.RAW_GROUP, "group", words, expandable=count > 0, comment=attributes)
    if not files.is_dataset(node):
        return Node(path, shown, Kind.RAW_DATASET, "named type", comment=attributes)
    extent = files.extent_of(node)
    value, warning = "no value" if extent.shape is None else text.extent(extent.shape), ""
    if extent.shape == () and extent.element.size <= SMALL and not extent.element.variable:
        try:
            value = brief(files.read(node)[()])
        except NotReadable as problem:
            warning = problem.title
    return Node(
        path=path,
        name=shown,
        kind=Kind.RAW_DATASET,
        type=text.printable(extent.element.name),
        value=value,
        size=files.stored_size(node),
        comment=attributes,
        warning=warning,
    )


def link_line(name: bytes, path: bytes, found: files.Link) -> Node:
    """A link: shown with what it points to, never followed."""
    kind = _LINKS.get(found.kind, "link of an unknown kind")
    return Node(path, text.printable(name), Kind.LINK, kind, target=text.printable(found.target, 500))


def unreadable(name: bytes, path: bytes, sentence: str) -> Node:
    """What could not be opened, and why."""
    return Node(path, text.printable(name), Kind.UNREADABLE, warning=sentence)
