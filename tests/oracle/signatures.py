"""The arguments of pypet's functions that merge, in their order, with their defaults."""

import inspect

from pypet import Trajectory, merge_all_in_folder

FUNCTIONS = (merge_all_in_folder, Trajectory.f_merge_many, Trajectory.f_merge)


def signatures():
    """By the name of the function: pairs of name and default, the default as Python writes it."""
    return {
        function.__name__: [[one.name, repr(one.default)] for one in inspect.signature(function).parameters.values()]
        for function in FUNCTIONS
    }
