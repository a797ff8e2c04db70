"""How past forecasts fared, from SCORES alone: by series, class and policy, never mixed.

A share of hits is judged by the range chance leaves it at the independent cases behind it,
which SCORES hands over as ``low`` and ``high``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from forecast.report.facts import Silent
from forecast.report.facts_record import PolicyRecord, RecordFacts, Scored
from forecast.report.hits import ANECDOTAL, hits
from forecast.report.horizons import by_horizon
from forecast.report.lessons import lessons, unlearned
from forecast.report.reading import COMBINATION, records
from forecast.report.words import ADVERBS, count, counted, number, plain, reason_given, signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forecast.contracts.edition import Edition
    from forecast.report.facts_record import Hits

Scores = dict[tuple[str, str, str], dict[str, Any]]
"""SCORES of one group: (metric, level, baseline) to its row."""

FEW: Final = 20.0
"""Fewer independent cases than these leave chance a wide range."""

SHORT: Final = "series, tracks of fewer"
"""How groups of short tracks are named in SCORES."""

_TITLES: Final = {
    "reconstructed": "Reconstructed record: today's values, replayed",
    "strict": "Strict record: what was surely known on the day",
}

_MEANINGS: Final = {
    "reconstructed": (
        "Pseudo real-time: past days see today's, revised values a usual publication lag after "
        "their period. Nobody had exactly these values then."
    ),
    "strict": "Past days see only figures whose day of publication can be proved.",
}


def record(edition: Edition, order: Sequence[str]) -> RecordFacts:
    """Return the record page of an edition.

    Args:
        edition: The edition.
        order: Series in reading order.
    """
    rows = edition.tables["scores"]
    own = rows[rows["forecaster"] == COMBINATION]
    policies = tuple(
        _policy(edition, policy, own[own["policy"] == policy], order)
        for policy in _TITLES
        if (own["policy"] == policy).any()
    )
    return RecordFacts(
        opening=_opening(policies),
        ex_ante=_ex_ante(edition) if policies else "",
        hindsight=edition.record_hindsight if policies else (),
        policies=policies,
        unscored=_unscored(edition, order, set(own["series_id"])),
        lessons=lessons(edition),
        unlearned=unlearned(edition),
    )


def _policy(
    edition: Edition, policy: str, rows: pd.DataFrame, order: Sequence[str]
) -> PolicyRecord:
    pooled = rows[rows["horizon"] == 0]
    titles = {series.id: series.title for series in edition.catalogue}
    told = [
        (str(group), _scored(str(group), str(series_id), str(quantity), scores, titles))
        for (group, series_id, quantity), scores in _groups(pooled)
    ]
    place = {name: at for at, name in enumerate(order)}
    told.sort(key=lambda item: (place.get(item[1].series_id, len(place)), item[1].series_id))
    named = [(group.removeprefix(ANECDOTAL), row) for group, row in told]
    short = [row for group, row in named if group.startswith(SHORT)]
    of_series = [row for group, row in named if group == "series"]
    return PolicyRecord(
        policy=policy,
        title=_TITLES[policy],
        meaning=_MEANINGS[policy],
        cases=sum(row.n for row in (*short, *of_series)),
        classes=tuple(row for group, row in named if group.startswith("class ") or group == "all"),
        series=tuple(of_series),
        short=tuple(short),
        short_name=next(
            (group.removeprefix("series, ") for group, _ in named if group.startswith(SHORT)), ""
        ),
        by_horizon=by_horizon(rows, policy, {name: edition.catalogue[name] for name in order}),
    )


def _groups(pooled: pd.DataFrame) -> Iterable[tuple[tuple[Any, ...], Scores]]:
    for keys, rows in pooled.groupby(["group", "series_id", "quantity"], sort=True):
        scores = {(row["metric"], row["level"], row["baseline"]): row for row in records(rows)}
        if ("coverage", "80", "") in scores and ("coverage", "95", "") in scores:
            yield keys, scores


def _scored(
    group: str, series_id: str, quantity: str, scores: Scores, titles: Mapping[str, str]
) -> Scored:
    few = group.startswith(ANECDOTAL)
    first = scores["coverage", "80", ""]
    narrow, wide = (hits(scores["coverage", level, ""], few=few) for level in ("80", "95"))
    bias = _value(scores, ("bias", "", ""))
    return Scored(
        series_id=series_id,
        name=titles.get(series_id, series_id) or _class_name(group.removeprefix(ANECDOTAL)),
        quantity=quantity,
        anecdotal=few,
        n=int(first["n"]),
        n_effective=float(f"{first['n_effective']:.3g}"),
        hits_80=narrow,
        hits_95=wide,
        skill_last_value=_skill(scores.get(("skill", "", "last_value"))),
        skill_constant_growth=_skill(scores.get(("skill", "", "constant_growth"))),
        bias="–" if bias is None else f"{_whole(100 * np.expm1(bias))} %",
        bias_log=0.0 if bias is None else float(f"{bias:.4g}"),
        verdict=_verdict(narrow, wide, few=few, worth=float(first["n_effective"])),
    )


def _verdict(narrow: Hits, wide: Hits, *, few: bool, worth: float) -> str:
    if few:
        side = next((row.side for row in (narrow, wide) if row.side != "within"), "")
        return f"anecdotal, yet {side} the range" if side else "anecdotal: too few to judge"
    if narrow.verdict == wide.verdict == "within":
        weak = f", but a wide range: worth about {number(worth, 2)} cases" if worth < FEW else ""
        return f"within{weak}"
    meant = {"below": "below: ranges too narrow", "above": "above: ranges too wide"}
    return "; ".join(
        f"{row.level} % {meant.get(row.verdict, row.verdict)}" for row in (narrow, wide)
    )


def _class_name(group: str) -> str:
    """Return a pooled group in words.

    Example:
        >>> _class_name("class data_centres, frequency Q")
        'Data centres, quarterly'
    """
    found = re.fullmatch(r"class (\w+), frequency ([AQM])", group)
    if found is None:
        return "All full tracks"
    return f"{plain(found[1]).capitalize()}, {ADVERBS[found[2]]}"


def _value(scores: Scores, key: tuple[str, str, str]) -> float | None:
    row = scores.get(key)
    return None if row is None or pd.isna(row["value"]) else float(row["value"])


def _skill(row: Mapping[str, Any] | None) -> str:
    """Return a skill in per cent, with its bootstrap range where there is one."""
    if row is None or not np.isfinite(row["value"]):
        return "–"
    said = f"{_whole(100 * row['value'])} %"
    if pd.isna(row["low"]):
        return said
    return f"{said} ({_whole(100 * row['low'])} to {_whole(100 * row['high'])})"


def _whole(percent: float) -> str:
    whole = round(percent)
    return signed(whole, max(1, len(str(abs(whole)))))


def _opening(policies: Sequence[PolicyRecord]) -> str:
    """Return the first sentence: what kind of record this is."""
    each = {record.policy: record for record in policies}
    if not each:
        return (
            "There is no record yet: no forecast made for a past day has met a known value, so "
            "nothing can be said of how good these forecasts are."
        )
    said = []
    if "reconstructed" in each:
        said.append(
            f"{'Most of this record is' if 'strict' in each else 'This record is'} reconstructed: "
            f"{counted(each['reconstructed'].cases, 'case')} of past days replayed on today's "
            "values and usual publication lags, not on what readers had then"
            f"{_weak(each['reconstructed'], whole=True)}"
        )
    if "strict" in each:
        said.append(
            f"{counted(each['strict'].cases, 'case')} rest on strict vintages, figures surely "
            f"known on the day{_weak(each['strict'], whole=False)}"
        )
    return f"{'; '.join(said)}."


def _weak(record: PolicyRecord, *, whole: bool) -> str:
    """Return how much of a record is anecdotal; where ``whole``, only if all of it is."""
    few = sum(row.n for row in (*record.series, *record.short) if row.anecdotal)
    if not few or (whole and few < record.cases):
        return ""
    if few == record.cases == 1:
        return ", anecdotal: too few to judge by"
    share = "all of them" if few == record.cases else count(few)
    return f", {share} anecdotal: too few to judge by"


def _ex_ante(edition: Edition) -> str:
    late = len(edition.record_hindsight)
    if not late:
        return ""
    return (
        f"These scores are not ex ante: past days were forecast with "
        f"{counted(late, 'assumption')} written down only later."
    )


def _unscored(edition: Edition, order: Sequence[str], scored: set[str]) -> tuple[Silent, ...]:
    """Return the series without scores, each with its reason."""
    told = []
    for name in order:
        if name not in scored:
            note = edition.note(name)
            remarks = " ".join(reason_given(remark, name) for remark in note.remarks)
            why = (
                f"{counted(note.points, 'point')} followed: no forecast from a past day has met a "
                "value known since."
                if note.has_forecast
                else remarks or "no model could speak for what is known."
            )
            told.append(Silent(name, edition.catalogue[name].title, why))
    return tuple(told)
