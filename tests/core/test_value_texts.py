"""The grammar of values: what it reads, what it refuses and in which words, and that it gives back what it wrote."""

import doctest
import math
import random
import string
from typing import Any

import numpy as np
import pytest

from pexgui.core import value_texts
from pexgui.core.value_texts import as_text, kind_of, spacing_of, value_of, values_of, values_text


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(value_texts).failed == 0


READ: list[tuple[str, str, list[Any]]] = [
    ("1, 2, 3", "", [1, 2, 3]),
    ("[1, 2, 3]", "", [1, 2, 3]),
    ("1,", "", [1]),
    ("1;2;3", "", [1, 2, 3]),
    ("1\n2\r\n\n-3\n", "", [1, 2, -3]),
    ("1\t2.5\t3", "", [1.0, 2.5, 3.0]),
    ("1,\n2,\n3", "", [1, 2, 3]),
    ("1 -\n2\n-3", "", [-1, -3]),
    ("(1\n+ 2)", "", [3]),
    (".5, 1., 1e3, 1E-3", "", [0.5, 1.0, 1000.0, 0.001]),
    ("−1, 2−3", "", [-1, -1]),
    ("1+2j, 3, 0.5", "", [1 + 2j, 3 + 0j, 0.5 + 0j]),
    ("2j**2", "", [-4 + 0j]),
    ("-2**2, 2**-1, 2**3**2", "", [-4.0, 0.5, 512.0]),
    ("1 + 2*3, (1 + 2)*3, 7/2, --1", "", [7.0, 9.0, 3.5, 1.0]),
    ("10**6, 2**64 - 1", "", [1_000_000, 2**64 - 1]),
    ("pi, 2*e", "", [math.pi, 2 * math.e]),
    ("-inf, inf, Infinity", "", [-math.inf, math.inf, math.inf]),
    ("True, false, yes, no", "", [True, False, True, False]),
    ("1, 0", "bool", [True, False]),
    ("'a', \"b\"", "", ["a", "b"]),
    (r"'it\'s', 'a\\b\n\x41é\U0001f600'", "", ["it's", "a\\b\nAé😀"]),
    ("low, in between", "text", ["low", "in between"]),
    ("one\ntwo\n\nthree\n", "text", ["one", "two", "three"]),
    ("[a, b]", "text", ["a", "b"]),
    ('"a, b", c', "text", ["a, b", "c"]),
    ("1, 2.50, True", "text", ["1", "2.50", "True"]),
    ("it's, linspace(0", "text", ["it's", "linspace(0"]),
    ("1, 2", "float", [1.0, 2.0]),
    ("1, 2", "complex", [1 + 0j, 2 + 0j]),
    ("linspace(0, 10, 3), 1e3", "int", [0, 5, 10, 1000]),
    ("[1, 2], [3]", "", [[1, 2], [3]]),
    ("[1, 2]", "list", [[1, 2]]),
    ("[[1, 2], [3]]", "list", [[1, 2], [3]]),
    ("[[1, 2], [3]], [[4]]", "list", [[[1, 2], [3]], [[4]]]),
    ("[1, 2.5], ['a']", "list", [[1.0, 2.5], ["a"]]),
    ("[], [linspace(0, 1, 2)]", "list", [[], [0.0, 1.0]]),
    ("[]", "list", [[]]),
    ("linspace(0, 1, 5)", "", [0.0, 0.25, 0.5, 0.75, 1.0]),
    ("linspace(3, 4, 1)", "", [3.0]),
    ("logspace(-1, 2, 4)", "", [0.1, 1.0, 10.0, 100.0]),
    ("geomspace(1, 1000, 4)", "", np.geomspace(1, 1000, 4).tolist()),
    ("range(4), 10", "", [0, 1, 2, 3, 10]),
    ("range(2, 5)", "", [2, 3, 4]),
    ("range(5, 0, -2)", "", [5, 3, 1]),
    ("arange(0, 1, 0.25)", "", [0.0, 0.25, 0.5, 0.75]),
    ("steps(0, 1, 0.1)", "", [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
    ("steps(0, 1, 1/3)", "", [0.0, 1 / 3, 2 / 3, 1.0]),
    ("steps(1, 0, -0.25)", "", [1.0, 0.75, 0.5, 0.25, 0.0]),
    ("steps(0, 7, 3)", "", [0, 3, 6]),
    ("0, linspace(1, 2, 3), 10", "", [0.0, 1.0, 1.5, 2.0, 10.0]),
    ("linspace(0, 2*pi, 2)", "", [0.0, 2 * math.pi]),
]


@pytest.mark.parametrize(("text", "kind", "expected"), READ)
def test_a_text_is_read_as_these_values(text: str, kind: str, expected: list[Any]) -> None:
    found = values_of(text, kind)
    assert found == expected
    assert [type(value) for value in found] == [type(value) for value in expected]


REFUSED = [
    ("", "", "There are no values."),
    ("[]", "", "There are no values."),
    (" \n", "text", "There are no values."),
    ("1,,2", "", "After “1,” a number is missing."),
    (", 1", "", "At the beginning a value is missing."),
    ("1 +", "", "After “1 +” a number is missing."),
    ("1 2", "", "After “1” a comma is expected, not “2”."),
    ("1 ? 2", "", "After “1” a comma is expected, not “?”."),
    ("(1, 2)", "", "After “(1” “)” is expected, not “,”."),
    ("[1, 2", "", "After “[1, 2” “]” is missing."),
    ("1]", "", "After “1” a comma is expected, not “]”."),
    ("1,5; 2,5", "", "Values are separated by commas or by semicolons, not by both; numbers have a decimal point."),
    ("abc", "", "“abc” is no number. Texts stand in quotes."),
    ("'abc", "", "At the beginning a text begins that does not end: the second quote is missing."),
    ('a, "b', "text", "After “a,” a text begins that does not end: the second quote is missing."),
    ('"a" b', "text", 'After “"a"” a comma is missing.'),
    ("a,,b", "text", "After “a,” a text is missing."),
    (r"'\q'", "", "“\\q” has no meaning in a text; a backslash is written “\\\\”."),
    ("1.5", "int", "1.5 is a number with decimals, not a whole number."),
    ("2", "bool", "2 is a whole number, not yes or no."),
    ("1, 'a'", "", "All values must have the same type: 1 is a whole number, “a” is a text."),
    ("1, True", "", "All values must have the same type: 1 is a whole number, True is yes or no."),
    ("True", "float", "True is yes or no, not a number."),
    ("1, [2]", "", "All values must have the same type: 1 is a whole number, [2] is a list."),
    ("1", "list", "1 is no list. Lists stand in brackets, such as [1, 2]."),
    ("1", "ndarray", "Values of type ndarray cannot be written as text."),
    ("1/0", "", "Nothing can be divided by zero."),
    ("(-8)**(1/3)", "", "A negative number has no such power."),
    ("1e200*1e200", "", "The result of “*” is too large."),
    ("9**9**9**9", "", "The result of “**” is too large."),
    ("1e999", "", "“1e999” is too large."),
    ("'a'*3", "", "“*” needs two numbers, not the text “a”."),
    ("2*linspace(0, 1, 3)", "", "“*” needs two numbers, not several values."),
    ("True+1", "", "“+” needs two numbers, not “True”."),
    ("-'a'", "", "After “-'a'” a sign makes no sense: only a single number can have one."),
    ("linspace", "", "After “linspace” its numbers are missing, in parentheses."),
    ("linspace(0, 1)", "", "“linspace” needs 3 numbers: linspace(start, stop, number)."),
    ("linspace(0, 1, 2.5)", "", "In linspace(start, stop, number) the number is whole, not 2.5."),
    ("linspace(0, 1, 0)", "", "“linspace” would give no values."),
    ("linspace(0, 1, 1e12)", "", "“linspace” would give more than 1,000,000 values."),
    ("range(10**12)", "", "“range” would give more than 1,000,000 values."),
    ("steps(0, 1, 1e-300)", "", "“steps” would give more than 1,000,000 values."),
    ("steps(0, 1, 0)", "", "In steps(start, stop, step) the step is not zero."),
    ("range(5, 1)", "", "“range” would give no values."),
    ("random(0, 1, 5)", "", "“random” needs 4 numbers: random(low, high, number, seed)."),
    ("linspace(0, 1, 1e6), 2", "", "These are more than 1,000,000 values."),
    ("logspace(0, 400, 3)", "", "The values would be too large."),
    ("geomspace(0, 1, 3)", "", "“geomspace” goes from a number to one of the same sign, neither of them zero."),
]


@pytest.mark.parametrize(("text", "kind", "said"), REFUSED)
def test_a_text_that_is_wrong_is_refused_with_a_sentence(text: str, kind: str, said: str) -> None:
    with pytest.raises(ValueError) as raised:
        values_of(text, kind)
    assert str(raised.value) == said


@pytest.mark.parametrize("text", ["__import__('os')", "().__class__", "open('x')", "lambda: 1", "1 if 1 else 2", "`1`"])
def test_python_is_not_evaluated(text: str) -> None:
    with pytest.raises(ValueError):
        values_of(text)


HOSTILE = {
    "round brackets": "(" * 100_000,
    "square brackets": "[" * 100_000,
    "lists in lists": "[" * 10_000 + "]" * 10_000,
    "powers": "1" + "**1" * 100_000,
    "large powers": "2**(2**(2**(2**(2**(2**2)))))",
    "a long number": "1" * 1_000_000,
    "a million calls": "linspace(0, 1, 1e6)," * 1000,
    "unended texts": '"' + '\\"' * 500_000,
    "a call in a call": "linspace(" * 10_000,
    "a factor": "9e307" + "*9" * 100_000,
    "a tiny step": "arange(1, 2, 5e-324)",
    "numbers that are too many": "1," * 1_000_001,
    "numbers of a seed": "random(0, 1, 10, 1e300)" + "x",
    "differences": "linspace(-1e308, 1e308, 3)",
    "apostrophes": "'" * 99_999,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
@pytest.mark.parametrize("kind", ["", "list"])
def test_what_asks_for_too_much_is_refused(text: str, kind: str) -> None:
    with pytest.raises(ValueError):
        values_of(text, kind)


def test_many_signs_are_no_deep_nesting() -> None:
    assert values_of("-" * 100_001 + "1") == [-1]
    assert values_of("0" + "+1" * 10_000) == [10_000]


def test_a_random_range_has_the_same_values_for_ever() -> None:
    assert values_of("random(0, 1, 3, 42)") == [0.7739560485559633, 0.4388784397520523, 0.8585979199113825]
    assert values_of("random(-1, 1, 2, 7)") == [0.25019093320933394, 0.794427601939151]
    assert values_of("randint(1, 6, 8, 1)") == [3, 4, 5, 6, 1, 1, 5, 6]
    assert set(values_of("randint(1, 3, 100, 5)")) == {1, 2, 3}


def test_one_value_is_read_by_itself() -> None:
    assert value_of("3", "float") == 3.0
    assert value_of("hello, world", "text") == "hello, world"
    assert value_of('"hello\\n"', "text") == "hello\n"
    assert value_of("[1, 2]") == [1, 2]
    assert value_of("[]", "list") == []
    assert value_of("2*pi") == 2 * math.pi
    for text, kind in (("1, 2", ""), ("", ""), (" ", "text"), ("range(3)", ""), ("a", "int")):
        with pytest.raises(ValueError):
            value_of(text, kind)


def test_kinds_have_the_names_that_people_see() -> None:
    values = [1, 1.5, True, 1j, "a", [1], (1,), None, np.float32(1)]
    named = ["int", "float", "bool", "complex", "text", "list", "tuple", "NoneType", "float32"]
    assert [kind_of(value) for value in values] == named


def test_values_of_other_types_cannot_be_written() -> None:
    for value in (None, (1,), b"a", np.float64(1.0), {1}, [None]):
        with pytest.raises(ValueError, match="cannot be written as text"):
            as_text(value)


# --- round trips


class Random(random.Random):
    """Random values of all kinds, and texts that are damaged."""

    def a_float(self) -> float:
        special = (0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308, 1e16, 0.1)
        return self.choice(
            [self.choice(special), self.uniform(-10, 10), self.gauss(0, 1) * 10 ** self.randint(-300, 300)]
        )

    def a_text(self) -> str:
        letters = string.printable + "äß“”\u200e\U0001f600\0\udc80\\\"',;[]"
        return "".join(self.choice(letters) for _ in range(self.randint(0, 12)))

    def a_value(self, kind: str, depth: int = 0) -> Any:
        match kind:
            case "int":
                return self.choice([self.randint(-9, 9), self.randint(-(2**70), 2**70)])
            case "float":
                return self.a_float()
            case "bool":
                return self.random() < 0.5
            case "complex":
                return complex(self.a_float(), self.a_float())
            case "text":
                return self.a_text()
        inner = self.choice(["int", "float", "bool", "complex", "text", *(["list"] if depth < 3 else [])])
        return [self.a_value(inner, depth + 1) for _ in range(self.randint(0, 4))]

    def damaged(self, text: str) -> str:
        letters = list(text)
        for _ in range(self.randint(1, 4)):
            at = self.randrange(len(letters) + 1)
            pieces = [
                "",
                "(",
                ")",
                "[",
                "]",
                ",",
                ";",
                "**",
                "*",
                "-",
                ".",
                "e",
                "j",
                '"',
                "'",
                "\\",
                "\n",
                "nan",
                "1e9",
            ]
            letters[at : at + self.randint(0, 2)] = self.choice([*pieces, "linspace(", "range(", "\0", "é", "²", "٣"])
        return "".join(letters)


PIECES = [*"()[],;*-.ej\"'\\\n\0é²٣", "", "**", "nan", "1e9", "linspace(", "range("]
KINDS = ["int", "float", "bool", "complex", "text", "list"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_read_as_the_same_value(kind: str) -> None:
    make = Random(kind)
    for _ in range(1000):
        value = make.a_value(kind)
        assert repr(value_of(as_text(value), kind)) == repr(value)
        values = [make.a_value(kind) for _ in range(make.randint(1, 5))]
        assert repr(values_of(as_text(values), kind)) == repr(values)
        assert repr(values_of(values_text(values), kind)) == repr(values)


def test_damaged_texts_raise_nothing_but_value_errors() -> None:
    make = Random(6)
    texts = [text for text, _, _ in READ] + [text for text, _, _ in REFUSED]
    for _ in range(5000):
        text = make.damaged(make.choice(texts))
        for kind in ("", make.choice(KINDS)):
            try:
                values = values_of(text, kind)
            except ValueError as error:
                assert str(error).endswith((".", "”"))
            else:
                assert len({kind_of(value) for value in values}) == 1


def test_a_long_list_is_read_like_a_short_one() -> None:
    numbers = [index * 0.5 for index in range(2000)]
    assert values_of(values_text(numbers)) == numbers
    assert values_of("\n".join(map(str, range(2000)))) == list(range(2000))
    mixed = values_of(", ".join(["1", "2.5"] * 1000))
    assert mixed == [1.0, 2.5] * 1000 and {type(value) for value in mixed} == {float}
    with pytest.raises(ValueError, match="a comma is expected, not “2”"):
        values_of("1, " * 1000 + "1 2")


@pytest.mark.parametrize(
    ("values", "spaced"),
    [
        ([0.0, 0.25, 0.5], "linspace(0.0, 0.5, 3)"),
        ([0, 1, 2, 3], "range(4)"),
        ([3, 4, 5], "range(3, 6)"),
        ([10, 7, 4], "steps(10, 4, -3)"),
        ([0.1, 0.2, 0.3, 0.4], "steps(0.1, 0.4, 0.1)"),
        ([1.0, 10.0, 100.0, 1000.0], "logspace(0.0, 3.0, 4)"),
        ([0.1, 0.2, 0.4], ""),
        ([0, 1], ""),
        ([1, 1, 1], ""),
        ([0.0, 1.0, 3.0], ""),
        ([0, 0.5, 1.0], ""),
        ([0.0, math.nan, 1.0], ""),
        ([True, False, True], ""),
        (["a", "b", "c"], ""),
        ([-0.0, 1.0, 2.0], ""),
    ],
)
def test_a_spacing_is_told_only_if_it_gives_exactly_these_values(values: list[Any], spaced: str) -> None:
    assert spacing_of(values) == spaced
    if spaced:
        assert repr(values_of(spaced)) == repr(values)
