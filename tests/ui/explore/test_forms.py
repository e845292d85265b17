"""Values as a person puts them and the texts they mean, without a window."""

import pytest

from pexgui.core.value_texts import values_of
from pexgui.ui.explore_forms import Form, Kind, converted, read


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("", Form()),
        ("linspace(0, 0.9, 10)", Form(Kind.EVEN, ("0", "0.9", "10"))),
        ("steps(5, 25, 5)", Form(Kind.STEPS, ("5", "25", "5"))),
        ("geomspace(1e-3, 1, 4)", Form(Kind.LOG, ("1e-3", "1", "4"))),
        ("random(0, 1, 5, 42)", Form(Kind.RANDOM, ("0", "1", "5", "42"))),
        ("randint(0, 9, 5, 42)", Form(Kind.RANDOM, ("0", "9", "5", "42"))),
        ("0.2, 0.4", Form(Kind.LIST, ("0.2, 0.4",))),
        ('"f(x)", "g(y)"', Form(Kind.LIST, ('"f(x)", "g(y)"',))),
        ("linspace(0, pi, 3)", Form(Kind.EXPRESSION, ("linspace(0, pi, 3)",))),
        ("0, linspace(1, 2, 3)", Form(Kind.EXPRESSION, ("0, linspace(1, 2, 3)",))),
        ("range(1, 11)", Form(Kind.STEPS, ("1", "10", "1"))),
        ("range(10, 0, -3)", Form(Kind.STEPS, ("10", "1", "-3"))),
        ("range(0)", Form(Kind.EXPRESSION, ("range(0)",))),
    ],
)
def test_a_text_of_the_grammar_is_shown_in_the_way_that_it_has(text: str, form: Form) -> None:
    assert read(text) == form


@pytest.mark.parametrize("text", ["range(1, 11)", "range(10, 0, -3)", "range(5)", "range(0, 10, 4)"])
def test_a_range_shown_as_steps_has_the_same_values(text: str) -> None:
    assert values_of(read(text).text(True), "int") == values_of(text, "int")


@pytest.mark.parametrize(
    "text", ["linspace(0, 0.9, 10)", "steps(5, 25, 5)", "geomspace(1e-3, 1, 4)", "random(0, 1, 5, 42)", "1, 2, 3"]
)
def test_what_is_not_changed_stays_the_same_text(text: str) -> None:
    assert read(text).text() == text


def test_whole_numbers_are_drawn_whole() -> None:
    assert Form(Kind.RANDOM, ("0", "9", "5", "1")).text(whole=True) == "randint(0, 9, 5, 1)"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (Form(Kind.EVEN, ("", "1", "3")), "The first value is missing."),
        (Form(Kind.STEPS, ("0", "1", " ")), "The step is missing."),
        (Form(Kind.LIST, ("",)), "Put at least one value."),
        (Form(Kind.LIST, ("1",)), ""),
        (Form(), ""),
    ],
)
def test_what_is_missing_is_said(form: Form, sentence: str) -> None:
    assert form.missing() == sentence


EVEN = Form(Kind.EVEN, ("0", "0.9", "10"))
SHOWN = tuple(f"{number / 10}" for number in range(10))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.STEPS, "steps(0, 0.9, 0.1)"),
        (Kind.LOG, "geomspace(0.5, 0.9, 10)"),
        (Kind.RANDOM, "random(0, 0.9, 10, 1)"),
        (Kind.LIST, ", ".join(SHOWN)),
        (Kind.EXPRESSION, "linspace(0, 0.9, 10)"),
        (Kind.DEFAULT, ""),
    ],
)
def test_values_put_in_another_way_stay_near(kind: Kind, text: str) -> None:
    assert converted(EVEN, kind, SHOWN, 10, "0.5", False).text() == text


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("default", ["0.5", "0", "-2", "", "[1, 2]", "poisson"])
@pytest.mark.parametrize("whole", [False, True])
def test_a_parameter_that_was_not_explored_begins_with_values_that_are_values(
    kind: Kind, default: str, whole: bool
) -> None:
    form = converted(Form(), kind, (), 0, default, whole)
    assert form.kind is kind
    if kind not in (Kind.DEFAULT, Kind.LIST, Kind.EXPRESSION):
        assert form.missing() == ""
        assert values_of(form.text())


def test_a_list_that_is_longer_than_what_is_known_of_it_is_not_cut() -> None:
    assert converted(EVEN, Kind.LIST, SHOWN[:5], 10, "0.5", False).text() == "0.5"
    listed = Form(Kind.LIST, ("1, 2, 3",))
    assert converted(listed, Kind.EXPRESSION, ("1",), 3, "0", False).text() == "1, 2, 3"
