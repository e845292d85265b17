"""Pairs of parameters and results of the real pypet, and what our equality and pypet's own say of each.

Run by the interpreter that has pypet: ``leaf_pairs.py <folder with pexgui>`` writes one JSON object. Each answer is
ours in both orders, then pypet's.
"""

import json
import logging
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

from pypet import ArrayParameter, Parameter, PickleResult, Result, Trajectory  # noqa: E402
from pypet.utils import comparisons  # noqa: E402


class Beside(Result):
    """A result that keeps something beside its data."""

    __slots__ = ("_beside",)

    def __init__(self, full_name, beside, **data):
        super().__init__(full_name, **data)
        self._beside = beside


def pickled(protocol):
    result = PickleResult("r", x=[1, 2])
    result.v_protocol = protocol
    return result


def in_trajectory(comment):
    trajectory = Trajectory("t")
    return trajectory.f_add_result("g.r", x=1, comment=comment)


def alone():
    result = Result("r", x=1)
    result._rename("results.g.r")
    return result


def explored(kind, index=None):
    parameter = kind("p", 1)
    parameter._explore([1, 2, 3])
    if index is not None:
        parameter._set_parameter_access(index)
    return parameter


PAIRS = {
    "results of two classes": lambda: (Result("r", x=[1, 2]), PickleResult("r", x=[1, 2])),
    "results of two pickle protocols": lambda: (pickled(0), pickled(2)),
    "one result in a trajectory, one not": lambda: (in_trajectory("one"), alone()),
    "a result never filled, one emptied": lambda: (Result("r"), emptied()),
    "results with something beside their data": lambda: (Beside("r", 1, x=1), Beside("r", 2, x=1)),
    "results with something beside no data": lambda: (Beside("r", 1), Beside("r", 2)),
    "results with the same beside their data": lambda: (Beside("r", [1], x=1), Beside("r", [1], x=1)),
    "a parameter at two run indices": lambda: (explored(Parameter), explored(Parameter, 2)),
    "an array parameter at two run indices": lambda: (explored(ArrayParameter, 0), explored(ArrayParameter, 1)),
}


def emptied():
    result = Result("r", x=1)
    result.f_empty()
    return result


def main():
    sys.path.insert(0, sys.argv[1])
    from pexgui import parameters_equal, results_equal

    found = {}
    for name, make in PAIRS.items():
        a, b = make()
        ours, theirs = results_equal, comparisons.results_equal
        if a.v_is_parameter:
            ours, theirs = parameters_equal, comparisons.parameters_equal
        found[name] = [ours(a, b), ours(b, a), bool(theirs(a, b))]
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
