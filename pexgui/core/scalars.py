"""Single values read quickly from many datasets that are alike."""

from typing import Any

import numpy as np
from h5py import h5s, h5t

from . import files, layout, text
from .elements import Element
from .errors import FAILURES, NotReadable
from .values import DEFAULT_ENCODING, convert

SHORT = 200
"""A text of up to so many bytes can stand in a column."""

_SCALAR_STORES = frozenset({"", layout.ARRAY, layout.CARRAY, layout.EARRAY, layout.SHARED})


_ONE = h5s.create_simple((1,))


class NoScalar(Exception):
    """The dataset holds something else than a single short value."""


class ScalarReader:
    """Reads single values; what it found out about a type is used again for the next dataset of the same type."""

    def __init__(self, encoding: str = DEFAULT_ENCODING) -> None:
        self._encoding = encoding
        self._kind: h5t.TypeID | None = None
        self._element: Element | None = None

    def read(self, dataset: Any) -> Any:
        """The value: a number, a truth value, or a text. Raises `NoScalar`, and `NotReadable` when it is damaged."""
        try:
            space = dataset.get_space()
            if space.get_simple_extent_npoints() != 1:
                raise NoScalar
            kind = dataset.get_type()
            if self._element is None or self._kind != kind:
                self._element, self._kind = files.element_type(dataset), kind
            element = self._element
            if element.dtype.names is not None:
                return self._cell(dataset, element)
            if element.variable or element.dtype.kind not in "biufcS" or element.size > SHORT:
                raise NoScalar
            if space.get_simple_extent_ndims() and not _is_noted_scalar(dataset):
                raise NoScalar
            raw = stored_scalar(dataset, element, kind)
        except FAILURES as error:
            path = text.printable(files.path_of(dataset))
            raise NotReadable(f"“{path}” is damaged and cannot be read.", details=str(error)) from error
        if element.dtype.kind == "S":
            return self._text(dataset, raw)
        return raw

    def _text(self, dataset: Any, raw: bytes) -> str:
        scalar = files.text_attribute(dataset, layout.SRVC_SCALAR_TYPE)
        value = convert(raw, scalar, self._encoding)
        return text.printable(value) if isinstance(value, (str, bytes)) else str(value)

    def _cell(self, dataset: Any, element: Element) -> Any:
        """The only cell of a table of one row and one column, as parameters are stored."""
        names = element.dtype.names or ()
        if len(names) != 1 or element.dtype[0].kind not in "biufcS" or element.size > SHORT:
            raise NoScalar
        name = names[0]
        cell = files.read(dataset).reshape(-1)[0][name]
        if not isinstance(cell, bytes):
            return cell
        _, scalar = layout.column_attributes(name.encode("utf-8", "surrogateescape"))
        value = convert(cell, files.text_attribute(dataset, scalar), self._encoding)
        return text.printable(value) if isinstance(value, (str, bytes)) else value

    def describe(self, dataset: Any) -> str:
        """The type of the single value that the dataset holds. Raises `NoScalar` and `NotReadable`."""
        store = files.text_attribute(dataset, layout.SRVC_STORE)
        if store not in _SCALAR_STORES and store != layout.TABLE:
            raise NoScalar
        value = self.read(dataset)
        return value.dtype.name if isinstance(value, np.generic) else "str"


def _is_noted_scalar(dataset: Any) -> bool:
    """Whether an array of one element stands for that element, and not for a list or an array."""
    return files.text_attribute(dataset, layout.SRVC_COLL_TYPE) == layout.COLL_SCALAR


def stored_scalar(dataset: Any, element: Element, kind: h5t.TypeID) -> Any:
    """The only element of a dataset that has one, as it is stored.

    Data that have a place of their own in this file need none of the checks of `files.read`.
    """
    if dataset.get_offset() is None or element.variable:
        return files.read(dataset).reshape(-1)[0]
    buffer = element.buffer((1,))
    dataset.read(_ONE, h5s.ALL, buffer, kind if element.raw else None)
    return element.finish(buffer, (1,))[0]
