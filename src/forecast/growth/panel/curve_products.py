"""Products of matrices that no order of adding changes, so no processor and no company.

Libraries of linear algebra add in an order that depends on the processor, on how many columns there
are and on where one stands. Factors cut to so few bits that no sum is rounded have one product.
"""

from __future__ import annotations

from math import ceil, log2
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MANTISSA: Final = 53
"""Bits of a double."""

LEAST_BIT: Final = -1000
"""Power of two of the smallest last bit: smaller numbers are zero."""


def along(rows: Array, values: Array) -> Array:
    """Return products over time of series' rows and their replicates' values. [row, n replicates]

    A replicate's products are as many times too large as makes its values whole numbers; both
    factors are cut to 22 bits or more of the largest, up to 512 values long.

    Args:
        rows: [row, t, n]
        values: All replicates of one series beside each other. [t, n replicates]
    """
    count, length, series = rows.shape
    bit = last_bit(np.maximum(values.max(axis=0), -values.min(axis=0)), length)
    whole = np.rint(values / bit)
    by_series = whole.reshape(length, series, -1).transpose(1, 0, 2)
    told = np.empty((count, series, by_series.shape[2]))
    short = np.ascontiguousarray(cut(rows, 1, length).transpose(2, 0, 1))
    np.matmul(short, by_series, out=told.transpose(1, 0, 2))
    return told.reshape(count, -1)


def cut(numbers: Array, axis: int | tuple[int, ...], count: int) -> Array:
    """Return numbers cut to the bits of the largest along an axis.

    Args:
        numbers: Any.
        axis: One or more.
        count: How many products of two such numbers must add without rounding.
    """
    bit = last_bit(np.abs(numbers).max(axis=axis, keepdims=True), count)
    return np.asarray(np.rint(numbers / bit) * bit)


def last_bit(most: Array, count: int) -> Array:
    """Return the last bit of numbers of a size of which so many products add without rounding."""
    bits = (MANTISSA - ceil(log2(count))) // 2
    return np.asarray(np.ldexp(1.0, np.maximum(np.frexp(most)[1] - bits, LEAST_BIT)))
