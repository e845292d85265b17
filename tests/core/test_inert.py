"""Pickles become plain values; whatever they name is neither imported nor called, and nothing they do is unbounded."""

import collections
import contextlib
import datetime
import math
import pickle
import pickletools
import random
import struct
import subprocess
import sys
import tracemalloc
from typing import Any

import numpy as np
import pandas
import pytest

from pexgui.core import inert

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
MATRIX = np.arange(4).reshape(2, 2).view(np.matrix)
PLAIN: list[Any] = [
    None,
    True,
    1,
    -(2**31),
    2**100,
    2.5,
    1 + 2j,
    "grüße\n",
    b"\xff\0\n.",
    bytearray(b"ab"),
    [1, [2, []]],
    (),
    (1, (2,), 3, 4),
    {"a": 1, (1, "b"): None},
    {1, 2},
    frozenset({"x"}),
    range(1, 9, 2),
    slice(1, None, 2),
    collections.OrderedDict(a=1, b=2),
    collections.Counter("aab"),
    datetime.datetime(2020, 1, 2, 3, 4, 5, 6),
    datetime.datetime(2020, 1, 2, 3, fold=1, tzinfo=datetime.UTC),
    datetime.date(2020, 2, 29),
    datetime.time(1, 2, 3, 4),
    datetime.timedelta(-1, 2, 3),
]
ARRAYS = [
    np.arange(6).reshape(2, 3),
    np.arange(6.0).reshape(2, 3).T,
    np.zeros((0, 3)),
    np.array(["a", "bü", ""]),
    np.array([b"a\0b", b""]),
    np.array([True, False]),
    np.array([1 + 1j], "c8"),
    np.arange(3, dtype=">i4"),
    np.array(["2020-01-01", "NaT"], "M8[ns]"),
    np.array([1, 2], "m8[s]"),
    np.array([1, None, "x", [1]], object),
    np.array([], object),
    np.zeros(2, [("a", "i4"), ("b", "f8", (2,)), ("c", "S3")]),
    np.zeros(2, np.dtype([("a", "u1"), ("b", "f8")], align=True)),
]
SCALARS = [np.float32(1.5), np.int8(-3), np.bool_(True), np.datetime64("2020-01-01", "ns"), np.complex128(1j)]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_plain_values_come_back_as_they_were(value: Any, protocol: int) -> None:
    found = inert.decode(pickle.dumps(value, protocol))
    assert found == value
    assert type(found) is (dict if isinstance(value, dict) else type(value))
    assert inert.is_pickle(pickle.dumps(value, protocol))


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: f"{array.dtype}{array.shape}")
def test_arrays_come_back_as_they_were(array: "np.ndarray[Any, Any]", protocol: int) -> None:
    found = inert.decode(pickle.dumps([array, array], protocol))
    assert found[0] is found[1]
    assert found[0].dtype == array.dtype
    assert found[0].shape == array.shape
    assert str(found[0].tolist()) == str(array.tolist())


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("scalar", SCALARS, ids=repr)
def test_numpy_scalars_and_types_come_back_as_they_were(scalar: Any, protocol: int) -> None:
    found = inert.decode(pickle.dumps(scalar, protocol))
    assert (found, type(found)) == (scalar, type(scalar))
    assert inert.decode(pickle.dumps(scalar.dtype, protocol)) == scalar.dtype


def test_what_is_shared_stays_shared_and_what_is_circular_ends() -> None:
    inner = [1]
    found = inert.decode(pickle.dumps([inner, inner]))
    assert found[0] is found[1]
    circle: list[Any] = []
    circle.append(circle)
    found = inert.decode(pickle.dumps(circle))
    assert found[0] is found


def test_a_matrix_stays_a_matrix() -> None:
    found = inert.decode(pickle.dumps(MATRIX, 2))
    assert isinstance(found, np.matrix)
    assert found.tolist() == MATRIX.tolist()


PYTHON2 = {
    b"S'abc'\np0\n.": "abc",
    b"S'gr\\xc3\\xbc'\n.": "grü",
    b"U\x03\xff\xfe\x80.": b"\xff\xfe\x80",
    b"I5\n.": 5,
    b"L12345678901234567890L\n.": 12345678901234567890,
    b"I01\n.": True,
    b"(lp0\nI1\naS'a'\np1\na.": [1, "a"],
    b"c__builtin__\nset\np0\n((lp1\nI1\natp2\nRp3\n.": {1},
}


@pytest.mark.parametrize("stream", PYTHON2, ids=repr)
def test_pickles_of_python_2_are_read(stream: bytes) -> None:
    assert inert.decode(stream) == PYTHON2[stream]


def test_an_array_of_python_2_with_bytes_that_are_no_text_is_read() -> None:
    state = b"(I1\n(I2\ntcnumpy\ndtype\n(S'u1'\nI0\nI1\ntR(I3\nS'|'\nNNNI-1\nI-1\nI0\ntbI00\nS'\\xff\\x80'\ntb."
    stream = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR" + state
    assert inert.decode(stream).tolist() == [255, 128]


