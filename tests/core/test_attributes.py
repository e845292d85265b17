"""Attributes come with the type they were written with, and no pickle is opened for it."""

import os
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import tables
from h5py import h5a, h5s, h5t

from pexgui.core import files
from tests.core.raw_files import made, raw


def attribute(node: Any, name: bytes, content: bytes, cset: int, variable: bool = False) -> None:
    kind = h5t.C_S1.copy()
    kind.set_size(h5t.VARIABLE if variable else max(len(content), 1))
    kind.set_cset(cset)
    made = h5a.create(node.id, name, kind, h5s.create(h5s.SCALAR))
    if variable:
        made.write(np.array(content, dtype=h5py.string_dtype("ascii")))
    else:
        made.write(np.frombuffer(content or b"\0", f"V{max(len(content), 1)}").reshape(()), kind)


def test_attributes_come_with_the_type_they_were_written_with(tmp_path: Path) -> None:
    with tables.open_file(os.fspath(tmp_path / "a.h5"), "w") as file:
        attrs = file.root._v_attrs
        written = {
            "text": "grüße",
            "empty": "",
            "whole": 3,
            "real": np.float32(2.5),
            "imaginary": 1 + 2j,
            "yes": True,
            "no": np.bool_(False),
            "array": np.arange(6).reshape(2, 3),
            "bools": np.array([True, False]),
            "strings": np.array([b"a", b"bc"]),
        }
        for name, value in written.items():
            attrs[name] = value
        attrs["nothing"] = None
        attrs["list"] = [1, "a"]
        attrs["raw"] = np.bytes_(b"ra\0w")
    with files.reading(raw(tmp_path / "a.h5")) as opened:
        found = files.attributes(opened.root)
        for name, value in written.items():
            assert np.array_equal(found[name.encode()], value), name
        assert type(found[b"yes"]) is np.bool_
        assert found[b"bools"].dtype == np.bool_
        assert found[b"nothing"] == files.RawPickle(b"N.")
        assert found[b"list"].data.endswith(b".")
        assert found[b"raw"] == b"ra\0w"
        assert files.attribute(opened.root, b"missing", "default") == "default"
        assert files.text_attribute(opened.root, b"raw") == "ra\0w"


def test_text_of_python_2_is_text_and_a_sentence_is_no_pickle(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        attribute(file, b"CLASS", b"GROUP", h5t.CSET_ASCII)
        attribute(file, b"comment", b"A sentence.", h5t.CSET_ASCII)
        attribute(file, b"pickle", b"(lp0\nI1\na.", h5t.CSET_ASCII)
        attribute(file, b"variable", b"va\xc3\xa4", h5t.CSET_ASCII, variable=True)
        attribute(file, b"utf8", b"(lp0\nI1\na.", h5t.CSET_UTF8)
        attribute(file, b"cut", "grü".encode()[:-1], h5t.CSET_UTF8)

    with files.reading(made(tmp_path / "old.h5", fill)) as opened:
        found = files.attributes(opened.root)
        assert found[b"comment"] == "A sentence."
        assert found[b"pickle"] == files.RawPickle(b"(lp0\nI1\na.")
        assert found[b"variable"] == "vaä"
        assert found[b"utf8"] == "(lp0\nI1\na."
        assert files.text_attribute(opened.root, b"pickle") == "(lp0\nI1\na."
        assert found[b"cut"] == "gr\udcc3"


def test_huge_attributes_are_named_and_not_read(tmp_path: Path) -> None:
    def fill(file: h5py.File) -> None:
        file.attrs.create("big", np.zeros(1 << 18))
        file.attrs.create("text", np.array(b"x" * (2 << 20)))
        file.attrs.create("small", 1)

    with files.reading(made(tmp_path / "big.h5", fill, libver="latest")) as opened:
        found = files.attributes(opened.root)
        assert found[b"big"] == files.Unread("[2.1 MB]")
        assert found[b"text"] == files.Unread("[2.1 MB]")
        assert found[b"small"] == 1
