"""One side of a difference: what is at its place, still in the file where it can stay there."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias, TypeVar

from . import bookkeeping, comments, content, files, items, layout, leaves, parameters, run_rows, text, windows
from .errors import FAILURES, NotReadable
from .items import Form, Item
from .model import Content, Nothing, Selection, Unreadable
from .model_compare import Aspect, Difference, Side

Result = TypeVar("Result")


class Held(NamedTuple):
    """A value that is in memory."""

    value: Any


Thing: TypeAlias = Held | Item | parameters.Range
"""What is compared: a value in memory, or an item or a range whose cells are still in the file."""


class Place:
    """The leaf, group or dataset of a side in its open file."""

    def __init__(self, file: files.OpenFile, side: Side, path: bytes) -> None:
        self.file = file
        self.side = side
        self.path = path
        self.encoding = bookkeeping.encoding_at(file, path)

    def _trajectory(self) -> bookkeeping.Trajectory | None:
        """The trajectory in which the place lies, if it lies in one."""
        try:
            return bookkeeping.open_trajectory_group(self.file, b"/" + layout.components(self.path)[0])
        except (NotReadable, IndexError):
            return None

    def is_value(self) -> bool:
        """Whether a value can be here: in a leaf or a dataset, not in a group of others."""
        try:
            node = files.open_path(self.file, self.path)
        except NotReadable:
            return True
        return not files.is_group(node) or items.is_leaf(node)

    def thing(self, found: Difference) -> Thing | Nothing:
        """What is compared. Raises `NotReadable` when it is not there."""
        node = files.open_path(self.file, self.path)
        if files.is_dataset(node):
            name = self.path.rpartition(b"/")[2].decode("utf-8", "surrogateescape")
            return items.raw_item(node, name)
        if found.aspect is Aspect.COMMENT:
            return Held(self._comment(node))
        if found.aspect is Aspect.ANNOTATION:
            return Held(_named(leaves.annotations(node), found.item, "annotation"))
        names = files.names(node)
        if not items.is_leaf(node):
            return Nothing(f"A group of {text.count(len(names), 'child', 'children')} holds no value itself.")
        stored = parameters.has_data(names) or parameters.has_range(names)
        if stored and leaves.is_parameter(self.path, items.leaf_class(node)):
            return self._of_parameter(node, names, found)
        known = items.items_of(node, names)
        return _item(known, found.item) if known or found.item else Nothing("This result holds no data.")

    def _comment(self, node: Any) -> str:
        if items.is_leaf(node):
            return comments.comment_of(node, self.path, self._trajectory())[0]
        return files.text_attribute(node, layout.SRVC_INIT_COMMENT)

    def _of_parameter(self, leaf: Any, names: list[bytes], found: Difference) -> Thing | Nothing:
        if found.aspect is Aspect.RANGE or self.side.run:
            explored = parameters.range_of(leaf, names, self.encoding)
            if found.aspect is Aspect.RANGE:
                return explored or Nothing("This parameter is not explored: it has no range.")
            if explored is not None:
                return Held(self._at_run(explored))
        item = parameters.value_item(leaf, names)
        if item.form is Form.TABLE:
            return Held(parameters.value_of(item, self.encoding))
        return item

    def _at_run(self, explored: parameters.Range) -> Any:
        """The value that an explored parameter has in the run of this side."""
        index = layout.run_index(self.side.run)
        trajectory = self._trajectory()
        names = run_rows.run_names(trajectory) if trajectory is not None else []
        if self.side.run in names:
            index = names.index(self.side.run)
        if index is None or index >= explored.length:
            raise NotReadable(f"The range has no value for the run “{text.printable(self.side.run)}”.")
        value = parameters.range_values(explored, slice(index, index + 1), self.encoding)[0]
        if isinstance(value, NotReadable):
            raise value
        return value

    def found(self, difference: Difference) -> Thing | Nothing | Unreadable:
        """What is compared, or why it cannot be read."""
        return self._readable(lambda: self.thing(difference))

    def content(self, thing: Thing | Nothing | Unreadable) -> Content:
        """The first screen of it, or why it cannot be read."""
        if isinstance(thing, (Nothing, Unreadable)):
            return thing
        return self._readable(lambda: self._content(thing))

    def _content(self, thing: Thing) -> Content:
        if isinstance(thing, Held):
            return content.content_of(thing.value)
        if isinstance(thing, Item):
            return windows.item_content(thing, Selection(), self.encoding)
        return windows.range_content(thing, _unnamed, Selection(), self.encoding)

    def _readable(self, read: Callable[[], Result]) -> Result | Unreadable:
        """What ``read`` gives, or `Unreadable`; raised instead when the file is being written."""
        try:
            return read()
        except (NotReadable, *FAILURES) as error:
            if self.file.changed():
                raise files.being_written(self.file.path) from error
            if isinstance(error, NotReadable):
                return Unreadable(error.title)
            return Unreadable(f"The value is damaged and cannot be read ({text.printable(str(error))}).")


def _unnamed(_part: slice) -> None:
    """No names of runs: their numbers stand in their place."""


def _named(found: dict[str, Any], name: str, what: str) -> Any:
    for key, value in found.items():
        if name in (key, text.printable(key)):
            return value
    raise NotReadable(f"There is no {what} “{text.printable(name)}” any more.", "Compare once more.")


def _item(known: list[Item], name: str) -> Item:
    """The item of this name, or the one inside of which the place of this name is."""
    for item in known:
        if not name or name in (item.name, text.printable(item.name)):
            return item
    inner = [item for item in known if name.startswith((item.name + ".", item.name + "[", item.name + " "))]
    if not inner:
        raise NotReadable(f"There is no item “{text.printable(name)}” any more.", "Compare once more.")
    return max(inner, key=lambda item: len(item.name))
