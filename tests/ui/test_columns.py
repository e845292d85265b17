"""Numbers records become numpy arrays, exactly and without copying."""

import numpy as np
import pytest

from pexgui.core import Numbers
from pexgui.ui import columns


@pytest.mark.parametrize("dtype", ["<f8", "<f4", "<f2", "<i8", "|u1", "|b1", "<c16", "<M8[ns]"])
def test_every_plain_type_keeps_its_values_and_type(dtype: str) -> None:
    values = np.arange(5).astype("<i8").astype(dtype)
    result = columns.array(Numbers(dtype=dtype, data=values.tobytes()))
    assert result.dtype == np.dtype(dtype)
    assert np.array_equal(result, values)


def test_the_memory_is_shared_and_cannot_be_written() -> None:
    numbers = Numbers(dtype="<f8", data=bytes(80))
    first, second = columns.array(numbers), columns.array(numbers)
    assert np.shares_memory(first, second)
    assert not first.flags.writeable
    assert np.shares_memory(columns.floats(numbers), first)


@pytest.mark.parametrize("dtype", ["O", "S3", "U3", "V8", "i4,i4", "nonsense", "S0", "(2"])
def test_a_type_that_is_not_plain_numbers_is_refused(dtype: str) -> None:
    with pytest.raises(ValueError, match="no type of numbers"):
        columns.array(Numbers(dtype=dtype, data=bytes(24)))


def test_a_buffer_cut_inside_an_element_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of element size"):
        columns.array(Numbers(dtype="<f8", data=bytes(9)))


def test_an_empty_mask_means_that_nothing_is_missing() -> None:
    assert columns.mask(Numbers(dtype="<i4", data=bytes(12))).tolist() == [False] * 3


def test_the_mask_says_which_values_are_missing() -> None:
    numbers = Numbers(dtype="<i4", data=bytes(12), missing=b"\0\1\0")
    assert columns.mask(numbers).tolist() == [False, True, False]


def test_a_mask_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="2 marks of missing values for 3 values"):
        columns.mask(Numbers(dtype="<i4", data=bytes(12), missing=b"\0\1"))


def test_missing_values_become_not_a_number() -> None:
    numbers = Numbers(dtype="<i4", data=np.array([1, 2, 3], "<i4").tobytes(), missing=b"\0\1\0")
    assert np.array_equal(columns.floats(numbers), [1.0, np.nan, 3.0], equal_nan=True)


def test_a_moment_that_is_none_becomes_not_a_number() -> None:
    moments = np.array(["1970-01-01T00:00:01", "NaT"], "<M8[s]")
    result = columns.floats(Numbers(dtype="<M8[s]", data=moments.tobytes()))
    assert np.array_equal(result, [1.0, np.nan], equal_nan=True)


def test_complex_numbers_become_their_magnitude() -> None:
    result = columns.floats(Numbers(dtype="<c16", data=np.array([3 + 4j]).tobytes()))
    assert result.tolist() == [5.0]
