"""A design as it is being made, without a window."""

import pytest

from pexgui.core import Design, DesignedParameter
from pexgui.ui.explore_design import DesignState, Line
from pexgui.ui.explore_forms import Form, Kind
from tests.ui.explorations import LIF


def names(state: DesignState) -> str:
    return " ".join(line.short() for line in state.lines)


def groups(state: DesignState) -> list[str]:
    return ["+".join(line.short() for line in group) for group in state.groups()]


def find(state: DesignState, name: str) -> Line:
    return next(line for line in state.lines if line.short() == name)


@pytest.fixture
def state() -> DesignState:
    return DesignState(LIF)


def test_a_design_stays_what_it_was_when_nothing_is_changed(state: DesignState) -> None:
    made = state.record()
    assert made.order == LIF.order
    wanted = {one.name: one for one in LIF.parameters}
    for one in made.parameters:
        changed = {"simulation.seed": "steps(1, 10, 1)"}.get(one.name, wanted[one.name].values)
        assert (one.values, one.default, one.comment, one.kept) == (
            changed, wanted[one.name].default, wanted[one.name].comment, True,
        )  # fmt: skip


def test_explored_parameters_stand_in_their_order_and_the_others_below_those_of_their_group() -> None:
    parameters = (
        DesignedParameter("a.x", "float", "0"),
        DesignedParameter("a.y", "float", "0", values="1, 2"),
        DesignedParameter("b.z", "float", "0", values="1, 2"),
        DesignedParameter("c.w", "float", "0"),
    )
    state = DesignState(Design(parameters, (("b.z",), ("a.y",))))
    assert names(state) == "z y x w"
    assert groups(state) == ["z", "y"]


def test_linked_parameters_of_different_groups_stand_together() -> None:
    parameters = tuple(
        DesignedParameter(name, "float", "0", values="1, 2" if name in ("a.x", "b.z") else "")
        for name in ("a.x", "a.y", "b.z", "b.w")
    )
    state = DesignState(Design(parameters, (("a.x", "b.z"),)))
    assert groups(state) == ["x+z"]
    assert names(state).startswith("x z")
    assert state.record().order == (("a.x", "b.z"),)


def test_explored_parameters_that_the_order_does_not_name_follow() -> None:
    parameters = (DesignedParameter("x", "int", "0", values="1, 2"), DesignedParameter("y", "int", "0", values="1, 2"))
    assert DesignState(Design(parameters, (("y",),))).record().order == (("y",), ("x",))


def test_a_parameter_is_moved_before_another_one(state: DesignState) -> None:
    assert state.move(find(state, "seed"), find(state, "g_inh"))
    assert groups(state) == ["g_exc", "seed", "g_inh", "rate+weight"]
    assert not state.move(find(state, "seed"), find(state, "g_inh"))


def test_linked_parameters_are_moved_together_and_nothing_comes_between_them(state: DesignState) -> None:
    state.move(find(state, "weight"), find(state, "g_exc"))
    assert groups(state) == ["rate+weight", "g_exc", "g_inh", "seed"]
    state.move(find(state, "seed"), find(state, "weight"))
    assert groups(state) == ["seed", "rate+weight", "g_exc", "g_inh"]
    state.move(find(state, "rate"), None)
    assert groups(state) == ["seed", "g_exc", "g_inh", "rate+weight"]


def test_within_linked_parameters_one_is_moved_alone(state: DesignState) -> None:
    state.move(find(state, "weight"), find(state, "rate"))
    assert groups(state) == ["g_exc", "g_inh", "weight+rate", "seed"]
    assert not state.move(find(state, "weight"), find(state, "weight"))


def test_steps_go_past_linked_parameters_at_once(state: DesignState) -> None:
    seed = find(state, "seed")
    for _step in range(2):
        assert state.step(seed, -1)
    assert groups(state) == ["g_exc", "g_inh", "seed", "rate+weight"]
    assert state.step(seed, 1)
    assert groups(state) == ["g_exc", "g_inh", "rate+weight", "seed"]
    assert not state.step(find(state, "g_exc"), -1)
    assert not state.step(state.lines[-1], 1)


def test_what_is_linked_is_explored_and_comes_below_the_first(state: DesignState) -> None:
    state.link([find(state, "g_exc"), find(state, "dt")])
    assert groups(state) == ["g_exc+dt", "g_inh", "rate+weight", "seed"]
    assert find(state, "dt").values() == "0.1"


def test_linking_two_groups_makes_them_one(state: DesignState) -> None:
    state.link([find(state, "g_inh"), find(state, "weight")])
    assert groups(state) == ["g_exc", "g_inh+rate+weight", "seed"]


def test_unlinking_one_of_two_unlinks_both_and_one_of_three_leaves_two(state: DesignState) -> None:
    state.unlink([find(state, "rate")])
    assert groups(state) == ["g_exc", "g_inh", "weight", "rate", "seed"]
    assert not find(state, "weight").link
    state.link([find(state, "g_exc"), find(state, "g_inh"), find(state, "seed")])
    state.unlink([find(state, "g_exc")])
    assert groups(state) == ["g_inh+seed", "g_exc", "weight", "rate"]


def test_what_is_not_explored_any_more_is_not_linked_and_remembers_its_values(state: DesignState) -> None:
    weight = find(state, "weight")
    state.toggle(weight)
    assert groups(state) == ["g_exc", "g_inh", "rate", "seed"]
    assert weight.record().values == ""
    state.toggle(weight)
    assert weight.values() == "1.2, 1.0, 0.8, 0.6, 0.4"


def test_a_parameter_that_was_never_explored_begins_with_its_default_value(state: DesignState) -> None:
    delay = find(state, "delay")
    state.toggle(delay)
    assert delay.form == Form(Kind.LIST, ("1.5",))


def test_a_new_parameter_comes_below_the_current_one_and_those_linked_to_it(state: DesignState) -> None:
    made = state.add("stimulus.", find(state, "rate"))
    assert state.lines.index(made) == state.lines.index(find(state, "weight")) + 1
    state.remove([made])
    assert made not in state.lines


def test_removing_one_of_two_linked_ones_leaves_the_other_alone(state: DesignState) -> None:
    state.remove([find(state, "rate")])
    assert groups(state) == ["g_exc", "g_inh", "weight", "seed"]
    assert not find(state, "weight").link


@pytest.mark.parametrize(
    ("name", "default", "sentence"),
    [
        ("", "1", "Give the new parameter a name."),
        ("network.", "1", "Give the new parameter a name."),
        ("network.g_exc", "1", "Two parameters have the name “network.g_exc”."),
        ("network.x", "", "Give “x” a default value."),
        ("network.x", "1", ""),
    ],
)
def test_what_is_missing_of_a_new_parameter_is_said(state: DesignState, name: str, default: str, sentence: str) -> None:
    made = state.add(name)
    made.default = default
    assert state.trouble() == (made if sentence else None, sentence)


def test_values_that_are_not_put_yet_are_asked_for(state: DesignState) -> None:
    seed = find(state, "seed")
    state.put(seed, Form(Kind.EVEN, ("1", "", "3")))
    assert state.trouble() == (seed, "seed: The last value is missing.")
