"""Run by the real pypet's interpreter: seconds its functions for designs need for the cases of `bench_designs`."""

import logging
import sys
import time

import numpy as np
from pypet import ArrayParameter, Parameter, cartesian_product, find_unique_points


def explored(kind, values):
    parameter = kind("x", values[0])
    parameter._explore(values)
    return parameter


def arrays(count):
    return find_unique_points, [explored(ArrayParameter, [np.array([i, i + 0.5, 2.0]) for i in range(count)])]


def hashable(count):
    columns = [[i // 2 for i in range(count)], [i % 1000 / 8 for i in range(count)]]
    columns.append(["ab"[i % 2] for i in range(count)])
    return find_unique_points, [explored(Parameter, values) for values in columns]


def product(count):
    side = round(count ** (1 / 3))
    return cartesian_product, {name: list(range(side)) for name in "xyz"}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    function, argument = {"arrays": arrays, "hashable": hashable, "product": product}[sys.argv[1]](int(sys.argv[2]))
    for _ in range(int(sys.argv[3])):
        began = time.perf_counter()
        found = function(argument)
        print(time.perf_counter() - began, len(found))
