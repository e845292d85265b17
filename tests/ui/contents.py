"""Values made by hand, one of each kind, as an engine would send them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pexgui.core import (
    ArrayWindow,
    Column,
    Content,
    Entry,
    Fact,
    ItemInfo,
    Kind,
    Mapping,
    Nothing,
    Numbers,
    Pickled,
    Scalar,
    Sequence,
    TableWindow,
    Text,
    Texts,
    Unreadable,
    Value,
    ValueRequest,
)


def numbers(array: NDArray[Any], missing: list[bool] | None = None) -> Numbers:
    return Numbers(array.dtype.str, array.tobytes(), bytes(missing) if missing else b"")


def window(
    array: NDArray[Any],
    shape: tuple[int, ...] = (),
    axes: tuple[int, ...] | None = None,
    start: tuple[int, ...] = (),
    index: tuple[int, ...] = (),
) -> ArrayWindow:
    """``array`` as a window of an array of this shape (its own, unless told otherwise)."""
    shape = shape or array.shape
    return ArrayWindow(
        type=array.dtype.name,
        shape=shape,
        axes=tuple(range(array.ndim)) if axes is None else axes,
        start=start or (0,) * array.ndim,
        window=array.shape,
        index=index or (0,) * len(shape),
        cells=numbers(np.ascontiguousarray(array)),
    )


def column(name: str, array: NDArray[Any], missing: list[bool] | None = None) -> Column:
    return Column(name, array.dtype.name, numbers(array, missing))


def frame(rows: int = 3, total: int = 0, **more: Any) -> TableWindow:
    labels = Texts(tuple(f"cell {row}" if row % 2 == 0 else None for row in range(rows)))
    columns = (
        column("index", np.arange(rows)),
        column("rate", np.arange(rows) / 4, [row == 1 for row in range(rows)]),
        Column("label", "str", labels),
    )
    return TableWindow("DataFrame", total or rows, 0, columns, index_columns=1, **more)


WAVE = window(np.sin(np.linspace(0, 9, 200)))
PICTURE = window(np.add.outer(np.arange(20.0), np.arange(30.0)))
NESTED = Mapping(
    (
        Entry("name", Text("str", "L4 model", 8)),
        Entry("sizes", Sequence("list", (Scalar("int", "1", 1), Scalar("int", "2", 2)), 2)),
        Entry("weights", window(np.arange(12.0).reshape(3, 4))),
    ),
    3,
)
EVERY: dict[str, Content] = {
    "number": Scalar("float64", "39.91", 39.91),
    "nothing known": Scalar("NoneType", "None"),
    "long number": Scalar("int", ",".join(["123"] * 40)),
    "text": Text("str", "A sentence.\nAnd <b>another</b> one.", 34),
    "cut text": Text("str", "x" * 100_000, 2_000_000),
    "empty text": Text("str", "", 0),
    "bytes": Text("bytes", "\\x00 raw", 8),
    "list": Sequence("list", tuple(Scalar("float", f"{n}.5", n + 0.5) for n in range(40)), 5000),
    "empty list": Sequence("list", (), 0),
    "dict": NESTED,
    "empty dict": Mapping((), 0),
    "line": WAVE,
    "picture": PICTURE,
    "volume": window(np.arange(600.0).reshape(20, 30), (20, 30, 120), (0, 1), index=(0, 0, 36)),
    "no elements": window(np.zeros((0, 5))),
    "one number": window(np.array(2.5)),
    "one text": ArrayWindow("str", (), (), (), (), (), Texts(("word",))),
    "not a number": window(np.full(30, np.nan)),
    "truths": window(np.arange(60) % 3 == 0),
    "complex": window(np.exp(1j * np.arange(40.0))),
    "moments": window(np.arange(40).astype("<M8[h]")),
    "words": ArrayWindow("str", (3,), (0,), (0,), (3,), (0,), Texts(("a", None, "c"))),
    "frame": frame(40, total=5000, columns_total=90, note="The index is not stored."),
    "no rows": TableWindow("table", 0, 0, (column("a", np.zeros(0)),)),
    "range": TableWindow(
        "range", 8, 0, (column("run", np.arange(8)), column("tau", np.arange(8) / 2)), index_columns=1
    ),
    "pickle": Pickled(1200, NESTED),
    "closed pickle": Pickled(1_200_000, None, "It needs the class model.Network, which pexgui does not run."),
    "nothing": Nothing("This run has not been run."),
    "damaged": Unreadable("A chunk of the data is damaged."),
}


def value(content: Content, name: str = "trace", **more: Any) -> Value:
    given: dict[str, Any] = {
        "path": b"/T/results/runs/run_00000075/" + name.encode(),
        "name": name,
        "full_name": f"results.runs.run_00000075.{name}",
        "kind": Kind.RESULT,
        "type": "Result",
        "comment": "Membrane potential of one neuron.",
        "comment_note": "",
        "annotations": (Fact("unit", "mV"), Fact("dt", "0.01")),
        "items": (ItemInfo(name, "float64", (200,), "zlib, level 9, shuffled", 5100, 8000),),
        "chosen": name,
        "content": content,
    }
    return Value(**(given | more))


def request(run: int = 75, name: str = "trace", **more: Any) -> ValueRequest:
    path = f"/T/results/runs/run_{run:08d}/{name}".encode()
    return ValueRequest(file=b"/data/a.hdf5", path=path, trajectory=b"/T", **more)
