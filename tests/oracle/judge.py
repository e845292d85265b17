"""Answers of our equality to a table of cases, each an expression that is evaluated here, where pypet and scipy are.

Run by any interpreter that has numpy and pandas: what needs a library that is not there is answered with null.
"""

import importlib.util
import json
import sys

PYPET = """
from pypet import ArrayParameter, ObjectTable, Parameter, PickleParameter, PickleResult, Result, SparseParameter
from pypet import SparseResult
from pypet.parameter import BaseResult

def ex(p, r):
    p._explore(r)
    return p

def exs(p, r, i):
    p._explore(r)
    p._set_parameter_access(i)
    return p

class ResNoData(BaseResult):
    def __init__(self, full_name, v=None, comment=""):
        super().__init__(full_name, comment)
        self.v = v
    def f_is_empty(self):
        return self.v is None
    def f_supports_fast_access(self):
        return False
    def _store(self):
        return {"v": self.v}
"""
NEEDS = ("sp.", "csr_", "Parameter(", "Result(", "ResNoData(")


def judge(table):
    """For every case the answers to (a, b) and to (b, a), and to both by types too; null where something is missing."""
    from pexgui.core import equality

    space = names(table["namespace_code"])
    answers = {}
    for case in table["cases"]:
        expressions = [case["a"], *([case["b"]] if case.get("b") else [])]
        if "Parameter" not in space and any(need in one for need in NEEDS for one in expressions):
            answers[case["id"]] = None
            continue
        values = [eval(one, space) for one in expressions]
        if len(values) == 1:
            answers[case["id"]] = equality.get_all_attributes(*values) == eval(case["sane"])
            continue
        compare = getattr(equality, case["function"])
        both = [answered(compare, *pair) for pair in (values, values[::-1])]
        if case["function"] == "nested_equal":
            both += [answered(by_type, *pair) for pair in (values, values[::-1])]
        answers[case["id"]] = both
    return answers


def by_type(a, b):
    from pexgui.core.equality import explain_difference

    return not explain_difference(a, b, strict=True)


def answered(compare, a, b):
    try:
        answer = compare(a, b)
    except (TypeError, ValueError):
        return "raises"
    return answer if type(answer) is bool else repr(answer)


def names(code):
    has_all = all(importlib.util.find_spec(name) for name in ("pypet", "scipy"))
    space = {}
    exec(code if has_all else code.replace(", scipy.sparse as sp", ""), space)
    if has_all:
        exec(PYPET, space)
    return space


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        found = judge(json.load(file))
    with open(sys.argv[3], "w", encoding="utf-8") as out:
        json.dump(found, out)
