"""pypet's settings of how it compresses, read from a file and changed with the codec."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from h5py import h5d, h5s, h5t

from . import layout, nodes
from .bookkeeping import Trajectory, table
from .errors import FAILURES, NotReadable
from .verify import bytes_of

DEFAULT_LEVEL = 9
"""pypet's own level."""


class Settings(NamedTuple):
    """How pypet compresses what it adds to a trajectory."""

    complib: str = "zlib"
    complevel: int = DEFAULT_LEVEL
    shuffle: bool = True
    fletcher32: bool = False


def settings_of(trajectory: Trajectory) -> Settings:
    """The settings of a trajectory; pypet's own where it has none."""
    rows = table(trajectory, layout.SETTINGS, None, [])
    if rows is None or len(rows) != 1:
        return Settings()
    known = Settings()
    found = {name: rows[name][0].item() for name in known._fields if name in (rows.dtype.names or ())}
    name = found.get("complib", known.complib)
    return Settings(
        name.decode(errors="replace") if isinstance(name, bytes) else str(name),
        int(found.get("complevel", known.complevel)),
        bool(found.get("shuffle", known.shuffle)),
        bool(found.get("fletcher32", known.fletcher32)),
    )


def change(root: Any, trajectory: bytes, codec: str, level: int) -> dict[bytes, bytes]:
    """Write another codec and level into the settings of a trajectory of a file that is being written; the new rows by
    the paths of their tables. pypet cuts the name of a codec to seven characters and could not read its own file then:
    where the name is longer, only what comes before the colon is noted, which is read in the same way."""
    known = {layout.COMPLIB: codec.partition(":")[0].encode(), layout.COMPLEVEL: level}
    changed: dict[bytes, bytes] = {}
    for path, columns in _places(trajectory.strip(b"/"), known):
        try:
            dataset = nodes.open_node(root, path)
            row = _changed(dataset, columns) if nodes.is_dataset(dataset) else None
        except (NotReadable, *FAILURES):
            continue
        if row is not None:
            changed[path] = row
    return changed


def _places(trajectory: bytes, known: dict[bytes, Any]) -> Iterator[tuple[bytes, dict[bytes, Any]]]:
    yield b"/".join((trajectory, layout.OVERVIEW, layout.SETTINGS)), known
    for name, value in known.items():
        yield b"/".join((trajectory, layout.CONFIG, layout.HDF5, name, layout.DATA)), {layout.DATA: value}


def _changed(dataset: h5d.DatasetID, columns: dict[bytes, Any]) -> bytes | None:
    """Write values into the columns of the only row of a table; None when it is not such a table."""
    kind = dataset.get_type()
    if kind.get_class() != h5t.COMPOUND or tuple(dataset.shape) != (1,):
        return None
    rows = np.empty(1, bytes_of(kind.get_size()))
    dataset.read(h5s.ALL, h5s.ALL, rows, kind)
    row = bytearray(rows.tobytes())
    members = {kind.get_member_name(number): number for number in range(kind.get_nmembers())}
    for name, value in columns.items():
        if name not in members:
            return None
        member = kind.get_member_type(members[name])
        start, size = kind.get_member_offset(members[name]), member.get_size()
        raw = _encoded(value, member)
        if raw is None:
            return None
        row[start : start + size] = raw
    dataset.write(h5s.ALL, h5s.ALL, np.frombuffer(bytes(row), rows.dtype), kind)
    return bytes(row)


def _encoded(value: Any, member: h5t.TypeID) -> bytes | None:
    size = int(member.get_size())
    if isinstance(value, bytes):
        fits = member.get_class() == h5t.STRING and not member.is_variable_str() and len(value) <= size
        return value.ljust(size, b"\0") if fits else None
    if member.get_class() != h5t.INTEGER:
        return None
    return int(value).to_bytes(size, "big" if member.get_order() == h5t.ORDER_BE else "little", signed=True)
