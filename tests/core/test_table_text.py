"""Columns of tables of text as values."""

import os
from pathlib import Path

import pytest

from pexgui.core import NotReadable, TableColumns, TableRequest, read_table_columns
from pexgui.core.value_texts import values_of


def pasted(text: str) -> TableColumns:
    return read_table_columns(TableRequest(pasted=text))


def told(found: TableColumns) -> dict[str, tuple[str, str, int]]:
    return {column.name: (column.type, column.values, column.count) for column in found.columns}


TABLES = [
    ("x,y\n1,0.5\n2,0.75\n", {"x": ("int", "1, 2", 2), "y": ("float", "0.5, 0.75", 2)}),
    ("1,0.5\n2,0.75\n", {"Column 1": ("int", "1, 2", 2), "Column 2": ("float", "0.5, 0.75", 2)}),
    ("x;y\n1;0,5\n2;1\n", {"x": ("int", "1, 2", 2), "y": ("float", "0.5, 1.0", 2)}),
    ("x\ty\n0,5\ta\n0,7\tb\n", {"x": ("float", "0.5, 0.7", 2), "y": ("text", '"a", "b"', 2)}),
    ("0.1\n0.2\n0.4\n", {"Column 1": ("float", "0.1, 0.2, 0.4", 3)}),
    ("rate\n5\n10\n", {"rate": ("int", "5, 10", 2)}),
    ("low\nhigh\n", {"Column 1": ("text", '"low", "high"', 2)}),
    ('name,n\n"a, b",1\n"say ""hi""",2\n', {"name": ("text", '"a, b", "say \\"hi\\""', 2), "n": ("int", "1, 2", 2)}),
    ("ok,z\ntrue,nan\nFALSE,-inf\n", {"ok": ("bool", "True, False", 2), "z": ("float", "nan, -inf", 2)}),
    ("a,b\n1,x\n2,\n", {"a": ("int", "1, 2", 2), "b": ("text", '"x"', 1)}),
    ("a,b\r\n1,2\r\n\r\n3,4\r\n", {"a": ("int", "1, 3", 2), "b": ("int", "2, 4", 2)}),
    ("n\n1\n2\nmany\n", {"n": ("text", '"1", "2", "many"', 3)}),
    ("n\n0\n1\n2\n3\n", {"n": ("int", "range(4)", 4)}),
    ("n\n1\n2.5\n", {"n": ("float", "1.0, 2.5", 2)}),
]


@pytest.mark.parametrize(("table", "columns"), TABLES)
def test_a_pasted_table_gives_its_columns(table: str, columns: dict[str, tuple[str, str, int]]) -> None:
    found = pasted(table)
    assert told(found) == columns
    for column in found.columns:
        assert len(values_of(column.values, column.type)) == column.count


def test_a_column_with_gaps_is_told_and_left_out() -> None:
    found = pasted("x,y,z\n1,,\n2,5,\n3,6,\n")
    assert told(found) == {"x": ("int", "range(1, 4)", 3)}
    assert found.notes == ("“y” has 1 empty cell among its values.", "“z” has no values.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_a_file_is_read_in_its_encoding(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("größe;n\nmäßig;1\nüppig;2\n".encode(encoding))
    found = read_table_columns(TableRequest(os.fsencode(path)))
    assert told(found) == {"größe": ("text", '"mäßig", "üppig"', 2), "n": ("int", "1, 2", 2)}


def test_what_is_no_table_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\x89HDF\r\n\x1a\n\0\0")
    (tmp_path / "empty").write_bytes(b"\n\n")
    with pytest.raises(NotReadable, match="“binary” is no table of text"):
        read_table_columns(TableRequest(os.fsencode(tmp_path / "binary")))
    with pytest.raises(NotReadable, match="“empty” has no rows"):
        read_table_columns(TableRequest(os.fsencode(tmp_path / "empty")))
    with pytest.raises(NotReadable, match="“nowhere” is no file"):
        read_table_columns(TableRequest(os.fsencode(tmp_path / "nowhere")))
    with pytest.raises(NotReadable, match="is no file"):
        read_table_columns(TableRequest(os.fsencode(tmp_path)))
    with pytest.raises(NotReadable, match="more than 1,000,000 rows"):
        pasted("1\n" * 1_000_002)
    with pytest.raises(NotReadable, match="no table that can be read"):
        pasted("a,b\n" + "x" * 1_000_001 + ",1\n")


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with open(tmp_path / "large.csv", "wb") as file:
        file.truncate(100_000_001)
    with pytest.raises(NotReadable, match="larger than 100 MB"):
        read_table_columns(TableRequest(os.fsencode(tmp_path / "large.csv")))
