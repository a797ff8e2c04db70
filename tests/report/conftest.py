"""A small edition made by code: one series in four senses, one in quarters, one silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecast.contracts.catalogue import Aggregation, Catalogue, Estimand, Plausible, Series
from forecast.contracts.edition import Edition, FactorNote, SeriesNote
from forecast.contracts.levels import LEVELS, NORMAL_SCORES, QUANTILES
from forecast.contracts.tables import (
    ASSUMPTIONS,
    CALIBRATION,
    CHECKS,
    CLAIMS,
    EXCEEDANCES,
    FORECASTS,
    INPUTS,
    OBSERVATIONS,
    PATHS,
    PUBLICATIONS,
    QUARANTINE,
    SCORES,
)

AS_OF = date(2026, 11, 23)
RUN = "0123456789abcdef"


def series(series_id, title, frequency="A", unit="TWh", **more):
    return Series(
        id=series_id,
        title=title,
        location="USA",
        estimand=Estimand(boundary="whole facility", crypto="out", resolver="LBNL, next edition"),
        quantity="energy",
        unit=unit,
        frequency=frequency,
        sources=("lbnl",),
        aggregation=Aggregation(rule="sum"),
        publication_lag_days=90,
        plausible=Plausible(
            low=1, high=9e4, growth_low=-0.5, growth_high=0.9, known_from=date(2020, 1, 1)
        ),
        reference_class="data_centres",
        horizon=11,
        **more,
    )


CATALOGUE = Catalogue(
    series=(
        series("us_dc", "US data centres", headline=True, senses=True, thresholds_gw=(30.0, 90.0)),
        series("silent_dc", "Silent data centres"),
        series("ie_dc", "Ireland: data centres, metered", "Q", "GWh", headline=True),
    )
)

NOTES = (
    SeriesNote(
        "us_dc",
        family="lbnl",
        publications=("lbnl_2024", "iea_2025", "lbnl_2025"),
        followed=("lbnl_2025", "lbnl_2024"),
        points=3,
        members=("constant_growth", "logistic"),
        refusals={"exponential_smoothing": "us_dc: 3 points; exponential smoothing needs 8."},
        remarks=("Editions without a common period are joined.",),
    ),
    SeriesNote(
        "silent_dc",
        remarks=("silent_dc as of 2026-11-23: none was out by then. Choose a later as_of.",),
    ),
    SeriesNote(
        "ie_dc",
        family="cso",
        followed=("cso_2026",),
        points=8,
        members=("panel", "constant_growth"),
        behind={
            "candidates": [{"name": name} for name in ("log_damped", "theta", "drift", "holt")]
        },
    ),
)


def forecast_rows(
    series_id, levels, *, model="combination", quantity="energy", unit="TWh", step="A"
):
    """Return rows of a fan that widens from ``levels``: medians by period, nearest first."""
    first = pd.Timestamp("2025-01-01") if step == "A" else pd.Timestamp("2026-01-01")
    starts = pd.date_range(first, periods=len(levels), freq={"A": "YS", "Q": "QS"}[step])
    ends = starts + {"A": pd.offsets.YearEnd(), "Q": pd.offsets.QuarterEnd()}[step]
    steps = np.arange(1, len(levels) + 1)
    fan = np.exp(np.log(levels)[:, None] + 0.12 * np.sqrt(steps)[:, None] * NORMAL_SCORES)
    rows = pd.DataFrame(fan.round(3), columns=list(QUANTILES))
    return FORECASTS.check(
        rows.assign(
            run_id=RUN, series_id=series_id, scenario="history_only", model=model,
            quantity=quantity, period_start=starts, period_end=ends, as_of=pd.Timestamp(AS_OF),
            origin=first - pd.Timedelta(days=1), horizon=steps, frequency=step, year=ends.year,
            location="USA", unit=unit, fallback_from="", mean=np.asarray(levels, dtype=float),
        )
    )  # fmt: skip


def _forecasts():
    energy = 192 * 1.12 ** np.arange(1, 12)
    quarters = 2000 * 1.03 ** np.arange(1, 9)
    load = energy / 8.76
    return FORECASTS.check(
        pd.concat(
            [
                forecast_rows("us_dc", energy),
                forecast_rows("us_dc", np.full(11, 192.0), model="last_value"),
                forecast_rows("us_dc", 192 * 1.2 ** np.arange(1, 12), model="constant_growth"),
                forecast_rows("us_dc", load, quantity="average_load", unit="GW"),
                forecast_rows("us_dc", load / 0.88, quantity="peak_load", unit="GW"),
                forecast_rows("us_dc", load / 0.58, quantity="connection", unit="GW"),
                forecast_rows("ie_dc", quarters, unit="GWh", step="Q"),
                forecast_rows(
                    "ie_dc", np.full(8, 2000.0), model="last_value", unit="GWh", step="Q"
                ),
                _calendar_years(quarters),
            ],
            ignore_index=True,
        )
    )


def _calendar_years(quarters):
    rows = forecast_rows("ie_dc", np.reshape(quarters, (2, 4)).sum(axis=1), unit="GWh")
    year = pd.DateOffset(years=1)
    return rows.assign(
        period_start=rows["period_start"] + year,
        period_end=rows["period_end"] + year,
        year=rows["year"] + 1,
    )


def _exceedances():
    rows = [
        (quantity, threshold, year, chance)
        for year in (2030, 2031)
        for quantity, chances in (
            ("average_load", (0.742, 0.021)),
            ("peak_load", (0.81, 0.089)),
            ("connection", (0.981, 0.326)),
        )
        for threshold, chance in zip((30.0, 90.0), chances, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["quantity", "threshold", "year", "probability"])
    return EXCEEDANCES.check(
        frame.assign(
            run_id=RUN, series_id="us_dc", scenario="history_only", unit="GW", paths=1000,
            period_end=pd.to_datetime(frame["year"].astype(str) + "-12-31"),
        )
    )  # fmt: skip


def input_row(series_id, publication, start, value, *, reason="", months=12, unit="TWh"):
    begin = pd.Timestamp(start)
    return {
        "series_id": series_id, "publication_id": publication, "period_start": begin,
        "period_end": begin + pd.offsets.MonthEnd(months), "known_from": pd.Timestamp("2026-06-18"),
        "known_from_basis": "stamped", "value": value, "unit": unit,
        "role": "left_out" if reason else "followed", "reason": reason,
    }  # fmt: skip


def _inputs():
    other = "another frame: iea; the models follow lbnl"
    quarters = pd.date_range("2024-01-01", periods=8, freq="QS")
    return INPUTS.check(
        pd.DataFrame(
            [
                input_row("us_dc", "lbnl_2024", "2018-01-01", 76.0),
                input_row("us_dc", "lbnl_2024", "2023-01-01", 176.0),
                input_row("us_dc", "lbnl_2025", "2024-01-01", 192.0),
                input_row("us_dc", "iea_2025", "2024-01-01", 183.0, reason=other),
                *(
                    input_row("ie_dc", "cso_2026", start, 1800.0 + 25 * n, months=3, unit="GWh")
                    for n, start in enumerate(quarters)
                ),
            ]
        )
    )


def publication(name, publisher, title, published, **more):
    return {
        "publication_id": name, "family": name.split("_", maxsplit=1)[0], "publisher": publisher,
        "title": title, "url": f"https://example.org/{name}", "published": published,
        "licence": "CC BY 4.0", "attribution": publisher, "redistributable": True, "grade": "B",
        **more,
    }  # fmt: skip


def _publications():
    return PUBLICATIONS.check(
        pd.DataFrame(
            [
                publication("lbnl_2024", "LBNL", "2024 Energy Usage Report", "2024-12-20"),
                publication("lbnl_2025", "LBNL", "2025 Update", "2026-06-18"),
                publication("iea_2025", "IEA", "Energy and AI", "2025-04-10"),
                publication("cso_2026", "CSO Ireland", "MEC02", "", grade="A"),
            ]
        )
    )


def _assumptions():
    return ASSUMPTIONS.check(
        pd.DataFrame(
            [
                {
                    "assumption_id": name, "subject": "data_centres", "name": name, "value": 0.58,
                    "low": 0.45, "high": 0.7, "unit": "ratio", "source": "judgement", "grade": "C",
                    "known_from": pd.Timestamp("2026-11-20"), "hindsight": False,
                }
                for name in ("connection_use", "load_factor")
            ]
        )
    )  # fmt: skip


def observation(series_id, publication, start, value, known_from, **more):
    begin = pd.Timestamp(start)
    return {
        "series_id": series_id, "period_start": begin,
        "period_end": begin + pd.offsets.MonthEnd(12), "publication_id": publication,
        "known_from": pd.Timestamp(known_from), "frequency": "A", "value": value,
        "value_text": str(value), "low": np.nan, "high": np.nan, "unit": "TWh",
        "quantity": "energy", "scope": "all", "obs_status": "A", "known_from_basis": "stamped",
        "raw_sha256": "", "row": 0, **more,
    }  # fmt: skip


def _observations():
    return OBSERVATIONS.check(
        pd.DataFrame(
            [
                observation("us_dc", "lbnl_2024", "2014-01-01", 70.0, "2024-12-20"),
                observation("us_dc", "lbnl_2025", "2014-01-01", 58.0, "2026-06-18", scope="part"),
                observation("us_dc", "lbnl_2024", "2023-01-01", 176.0, "2024-12-20"),
                observation("us_dc", "lbnl_2025", "2023-01-01", 176.0, "2026-06-18"),
                observation("us_dc", "iea_2025", "2014-01-01", 61.0, "2025-04-10"),
            ]
        )
    )


def _quarantine():
    gaps = [f"us_dc, lbnl_2024, {year}-01-01 to {year}-12-31" for year in (2016, 2017, 2019)]
    steps = [f"ie_dc,{2020 + n}-01-01,{2020 + n}-03-31,cso_2026,9,9" for n in range(5)]
    frame = pd.DataFrame({"text": [*gaps, *steps]})
    missing = frame.index < 3
    return QUARANTINE.check(
        frame.assign(
            raw_sha256="ab", row=[str(n) for n in frame.index], severity="warning",
            rule=np.where(missing, "missing_period", "unusual_step"),
            found=np.where(missing, "no row", "9 GWh"), expected="1 to 2 GWh",
        )
    )  # fmt: skip


def _checks():
    rows = [
        ("cso_2026@2026-07-07", "missing_period", 8, 0, "pass"),
        ("lbnl_2024@2024-12-20", "missing_period", 10, 3, "warning"),
        ("lbnl_2024@2024-12-20", "not_negative", 10, 0, "pass"),
    ]
    return CHECKS.check(
        pd.DataFrame(rows, columns=["vintage", "rule", "rows_judged", "rows_failed", "verdict"])
    )


def score_rows(series_id, policy, shares, *, group="series", n=40, worth=25.0, horizon=0):
    """Return the scores of one group: coverage of 80 and 95 %, skill and bias."""
    shared = {
        "run_id": RUN, "forecaster": "combination", "series_id": series_id, "origin": pd.NaT,
        "horizon": horizon, "quantity": "energy", "group": group, "n": n, "n_effective": worth,
        "truth_known_from": pd.Timestamp(AS_OF), "policy": policy, "level": "", "baseline": "",
        "low": np.nan, "high": np.nan,
    }  # fmt: skip
    held = [
        {**shared, "metric": "coverage", "level": level, "value": share, "low": low, "high": 1.0}
        for level, share, low in zip(("80", "95"), shares, (0.6, 0.85), strict=True)
    ]
    skills = [
        {**shared, "metric": "skill", "baseline": name, "value": 0.5, "low": 0.4, "high": 0.6}
        for name in ("last_value", "constant_growth")
    ]
    return [*held, *skills, {**shared, "metric": "bias", "value": -0.1054}]


def _scores():
    rows = [
        *score_rows("ie_dc", "reconstructed", (0.75, 0.9)),
        *score_rows("ie_dc", "reconstructed", (0.75, 0.9), group="horizon", horizon=1),
        *score_rows("ie_dc", "reconstructed", (0.5, 0.9), group="horizon", horizon=2),
        *score_rows("", "reconstructed", (0.75, 0.9), group="class data_centres, frequency Q"),
        *score_rows(
            "us_dc", "strict", (1.0, 1.0), n=2, worth=1.2,
            group="anecdotal: series, tracks of fewer than 8 points",
        ),
    ]  # fmt: skip
    return SCORES.check(
        pd.DataFrame(rows).astype(
            {"origin": "datetime64[us]", "truth_known_from": "datetime64[us]"}
        )
    )


def _calibration():
    rows = pd.DataFrame({"horizon": [1, 2], "n": [36, 35], "n_effective": [36.0, 23.6]})
    return CALIBRATION.check(
        rows.assign(
            subject="data_centres", frequency="Q", years=rows["horizon"] / 4, group="",
            source="errors of ie_dc", grade="B", known_from=pd.Timestamp("2026-07-09"),
            **dict(zip(QUANTILES, NORMAL_SCORES, strict=True)),
        )
    )  # fmt: skip


def factor_note(sense, name, middle, own=None):
    quantiles = {level: middle + 0.2 * (level - 0.5) for level in LEVELS}
    return FactorNote("us_dc", sense, name, quantiles, f"source of {name}", "C", own)


@pytest.fixture(scope="session")
def edition() -> Edition:
    return Edition(
        run_id=RUN,
        as_of=AS_OF,
        policy="strict",
        catalogue=CATALOGUE,
        notes=NOTES,
        factors=(
            factor_note("peak_load", "load_factor", 0.88),
            factor_note("connection", "connection_use", 0.58, 0.5),
        ),
        tables={
            "forecasts": _forecasts(),
            "exceedances": _exceedances(),
            "paths": PATHS.empty(),
            "inputs": _inputs(),
            "observations": _observations(),
            "quarantine": _quarantine(),
            "checks": _checks(),
            "scores": _scores(),
            "calibration": _calibration(),
            "publications": _publications(),
            "claims": CLAIMS.empty(),
            "assumptions": _assumptions(),
        },
        version="0.1.0",
        stopped={"cso_2027@2026-11-01": "2 of 8 rows are not numbers."},
        record_hindsight=("data_centres.growth_mean",),
    )


@pytest.fixture(scope="session")
def scored(edition):
    """Return a function: the edition with the scores of some groups, and no others."""

    def with_scores(*groups):
        rows = [row for name, shares, more in groups for row in score_rows(*name, shares, **more)]
        return replace(edition, tables={**edition.tables, "scores": pd.DataFrame(rows)})

    return with_scores


@pytest.fixture(scope="session")
def written(edition):
    from forecast.report import pages

    return {name: page.decode() for name, page in pages.write(edition).items()}
