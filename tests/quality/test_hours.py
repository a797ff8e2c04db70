"""Hours: impossible ones and those no neighbour supports are refused, true peaks never."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests import builders
from tests.quality import sources

from forecast.contracts.tables import OBSERVATIONS
from forecast.quality.gate import Judged, judge

SHARED = Path(__file__).parents[2].parent / "shared"
PJM = SHARED / "payloads" / "pjm" / "pjm_hourly_demand_2019_2024_eia.csv.gz"


@cache
def pjm() -> tuple[pd.DataFrame, Judged]:
    """Return PJM's hours in the shape of OBSERVATIONS, and how they were judged."""
    raw = pd.read_csv(PJM, dtype=str, keep_default_na=False)
    start = pd.to_datetime(raw["datetime_utc"]) - pd.Timedelta(hours=1)  # hours by their end
    rows = {
        "series_id": "pjm_demand", "period_start": start, "period_end": start.dt.normalize(),
        "publication_id": "eia_930", "known_from": "2025-01-02", "frequency": "H",
        "value": pd.to_numeric(raw["demand_mwh"]), "value_text": raw["demand_mwh"],
        "low": np.nan, "high": np.nan, "unit": "MWh", "quantity": "energy", "scope": "",
        "obs_status": "A", "known_from_basis": "fetched", "raw_sha256": "f" * 64,
        "row": range(1, len(raw) + 1),
    }  # fmt: skip
    frame = OBSERVATIONS.shape(pd.DataFrame(rows))
    return frame, judge(frame, builders.catalogue())


def refused(judged: Judged, *rules: str) -> set[str]:
    """Return hours, by their end as the publisher writes them, that a rule refused."""
    table = judged.quarantine[
        judged.quarantine["rule"].isin(rules) & judged.quarantine["row"].ne("")
    ]
    starts = pd.to_datetime(table["text"].str.split(",").str[1])
    return set((starts + pd.Timedelta(hours=1)).dt.strftime("%Y-%m-%dT%H"))


@pytest.mark.shared
def test_the_largest_integer_of_a_machine_is_refused_by_name():
    assert refused(pjm()[1], "integer_limit") == {"2021-10-19T04"}


@pytest.mark.shared
def test_every_spike_and_dip_of_pjm_is_refused_by_name():
    spikes = {
        "2019-12-11T20", "2019-12-12T22", "2020-04-10T04", "2020-07-13T23", "2020-07-24T16",
        "2020-07-27T22", "2020-07-28T17", "2020-07-29T21", "2020-09-03T21", "2021-10-19T03",
        "2021-10-19T04", "2021-10-19T05", "2024-11-21T17",
    }  # fmt: skip

    found = refused(pjm()[1], "spike", "hour_level")

    assert spikes <= found
    assert len(found) <= len(spikes) + 3


@pytest.mark.shared
def test_missing_hours_of_31_december_are_rows_named_by_their_rule():
    missing = pjm()[1].quarantine.query("rule == 'missing_hour'")

    days = missing["text"].str.extract(r"(\d{4}-\d\d-\d\d)T")[0].value_counts().to_dict()
    assert days == {f"{year}-12-31": 23 for year in range(2019, 2024)} | {"2023-11-06": 1}
    assert set(missing["row"]) == {""}


@pytest.mark.shared
def test_blank_hours_are_refused_one_by_one():
    frame, judged = pjm()

    assert len(refused(judged, "blank_hour")) == frame["value"].isna().sum() == 116


@pytest.mark.shared
def test_true_peaks_are_unclipped():
    kept = pjm()[1].kept

    peaks = kept.loc[kept.groupby(kept["period_start"].dt.year)["value"].idxmax()]
    by_year = dict(zip(peaks["period_start"].dt.year, peaks["value"], strict=True))
    when = dict(zip(peaks["period_start"].dt.year, peaks["period_start"], strict=True))
    assert by_year[2019] == 152_315
    assert by_year[2020] == 145_428
    assert when[2020] + pd.Timedelta(hours=1) == pd.Timestamp("2020-07-20T21")


