"""Planted corruptions by the second author, written without sight of the rules.

Each kind copies a fault that a publisher, a reader or a person was seen to make; the
function that writes it names the precedent. Sizes and places are random, and material
unless a kind is ``SUBTLE``.

The kinds stand in ``planting_second_scale`` (how much), ``planting_second_periods`` (about
when) and ``planting_second_editions`` (said by whom, known since when).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecast.quality.planting_second_editions import EDITIONS
from forecast.quality.planting_second_periods import PERIODS
from forecast.quality.planting_second_scale import SCALES

if TYPE_CHECKING:
    from forecast.quality.corruption import Corruption

CORRUPTIONS: Final[tuple[Corruption, ...]] = (*SCALES, *PERIODS, *EDITIONS)
"""Every kind, each name once."""

TWO_SERIES: Final = frozenset({"columns_swapped"})
"""Kinds that by nature spoil a second series too."""

SUBTLE: Final = frozenset(
    {
        "counted_again_edition",  # one edition alone: twice is plausible where LBNL and IEA differ
        "crypto_in_edition",  # one edition alone: no data says which scope it has
        "false_numbers",  # 5-20 % of noise, often within honest revisions
        "fiscal_year_for_calendar",  # moves a steady series by a quarter to a year's growth
        "fiscal_quarter_for_calendar",  # a smooth curve, two quarters to the side
        "frozen_inside",  # may be one repeated value
        "it_load_for_facility",  # one edition alone: a plausible level
        "labels_moved_edition",  # a smooth curve, one period to the side
        "neighbours_swapped",  # as noise, in a series without season
        "region_missing_edition",  # one edition alone: a plausible level
        "slow_drift",  # looks like a trend
        "stamps_invented",  # credible lags; only the publication's own stamp contradicts
        "straight_line_inside",  # smoother than the truth, and true at both ends
        "truncated_tail",  # nothing left says that there was more
        "values_lag_in_tail",  # a smooth curve, one period to the side
        "whole_past_off_a_little",  # 0.5-2 %: as honest revisions are
    }
)
"""Kinds that the data alone may not betray, however good the gate: to be counted apart.

A series of one row has nothing to be compared with: there most kinds are subtle, whatever
their size, unless a plausible range is stated for the series.
"""
