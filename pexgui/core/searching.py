"""A search through the tree: names, types and comments."""

from collections.abc import Iterator
from typing import Any

from . import files, items, layout, text
from .bookkeeping import encoding_at
from .errors import FAILURES, NotReadable
from .lines import group_line, item_line, leaf_line
from .model import Found, Node, SearchRequest
from .progress import Progress, silent
from .raw_lines import link_line, raw_line, unreadable

MAX_VISITED = 500_000
"""After so many nodes a search ends and says that it is not complete."""

_REPORT_EVERY = 200
_TYPES = (
    *(
        "bool",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float16",
        "float32",
        "float64",
    ),
    *("complex64", "complex128", "text", "bytes", "list of", "tuple of", "set of", "dict of", "nothing", "items"),
    *("dataframe", "series", "table", "objects", "quantity", "compound", "opaque", "enum", "reference"),
    *("pickled object", "csr matrix", "csc matrix", "bsr matrix", "dia matrix", "coo matrix", "sparse matrix"),
)
_LINKS = {files.VisitKind.SOFT: files.LinkKind.SOFT, files.VisitKind.EXTERNAL: files.LinkKind.EXTERNAL}


def search_tree(request: SearchRequest, progress: Progress = silent) -> Found:
    """Groups, leaves, items and links below ``path`` with ``text`` in their name, type or comment.

    Each object is found once, whatever links lead to it. With a dot in ``text``, full names count as names. Raises
    `NotReadable`.
    """
    return files.steadily(request.file, lambda file: _search(file, request, progress), whole=True)


def _search(file: files.OpenFile, request: SearchRequest, progress: Progress) -> Found:
    path = b"/" + b"/".join(layout.components(request.path))
    top = files.open_path(file, path)
    needle = request.text.strip().casefold()
    if not needle or not files.is_group(top):
        return Found((), True)
    search = _Search(needle, encoding_at(file, path))
    nodes: list[Node] = []
    what = f"Searching {text.printable(path)}"
    for visited, visit in enumerate(files.walk(top, search.enters)):
        if visited % _REPORT_EVERY == 0:
            progress(what, visited, 0)
        if visited >= MAX_VISITED:
            return Found(tuple(nodes), False)
        for node in search.matches(visit, layout.join(path, visit.path)):
            if len(nodes) >= request.limit:
                return Found(tuple(nodes), False)
            nodes.append(node)
    return Found(tuple(nodes), True)


class _Search:
    """What is looked for, and whether the node just visited is a leaf."""

    def __init__(self, needle: str, encoding: str) -> None:
        self._needle = needle
        self._encoding = encoding
        self._types = any(needle in word or word in needle for word in _TYPES)
        self._is_leaf = False
        self._is_overview = False

    def enters(self, visit: files.Visit) -> bool:  # noqa: ARG002  (asked right after `matches` of the same visit)
        """Whether what is below the node just visited is searched too."""
        return not self._is_leaf and not self._is_overview

    def matches(self, visit: files.Visit, path: bytes) -> Iterator[Node]:
        """The lines for a visited node: none, itself, or items of it."""
        self._is_leaf = False
        self._is_overview = visit.name == layout.OVERVIEW and len(layout.components(path)) == 2
        if visit.kind is files.VisitKind.AGAIN or self._is_overview:
            return
        if visit.kind is not files.VisitKind.GROUP:
            if self._names(visit.name, path):
                yield self._other(visit, path)
            return
        try:
            self._is_leaf = items.is_leaf(visit.node)
            if self._names(visit.name, path) or self._says(visit.node):
                yield self._whole(visit, path)
            elif self._is_leaf:
                yield from self._inside(visit, path)
        except (NotReadable, *FAILURES):
            if self._names(visit.name, path):
                yield unreadable(visit.name, path, f"“{text.printable(visit.name)}” is damaged and cannot be read.")

    def _names(self, name: bytes, path: bytes) -> bool:
        """Whether the text is in the name or, if there is a dot in it, in the full name."""
        named = layout.full_name(path) if "." in self._needle else name
        return self._needle in text.printable(named, 4096).casefold()

    def _says(self, node: Any) -> bool:
        """Whether the text is in the comment or the name of the class."""
        comment = files.text_attribute(node, layout.SRVC_INIT_COMMENT)
        return self._needle in comment.casefold() or self._needle in items.leaf_class(node).casefold()

    def _whole(self, visit: files.Visit, path: bytes) -> Node:
        if self._is_leaf:
            return leaf_line(visit.node, visit.name, path, self._encoding)
        return group_line(visit.node, visit.name, path)

    def _inside(self, visit: files.Visit, path: bytes) -> Iterator[Node]:
        """A leaf whose type matches; or those of its items whose names do."""
        names = files.names(visit.node)
        if self._types:
            whole = leaf_line(visit.node, visit.name, path, self._encoding)
            if self._needle in whole.type.casefold():
                yield whole
                return
        if len(names) > 1 and any(self._names(name, layout.join(path, name)) for name in names):
            for item in items.items_of(visit.node, names):
                if self._needle in item.name.casefold():
                    yield item_line(item, path, self._encoding)

    def _other(self, visit: files.Visit, path: bytes) -> Node:
        """A dataset outside of leaves, a link, or what could not be opened."""
        if visit.kind is files.VisitKind.UNREADABLE:
            return unreadable(visit.name, path, visit.reason)
        if visit.node is not None:
            return raw_line(visit.node, visit.name, path)
        kind = _LINKS.get(visit.kind, files.LinkKind.OTHER)
        return link_line(visit.name, path, files.Link(kind, visit.target))
