"""Whether two objects are the same, from the bytes of their headers, where one file is a compacted copy of the other.

The same thing is written in several ways. That two of them mean the same is asked of HDF5 the first time they are met,
and remembered, so that of thousands of objects alike only the values are compared, by their bytes.
"""

from math import prod
from typing import Any

from h5py import h5a, h5d, h5g

from . import headers
from .headers import NOT_PROVED, Header, Raw, Unknown, data_of, header
from .progress import silent
from .verify import Ticker, is_raw, unlike
from .verify_data import same_dataset

_LINKS = (headers.TABLE, headers.LINK_INFO, headers.GROUP_INFO, headers.LINK)
_LARGE = 1 << 20


class Headers:
    """The headers of two files. ``same`` says whether it is proved that two objects are the same, without what groups
    lead to."""

    def __init__(self, source: Raw, target: Raw) -> None:
        self._source = source
        self._target = target
        self._sizes: dict[tuple[tuple[bytes, bytes], tuple[bytes, bytes]], int] = {}
        self._datasets: set[tuple[tuple[bytes, ...], tuple[bytes, ...]]] = set()

    def same(self, source: Any, target: Any, place: int, copy: int) -> bool:
        """Whether the headers at two addresses, of two opened objects, prove that they are the same. False is no proof
        of the contrary."""
        try:
            ours, theirs = header(self._source, place), header(self._target, copy)
            if not self._same_attributes(source, target, ours, theirs):
                return False
            if isinstance(source, h5g.GroupID) and isinstance(target, h5g.GroupID):
                return all(each.kind in _LINKS for each in ours.messages + theirs.messages)
            if isinstance(source, h5d.DatasetID) and isinstance(target, h5d.DatasetID):
                return self._same_data(source, target, ours, theirs)
        except NOT_PROVED:
            pass
        return False

    def _same_attributes(self, source: Any, target: Any, ours: Header, theirs: Header) -> bool:
        one, other = ours.attributes, theirs.attributes
        if not len(one) == len(other) == h5a.get_num_attrs(source) == h5a.get_num_attrs(target):
            return False
        for mine, copy in zip(one, other, strict=True):
            if mine.name != copy.name:
                return False
            key = mine.described, copy.described
            size = self._sizes.get(key)
            if size is None:
                size = self._sizes[key] = _size_if_same(source, target, mine.name)
            value = mine.value[:size]
            if len(value) != size or value != copy.value[:size]:
                return False
        return True

    def _same_data(self, source: h5d.DatasetID, target: h5d.DatasetID, ours: Header, theirs: Header) -> bool:
        mine, copy = data_of(self._source, ours, _LARGE), data_of(self._target, theirs, _LARGE)
        if mine.content != copy.content:
            return False
        key = mine.described, copy.described
        if key not in self._datasets:
            kind = source.get_type()
            if kind.committed() or not is_raw(kind):
                return False
            same_dataset(source, target, False, Ticker(silent))
            self._datasets.add(key)
        return True


def _size_if_same(source: Any, target: Any, name: bytes) -> int:
    """The bytes of the value of an attribute that HDF5 finds to be the same in both. Raises `Unknown` if it does not,
    or if its bytes are not all there is to it."""
    one, other = h5a.open(source, name), h5a.open(target, name)
    kind, shape = one.get_type(), one.shape
    if kind.committed() or not is_raw(kind) or unlike(source, target, one, other):
        raise Unknown
    return 0 if shape is None else int(prod(shape)) * int(kind.get_size())
