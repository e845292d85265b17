"""What pypet makes of designs: products of ranges, the different points of a sweep, and bars of progress."""

import contextlib
import datetime
import io
import sys
import types

import numpy as np
from pypet import ArrayParameter, Parameter, cartesian_product, find_unique_points
from pypet.utils import helpful_functions

BEGINNING = datetime.datetime(2020, 1, 1)


def product(cases):
    """For each ``[values by name, combined parameters]`` the product."""
    return [cartesian_product(values, combined) for values, combined in cases]


def unique(cases, root=""):
    """For each list of ranges, lists of values of one type, the points and their runs; a list in it is an array.

    With the ``root`` of our sources they are found by our function, of pypet's parameters all the same.
    """
    find = find_unique_points
    if root:
        sys.path.insert(0, root)
        from pexgui import find_unique_points as find
    return [
        [[[plain(value) for value in point], runs] for point, runs in find(list(map(explored, ranges)))]
        for ranges in cases
    ]


def explored(values):
    made = [np.array(value) if isinstance(value, list) else value for value in values]
    parameter = (ArrayParameter if isinstance(values[0], list) else Parameter)("x", made[0])
    parameter._explore(made)
    return parameter


def plain(value):
    return value.tolist() if isinstance(value, np.ndarray) else value


def bars(cases):
    """For each list of ``[seconds on the clock, arguments]``, calls of one bar: answer and print."""
    return [[shown(seconds, arguments) for seconds, arguments in calls] for calls in map(begun, cases)]


def begun(calls):
    helpful_functions._progressbar = helpful_functions._Progressbar()
    return calls


def shown(seconds, arguments):
    now = BEGINNING + datetime.timedelta(seconds=seconds)
    clock = types.SimpleNamespace(now=lambda: now)
    helpful_functions.datetime = types.SimpleNamespace(datetime=clock, timedelta=datetime.timedelta)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        answer = helpful_functions.progressbar(**arguments)
    return answer, printed.getvalue()
