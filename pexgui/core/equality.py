"""Equality that can be trusted: of any nested values, and of parameters and results, pypet's own ones included.

The names, arguments and answers are those of pypet's helpers of the same name. Where those are wrong (texts of which
one begins like the other, lists of different length, not a number, frames with another index, cycles) the answer is
the sane one: equal means that `explain_difference` finds nothing.
"""

from typing import Any

from .attributes_of import get_all_attributes as get_all_attributes
from .measures import EXACT
from .model_compare import Tolerance
from .unlike import Unlike as Unlike
from .walking import Walk

_BOOKKEEPING = frozenset(
    {
        *(
            "_full_name",
            "_name",
            "_depth",
            "_branch",
            "_run_branch",
            "_location",
            "_is_leaf",
            "_is_group",
            "_is_parameter",
        ),
        *("_comment", "_annotations", "_stored", "_root", "_is_root", "_parent", "_nn_interface", "_logger", "_rename"),
        *("_set_details", "_no_data_string", "_data_string", "_func", "_vars", "_run", "_levels", "_locked"),
        *("_data", "_data_", "_protocol"),
    }
)
"""What pypet keeps in a result besides its data, and those data, which are asked for by name."""


def explain_difference(
    a: Any, b: Any, strict: bool = False, tolerance: Tolerance = EXACT, most: int = 1000
) -> list[Unlike]:
    """Where two values differ, and how: at most ``most`` places, in the order in which they are met.

    Numbers are compared by their values (1, 1.0 and True are equal), exactly or within ``tolerance``; not a number
    equals itself unless that says otherwise. Arrays must have the same shape, frames the same columns and index, each
    in the same order, sequences the same length. A list, a tuple and a deque may be equal, a list and an array are
    not; neither are texts and bytes, nor objects of different classes. With ``strict`` types and classes, the element
    types of arrays and the formats of sparse matrices have to be the same too; the order of bytes and the width of
    texts never matter. Objects are equal if their own ``__eq__`` says so in one truth value, and otherwise if all
    their attributes are. Values may contain themselves and may be nested as deep as memory allows. Never raises for
    what it finds inside.
    """
    return Walk(strict, tolerance, most).compare(a, b)


def nested_equal(a: Any, b: Any) -> bool:
    """Whether two values of any type are equal, with all that is in them; see `explain_difference`."""
    return not Walk(False, EXACT, 1).compare(a, b)


def parameters_equal(a: Any, b: Any) -> bool:
    """Whether two parameters have the same full name and the same data: type and value, and the same range.

    The comment does not count, nor which run an explored parameter is set to, nor the class of the parameter. False if
    one is a result. Raises `ValueError` when one is no parameter or result, or both are results.
    """
    kinds = _is_parameter(a), _is_parameter(b)
    if not any(kinds):
        raise ValueError("Neither is a parameter, so that they cannot be compared as parameters.")
    if not all(kinds) or _full_name(a) != _full_name(b):
        return False
    empty = bool(a.f_is_empty()), bool(b.f_is_empty())
    if any(empty):
        return all(empty)
    ranges = bool(a.f_has_range()), bool(b.f_has_range())
    if ranges[0] != ranges[1] or explain_difference(_default(a), _default(b), strict=True, most=1):
        return False
    return not (ranges[0] and explain_difference(_range(a), _range(b), strict=True, most=1))


def results_equal(a: Any, b: Any) -> bool:
    """Whether two results have the same full name and equal data under the same keys.

    The comment and the class do not count. False if one is a parameter. Raises `ValueError` when one is no parameter or
    result, or both are parameters.
    """
    kinds = _is_parameter(a), _is_parameter(b)
    if all(kinds):
        raise ValueError("Both are parameters, so that they cannot be compared as results.")
    if any(kinds) or _full_name(a) != _full_name(b):
        return False
    return nested_equal(_data(a), _data(b))


def _is_parameter(leaf: Any) -> bool:
    try:
        return bool(leaf.v_is_parameter)
    except AttributeError:
        raise ValueError(f"{type(leaf).__name__} is neither a parameter nor a result.") from None


def _full_name(leaf: Any) -> str:
    return str(leaf.v_full_name)


def _default(parameter: Any) -> Any:
    """The value outside of any run: an explored parameter may be set to one."""
    default = getattr(parameter, "f_get_default", None)
    return parameter.f_get() if default is None else default()


def _range(parameter: Any) -> list[Any]:
    return list(parameter.f_get_range())


def _data(result: Any) -> dict[str, Any]:
    """The data of a result, and what its class keeps elsewhere: all attributes that are no bookkeeping of pypet's."""
    kept = {name: value for name, value in get_all_attributes(result).items() if _may_be_data(name)}
    try:
        data = result._data
    except AttributeError:
        return kept
    return {**kept, "_data": {} if data is None else data}


def _may_be_data(attribute: str) -> bool:
    return attribute not in _BOOKKEEPING and not attribute.startswith(("v_", "f_"))
