"""The value of a leaf, an item or a dataset as the window shows it: bounded, and whatever is broken in it named."""

from collections.abc import Callable
from typing import Any

from . import bookkeeping, comments, files, frames, items, layout, leaves, parameters, text, values, windows
from .brief import brief
from .content import content_of, type_name
from .errors import FAILURES, NotReadable
from .items import Form, Item
from .leaves import Leaf as Leaf
from .leaves import load_leaf as load_leaf
from .model import Content, Fact, ItemInfo, Kind, Nothing, Unreadable, Value, ValueRequest
from .progress import Progress, silent

VALUE = "value"
RANGE = "range"
MAX_FACTS = 200
MAX_ITEMS = 10_000

_KINDS = {
    layout.Branch.CONFIG: Kind.CONFIG,
    layout.Branch.PARAMETERS: Kind.PARAMETER,
    layout.Branch.DERIVED_PARAMETERS: Kind.DERIVED_PARAMETER,
}


def read_value(request: ValueRequest, progress: Progress = silent) -> Value:
    """What is at ``request.path``, at most a screen of it. Raises `NotReadable` when nothing can be read there.

    An item that is damaged or needs a codec that is missing becomes `Unreadable`; the others can still be read.
    """
    progress("Reading the value", 0, 0)
    return files.steadily(request.file, lambda file: _Reading(file, request).value())


