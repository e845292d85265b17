"""A whole leaf as values: for comparing, merging and scripts, which want everything and not a first screen."""

from typing import Any, NamedTuple

from . import files, items, layout, parameters, values
from .errors import NotReadable
from .inert import Refused, decode


class Leaf(NamedTuple):
    """A parameter or result with all its values.

    ``items`` are in name order; a parameter has none but ``value`` and, if ``explored``, ``range``. ``problems`` has
    a sentence for each item (or ``value``, ``range``) that could not be read; a single value of a range that could
    not is the `NotReadable` itself. Pickled values are `values.Pickle`.
    """

    class_name: str
    comment: str
    annotations: dict[str, Any]
    is_parameter: bool
    items: dict[str, Any]
    problems: dict[str, str]
    value: Any = None
    range: list[Any] | None = None
    explored: bool = False
    protocol: int | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is stored: a result without data, a parameter without a value."""
        return not self.items and self.value is None and self.range is None and not self.problems


def is_parameter(path: bytes, class_name: str) -> bool:
    """Whether a leaf is a parameter: by its class, and of a class that is not known by its branch."""
    if class_name in layout.PARAMETER_CLASSES or class_name in layout.RESULT_CLASSES:
        return class_name in layout.PARAMETER_CLASSES
    branch = layout.branch_kind(path)
    return branch in (layout.Branch.CONFIG, layout.Branch.PARAMETERS, layout.Branch.DERIVED_PARAMETERS)


def annotations(node: Any) -> dict[str, Any]:
    """The annotations of a group or leaf by name; pickled ones decoded, or left as `files.RawPickle`."""
    flag = files.attribute(node, layout.SRVC_ANNOTATED)
    if flag is None or not bool(flag):
        return {}
    found = {}
    for name, value in files.attributes(node).items():
        if name.startswith(layout.SRVC_AN):
            found[name.removeprefix(layout.SRVC_AN).decode("utf-8", "surrogateescape")] = _annotation(value)
    return found


def _annotation(value: Any) -> Any:
    if not isinstance(value, files.RawPickle):
        return value
    try:
        return decode(value.data)
    except Refused:
        return value


def load_leaf(file: files.OpenFile, path: bytes, encoding: str = values.DEFAULT_ENCODING) -> Leaf:
    """Everything in the leaf at ``path``. Raises `NotReadable` when there is no such leaf."""
    group = files.open_path(file, path)
    if not files.is_group(group):
        raise NotReadable(f"There is no leaf at this place in {file.name}.", "Refresh the view.")
    return read_leaf(group, path, encoding)


def read_leaf(group: Any, path: bytes, encoding: str = values.DEFAULT_ENCODING) -> Leaf:
    """Everything in an opened leaf, whose path says whether a leaf of an unknown class is a parameter."""
    class_name = items.leaf_class(group)
    comment = files.text_attribute(group, layout.SRVC_INIT_COMMENT)
    names = files.names(group)
    leaf = Leaf(class_name, comment, annotations(group), is_parameter(path, class_name), {}, {})
    leaf = leaf._replace(protocol=parameters.protocol(group, names))
    if leaf.is_parameter and (parameters.has_data(names) or parameters.has_range(names)):
        return _parameter(leaf, group, names, encoding)
    for item in items.items_of(group, names):
        try:
            leaf.items[item.name] = items.item_value(item, encoding)
        except NotReadable as problem:
            leaf.problems[item.name] = problem.title
    return leaf


def _parameter(leaf: Leaf, group: Any, names: list[bytes], encoding: str) -> Leaf:
    leaf = leaf._replace(explored=parameters.has_range(names))
    try:
        leaf = leaf._replace(value=parameters.default(group, names, encoding))
    except NotReadable as problem:
        leaf.problems["value"] = problem.title
    try:
        found = parameters.range_of(group, names, encoding)
        if found is not None:
            leaf = leaf._replace(range=parameters.range_values(found, encoding=encoding))
            missing = next((value for value in leaf.range or () if isinstance(value, NotReadable)), None)
            if missing is not None:
                leaf.problems["range"] = missing.title
    except NotReadable as problem:
        leaf.problems["range"] = problem.title
    return leaf