@pytest.mark.shared
def test_a_clean_hour_of_pjm_is_lost_less_than_once_in_ten_thousand():
    frame, judged = pjm()

    lost = len(frame) - len(judged.kept) - 116 - 13

    assert lost <= len(frame) / 10_000


def small_authority() -> pd.DataFrame:
    """A tenth of PJM's size, restless, with a mill that goes on and off, over a new year."""
    frame = sources.hours(
        "mill_town", start="2021-11-20", days=80, level=310.0, swing=0.15, noise=0.05, seed=11
    )
    rng = np.random.default_rng(12)
    mill = np.repeat(rng.choice([0.0, 45.0], size=len(frame) // 12), 12)
    return _valued(frame, np.round(frame["value"] + mill))


def _valued(frame: pd.DataFrame, values: object) -> pd.DataFrame:
    worse = frame.assign(value=values)
    return worse.assign(value_text=worse["value"].map("{:.12g}".format))


def test_a_restless_authority_without_faults_loses_nothing():
    judged = judge(small_authority(), builders.catalogue())

    assert len(judged.kept) == len(small_authority())
    assert judged.quarantine.empty


@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        ("integer_limit", lambda v: v.mask(v.index == 700, 4_294_967_295.0)),
        ("spike", lambda v: v.mask(v.index == 900, v * 4)),
        ("spike", lambda v: v.mask(v.index == 901, v * 0.1)),
        ("spike", lambda v: v.mask(v.index.isin([500, 501, 502]), v * 60)),
        ("hour_level", lambda v: v.mask(v.index.isin(range(400, 448)), v * 1_000)),
        ("hour_level", lambda v: v.mask(v.index.isin(range(1_200, 1_340)), v / 1_000)),
        ("not_negative", lambda v: v.mask(v.index == 333, -v)),
        ("spike", lambda v: v.mask(v.index == 334, 0.0)),
    ],
)
def test_the_same_rules_find_other_faults_in_another_authority(rule, spoil):
    clean = small_authority()
    worse = _valued(clean, spoil(clean["value"]))
    faulty = set(clean.loc[clean["value"] != worse["value"], "row"].astype(str))

    judged = judge(worse, builders.catalogue())

    by_rule = judged.quarantine[judged.quarantine["rule"] == rule]
    assert set(by_rule["row"]) == faulty
    assert {row for row in judged.quarantine["row"] if row} == faulty


def test_a_copied_day_and_frozen_hours_are_refused():
    clean = sources.hours(days=20)
    values = clean["value"].copy()
    values[240:264] = values[216:240].to_numpy()
    values[400:412] = values[400]

    judged = judge(_valued(clean, values), builders.catalogue())

    copied = judged.quarantine[judged.quarantine["rule"] == "copied_day"]
    assert set(copied["row"]) == {str(row) for row in range(241, 265)}
    assert "frozen_hours" in set(judged.quarantine["rule"])


def test_a_missing_day_across_two_editions_is_named_once():
    clean = sources.hours(days=12)
    first = clean.iloc[:120].assign(known_from=pd.Timestamp("2021-03-07"))
    second = clean.iloc[144:].assign(known_from=pd.Timestamp("2021-03-14"))

    judged = judge(pd.concat([first, second]), builders.catalogue())

    missing = judged.quarantine[judged.quarantine["rule"] == "missing_hour"]
    assert len(missing) == 24
    assert missing["text"].str.contains("2021-03-06T").all()


def test_hours_of_an_earlier_edition_cannot_be_revised_beyond_measure():
    clean = sources.hours(days=6)
    again = clean.assign(known_from=pd.Timestamp("2021-04-01"), row=clean["row"] + 1_000)
    values = again["value"].mask(again.index == 50, again["value"] * 1.3)

    judged = judge(pd.concat([clean, _valued(again, values)]), builders.catalogue())

    assert "revision" in set(judged.quarantine.loc[judged.quarantine["row"] == "1051", "rule"])
