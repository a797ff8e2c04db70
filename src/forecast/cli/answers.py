"""Answers to ``forecast show``'s questions: --sources, --revisions, --checks, --why."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from forecast.cli.printing import table

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from forecast.pipeline.reading import Shown


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
    """Return periods stated more than once, oldest statement first, and how far they part."""
    families = shown.publications.set_index("publication_id")["family"]
    stated = shown.observations.dropna(subset=["value"])
    stated = stated.assign(family=stated["publication_id"].map(families))
    rows = [["period", "family", "first", "last", "unit", "change", "publications"]]
    keys = ["period_start", "period_end", "family", "unit"]
    for (start, end, family, unit), group in stated.groupby(keys, sort=True):
        told = group.sort_values(["known_from", "publication_id"])
        if len(told) < 2:
            continue
        first, last = float(told["value"].iloc[0]), float(told["value"].iloc[-1])
        change = f"{last / first - 1:+.2%}" if first else "from zero"
        named = " → ".join(told["publication_id"])
        period = f"{start:%Y-%m}…{end:%Y-%m}"
        told_as = [f"{first:,.6g}", f"{last:,.6g}", str(unit), change, named]
        rows.append([period, str(family), *told_as])
    return table(rows, right=(2, 3, 5)) if len(rows) > 1 else "No period was stated twice."


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
    """Return models combined and refused, their past scores, and the width in use."""
    facts = shown.facts
    lines = [f"Combined: {', '.join(facts.get('members', [])) or 'nothing'}."]
    lines += [f"Refused: {reason}" for reason in facts.get("refusals", {}).values()]
    lines += [f"Mind: {remark}" for remark in facts.get("remarks", [])]
    lines.append(_score_table(shown.scores))
    if shown.calibration.empty:
        lines.append("Width: the record of the class; too few past origins to calibrate.")
    else:
        widest = shown.calibration.iloc[-1]
        lines.append(
            f"Width: past errors up to {widest['horizon']} periods ahead, {widest['source']}; "
            f"known from {widest['known_from']:%Y-%m-%d}."
        )
    return "\n\n".join(lines)


def _score_table(scores: pd.DataFrame) -> str:
    """Return the pooled scores of the published forecast; `worth` in independent cases."""
    published = scores["forecaster"] == "combination"
    pooled = scores[published & (scores["horizon"] == 0) & scores["origin"].isna()]
    if pooled.empty:
        return "Past scores: none yet; too few origins."
    rows = [["policy", "cases", "metric", "level", "against", "value", "n", "worth"]]
    for row in pooled.to_dict("records"):
        value = "" if math.isnan(row["value"]) else f"{row['value']:.3g}"
        worth = "" if math.isnan(row["n_effective"]) else f"{row['n_effective']:.0f}"
        named = [row["policy"], row["group"], row["metric"], row["level"], row["baseline"]]
        rows.append([*named, value, str(row["n"]), worth])
    return table(rows, right=(5, 6, 7))


ANSWERS: Final[dict[str, Callable[[Shown], str]]] = {
    "sources": sources,
    "revisions": revisions,
    "checks": checks,
    "why": why,
}
"""The answer to each flag."""
