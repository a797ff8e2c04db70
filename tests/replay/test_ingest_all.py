"""Everything is asked, kept once, asked again politely; what changes is a new row, nothing goes."""

from __future__ import annotations

import pytest
from tests.replay.matrix import said
from tests.replay.scene import DAY, NOW, playing

from forecast.pipeline.registry import SOURCES

ASKED = [name for name, source in SOURCES.items() if source.hosts]
TAGGED = {
    "owid_energy": 1,
    "ember_electricity": 1,
    "census_construction": 1,
    "epoch_data_centres": 2,
}
"""Publishers that mark their editions → documents they are asked for."""

LONG = {
    "eia_retail_sales": 2016,
    "eia_monthly_review": 2020,
    "eia_outlooks": 2016,
    "sec_capex": 2012,
}
"""Publishers of few rows → a first year with which they can lose one without losing much."""

PERIOD = ["series_id", "period_start", "period_end", "publication_id"]


def verdicts(outcomes):
    return {one.source: one.verdict for one in outcomes}


def everything_is(verdict):
    return {**dict.fromkeys(ASKED, verdict), "large_load": "skipped"}


def test_all_is_kept_and_the_same_again_is_asked_for_politely_and_not_kept(scene):
    first = scene.ingest()
    files, asked = scene.files(), dict(scene.world.counts)
    scene.world.seen.clear()

    second = scene.ingest(now=NOW + DAY)

    assert verdicts(first) == everything_is("kept")
    assert verdicts(second) == everything_is("unchanged")
    assert scene.files() == files
    conditional = {name: scene.world.conditional(name) for name in ASKED}
    assert {name: count for name, count in conditional.items() if count} == TAGGED
    assert all(set(scene.world.statuses(name)) == {304} for name in TAGGED)
    assert {name: len(scene.world.statuses(name)) for name in ASKED} == asked
    assert len([name for name in files if name.endswith("/payload")]) == sum(asked.values())
    assert sum(one.new for one in second) == 0


def test_a_revision_is_a_row_known_later_and_the_old_row_stays(scene):
    scene.ingest()
    before = {name: said(scene.spoken(name)) for name in ASKED}
    for publisher in scene.world.publishers.values():
        publisher.revised = True

    outcomes = scene.ingest(now=NOW + DAY)

    assert verdicts(outcomes) == everything_is("kept")
    day = str((NOW + DAY).date())
    for name in ASKED:
        after = said(scene.spoken(name))
        assert after > before[name]
        assert all(day in row for row in after - before[name])


def test_a_row_taken_back_is_a_row_without_a_value(scene):
    for name, since in LONG.items():
        scene.world.publishers[name].since = since
    scene.ingest()
    before = {name: scene.spoken(name).observations for name in ASKED}

    for publisher in scene.world.publishers.values():
        publisher.gone = True

    a_month_is_missing = {"census_construction": "refused"}
    outcomes = scene.ingest(now=NOW + DAY)

    assert verdicts(outcomes) == everything_is("kept") | a_month_is_missing
    for name in ASKED:
        rows = scene.spoken(name).observations
        gone = rows[rows["value"].isna() & (rows["known_from"] == (NOW + DAY).date().isoformat())]
        held = before[name].set_index(PERIOD).index
        assert len(gone) or name in {"epoch_data_centres", "census_construction"}, name
        assert set(gone["obs_status"]) <= {"O", "M"}
        assert gone.set_index(PERIOD).index.isin(held).all()


def test_without_a_key_four_sources_are_skipped_with_what_they_would_add(scene, monkeypatch):
    monkeypatch.delenv("EIA_API_KEY")

    outcomes = [one for one in scene.ingest() if one.source.startswith("eia_")]

    assert {one.verdict for one in outcomes} == {"skipped"}
    assert all("EIA_API_KEY is not set" in one.reason for one in outcomes)
    assert all("It would add" in one.reason for one in outcomes)
    assert not any(name.startswith("eia_") for name in scene.world.counts)


def test_without_a_contact_the_publisher_that_wants_one_is_not_asked(scene, monkeypatch):
    monkeypatch.delenv("FORECAST_CONTACT")

    outcome = scene.ingest("sec_capex")[0]

    assert outcome.verdict == "skipped"
    assert "FORECAST_CONTACT is not set" in outcome.reason
    assert scene.world.counts["sec_capex"] == 0


def test_one_publisher_away_costs_only_its_own_news(scene):
    scene.world.faults["owid_energy"] = lambda _, reply: reply.but(body=b"", status=404)

    outcomes = scene.ingest()

    assert verdicts(outcomes) == {**everything_is("kept"), "owid_energy": "refused"}


@pytest.mark.slow
def test_every_question_is_answered_and_nothing_is_kept_twice(tmp_path, capsys):
    with playing(tmp_path, shrink=lambda source: source) as scene:
        for publisher in scene.world.publishers.values():
            if hasattr(publisher, "since") and publisher.name.startswith("eia_"):
                publisher.since = 2001
        first = scene.ingest()
        requests, files = scene.world.counts.total(), scene.files()

        second = scene.ingest(now=NOW + DAY)

        with capsys.disabled():
            rows, payloads = sum(one.rows for one in first), sum(one.new for one in first)
            told = f"{requests} requests, {payloads} payloads, {rows:,} rows"
            again = f"{scene.world.counts.total() - requests} requests"
            print(f"\nfirst: {told}; a day later: {again}, kept {sum(o.new for o in second)}")  # noqa: T201
        assert verdicts(first) == everything_is("kept")
        assert verdicts(second) == everything_is("unchanged")
        assert scene.files() == files
