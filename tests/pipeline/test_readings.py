"""What each answer says that the one before did not: pages, rows taken back, hours that changed."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from tests.builders import observations, row

from forecast.contracts.errors import SourceError
from forecast.contracts.question import Place
from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.pipeline.holding import BY_HAND, newest, page_details, standings
from forecast.pipeline.readings import Reader, spoken
from forecast.sources.source import Reading, Source
from forecast.storage.raw import held, keep

DAY = datetime(2026, 8, 1, 6, tzinfo=UTC)


def read(payload, retrieved_at):
    """Read lines of `hour value`; an hour is counted from 2026-01-01."""
    rows = [
        row(
            str(pd.Timestamp("2026-01-01") + pd.Timedelta(hours=int(hour))),
            "2026-01-01",
            float(value),
            publication="x",
            series_id="us_x_demand",
            known_from=retrieved_at.date(),
            frequency="H",
            value_text=value,
            unit="MWh",
            raw_sha256=hashlib.sha256(payload).hexdigest(),
        )
        for hour, value in (line.split() for line in json.loads(payload))
    ]
    return Reading(observations(*rows) if rows else OBSERVATIONS.empty(), PUBLICATIONS.empty())


SOURCE = Source("x", "X", "none", (), lambda _: (), lambda *_: None, read)


@pytest.fixture
def archive(tmp_path):
    """Pages → vintages of source x: each call is an answer on the next day."""
    days = iter(range(100))

    def answer(*pages, question="q", details=None):
        at = DAY + timedelta(days=next(days))
        for number, lines in enumerate(pages, 1):
            known = details or page_details(question, number, len(pages))
            keep(tmp_path, "x", json.dumps(lines).encode(), retrieved_at=at, details=known)
        return held(tmp_path, "x")

    return answer


def told(payloads, tmp_path):
    rows = spoken(SOURCE, payloads, Reader(Place(tmp_path))).observations
    rows = rows.sort_values(["known_from", "period_start"])
    return [
        (f"{known:%d}", start.hour, value)
        for known, start, value in zip(
            rows["known_from"], rows["period_start"], rows["value"].fillna(-1), strict=True
        )
    ]


def test_an_hour_said_again_is_no_news(archive, tmp_path):
    archive(["0 5", "1 6"])

    payloads = archive(["0 5", "1 7", "2 8"])

    assert told(payloads, tmp_path) == [("01", 0, 5), ("01", 1, 6), ("02", 1, 7), ("02", 2, 8)]


def test_an_hour_that_comes_back_to_its_first_value_is_news(archive, tmp_path):
    archive(["0 5"])
    archive(["0 6"])

    payloads = archive(["0 5", "1 1"])

    assert told(payloads, tmp_path) == [("01", 0, 5), ("02", 0, 6), ("03", 0, 5), ("03", 1, 1)]


def test_a_row_taken_back_is_a_row_without_value_from_that_day_on(archive, tmp_path):
    archive(["0 5", "1 6"])

    payloads = archive(["0 5"])
    rows = spoken(SOURCE, payloads, Reader(Place(tmp_path))).observations

    assert told(payloads, tmp_path) == [("01", 0, 5), ("01", 1, 6), ("02", 1, -1)]
    gone = rows[rows["value"].isna()]
    assert gone["obs_status"].tolist() == ["O"]
    assert gone["raw_sha256"].tolist() == [payloads[-1].vintage.sha256]


def test_another_question_takes_nothing_back(archive, tmp_path):
    archive(["0 5"], question="2026q1")

    payloads = archive(["1 6"], question="2026q2")

    assert told(payloads, tmp_path) == [("01", 0, 5), ("02", 1, 6)]


def test_a_file_by_hand_takes_nothing_back(archive, tmp_path):
    archive(["0 5"], details={"request": BY_HAND})

    payloads = archive(["1 6"], details={"request": BY_HAND})

    assert told(payloads, tmp_path) == [("01", 0, 5), ("02", 1, 6)]


def test_a_page_that_did_not_change_still_stands(archive, tmp_path):
    archive(["0 5"], ["1 6"])

    payloads = archive(["0 5"], ["1 7"])

    assert len(payloads) == 3
    assert [len(one.pages) for one in standings(payloads)] == [2, 2]
    assert told(payloads, tmp_path) == [("01", 0, 5), ("01", 1, 6), ("02", 1, 7)]


def test_a_page_that_fell_away_is_taken_back(archive, tmp_path):
    archive(["0 5"], ["1 6"])

    payloads = archive(["0 4"])

    assert told(payloads, tmp_path) == [
        ("01", 0, 5), ("01", 1, 6), ("02", 0, 4), ("02", 1, -1),
    ]  # fmt: skip
    assert len(newest(payloads)["q"].pages) == 1


def test_a_long_payload_is_read_once(archive, tmp_path):
    lines = [f"{hour} {hour}.{'0' * 40}" for hour in range(5000)]
    payloads = archive(lines)
    first = Reader(Place(tmp_path))(SOURCE, payloads[0])

    def unread(*_):
        raise SourceError("read twice")

    again = Reader(Place(tmp_path))(
        Source("x", "X", "none", (), lambda _: (), lambda *_: None, unread), payloads[0]
    )
    pd.testing.assert_frame_equal(first.observations, again.observations)


def test_bytes_that_were_altered_are_never_recalled(archive, tmp_path):
    from forecast.contracts.errors import VintageError

    lines = [f"{hour} {hour}.{'0' * 40}" for hour in range(5000)]
    (payload,) = archive(lines)
    Reader(Place(tmp_path))(SOURCE, payload)
    (payload.folder / "payload").write_bytes(b"[]")

    with pytest.raises(VintageError, match="its bytes were altered"):
        Reader(Place(tmp_path))(SOURCE, payload)
