"""A filter keeps the runs it describes, says in a sentence what it does not understand, and runs nothing."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pexgui.ui.filter import Operand, keep
from pexgui.ui.filter_text import Mistake, read

ROWS = 6


def numbers(values: list[object], missing: list[int] | None = None, dtype: object = None) -> Operand:
    mask = np.zeros(len(values), np.bool_)
    mask[missing or []] = True
    return Operand("number", np.array(values, dtype), mask, name="n")


def texts(values: list[str | None], choices: tuple[str, ...] = (), name: str = "t") -> Operand:
    mask = np.array([value is None for value in values])
    return Operand("text", np.array(values, object), mask, choices, name)


def day(number: int) -> float:
    return datetime(2026, 3, number).timestamp()


COLUMNS = {
    "x": numbers([1, 2, 3, 4, 5, 6]),
    "y": numbers([0.5, 1.5, np.nan, 3.5, 4.5, 5.5], missing=[2]),
    "on": numbers([True, False, True, False, True, False]),
    "z": numbers([1j, 2j, 3j, 4j, 5j, 6j]),
    "x-1": numbers([6, 5, 4, 3, 2, 1]),
    "two words": numbers([1, 1, 2, 2, 3, 3]),
    "big": numbers([2**63, 1, 2, 3, 4, 5], dtype=np.uint64),
    "name": texts(["ada", "bob", None, "Ada", "eve", "bo"], name="name"),
    "status": texts(["finished", "finished", "not run"] * 2, ("finished", "not run"), "status"),
    "started": Operand("moment", np.array([day(n) for n in range(1, 7)]), np.zeros(ROWS, np.bool_), name="started"),
    "sigma": numbers([1, 1, 1, 2, 2, 2]),
}


def kept(text: str) -> list[int]:
    return [int(row) for row in np.flatnonzero(keep(text, COLUMNS, ROWS))]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        ("   ", [0, 1, 2, 3, 4, 5]),
        ("x > 3", [3, 4, 5]),
        ("3 < x", [3, 4, 5]),
        ("x>3 and x<=5", [3, 4]),
        ("1 < x < 4", [1, 2]),
        ("x == 2 or x == 5", [1, 4]),
        ("x = 2", [1]),
        ("x ≠ 2 && x ≤ 3", [0, 2]),
        ("not x > 3", [0, 1, 2]),
        ("not not x > 3", [3, 4, 5]),
        ("not (x > 3 or x == 1)", [1, 2]),
        ("x > 5 or x < 3 and x > 1", [1, 5]),
        ("x in (1, 6)", [0, 5]),
        ("x not in [1, 6]", [1, 2, 3, 4]),
        ("x * 2 + 1 == 7", [2]),
        ("-x < -4", [4, 5]),
        ("x − 1 == 0", [0]),
        ("x % 2 == 0", [1, 3, 5]),
        ("x / 0 > 1", [0, 1, 2, 3, 4, 5]),
        ("1.5e0 <= y", [1, 3, 4, 5]),
        ("x-1 == 6", [0]),
        ("x-1 > x", [0, 1, 2]),
        ("`two words` == 2", [2, 3]),
        ("two words == 2", [2, 3]),
        ("big > 9223372036854775807", [0]),
        ("on", [0, 2, 4]),
        ("not on", [1, 3, 5]),
        ("on == true and x > 1", [2, 4]),
        ("z == 2", []),
        ('name == "ada"', [0]),
        ("name == 'ada' or name == “eve”", [0, 4]),
        ("name = ada", [0]),
        ('name > "b"', [1, 4, 5]),
        ('"bo" in name', [1, 5]),
        ("bo in name", [1, 5]),
        ('name in ("ada", "eve")', [0, 4]),
        ('status == "not run"', [2, 5]),
        ("status != finished", [2, 5]),
        ('started >= "2026-03-05"', [4, 5]),
        ('started < "2026-03-01 12:00"', [0]),
    ],
)
def test_a_filter_keeps_the_rows_it_describes(text: str, rows: list[int]) -> None:
    assert kept(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("y > 0", [0, 1, 3, 4, 5]),
        ("not y > 0", []),
        ("y != 1", [0, 1, 3, 4, 5]),
        ("y + 1 > 0", [0, 1, 3, 4, 5]),
        ("y > 0 or x == 3", [0, 1, 2, 3, 4, 5]),
        ("not (y > 0 and x == 1)", [1, 2, 3, 4, 5]),
        ("y is missing", [2]),
        ("y is not missing", [0, 1, 3, 4, 5]),
        ("name is missing", [2]),
        ('name != "ada"', [1, 3, 4, 5]),
    ],
)
def test_a_row_is_kept_only_when_it_can_be_told(text: str, rows: list[int]) -> None:
    assert kept(text) == rows


@pytest.mark.parametrize(
    ("text", "sentence", "start"),
    [
        ("x >", "Something is missing at the end.", 3),
        ("> 3", "Something is missing before “>”.", 0),
        ("x > 3 and", "Something is missing at the end.", 9),
        ("(x > 3", "A “)” is missing.", 6),
        ("x > 3)", "“)” is not expected here.", 5),
        ("sigmo > 3", "There is no column “sigmo”. Did you mean “sigma”?", 0),
        ("qqq > 3", "There is no column “qqq”.", 0),
        ("x > qqq", "There is no column “qqq”.", 4),
        ("x", "n needs a comparison, such as “n > 3”.", 1),
        ('x == "3"', "A text cannot be compared with n.", 2),
        ("name > 3", "name cannot be compared with a number.", 5),
        ('name == "ada', 'The closing " is missing.', 8),
        ("name + 1 > 2", "“+” works with numbers, not with texts.", 5),
        ("z > 1", "Complex numbers have no order; compare them with “==” or “!=”.", 2),
        ("status == done", "status is one of “finished”, “not run”.", 7),
        ("x in ()", "The list after “in” is empty.", 5),
        ("x in (1 2)", "The list after “in” needs a “)” at its end.", 8),
        ("x not 3", "After “not” comes “in”.", 6),
        ("y is 3", "After “is” comes “missing” or “not missing”.", 5),
        ('started > "soon"', "Write a date as “2026-03-14” or “2026-03-14 09:41”, in quotes.", 8),
        ("x > 3 ; x", "“;” cannot be understood here.", 6),
        ("x > 1.2.3", "“1.2.3” cannot be understood here.", 4),
        ("(" * 100 + "x > 1" + ")" * 100, "There are too many brackets inside one another.", 40),
        ("x" * 3000, "A filter has at most 2,000 characters.", 2000),
    ],
)
def test_a_mistake_is_one_sentence_at_its_place(text: str, sentence: str, start: int) -> None:
    with pytest.raises(Mistake) as caught:
        kept(text)
    assert caught.value.sentence == sentence
    assert caught.value.start == start


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "x.__class__ == 1",
        "[x for x in x]",
        "lambda: 1",
        "exec('1')",
        "9**9**9**9 > x",
    ],
)
def test_python_is_not_understood(text: str) -> None:
    with pytest.raises(Mistake):
        kept(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=" xyznamestu()[]<>=!&|+-*/%.,0123456789e\"'`andornotis", max_size=60))
def test_whatever_is_typed_gives_rows_or_a_mistake(text: str) -> None:
    try:
        result = keep(text, COLUMNS, ROWS)
    except Mistake as mistake:
        assert mistake.sentence.endswith((".", "?"))
        assert 0 <= mistake.start <= len(text)
    else:
        assert result.shape == (ROWS,)
        assert result.dtype == np.bool_


def test_tokens_say_where_they_stand() -> None:
    typed = 'tau >= 3.5 and name == "a b"'
    assert [typed[token.start : token.start + token.length] for token in read(typed)] == [
        *("tau", ">=", "3.5", "and", "name", "==", '"a b"', ""),
    ]


def test_a_filter_over_ten_thousand_runs_takes_whole_columns_at_once() -> None:
    values = np.arange(10_000.0)
    columns = {"x": Operand("number", values, np.zeros(10_000, np.bool_))}
    assert keep("x > 5000 and x % 2 == 0 or x < 10", columns, 10_000).sum() == 2499 + 10