class Thing:
    """A class of the tests: nothing of it may come to life."""

    def __init__(self) -> None:
        self.a = 1

    def __setstate__(self, state: Any) -> None:
        raise AssertionError("the object came to life")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_objects_of_classes_stay_records_of_what_they_were_made_from(protocol: int) -> None:
    found = inert.decode(pickle.dumps(Thing(), protocol))
    assert isinstance(found, inert.Inert)
    assert found.name == f"{__name__}.Thing"
    assert found.state == {"a": 1}
    with pytest.raises(TypeError):
        pickle.dumps(found)
    with pytest.raises(TypeError):
        pickle.dumps([inert.decode(pickle.dumps(print, protocol))])


EVIL = {
    "reduce": b"cos\nsystem\n(S'touch evil'\ntR.",
    "inst": b"(S'touch evil'\nios\nsystem\n.",
    "obj": b"(cos\nsystem\nS'touch evil'\no.",
    "global": b"cposix\nsystem\n.",
    "stack global": b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x01x\x85R.",
    "dotted": b"\x80\x04\x8c\x08builtins\x8c\x0cprint.__self\x93.",
    "newobj": b"\x80\x02csubprocess\nPopen\n(S'x'\nt\x81.",
    "newobj ex": b"\x80\x04csubprocess\nPopen\n(S'x'\nt}\x92.",
    "build": b"\x80\x02cfunctools\npartial\nN}b.",
    "getattr chain": b"c__builtin__\ngetattr\n(c__builtin__\n__import__\n(S'os'\ntRS'system'\ntR(S'x'\ntR.",
    "code": b"c__builtin__\neval\n(S'1/0'\ntR.",
    "memmap": b"cnumpy\nmemmap\n(S'evil'\nS'u1'\nS'w+'\nI0\n(I9\nttR.",
    "name in a dict": b"}cos\nsystem\ncos\npopen\ns.",
}


