r"""Where replicates of a fitted series lie, told by a polynomial around the series' own curve.

With the level profiled out, least squares maximise :math:`\langle y, \hat g \rangle`, the values
along the curve scaled to length one. Around one series' curve that curve is a polynomial of degree
four in two coordinates, fitted at a few nodes; its products with a replicate's values are the
replicate's own polynomial, and Newton's steps up that one evaluate no curve. Coordinates are the
valley's, orthonormal at the series' curve, and as wide as its replicates scatter by their first
Gauss–Newton step. What is told is a start, to be judged by the squares themselves.
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel.curve_steps import MOST_MISSING, REACH, placed, turning
from forecast.growth.panel.curve_valley import Valley, dot

if TYPE_CHECKING:
    from forecast.growth.panel.curve_valley import Array

DEGREE: Final = 4
"""Of the polynomial: with three, half the replicates need another step; five saves few."""

RINGS: Final = ((0.0, 1), (0.7, 7), (1.3, 10))
"""Nodes: radius, and how many lie evenly on it."""

WIDTH: Final = 2.8
"""Where, along either coordinate, the replicate farthest by its first step lies;"""

FARTHEST_OUT: Final = 3.5
"""no point is sought beyond this radius."""

NARROWEST: Final = 1e-7
"""Least width, a share of the curve's length: within it, curvature is rounding."""

LEAST_ALONG: Final = 1e-3
"""Least share of a replicate's length that is taken to lie along its series' curve."""

STEPS: Final = 2
"""Newton's, after the first."""

CURVED: Final = 0.1
"""Newton's matrix serves where it is at least this share of Gauss and Newton's."""


def _nodes() -> tuple[Array, Array]:
    """Return nodes [2, node], and what makes derivatives at the centre of values there.

    Derivatives are sorted by degree, and within one by the degree in the second coordinate.
    """
    spots = [radius * np.exp(2j * np.pi * np.arange(count) / count) for radius, count in RINGS]
    x, y = np.concatenate(spots).real, np.concatenate(spots).imag
    powers = [(d - j, j) for d in range(DEGREE + 1) for j in range(d + 1)]
    terms = [x**i * y**j / (factorial(i) * factorial(j)) for i, j in powers]
    return np.stack([x, y]), np.linalg.pinv(np.stack(terms, axis=1))


NODES, TAYLOR = _nodes()


def foreseen(
    valley: Valley, values: Array, roots: Array | None, w: Array, log_k: Array
) -> tuple[Array, Array, Array]:
    """Return w and ln k of replicates, and the squares at their series' curve. [n replicates] each

    Args:
        valley: Shape and times.
        values: Replicates times the roots of their weights, all of one series beside each other.
            [t, n replicates]
        roots: Of the weights, the same for all replicates of a series; none if all are one.
        w: Of the series. [n]
        log_k: Of the series. [n]
    """
    count, each = len(w), values.shape[1] // len(w)
    own = None if roots is None else roots[:, ::each]
    pivot, log_b, lean = turning(w, log_k, valley.oldest)
    frame, lengths = _frame(valley, own, w, log_k, lean)
    level, *aside = _along(frame, values)
    squares = dot(values, values)
    at = np.stack(aside) / np.maximum(level, LEAST_ALONG * np.sqrt(squares) + 1e-150)
    width = _widths(at.reshape(2, count, each), lengths)
    rise, faster = _across(NODES[:, :, None] * width[:, None], lengths)
    top = MOST_MISSING[valley.shape]
    spots = placed(np.tile(pivot, len(rise)), (log_b + rise).ravel(), (log_k + faster).ravel(), top)
    terms = _along(np.matmul(TAYLOR, _unit(valley, own, *spots)).transpose(1, 0, 2), values)
    width, lengths, pivot, log_b, log_k = (
        np.repeat(of, each, axis=-1) for of in (width, lengths, pivot, log_b, log_k)
    )
    rise, faster = _across(_climbed(terms, at / width, level * width**2) * width, lengths)
    told = placed(pivot, log_b + rise, log_k + faster, top)
    return *told, np.maximum(squares - level**2, 0.0) + 1e-13 * squares


def _along(rows: Array, values: Array) -> Array:
    """Return products of series' rows [row, t, n] and replicates' values. [row, n replicates]"""
    _, length, count = rows.shape
    by_series = values.reshape(length, count, -1).transpose(1, 0, 2)
    told = np.empty((len(rows), count, by_series.shape[2]))
    np.matmul(np.ascontiguousarray(rows.transpose(2, 0, 1)), by_series, out=told.transpose(1, 0, 2))
    return told.reshape(len(rows), -1)