class _Reading:
    """One answer: the open file, what is asked, and what is known of the trajectory it is in."""

    def __init__(self, file: files.OpenFile, request: ValueRequest) -> None:
        self.file = file
        self.request = request
        self.path = b"/" + b"/".join(layout.components(request.path))
        self.trajectory = self._trajectory()
        self.encoding = values.DEFAULT_ENCODING
        if self.trajectory is not None:
            self.encoding = bookkeeping.text_encoding(self.trajectory)

    def _trajectory(self) -> bookkeeping.Trajectory | None:
        """The trajectory the path lies in, if what it lies in is one."""
        parts = layout.components(self.request.trajectory or self.path)
        if not parts:
            return None
        try:
            found = bookkeeping.open_trajectory_group(self.file, b"/" + parts[0])
        except NotReadable:
            return None
        return found if found.overview is not None else None

    def value(self) -> Value:
        target = self._link()
        if target is not None:
            return self._plain(Kind.LINK, "link", Nothing(target))
        node: Any = self.file.root
        parts = layout.components(self.path)
        for place, name in enumerate(parts):
            node = files.open_child(node, name) if files.is_group(node) else files.open_node(node, name)
            if files.is_group(node) and items.is_leaf(node):
                return self._in_leaf(node, b"/" + b"/".join(parts[: place + 1]), b"/".join(parts[place + 1 :]))
        if files.is_group(node):
            return self._group(node)
        return self._dataset(node)

    def _link(self) -> str | None:
        """A sentence about the link that the path itself is, if it is one."""
        folder, _, name = self.path.rpartition(b"/")
        try:
            parent = files.open_path(self.file, folder)
            found = files.link(parent, name) if files.is_group(parent) and name else None
        except NotReadable:
            return None
        if found is None or found.kind is files.LinkKind.HARD:
            return None
        kind = {files.LinkKind.SOFT: "a link", files.LinkKind.EXTERNAL: "a link into another file"}.get(found.kind)
        target = f" to “{text.printable(found.target)}”" if found.target else ""
        return f"This is {kind or 'a link of an unknown kind'}{target}. Links are shown, not followed."

    # --- what is no leaf ------------------------------------------------------------------------------------------

    def _plain(self, kind: Kind, type_name: str, content: Content, **more: Any) -> Value:
        return Value(
            path=self.request.path,
            name=text.printable(self.path.rpartition(b"/")[2]) or "/",
            full_name=text.printable(self.path if self.trajectory is None else layout.full_name(self.path), 4096),
            kind=kind,
            type=type_name,
            comment=more.pop("comment", ""),
            comment_note="",
            annotations=more.pop("annotations", ()),
            items=more.pop("items", ()),
            chosen=more.pop("chosen", ""),
            content=content,
            **more,
        )

    def _group(self, node: Any) -> Value:
        count = len(files.names(node))
        sentence = f"A group of {text.count(count, 'child', 'children')} holds no value itself."
        comment = text.paragraphs(files.text_attribute(node, layout.SRVC_INIT_COMMENT))
        depth = len(layout.components(self.path))
        if self.trajectory is None:
            kind, facts = Kind.RAW_GROUP, _attribute_facts(node)
        else:
            kind, facts = Kind.TRAJECTORY if depth == 1 else Kind.GROUP, _facts(leaves.annotations(node))
        type_name = files.text_attribute(node, layout.SRVC_INIT_CLASS_NAME) or "group"
        return self._plain(kind, text.printable(type_name), Nothing(sentence), comment=comment, annotations=facts)

    def _dataset(self, node: Any) -> Value:
        """A dataset that belongs to no leaf, or that is only a part of an item of one."""
        if not files.is_dataset(node):
            return self._plain(Kind.RAW_DATASET, "named type", Nothing("A named type holds no value."))
        name = self.path.rpartition(b"/")[2].decode("utf-8", "surrogateescape")
        item = items.raw_item(node, name)
        content = self._readable(lambda: windows.item_content(item, self.request.selection, self.encoding))
        facts = _attribute_facts(node)
        info = self._info(item)
        return self._plain(Kind.RAW_DATASET, info.type, content, annotations=facts, items=(info,), chosen=info.name)

    # --- leaves ---------------------------------------------------------------------------------------------------

    def _in_leaf(self, leaf: Any, path: bytes, below: bytes) -> Value:
        names = files.names(leaf)
        class_name = items.leaf_class(leaf)
        is_parameter = leaves.is_parameter(path, class_name)
        whole = is_parameter and (parameters.has_data(names) or parameters.has_range(names))
        known = [Item(VALUE, Form.TABLE)] if whole else items.items_of(leaf, names)[:MAX_ITEMS]
        if whole and parameters.has_range(names):
            known.append(Item(RANGE, Form.TABLE))
        asked = self.request.item
        if below:
            if whole or not any(item.path == below for item in known):
                return self._dataset_or_group(files.open_node(leaf, below))
            asked = asked or next(item.name for item in known if item.path == below)
        chosen = next((item for item in known if asked in (item.name, text.printable(item.name))), None)
        chosen = chosen or (known[0] if known else None)
        warnings: list[str] = []
        if whole:
            infos, content = self._parameter(leaf, names, chosen, warnings)
        else:
            infos = tuple(self._info(item) for item in known)
            content = self._item_content(chosen, is_parameter)
        comment, note = comments.comment_of(leaf, path, self.trajectory)
        if not class_name:
            warnings.append("The class of this leaf is not noted in the file; pypet cannot load it.")
        return Value(
            path=self.request.path,
            name=text.printable(path.rpartition(b"/")[2]),
            full_name=text.printable(layout.full_name(path), 4096),
            kind=_KINDS.get(layout.branch_kind(path), Kind.PARAMETER if is_parameter else Kind.RESULT),
            type=text.printable(class_name),
            comment=comment,
            comment_note=note,
            annotations=_facts(leaves.annotations(leaf)),
            items=infos,
            chosen=text.printable(chosen.name) if chosen else "",
            content=content,
            explored=parameters.has_range(names),
            warnings=tuple(warnings),
        )

    def _dataset_or_group(self, node: Any) -> Value:
        return self._group(node) if files.is_group(node) else self._dataset(node)

    def _item_content(self, chosen: Item | None, is_parameter: bool) -> Content:
        if chosen is None:
            return Nothing("This parameter has no value." if is_parameter else "This result holds no data.")
        return self._readable(lambda: windows.item_content(chosen, self.request.selection, self.encoding))

    def _parameter(
        self, leaf: Any, names: list[bytes], chosen: Item | None, warnings: list[str]
    ) -> tuple[tuple[ItemInfo, ...], Content]:
        """The value and the range of a parameter as two items."""
        infos = [self._parameter_info(leaf, names)]
        found = None
        problem: Content = Nothing("This parameter has no range.")
        try:
            found = parameters.range_of(leaf, names, self.encoding)
        except (NotReadable, *FAILURES) as error:
            problem = self._unreadable(error)
        if parameters.has_range(names):
            infos.append(self._range_info(found))
        runs = None if self.trajectory is None else bookkeeping.row_count(self.trajectory, layout.RUNS)
        if found is not None and runs is not None and runs != found.length:
            counted = text.count(found.length, "value")
            warnings.append(f"The range has {counted}, but the trajectory has {text.count(runs, 'run')}.")
        if chosen is not None and chosen.name == RANGE:
            if found is None:
                return tuple(infos), problem
            whole = found
            return tuple(infos), self._readable(
                lambda: windows.range_content(whole, self._run_names, self.request.selection, self.encoding)
            )
        return tuple(infos), self._readable(lambda: self._default(leaf, names))

    def _default(self, leaf: Any, names: list[bytes]) -> Content:
        item = parameters.value_item(leaf, names)
        if item.form is Form.TABLE:
            return content_of(parameters.value_of(item, self.encoding), self.request.selection)
        return windows.item_content(item, self.request.selection, self.encoding)

    def _run_names(self, part: slice) -> list[bytes] | None:
        """The names of some runs, if the bookkeeping has them."""
        if self.trajectory is None or self.trajectory.overview is None:
            return None
        try:
            rows = files.read(files.open_child(self.trajectory.overview, layout.RUNS), [part], columns=("name",))
            return bookkeeping.strings(rows, "name")
        except (NotReadable, *FAILURES):
            return None

    # --- facts ----------------------------------------------------------------------------------------------------

    def _parameter_info(self, leaf: Any, names: list[bytes]) -> ItemInfo:
        try:
            item = parameters.value_item(leaf, names)
            info = self._info(item._replace(name=VALUE))
            if item.form is Form.TABLE:
                column = items.table_columns(item)[0]
                kind = layout.type_name(column.scalar) or type_name(_element(column))
                return ItemInfo(VALUE, kind, _element(column).shape, info.codec, info.stored, info.logical)
            return info
        except (NotReadable, IndexError, *FAILURES):
            return ItemInfo(VALUE, "", (), "", 0, 0)

    def _range_info(self, found: parameters.Range | None) -> ItemInfo:
        if found is None:
            return ItemInfo(RANGE, "", (), "", 0, 0)
        info = self._info(found.table)
        return ItemInfo(RANGE, RANGE, (found.length,), info.codec, info.stored, info.logical)

    def _info(self, item: Item) -> ItemInfo:
        name = text.printable(item.name)
        try:
            type_name, shape = _described(item)
            codec, stored, logical = _stored(item)
            return ItemInfo(name, type_name, shape, codec, stored, logical)
        except (NotReadable, *FAILURES):
            return ItemInfo(name, "unreadable", (), "", 0, 0)

    def _readable(self, content: Callable[[], Content]) -> Content:
        """The content, or why it cannot be read; raised instead when the file is being written."""
        try:
            return content()
        except (NotReadable, *FAILURES) as error:
            return self._unreadable(error)

    def _unreadable(self, error: Exception) -> Content:
        if self.file.changed():
            raise files.being_written(self.file.path) from error
        if isinstance(error, NotReadable):
            return Unreadable(error.title)
        return Unreadable(f"The value is damaged and cannot be read ({text.printable(str(error))}).")


