"""The likeness of every value of a table of cases: values that are equal have the same.

Run by any interpreter that has numpy and pandas; what needs a library that is not there is left out.
"""

import json
import sys

from judge import names


def unlike(table):
    """The number of values in the table, and the pairs of cases whose values are equal without being alike."""
    from pexgui.core.equality import nested_equal
    from pexgui.core.likeness import likeness
    from pexgui.core.walking import kind_of

    values = list(read(table))
    found = [(case, value, likeness(value)) for case, value in values]
    pairs = [
        (case, other)
        for place, (case, a, mark) in enumerate(found)
        for other, b, another in found[place + 1 :]
        if mark != another and kind_of(a) is kind_of(b) and nested_equal(a, b)
    ]
    return [len(values), pairs]


def read(table):
    space = names(table["namespace_code"])
    for case in table["cases"]:
        if case["function"] != "nested_equal":
            continue
        for side in "ab":
            try:
                yield f"{case['id']}.{side}", eval(case[side], space)
            except NameError:
                continue


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        found = unlike(json.load(file))
    with open(sys.argv[3], "w", encoding="utf-8") as out:
        json.dump(found, out)
