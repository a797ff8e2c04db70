"""A file somebody downloaded comes in by the same reader and gate, or not at all."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from tests.homes import NOW, own_rows, write_own
from tests.sources.conftest import build_cube

from forecast.contracts.errors import SettingsError, SourceError
from forecast.contracts.question import Place
from forecast.pipeline.by_hand import enter
from forecast.pipeline.observing import observe
from forecast.storage.raw import held

QUARTERS = tuple(f"{year}Q{quarter}" for year in range(2019, 2026) for quarter in range(1, 5))


@pytest.fixture
def cube(tmp_path):
    def written(**changes):
        body = build_cube(QUARTERS) | changes
        body["value"] = [
            round(value * 1.02**place, 1)
            for place, value in enumerate(v for _ in QUARTERS for v in (7000.0, 1500.0, 5500.0))
        ]
        path = tmp_path / "MEC02.json"
        path.write_text(json.dumps(body))
        return path

    return written


def test_a_file_is_read_judged_kept_and_counted(own_home, cube):
    entered = enter("cso_ireland", cube(), own_home, now=NOW)

    assert (entered.new, entered.kept + entered.refused) == (True, 84)
    assert [one.series_id for one in entered.series] == [
        "ie_dc", "ie_electricity_metered", "ie_other_metered",
    ]  # fmt: skip
    assert (entered.series[0].rows, entered.series[0].first) == (28, "2019-01-01")
    assert entered.series[0].last == "2025-12-31"
    (payload,) = held(own_home.raw, "cso_ireland")
    assert payload.request == "by hand"
    assert payload.details["file"] == "MEC02.json"
    assert b"a.person@example.org" not in payload.payload


def test_the_same_file_again_is_held_already(own_home, cube):
    enter("cso_ireland", cube(), own_home, now=NOW)

    again = enter("cso_ireland", cube(), own_home, now=NOW)

    assert not again.new
    assert len(held(own_home.raw, "cso_ireland")) == 1


def test_a_file_counts_as_known_from_the_day_it_was_downloaded(own_home, cube):
    enter("cso_ireland", cube(updated=None), own_home, now=NOW, known_from=date(2026, 2, 3))

    rows = observe(own_home).observations
    rows = rows[rows["series_id"] == "ie_dc"]
    assert set(rows["known_from"].dt.date) == {date(2026, 2, 3)}
    assert set(rows["known_from_basis"]) == {"fetched"}


def test_nobody_downloaded_it_tomorrow(own_home, cube):
    with pytest.raises(SettingsError, match="is after today"):
        enter("cso_ireland", cube(), own_home, now=NOW, known_from=date(2999, 1, 1))


def test_a_faulty_row_is_quarantined_by_rule(own_home, tmp_path, cube):
    path = cube()
    body = json.loads(path.read_text())
    body["value"][13] *= 1000
    path.write_text(json.dumps(body))

    entered = enter("cso_ireland", path, own_home, now=NOW)

    assert entered.refused >= 1
    assert "country_limit" in entered.quarantined


@pytest.mark.parametrize("body", [b"", b"<html>sorry</html>", b'{"class": "dataset"}'])
def test_what_is_no_payload_is_refused_and_nothing_is_kept(own_home, tmp_path, body):
    path = tmp_path / "odd.json"
    path.write_bytes(body)

    with pytest.raises(SourceError, match="cso_ireland"):
        enter("cso_ireland", path, own_home, now=NOW)

    assert held(own_home.raw, "cso_ireland") == []


def test_a_file_that_is_away_is_named(own_home, tmp_path):
    with pytest.raises(SettingsError, match=r"away\.json cannot be read"):
        enter("cso_ireland", tmp_path / "away.json", own_home, now=NOW)


def test_a_payload_with_no_row_of_ours_is_refused_with_what_it_holds(own_home, tmp_path):
    path = tmp_path / "mer.csv"
    path.write_text(
        "MSN,YYYYMM,Value,Column_Order,Description,Unit\n"
        "ZZZZPUS,202401,1.5,1,Something Else,Million Kilowatthours\n"
    )

    with pytest.raises(SourceError, match=r"holds no row of a series we know \(1 rows: "):
        enter("eia_monthly_review", path, own_home, now=NOW)


def test_the_first_file_of_an_empty_home_is_judged_too(tmp_path, cube):
    (tmp_path / "home").mkdir()

    entered = enter("cso_ireland", cube(), Place(tmp_path / "home"), now=NOW)

    assert entered.kept > 0


def test_another_part_of_a_publication_takes_nothing_back(own_home, cube):
    path = cube()
    enter("cso_ireland", path, own_home, now=datetime(2026, 8, 1, tzinfo=UTC))
    short = json.loads(path.read_text())
    few = build_cube(QUARTERS[-4:])
    few["value"] = short["value"][-12:]
    path.write_text(json.dumps(few))

    enter("cso_ireland", path, own_home, now=datetime(2026, 8, 2, tzinfo=UTC))

    rows = observe(own_home).observations
    assert rows.loc[rows["series_id"] == "ie_dc", "value"].notna().all()


def test_own_figures_stand_beside_a_file(own_home, cube):
    write_own(own_home.home, own_rows())
    enter("cso_ireland", cube(), own_home, now=NOW)

    assert {"ie_dc", "valley_sales"} <= set(observe(own_home).observations["series_id"])