def _element(column: items.TableColumn) -> Any:
    dtype = files.element_type(column.dataset).dtype[column.name]
    return dtype


def _described(item: Item) -> tuple[str, tuple[int, ...]]:
    """The type of an item as people write it, and its shape."""
    match item.form:
        case Form.ARRAY:
            extent = files.extent_of(item.node)
            coll, scalar = items.types_of(item.node)
            shape = extent.shape or ()
            if coll in (layout.COLL_LIST, layout.COLL_TUPLE):
                return coll.removeprefix("COLL_").lower(), shape
            if coll == layout.COLL_EMPTY_DICT:
                return "dict", ()
            kind = layout.type_name(scalar) if coll == layout.COLL_SCALAR or scalar else extent.element.name
            return kind or extent.element.name, shape + extent.element.dtype.shape
        case Form.TABLE | Form.DICT:
            columns = items.table_columns(item)
            if item.form is Form.DICT:
                return "dict", (len(columns),)
            return "table", (items.table_rows(item), len(columns))
        case Form.FRAME:
            shape = frames.frame_shape(item.node)
            return ("Series" if len(shape) == 1 else "DataFrame"), shape
        case Form.OBJECTS:
            extent = files.extent_of(item.node)
            return "list", extent.shape or ()
        case Form.PICKLE:
            return "pickle", ()
        case Form.SPARSE | Form.PARTS:
            return "sparse matrix", ()
        case Form.QUANTITY:
            return "quantity", files.extent_of(item.parts[layout.BRIAN_VALUE]).shape or ()
    raise NotReadable(item.reason or f"“{text.printable(item.name)}” cannot be read.")


def _stored(item: Item) -> tuple[str, int, int]:
    """The codec, the bytes on disk and the bytes in memory of an item, whatever it is made of."""
    nodes = [(node, False) for node in item.parts.values()] or [(item.node, False)]
    if files.is_group(item.node) and not item.parts:
        walk = files.walk(item.node, max_nodes=MAX_ITEMS)
        found = [visit for visit in walk if visit.kind is files.VisitKind.DATASET]
        nodes = [(visit.node, layout.PYTABLES_INDEX in visit.path) for visit in found]
    codec, stored, logical = "", 0, 0
    for node, is_index in nodes:
        stored += files.stored_size(node)
        if not is_index:
            logical += files.extent_of(node).logical
            codec = codec if codec and codec != "not compressed" else files.codec(node)
    return codec, stored, logical


def _facts(found: dict[str, Any]) -> tuple[Fact, ...]:
    return tuple(Fact(text.printable(name), _words(value)) for name, value in list(found.items())[:MAX_FACTS])


def _attribute_facts(node: Any) -> tuple[Fact, ...]:
    """HDF5 attributes as facts; pickles stay unread."""
    try:
        found = files.attributes(node, MAX_FACTS)
    except NotReadable as problem:
        return (Fact("attributes", problem.title),)
    return tuple(Fact(text.printable(name), _words(value)) for name, value in found.items())


def _words(value: Any) -> str:
    if isinstance(value, (str, bytes)):
        return text.paragraphs(value, 10_000)
    if isinstance(value, files.RawPickle):
        return f"pickled object, {text.size(len(value.data))}"
    return value.reason if isinstance(value, files.Unread) else brief(value, 500)
