"""How to read the report: what its words promise, and what they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from forecast.contracts.edition import Edition

_KNOWN: Final = {
    "strict": "Only figures whose day of publication can be proved are used",
    "reconstructed": (
        "Figures count as known a usual publication lag after their period, which is a guess"
    ),
}

_WORDS: Final = (
    (
        "Median and ranges",
        "The outcome is as likely to lie above the median as below it. The 50 % range runs from "
        "the 25th to the 75th percentile. The 90 % range runs from the 5th percentile (low) to "
        "the 95th percentile (high): one outcome in twenty is expected below it and one in twenty "
        "above.",
    ),
    (
        "Senses of power",
        "Energy and average load are one fact, 8\u202f760 hours apart. Peak load and connection "
        "need a factor that nobody meters for a whole country, and carry its doubt.",
    ),
    (
        "Odds",
        "Shares of joint paths, to 5 points. They hold only as far as the past carries on.",
    ),
    (
        "Charts",
        "Bands hold 50, 80 and 95 % of the futures. Filled dots are values the models follow, "
        "hollow diamonds are values left out. The dotted rule stands at the last known period.",
    ),
    (
        "Doing nothing",
        "Last value keeps the last known level, constant growth keeps the growth so far; both are "
        "medians. A forecast that does not differ from them says no more than they do.",
    ),
    (
        "Limits",
        "A change of method, a policy, a slump or a boom without a forerunner in the record is "
        "not foreseen. Ranges are widened to the errors of past projections where those are known. "
        "Publishers' figures are estimates too, unless their grade is A.",
    ),
)


def guide(edition: Edition) -> tuple[tuple[str, str], ...]:
    """Return terms and their meaning, in the order a reader meets them."""
    as_of = (
        f"As of {edition.as_of}",
        f"{_KNOWN[edition.policy]}: what a reader had by the end of that day, and nothing later. "
        "Where a publisher has several editions, the newest one known then speaks.",
    )
    return (_WORDS[0], as_of, *_WORDS[1:])
