"""What the gate misses: planted faults by two authors, and false alarms on clean tables.

A fault is *silent* if no rule said anything that was not said of the clean table. Silent
faults fail the build unless ``survivors.toml`` lists the kind and the source, with a reason.

By default a few plants of each kind are scattered over all sources. With
``FORECAST_PLANTS=20`` there are 20 of each kind in each source (half an hour), every listed
survivor must indeed survive somewhere, and the whole table is printed.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.quality import measuring, sources

from forecast.quality import planting, planting_second
from forecast.quality import rules as all_rules

pytestmark = pytest.mark.slow

KINDS = (*planting.CORRUPTIONS, *planting_second.CORRUPTIONS)
SCATTERED = 5
PLANTS = int(os.environ.get("FORECAST_PLANTS", "0"))
SURVIVORS = Path(__file__).with_name("survivors.toml")

NEVER_SILENT = {
    "gwh_as_twh", "sign", "html_for_data", "period_duplicated", "later_row", "reader_rescaled",
    "fiscal_for_calendar", "sign_flipped_row", "sign_flipped_tail", "int32_maximum",
    "month_thirteen", "known_before_period_ended", "restated_under_one_stamp",
    "unlike_its_text", "range_turned", "doubled_with_next", "rows_missing_inside",
}  # fmt: skip
"""Kinds that no source may let pass: the list of survivors has no room for them."""


@cache
def every_source() -> tuple[sources.Source, ...]:
    return (*sources.compiled(), *sources.made(), *sources.live())


@cache
def scattered() -> pd.DataFrame:
    made = measuring.scattered(every_source(), KINDS, SCATTERED)
    return measuring.verdicts(made, every_source())


@cache
def listed() -> dict[str, dict[str, float]]:
    """Return corruption → source → share of plants that were silent when last counted."""
    entries = tomllib.loads(SURVIVORS.read_text(encoding="utf-8"))["survivor"]
    return {entry["corruption"]: entry["silent"] for entry in entries}


def printed(table: pd.DataFrame) -> str:
    columns = ["refused", "named", "doubted", "misblamed", "silent"]
    shares = table.groupby("corruption")[columns].mean().mul(100).round().astype(int)
    return shares.assign(plants=table.groupby("corruption").size()).to_string()


def test_detection_is_printed_and_new_survivors_fail():
    table = scattered()
    print(f"\nper cent of plants, by corruption\n{printed(table)}")  # noqa: T201

    silent = table[table["silent"]]
    new = {
        (kind, source)
        for kind, source in zip(silent["corruption"], silent["source"], strict=True)
        if source not in listed().get(kind, {})
    }
    assert not new


def test_what_the_issue_names_is_never_silent():
    table = scattered()

    assert not set(listed()) & NEVER_SILENT
    assert not table.loc[table["corruption"].isin(NEVER_SILENT), "silent"].any()


def test_every_survivor_has_a_reason_and_a_name_that_exists():
    entries = tomllib.loads(SURVIVORS.read_text(encoding="utf-8"))["survivor"]
    kinds = {kind.name for kind in KINDS}
    names = {source.name for source in every_source()}

    for entry in entries:
        assert entry["corruption"] in kinds
        assert len(entry["reason"].split()) >= 4
        assert set(entry["silent"]) <= names
        assert all(0 < share <= 1 for share in entry["silent"].values())


@pytest.mark.skipif(not PLANTS, reason="set FORECAST_PLANTS=20: half an hour")
def test_the_list_of_survivors_is_neither_too_short_nor_too_long():
    parts = []
    for kind in KINDS:
        made = measuring.plants(every_source(), (kind,), PLANTS)
        if made:
            parts.append(measuring.verdicts(made, every_source()))
    table = pd.concat(parts, ignore_index=True)
    share = table.groupby(["corruption", "source"])["silent"].mean()
    print(f"\n{printed(table)}\n\nper cent silent, by corruption and source")  # noqa: T201
    print(share.mul(100).round().unstack().to_string(na_rep="."))  # noqa: T201

    found = {cell for cell, part in share.items() if part > 0}
    known = {(kind, source) for kind, silent in listed().items() for source in silent}
    assert found == known


def jittered(seed: int) -> dict[str, pd.DataFrame]:
    """Return clean tables: real ones as they are and a little off, and made ones anew."""
    rng = np.random.default_rng(seed)
    real = {source.name: source.frame for source in sources.compiled()}
    tables = {}
    for name, frame in real.items():
        factor = np.exp(rng.normal(0, 0.004, len(frame)))
        tables[f"{name} jittered"] = off_by(frame, factor)
        scale = frame["series_id"].map({s: rng.uniform(0.5, 2) for s in set(frame["series_id"])})
        renamed = frame.assign(series_id="zz_" + frame["series_id"].str.replace("_", ""))
        if not frame["quantity"].isin(["share", "ratio"]).any():
            tables[f"{name} rescaled"] = off_by(renamed, scale)
    for number in range(4):
        mood = {
            "growth": float(rng.uniform(-0.05, 0.35)),
            "noise": float(rng.uniform(0.005, 0.12)),
            "season": float(rng.uniform(0, 0.3)),
            "level": float(10 ** rng.uniform(2, 6)),
        }
        for frequency, count in (("Y", 20), ("Q", 40), ("M", 72)):
            name = f"made {frequency} {number}"
            tables[name] = sources.editions(f"t{number}", frequency, count, seed=seed, **mood)
        noise = float(rng.uniform(0.005, 0.08))
        tables[f"hours {number}"] = sources.hours(days=40, seed=seed + number, noise=noise)
    return tables


def off_by(frame: pd.DataFrame, factor: object) -> pd.DataFrame:
    moved = frame.assign(**{name: frame[name] * factor for name in ("value", "low", "high")})
    text = moved["value"].map("{:.12g}".format).where(moved["value"].notna(), "")
    return moved.assign(value_text=text)


def test_clean_tables_raise_hardly_a_false_alarm():
    tables = jittered(7)
    copies = {f"x{number}": frame for number, frame in enumerate(tables.values())}
    families = sources.compiled()[0].families

    judged = measuring.judged(copies, families)

    rows = sum(map(len, copies.values()))
    refused = judged.quarantine[judged.quarantine["row"] != ""]
    doubted = judged.warnings.drop_duplicates(["raw_sha256", "row"])
    print(  # noqa: T201
        f"\n{rows} clean rows: {len(refused)} refused, {len(doubted)} doubted "
        f"({len(doubted) / rows:.2%})\n{judged.warnings['rule'].value_counts().to_string()}"
    )
    assert len(refused) <= rows / 10_000
    assert len(doubted) <= rows / 100


def test_every_rule_has_a_name_a_sentence_and_something_to_say():
    names = [rule.name for rule in all_rules.ALL]

    assert len(set(names)) == len(names)
    for rule in all_rules.ALL:
        assert len(rule.meaning.split()) >= 5
        assert rule.severity in {"warning", "critical"}
        assert set(rule.frequencies) <= set("HDMQAI")
