"""Answers to ``forecast show``'s questions: --sources, --revisions, --checks, --why."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from forecast.cli.candidates import in_words
from forecast.cli.printing import table

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from forecast.pipeline.reading import Shown

_TAKEN_BACK: Final = "O"
"""SDMX letter of a row its publisher took back."""


def sources(shown: Shown) -> str:
    """Return who says so: every publication with rows of the series."""
    rows = [["publication", "publisher", "published", "grade", "licence", "rows", "title"]]
    counts = shown.observations["publication_id"].value_counts()
    rows += [
        [
            row["publication_id"],
            row["publisher"],
            row["published"] or "not stated",
            row["grade"],
            row["licence"],
            str(counts[row["publication_id"]]),
            row["title"],
        ]
        for row in shown.publications.to_dict("records")
    ]
    return table(rows, right=(5,))


def revisions(shown: Shown) -> str:
    """Return periods whose value was changed or taken back, and how far; oldest value first."""
    families = shown.publications.set_index("publication_id")["family"]
    told = shown.observations
    told = told[told["value"].notna() | (told["obs_status"] == _TAKEN_BACK)]
    told = told.assign(family=told["publication_id"].map(families))
    rows = [["period", "family", "first", "last", "unit", "change", "told by, since"]]
    keys, again = ["period_start", "period_end", "family", "unit"], 0
    for (start, end, family, unit), group in told.groupby(keys, sort=True):
        stated = group.sort_values(["known_from", "publication_id"])
        same = stated["value"].eq(stated["value"].shift())
        again += bool(same.any())
        if len(changed := stated[~same]) > 1:
            period = f"{start:%Y-%m}…{end:%Y-%m}"
            rows.append([period, str(family), *_change(changed, str(unit))])
    repeated = f"{again} periods were stated again unchanged." if again else ""
    if len(rows) == 1:
        return f"No period was revised. {repeated}".rstrip()
    return "\n".join([table(rows, right=(2, 3, 5)), *filter(None, [repeated])])


def _change(told: pd.DataFrame, unit: str) -> list[str]:
    """Return first and last value, unit, change, and who said each since when."""
    first, last = float(told["value"].iloc[0]), float(told["value"].iloc[-1])
    if math.isnan(last):
        change, newest = "taken back", "none"
    else:
        change, newest = (f"{last / first - 1:+.2%}" if first else "from zero"), f"{last:,.6g}"
    days = zip(told["publication_id"], told["known_from"], strict=True)
    named = " → ".join(f"{name} {day:%Y-%m-%d}" for name, day in days)
    return [f"{first:,.6g}", newest, unit, change, named]


def checks(shown: Shown) -> str:
    """Return what the gate made of the series' vintages, and what it refused or doubted."""
    told = shown.checks[shown.checks["rows_failed"] > 0]
    lines = [
        f"{len(shown.checks)} checks of {shown.checks['vintage'].nunique()} vintages, "
        f"{len(told)} of them with a finding."
    ]
    if not shown.quarantine.empty:
        rows = [["severity", "rule", "row", "found", "expected"]]
        columns = ("severity", "rule", "text", "found", "expected")
        rows += [[row[c] for c in columns] for row in shown.quarantine.to_dict("records")]
        lines.append(table(rows))
    return "\n\n".join(lines)


def why(shown: Shown) -> str:
    """Return models combined and refused, candidates, their past scores, and the width in use."""
    facts = shown.facts
    lines = [f"Combined: {', '.join(facts.get('members', [])) or 'nothing'}."]
    lines += [f"Refused: {reason}" for reason in facts.get("refusals", {}).values()]
    if behind := facts.get("behind"):
        lines += in_words(behind)
    lines += [f"Mind: {remark}" for remark in facts.get("remarks", [])]
    lines.append(_score_table(shown.scores))
    if shown.calibration.empty:
        lines.append("Width: the record of the class; too few past origins to calibrate.")
    else:
        whole = shown.calibration[shown.calibration["group"] == ""]
        widest = (whole if len(whole) else shown.calibration).iloc[-1]
        lines.append(
            f"Width: past errors up to {widest['horizon']} periods ahead, {widest['source']}; "
            f"known from {widest['known_from']:%Y-%m-%d}."
        )
    return "\n\n".join(lines)


_SCORES: Final = (
    ("coverage", "80", "", "in 80 %", "{:.0%}"),
    ("coverage", "95", "", "in 95 %", "{:.0%}"),
    ("log_crps", "", "", "log-CRPS", "{:.3g}"),
    ("mase", "", "", "MASE", "{:.3g}"),
    ("bias", "", "", "bias", "{:+.1%}"),
    ("skill", "", "last_value", "on last value", "{:+.0%}"),
    ("skill", "", "constant_growth", "on growth", "{:+.0%}"),
)
"""What is shown of the record: metric, level, against whom, heading, form."""


def _score_table(scores: pd.DataFrame) -> str:
    """Return the pooled scores of the published forecast; `worth` in independent cases."""
    published = scores["forecaster"] == "combination"
    pooled = scores[published & (scores["horizon"] == 0) & scores["origin"].isna()]
    if pooled.empty:
        return "Past scores: none yet; too few origins."
    rows = [["vintages", "cases", *(score[3] for score in _SCORES), "n", "worth"]]
    for (policy, group), own in pooled.groupby(["policy", "group"], sort=True):
        told = own.set_index(["metric", "level", "baseline"])
        cells = [_cell(told["value"], score) for score in _SCORES]
        worth = told["n_effective"].iloc[0]
        count = "" if math.isnan(worth) else f"{worth:.0f}"
        rows.append([str(policy), str(group), *cells, str(told["n"].iloc[0]), count])
    return (
        f"{table(rows, right=tuple(range(2, len(rows[0]))))}\n"
        "On last value, on growth: the share of CRPS saved against doing nothing. All scores: "
        "scores.parquet."
    )


def _cell(values: pd.Series, score: tuple[str, ...]) -> str:
    metric, level, baseline, _, form = score
    value = values.get((metric, level, baseline), math.nan)
    return "" if math.isnan(value) else form.format(value)


ANSWERS: Final[dict[str, Callable[[Shown], str]]] = {
    "sources": sources,
    "revisions": revisions,
    "checks": checks,
    "why": why,
}
"""The answer to each flag."""
