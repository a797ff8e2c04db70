"""The report's tables in Markdown, padded so that a terminal shows them as tables too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.report.words import as_printed, number, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecast.report.facts import (
        AssumptionFacts,
        Contents,
        Headline,
        OutlookRow,
        SeriesFacts,
        Value,
    )
    from forecast.report.facts_data import DataFacts, RevisedSeries
    from forecast.report.facts_record import Hits, Scored


def pipes(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table whose columns are as wide as their widest cell.

    Example:
        >>> print(pipes(["Year", "TWh"], [["2030", "358"]]))
        | Year | TWh |
        | ---- | --- |
        | 2030 | 358 |
    """
    cells = [[_escaped(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"
        for row in cells
    ]
    rule = f"| {' | '.join('-' * width for width in widths)} |"
    return "\n".join([lines[0], rule, *lines[1:]])


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")


def span(low: float, high: float, digits: int = 3) -> str:
    """Return a range in words, so that a minus is never mistaken for a dash."""
    return f"{number(low, digits)} to {number(high, digits)}"


def senses(headline: Headline) -> str:
    """Return the four senses of the target year."""
    rows = []
    for sense in headline.senses:
        spread = sense.spread
        meant = f" ({number(sense.level)} {sense.unit})" if sense.sense == "energy" else ""
        rows.append([
            sense.name,
            f"{number(spread.q50)} {sense.unit}",
            f"{span(spread.q25, spread.q75)} {sense.unit}",
            f"{span(spread.q05, spread.q95)} {sense.unit}",
            f"{sense.odds or '–'}{meant if sense.odds else ''}",
        ])  # fmt: skip
    over = f"{as_printed(headline.level)} GW or more"
    return pipes([str(headline.year), "Median", "50 % range", "90 % range", over], rows)


def odds(headline: Headline, unit: str) -> str:
    """Return the odds of every level in every sense."""
    names = ("average_load", "peak_load", "connection")
    head = ["Level", "Over a year", *(plain(name).capitalize() for name in names)]
    rows = [
        [
            f"{as_printed(row.threshold)} GW",
            f"{number(row.energy)} {unit}",
            *(row.odds.get(name, "–") for name in names),
        ]
        for row in headline.odds
    ]
    return pipes(head, rows)


def factors(headline: Headline) -> str:
    """Return the factors between the senses, the publisher's own last."""
    head = ["Factor", *(factor.name.capitalize() for factor in headline.factors)]
    rows = [
        [level, *(number(factor.quantiles[level], 2) for factor in headline.factors)]
        for level in headline.factor_levels
    ]
    rows.append([
        f"Median in {headline.year}",
        *(f"{number(factor.median)} GW" for factor in headline.factors),
    ])  # fmt: skip
    if headline.publisher_factors:
        own = [number(factor.publisher_value, 2) for factor in headline.factors]
        then = [number(factor.median_with_publisher) for factor in headline.factors]
        rows += [["Publisher's own factor", *own], ["Median with that factor, GW", *then]]
    return pipes(head, rows)


def values(known: Iterable[Value], unit: str) -> str:
    """Return published values with their edition, and why one is left out or not read whole."""
    rows = [
        [
            value.period,
            as_printed(value.value),
            f"{value.publisher}, {value.title}",
            value.published,
            value.reason,
        ]
        for value in known
    ]
    head = ["Period", unit, "Publication", "Published", "Mind"]
    return (
        pipes(head, rows)
        if any(row[-1] for row in rows)
        else pipes(head[:-1], [row[:-1] for row in rows])
    )


def outlook(told: SeriesFacts) -> str:
    """Return the next periods of a series beside doing nothing."""
    head = ["Period", f"Median, {told.rate}", "90 % range", *map(plain, told.nothing)]
    rows = [
        [
            *_outlook_row(row, told),
            *(number(row.baselines.get(name), told.digits) for name in told.nothing),
        ]
        for row in told.outlook
    ]
    return pipes(head, rows)


def annual(told: SeriesFacts) -> str:
    """Return the calendar years of a series with shorter periods, the last known one first."""
    known = told.annual_known
    first = [[known.period, as_printed(known.value), "known"]] if known else []
    rows = [_outlook_row(row, told) for row in told.annual]
    return pipes(["Year", f"Median, {told.unit}", "90 % range"], first + rows)


def _outlook_row(row: OutlookRow, told: SeriesFacts) -> list[str]:
    return [row.period, number(row.q50, told.digits), span(row.q05, row.q95, told.digits)]


def publications(page: Contents) -> str:
    """Return the publications used."""
    head = ["Publication", "Published", "Known from", "Grade", "Followed", "Left out", "Rights"]
    rows = [
        [
            f"{row.publisher}, {row.title}",
            row.published,
            row.known_from,
            row.grade,
            str(row.followed),
            str(row.left_out),
            row.rights,
        ]
        for row in page.publications
    ]
    return pipes(head, rows)


def assumptions(rows: Iterable[AssumptionFacts]) -> str:
    """Return the assumptions used."""
    head = ["Assumption", "Value", "Range", "Unit", "Grade", "Known from"]
    return pipes(head, [_assumption(row) for row in rows])


def _assumption(row: AssumptionFacts) -> list[str]:
    stated = row.low is not None and row.high is not None
    return [
        row.assumption_id,
        as_printed(row.value),
        f"{as_printed(row.low)} to {as_printed(row.high)}" if stated else "–",
        row.unit,
        row.grade,
        f"{row.known_from}, hindsight" if row.hindsight else row.known_from,
    ]


def refused(told: DataFacts) -> str:
    """Return what stands in quarantine, a row a rule and series."""
    rows = [
        [plain(row.rule), row.fate, row.title or "not told", str(row.count), row.examples[0].what]
        for row in told.refused
    ]
    return pipes(["Rule", "Fate", "Series", "Findings", "Such as"], rows)


def revised(told: DataFacts) -> str:
    """Return revisions, a row a series and family."""
    rows = [
        [
            row.title,
            row.family,
            f"{row.revised} of {row.repeated}",
            _sizes(row),
        ]
        for row in told.revised_series
    ]
    return pipes(["Series", "Family", "Periods changed", "By"], rows)


def _sizes(row: RevisedSeries) -> str:
    low, high = (number(size, 2) for size in (row.smallest_percent, row.largest_percent))
    return f"{low} %" if low == high else f"{low} to {high} %"


def scored(rows: Iterable[Scored]) -> str:
    """Return how past forecasts of each series fared."""
    head = [
        "Series", "Cases", "Effective", "80 % held", "95 % held", "Verdict",
        "Skill over last value", "Skill over constant growth", "Bias",
    ]  # fmt: skip
    return pipes(
        head,
        [
            [
                row.name,
                str(row.n),
                number(row.n_effective, 2),
                _held(row.hits_80),
                _held(row.hits_95),
                row.verdict,
                row.skill_last_value,
                row.skill_constant_growth,
                row.bias,
            ]
            for row in rows
        ],
    )


def _held(share: Hits) -> str:
    return f"{share.percent} %, chance {share.low_percent} to {share.high_percent}"