def _widths(at: Array, lengths: Array) -> Array:
    """Return how wide coordinates are, the farthest within the reach of one step. [2, n]

    Args:
        at: Where replicates lie by their first step. [2, n, replicate]
        lengths: Of the tangents. [3, n]
    """
    width = np.maximum(np.abs(at).max(axis=2), WIDTH * NARROWEST)
    rise, faster = _across(NODES[:, 1:, None] / RINGS[-1][0] * width[:, None], lengths)
    far = np.maximum(np.abs(rise) / REACH[0], np.abs(faster) / REACH[1]).max(axis=0)
    return np.asarray(width / (WIDTH * np.maximum(far, 1.0)))


def _unit(valley: Valley, own: Array | None, w: Array, log_k: Array) -> Array:
    """Return curves of nodes scaled to length one. [t, node, n]"""
    room = Valley(valley.shape, valley.back, len(w))
    curves = room.curve(w, log_k)[0].reshape(len(valley.back), NODES.shape[1], -1)
    if own is not None:
        curves *= own[:, None]
    curves /= np.sqrt(np.maximum(np.einsum("tmn,tmn->mn", curves, curves), 1e-300))
    return curves


def _frame(
    valley: Valley, own: Array | None, w: Array, log_k: Array, lean: Array
) -> tuple[Array, Array]:
    """Return the curve and two tangents, orthonormal, and their lengths. [3, t, n], [3, n]

    The first tangent is in ln b, the second in ln k at the same ln b. Lengths are those of the
    first, of the second along the first, and of what of the second is left.
    """
    frame = np.stack(valley.curve(w, log_k))
    frame[2] -= lean * frame[1]
    if own is not None:
        frame *= own
    frame /= np.sqrt(np.maximum(dot(frame[0], frame[0]), 1e-300))
    frame[1:] -= np.einsum("atn,tn->an", frame[1:], frame[0])[:, None] * frame[0]
    first = np.sqrt(dot(frame[1], frame[1])) + 1e-150
    frame[1] /= first
    shared = dot(frame[1], frame[2])
    frame[2] -= shared * frame[1]
    left = np.sqrt(dot(frame[2], frame[2])) + 1e-5 * np.abs(shared) + 1e-150
    frame[2] /= left
    return frame, np.stack([first, shared, left])


def _across(spots: Array, lengths: Array) -> tuple[Array, Array]:
    """Return what coordinates are in ln b and in ln k."""
    first, shared, left = lengths
    faster = spots[1] / left
    return (spots[0] - shared * faster) / first, faster


def _climbed(terms: Array, start: Array, flat: Array) -> Array:
    """Return where polynomials are highest, near the start. [2, n]

    Args:
        terms: Derivatives at the centre, sorted as ``TAYLOR`` has them. [term, n]
        start: Where to begin. [2, n]
        flat: Gauss and Newton's curvature along either coordinate. [2, n]
    """
    of = [terms[d * (d + 1) // 2 : (d + 1) * (d + 2) // 2] for d in range(DEGREE + 1)]
    least = np.maximum(flat, 1e-150)
    x, y = _within(*start)
    for _ in range(STEPS):
        powers = _powers(x, y)
        up_x, up_y = _slope(of, powers, 1, 0), _slope(of, powers, 1, 1)
        xx, xy, yy = (-_slope(of, powers, 2, j) for j in range(3))
        det = xx * yy - xy * xy
        poor = (xx < CURVED * least[0]) | (det < CURVED**2 * least[0] * least[1])
        if poor.any():
            xx, yy = np.where(poor, least[0], xx), np.where(poor, least[1], yy)
            xy = np.where(poor, 0.0, xy)
            det = xx * yy - xy * xy
        x, y = _within(x + (yy * up_x - xy * up_y) / det, y + (xx * up_y - xy * up_x) / det)
    return np.stack([x, y])


def _within(x: Array, y: Array) -> tuple[Array, Array]:
    """Return points drawn back to where the polynomial is known."""
    short = FARTHEST_OUT / np.maximum(np.sqrt(x * x + y * y), FARTHEST_OUT)
    return x * short, y * short


def _powers(x: Array, y: Array) -> list[Array]:
    """Return the terms of a Taylor series by degree, to one degree less. [degree + 1, n] each"""
    over = np.arange(DEGREE - 1, 0, -1)[:, None]
    along, up = x / over, y / over
    told = [np.ones((1, len(x)))]
    for degree in range(1, DEGREE):
        told.append(np.empty((degree + 1, len(x))))
        np.multiply(told[-2], along[-degree:], out=told[-1][:-1])
        np.multiply(told[-2][-1], up[-degree], out=told[-1][-1])
    return told


def _slope(of: list[Array], powers: list[Array], order: int, second: int) -> Array:
    """Return a derivative of a polynomial, so many times in all and in the second coordinate."""
    told: Array = of[order][second].copy()
    for degree in range(1, DEGREE - order + 1):
        terms = of[degree + order][second : second + degree + 1]
        told += np.einsum("an,an->n", terms, powers[degree])
    return told
