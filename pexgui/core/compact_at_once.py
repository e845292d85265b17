"""Everything in a file copied by HDF5 in one step, as it is and without the holes between."""

from h5py import h5g, h5o, h5p

from . import nodes, text
from .compact_attributes import AttributeCopier
from .compact_copy import UNICODE, children_of
from .errors import FAILURES, PexError
from .verify import Different

MOST = 32 << 20
"""Files of up to so many bytes are copied in one step, during which nobody can stop it."""
_ALL = b".pexgui-all"


def copy_at_once(source: h5g.GroupID, target: h5g.GroupID) -> None:
    """Copy everything below a root, and its attributes, into another root, which is new.

    What is shared stays shared, but references may lead nowhere. Raises `Different` when it cannot be done in this way.
    """
    ordered = bool(source.get_create_plist().get_attr_creation_order() & h5p.CRT_ORDER_TRACKED)
    AttributeCopier(lambda kind: kind, _raised).copy(source, target, _refuse, ordered)
    try:
        children = nodes.listed(source)
        if len(children) == 1 and children[0].hard:
            h5o.copy(source, children[0].name, target, children[0].name)
        else:
            _copy_together(source, target)
    except FAILURES as error:
        raise Different("It could not be copied in one step.", details=text.printable(str(error))) from error


def _copy_together(source: h5g.GroupID, target: h5g.GroupID) -> None:
    name = _ALL
    while source.links.exists(name):
        name += b"_"
    h5o.copy(source, b"/", target, name)
    group = h5g.open(target, name)
    for child in children_of(group):
        group.links.move(child.name, target, child.name, UNICODE if child.unicode else None)
    target.unlink(name)


def _refuse(_attribute: bytes) -> None:
    raise Different("It has references in it.")


def _raised(_node: object, error: PexError, _attribute: bytes) -> None:
    raise Different(error.title, error.hint, error.details) from error
