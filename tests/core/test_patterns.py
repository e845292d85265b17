"""Patterns of names, as people write them."""

import pytest

from pexgui.core.patterns import Patterns

NAME = "results.runs.$.rate.mean"


@pytest.mark.parametrize(
    "pattern",
    ["results", "rate", "mean", "rate.mean", "runs.*.rate", "*ean", "r?te", NAME, "results.*", "$", "runs.$", ".rate."],
)
def test_a_pattern_means_a_stretch_of_whole_components(pattern: str) -> None:
    assert Patterns([pattern]).match(NAME)


@pytest.mark.parametrize("pattern", ["rat", "ate", "result", "results.rate", "mean.rate", "[!r]ate", "Rate", "", "."])
def test_it_means_nothing_else(pattern: str) -> None:
    assert not Patterns([pattern]).match(NAME)


def test_one_of_several_is_enough_and_none_mean_nothing() -> None:
    assert Patterns(["x", "rate"]).match(NAME)
    assert not Patterns([]).match(NAME)
    assert not Patterns([])
    assert not Patterns(["", "."])


def test_a_name_with_anything_in_it_is_matched_literally() -> None:
    assert Patterns(["a*b"]).match("x.a\n+(b.y")
    assert not Patterns(["a+b"]).match("x.aab.y")
