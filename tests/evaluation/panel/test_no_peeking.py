"""With calendar periods nothing after a series' own last period reaches its forecast."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.evaluation.panel.card import packaged
from forecast.growth.panel.batch import Line
from forecast.pipeline.fitting import Ask, learn, tell

LAST = 2012
"""The last period of the series looked at; others go on."""


def panel(seed, years=1, *, scrambled):
    """Series of one panel, many origins of one country among them; values after LAST differ."""
    rng, other = np.random.default_rng(4), np.random.default_rng(seed)
    lines = []
    for k in range(20):
        first, count = LAST - 22 * years + k % 6, 22 * years + k % 5
        values = 30 * np.exp(np.cumsum(rng.normal(0.02, 0.05, count)))
        if k == 7:
            values[5] = np.nan
        if scrambled:
            late = np.arange(first, first + count) > LAST
            values[late] *= np.exp(other.normal(0, 1, late.sum()))
            values[late & (other.random(count) < 0.2)] = -3.0
        ends = (LAST - 4, LAST, first + count - 1)
        lines += [Line(f"c{k:02d}|{end}|{count}", first, values[: end - first + 1]) for end in ends]
    return lines


def told(lines, year=1):
    ask, card = Ask(8, calendar=True, periods_per_year=year), packaged(year)
    tally = learn(lambda: [lines], ask, card)
    return {t.line.name: t.quantiles.tobytes() for t in tell([lines], ask, tally, card)}


@pytest.mark.parametrize(("year", "years"), [(1, 1), (4, 1), (4, 2), (12, 3)])
@pytest.mark.parametrize("seed", [11, 12])
def test_later_values_of_every_series_move_no_byte_of_an_earlier_forecast(seed, year, years):
    plain = told(panel(seed, years, scrambled=False), year)
    moved = told(panel(seed, years, scrambled=True), year)

    early = [name for name in plain if int(name.split("|")[1]) <= LAST]
    late = [name for name in plain if int(name.split("|")[1]) > LAST]
    assert len(early) >= 40
    assert [name for name in early if plain[name] != moved[name]] == []
    assert any(plain[name] != moved[name] for name in late)
