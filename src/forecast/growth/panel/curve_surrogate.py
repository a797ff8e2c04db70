r"""Where replicates of a fitted series lie, told by a polynomial around the series' own curve.

With the level profiled out, least squares maximise :math:`\langle y, \hat g \rangle`, the values
along the curve scaled to length one. Around one series' curve that curve is a polynomial of degree
four in the valley's coordinates, ln b and ln k, fitted at a few nodes; its products with a
replicate's values are the replicate's own polynomial, and Newton's steps up that one evaluate no
curve. What is told is a start, to be judged by the squares themselves.
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel.curve_products import along, cut
from forecast.growth.panel.curve_steps import MOST_MISSING, REACH, placed, turning
from forecast.growth.panel.curve_valley import Valley, dot

if TYPE_CHECKING:
    from forecast.growth.panel.curve_valley import Array

DEGREE: Final = 4
"""Of the polynomial: with three, three replicates in four need another step, with four one."""

RINGS: Final = ((0.0, 1), (0.7, 7), (1.3, 10))
"""Nodes: radius, and how many lie evenly on it."""

WIDTH: Final = 0.02
"""Radius one, a share of the curve's length: about the share that is noise."""

NEAR: Final = 0.1
"""At most this share of the longest step is radius one."""

FARTHEST_OUT: Final = 10.0
"""No point is sought beyond this radius."""

NARROWEST: Final = 1e-3
"""Replicates of a series that changes less within the reach of a step start at its own curve: what
is cut from numbers here would be told as change."""

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
    each, top = values.shape[1] // len(w), MOST_MISSING[valley.shape]
    own = None if roots is None else roots[:, ::each]
    pivot, log_b, lean = turning(w, log_k, valley.oldest)
    lengths = _lengths(valley, own, w, log_k, lean)
    width = _widths(lengths)
    rise, faster = _across(NODES[:, :, None] * width[:, None], lengths)
    spots = placed(np.tile(pivot, len(rise)), (log_b + rise).ravel(), (log_k + faster).ravel(), top)
    curves = _unit(valley, own, *spots)
    terms = along(_taylor(curves), values)
    level = np.einsum("tn,tnr->nr", curves[:, 0], values.reshape(len(values), len(w), each)).ravel()
    squares = dot(values, values)
    width, lengths, pivot, log_b, log_k = (
        np.repeat(of, each, axis=-1) for of in (width, lengths, pivot, log_b, log_k)
    )
    flat = np.maximum(terms[0], 1e-150) * width**2
    known = width.min(axis=0) > NARROWEST
    rise, faster = _across(_climbed(terms, flat) * (width * known), lengths)
    told = placed(pivot, log_b + rise, log_k + faster, top)
    return *told, np.maximum(squares - level**2, 0.0) + 1e-13 * squares


def _lengths(valley: Valley, own: Array | None, w: Array, log_k: Array, lean: Array) -> Array:
    """Return lengths of tangents to the curve scaled to length one. [3, n]

    Of the one in ln b; of the one in ln k at the same ln b, along the first; and of what is left.
    """
    curve, first, second = np.stack(valley.curve(w, log_k)) * (1.0 if own is None else own)
    second -= lean * first
    scale = np.maximum(dot(curve, curve), 1e-300)
    first -= dot(first, curve) / scale * curve
    second -= dot(second, curve) / scale * curve
    long = np.sqrt(dot(first, first)) + 1e-150
    shared = dot(first, second) / long
    second -= shared / long * first
    left = np.sqrt(dot(second, second)) + 1e-5 * np.abs(shared) + 1e-150
    return np.stack([long, shared, left]) / np.sqrt(scale)


def _widths(lengths: Array) -> Array:
    """Return how wide coordinates are, within the reach of one step. [2, n]"""
    width = np.full((2, lengths.shape[1]), WIDTH)
    sides = np.eye(2)[:, :, None] * width[:, None]
    rise, faster = _across(sides, lengths)
    far = np.maximum(np.abs(rise) / REACH[0], np.abs(faster) / REACH[1])
    return np.asarray(width / np.maximum(far / NEAR, 1.0))


def _across(spots: Array, lengths: Array) -> tuple[Array, Array]:
    """Return what coordinates are in ln b and in ln k."""
    first, shared, left = lengths
    faster = spots[1] / left
    return (spots[0] - shared * faster) / first, faster


def _taylor(curves: Array) -> Array:
    """Return derivatives at the centre of curves at nodes, the curve itself first. [term, t, n]

    Args:
        curves: [t, node, n]
    """
    count = NODES.shape[1]
    away = cut(curves - curves[:, :1], (0, 1), count)
    terms: Array = np.matmul(cut(TAYLOR, 1, count), away).transpose(1, 0, 2)
    terms[0] += curves[:, 0]
    return terms


def _unit(valley: Valley, own: Array | None, w: Array, log_k: Array) -> Array:
    """Return curves of nodes scaled to length one. [t, node, n]"""
    room = Valley(valley.shape, valley.back, len(w))
    curves = room.curve(w, log_k)[0]
    if own is not None:
        curves *= np.tile(own, NODES.shape[1])
    curves /= np.sqrt(np.maximum(dot(curves, curves), 1e-300))
    return curves.reshape(len(curves), NODES.shape[1], -1)


def _climbed(terms: Array, flat: Array) -> Array:
    """Return where polynomials are highest, near the centre. [2, n]

    Args:
        terms: Derivatives at the centre, sorted as ``TAYLOR`` has them. [term, n]
        flat: Gauss and Newton's curvature along either coordinate. [2, n]
    """
    of = [terms[d * (d + 1) // 2 : (d + 1) * (d + 2) // 2] for d in range(DEGREE + 1)]
    spot = _within(*_uphill(of[1], -of[2], flat))
    for _ in range(STEPS):
        powers = _powers(*spot)
        slopes = [_slope(of, powers, 1, j) for j in range(2)]
        step = _uphill(slopes, [-_slope(of, powers, 2, j) for j in range(3)], flat)
        spot = _within(spot[0] + step[0], spot[1] + step[1])
    return np.stack(spot)


def _uphill(
    slopes: Array | list[Array], matrix: Array | list[Array], flat: Array
) -> tuple[Array, Array]:
    """Return Newton's step; where his matrix is poor, Gauss and Newton's. [n] each"""
    (up_x, up_y), (xx, xy, yy) = slopes, matrix
    det = xx * yy - xy * xy
    poor = (xx < CURVED * flat[0]) | (det < CURVED**2 * flat[0] * flat[1])
    if poor.any():
        xx, yy = np.where(poor, flat[0], xx), np.where(poor, flat[1], yy)
        xy = np.where(poor, 0.0, xy)
        det = xx * yy - xy * xy
    return (yy * up_x - xy * up_y) / det, (xx * up_y - xy * up_x) / det


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