@pytest.mark.parametrize("stream", EVIL.values(), ids=list(EVIL))
def test_no_name_in_a_pickle_is_ever_looked_up_or_called(stream: bytes) -> None:
    script = (
        "import sys; sys.path[:0] = [sys.argv[1]]\n"
        "from pexgui.core import inert\n"
        "heard = []\n"
        "quiet = ('builtins.id',)\n"
        "sys.addaudithook(lambda event, _: None if event.startswith(quiet) else heard.append(event))\n"
        "try:\n    inert.decode(bytes.fromhex(sys.argv[2]))\n"
        "except inert.Refused:\n    pass\n"
        "assert not heard, heard\n"
    )
    done = subprocess.run([sys.executable, "-c", script, "", stream.hex()], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


REFUSED = {
    "persistent id": b"Pid\n.",
    "binary persistent id": b"I1\nQ.",
    "extension": b"\x80\x02\x82\x01.",
    "buffer": b"\x80\x05\x97.",
    "read-only buffer": b"\x80\x05]\x98.",
    "state for a name": b"cos\nsystem\n}b.",
    "call of a number": b"I1\n(tR.",
    "instance of a list": b"\x80\x02](t\x81.",
    "nothing": b"",
    "no end": b"I1\n",
    "unknown step": b"\xfe.",
    "list as a key": b"}](I1\ns.",
    "odd entries": b"}(I1\nu.",
    "missing memo": b"h\x05.",
    "object dtype scalar": b"cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(S'O8'\nI0\nI1\ntRS'12345678'\ntR.",
    "unknown dtype": b"cnumpy\ndtype\n(S'evil'\ntR.",
    "impossible character": b"cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(S'U1'\ntRS'\\xff\\xff\\xff\\x7f'\ntR.",
}


@pytest.mark.parametrize("stream", REFUSED.values(), ids=list(REFUSED))
def test_what_is_malformed_is_refused(stream: bytes) -> None:
    with pytest.raises(inert.Refused) as refusal:
        inert.decode(stream)
    assert str(refusal.value)


def laughs() -> bytes:
    first = b"\x80\x02]q\x00K\x00a"
    return first + b"".join(b"]q" + bytes([i]) + (b"h" + bytes([i - 1]) + b"a") * 10 for i in range(1, 12)) + b"."


NUMPY_SHAPE = (
    b"\x80\x02cnumpy._core.multiarray\n_reconstruct\ncnumpy\nndarray\n(\x8a\x06\x00\x00\x00\x00\x00\x10tU\x01b\x87R."
)
DTYPE_STATE = (
    b"\x80\x02cnumpy\ndtype\nX\x02\x00\x00\x00V8\x89\x88\x87R(K\x03X\x01\x00\x00\x00|NNNJ\xff\xff\xff\x7f"
    b"J\xff\xff\xff\x7fK\x00tb."
)
LONG_TEXT = b"\x80\x02X" + struct.pack("<I", 1 << 20) + b"a" * (1 << 20) + b"q\x00"
BOMBS = {
    "memo": b"\x80\x02]r\xff\xff\xff\x7f.",
    "smaller memo": b"\x80\x02]r\xff\xff\xff\x07.",
    "laughs": laughs(),
    "deep": b"\x80\x02]" + b"\x85" * 50_000 + b".",
    "claimed bytes": b"\x80\x04\x8e" + struct.pack("<Q", 1 << 40) + b"x.",
    "claimed bytearray": b"\x80\x05\x96" + struct.pack("<Q", 1 << 40) + b"x.",
    "claimed frame": b"\x80\x04\x95" + struct.pack("<Q", 1 << 50) + b"N.",
    "array of 16 TiB": b"cnumpy\nndarray\n(L17592186044416L\nS'u1'\ntR.",
    "array shell of 16 TiB": NUMPY_SHAPE,
    "absurd item size": DTYPE_STATE,
    "digits": b"L" + b"9" * 200_000 + b"L\n.",
    "cut": EVIL["reduce"][:-8] + b".",
    "copies": LONG_TEXT + b"c_codecs\nencode\nh\x00\x85R" * 999 + b".",
    "steps": b"(" + b"N0" * 3_000_000 + b".",
    "containers": b"}" * 6_000_000 + b".",
    "deep key": b"}" + b")" + b"\x85" * 300 + b"Ns.",
    "key with many parts": b"}(" + b"N" * 5_000 + b"tNs.",
    "zero-size elements": b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n"
    b"(L1099511627776L\ntcnumpy\ndtype\n(S'S0'\ntRI00\nS''\ntb.",
}


@pytest.mark.parametrize("stream", BOMBS.values(), ids=list(BOMBS))
def test_a_bomb_costs_little_and_is_refused_or_shown(stream: bytes) -> None:
    tracemalloc.start()
    try:
        found = None
        with contextlib.suppress(inert.Refused):
            found = inert.decode(stream)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 400 << 20
    assert len(repr(type(found))) < 200


def test_more_bytes_than_the_limit_are_not_looked_at() -> None:
    with pytest.raises(inert.Refused, match="too large"):
        inert.decode(b"N" * 101, limit=100)


SEEDS = [
    *(
        pickle.dumps([value, array, {"k": (value,)}], protocol)
        for protocol in (0, 2, 4, 5)
        for value, array in zip(PLAIN, ARRAYS, strict=False)
    ),
    *EVIL.values(),
    *PYTHON2,
    pickle.dumps(Thing(), 2),
]


def mutated(stream: bytes, chance: random.Random) -> bytes:
    made = bytearray(stream)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        where = chance.randrange(len(made))
        match chance.randrange(5):
            case 0:
                made[where] = chance.randrange(256)
            case 1:
                made[where] ^= 1 << chance.randrange(8)
            case 2:
                del made[where : where + chance.randrange(1, 9)]
            case 3:
                made[where:where] = chance.choice(pickletools.opcodes).code.encode("latin-1")
            case 4:
                other = chance.choice(SEEDS)
                cut = chance.randrange(len(other))
                made[where:where] = other[cut : cut + chance.randrange(1, 30)]
        made = made or bytearray(b".")
    return bytes(made)


def test_damaged_pickles_are_decoded_or_refused_and_nothing_else(pytestconfig: pytest.Config) -> None:
    count = 40_000 if pytestconfig.getoption("--everything") else 4_000
    chance = random.Random(20261123)
    decoded = 0
    for _ in range(count):
        stream = mutated(chance.choice(SEEDS), chance)
        try:
            inert.decode(stream)
            decoded += 1
        except inert.Refused:
            continue
    assert 0 < decoded < count


@pytest.mark.parametrize(
    "sentence",
    [
        b"This is a comment.",
        b"a.",
        b"N. B.",
        b"I am.",
        b"K.",
        b"0.",
        b"See section 4.2.",
        b"(in mV).",
        b".",
        b"Gr\xc3\xb6\xc3\x9fe in \xc2\xb5m.",
    ],
)
def test_a_sentence_that_ends_in_a_full_stop_is_no_pickle(sentence: bytes) -> None:
    assert not inert.is_pickle(sentence)


def test_numbers_that_are_no_numbers_are_read() -> None:
    assert math.isnan(inert.decode(pickle.dumps(math.nan, 0)))
    assert inert.decode(pickle.dumps(-math.inf, 2)) == -math.inf


def test_times_of_pandas_and_its_offsets_are_read() -> None:
    moment = pandas.Timestamp("2020-01-02 03:04:05")
    assert inert.decode(pickle.dumps(moment, 2)) == np.datetime64("2020-01-02T03:04:05")
    assert inert.decode(pickle.dumps(pandas.Timedelta("2 days"), 4)) == np.timedelta64(2, "D")
    assert np.isnat(inert.decode(pickle.dumps(pandas.NaT, 2)))
    assert repr(inert.decode(pickle.dumps(pandas.tseries.offsets.Day(2), 2))) == "<2 * Days>"
    found = inert.decode(pickle.dumps(pandas.DataFrame({"a": [1]}), 4))
    assert isinstance(found, inert.Inert)
