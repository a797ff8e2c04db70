"""A row is judged once: rows known later never change what was said of it.

Every rule is under this law, for random tables with faults of every kind in them.
"""

from __future__ import annotations

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import builders
from tests.quality import sources

from forecast.contracts.tables import OBSERVATIONS
from forecast.quality.gate import judge

DAYS = ["2019-03-01", "2020-03-01", "2021-03-01", "2022-03-01"]

PIECES = st.lists(
    st.fixed_dictionaries(
        {
            "series_id": st.sampled_from(["us_dc", "ie_dc", "made_up", "other_pue"]),
            "publication_id": st.sampled_from(["p_1", "p_2", "q_1"]),
            "known_from": st.sampled_from(DAYS),
            "first": st.integers(2008, 2019),
            "values": st.lists(
                st.one_of(
                    st.floats(50, 150).map(lambda value: round(value, 1)),
                    st.sampled_from([0.0, -5.0, 1e5, 0.1, 100.0, 2_147_480_000.0]),
                ),
                min_size=1,
                max_size=8,
            ),
            "frequency": st.sampled_from(["A", "A", "Q", "M", "D", "H"]),
            "unit": st.sampled_from(["TWh", "TWh", "GWh", "MW"]),
            "repeat": st.booleans(),
        }
    ),
    min_size=2,
    max_size=6,
)

WORLDS = st.lists(PIECES, min_size=1, max_size=4)
"""Tables that cannot see one another, judged in one go: four times the law for one run."""


def piece(world: int, number: int, drawn: dict) -> pd.DataFrame:
    apart = f"_w{world}" if world else ""
    count = len(drawn["values"])
    frequency = {"A": "Y"}.get(drawn["frequency"], drawn["frequency"])
    periods = pd.period_range(f"{drawn['first']}-01-01", periods=count, freq=frequency.lower()
                              if frequency == "H" else frequency)  # fmt: skip
    rows = [
        builders.row(
            str(period.start_time),
            str(period.end_time.date()),
            value,
            publication=drawn["publication_id"] + apart,
            series_id=drawn["series_id"] + apart,
            known_from=drawn["known_from"],
            frequency=drawn["frequency"],
            unit=drawn["unit"],
            raw_sha256=f"{world}-{number}",
            row=place + 1,
        )
        for place, (period, value) in enumerate(zip(periods, drawn["values"], strict=True))
    ]
    if drawn["repeat"]:
        rows.append({**rows[-1], "row": count + 1})
    return OBSERVATIONS.shape(pd.DataFrame(rows))


def said(judged, until: str) -> dict[str, list]:
    """Everything said of rows known by a day, in a comparable form."""
    day = pd.Timestamp(until)
    kept = judged.kept[judged.kept["known_from"] <= day]
    checks = judged.checks[judged.checks["vintage"].str[-10:] <= until]
    by_then = {
        name: sorted(
            map(tuple, table[table["raw_sha256"].isin(EARLY)].astype(str).to_numpy().tolist())
        )
        for name, table in (("quarantine", judged.quarantine), ("warnings", judged.warnings))
    }
    return by_then | {
        "kept": sorted(zip(kept["raw_sha256"], kept["row"], strict=True)),
        "checks": sorted(map(tuple, checks.astype(str).to_numpy().tolist())),
        "stopped": sorted(
            item for item in judged.stopped.items() if item[0].partition("@")[2][:10] <= until
        ),
    }


EARLY: set[str] = set()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORLDS, st.sampled_from(DAYS[:-1]))
def test_rows_known_later_never_change_an_earlier_verdict(worlds, until):
    tables = [
        piece(world, number, one)
        for world, drawn in enumerate(worlds)
        for number, one in enumerate(drawn)
    ]
    families = {
        f"{name}{apart}": f"p{apart}"
        for name in ("p_1", "p_2")
        for apart in ("", "_w1", "_w2", "_w3")
    }
    whole = OBSERVATIONS.shape(pd.concat(tables, ignore_index=True))
    early = whole[whole["known_from"] <= pd.Timestamp(until)]
    EARLY.clear()
    EARLY.update(early["raw_sha256"])

    then = judge(early, builders.catalogue(), families=families)
    now = judge(whole, builders.catalogue(), families=families)

    assert said(then, until) == said(now, until)


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 1_000), st.sampled_from(["Y", "Q", "M"]))
def test_later_editions_of_a_table_never_change_an_earlier_verdict(seed, frequency):
    whole = sources.editions("table", frequency, 14, seed=seed, vintages=4)
    days = sorted(set(whole["known_from"]))
    whole.loc[whole["known_from"] == days[-1], "value"] *= 1_000

    for day in days[:-1]:
        early = whole[whole["known_from"] <= day]
        then = judge(early, builders.catalogue())
        now = judge(whole, builders.catalogue())

        assert then.kept["row"].tolist() == [
            row for row in now.kept["row"] if row in set(early["row"])
        ]
