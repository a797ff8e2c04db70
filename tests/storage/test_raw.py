"""A payload is kept once, proved by its hash, and never altered."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from forecast.contracts.errors import VintageError
from forecast.storage import durable
from forecast.storage import raw as archive
from forecast.storage.raw import Kept, held, keep

if TYPE_CHECKING:
    from pathlib import Path

MORNING = datetime(2026, 7, 7, 6, tzinfo=UTC)
EVENING = datetime(2026, 7, 7, 18, tzinfo=UTC)


def _keep(raw: Path, payload: bytes, at: datetime = MORNING, **details: str) -> Kept:
    return keep(raw, "cso", payload, retrieved_at=at, details=details)


def test_a_payload_is_kept_under_source_instant_and_hash(raw: Path) -> None:
    kept = _keep(raw, b"{}", url="https://data.cso.ie", etag="7")

    assert kept.new
    assert kept.held.folder == raw / "cso" / "20260707T060000Z-44136fa355b3"
    assert kept.held.payload == b"{}"
    assert kept.held.details["etag"] == "7"


def test_details_are_json_with_sorted_keys(raw: Path) -> None:
    kept = _keep(raw, b"{}", url="https://data.cso.ie/ü", etag="7")

    text = (kept.held.folder / "details.json").read_text(encoding="utf-8")

    assert list(json.loads(text)) == sorted(json.loads(text))
    assert '"url": "https://data.cso.ie/ü"' in text


def test_several_vintages_a_day_are_held_oldest_first(raw: Path) -> None:
    for payload, at in ((b"late", EVENING), (b"early", MORNING)):
        _keep(raw, payload, at)

    assert [one.payload for one in held(raw, "cso")] == [b"early", b"late"]


def test_unchanged_bytes_are_not_kept_again(raw: Path) -> None:
    first = _keep(raw, b"same")

    again = _keep(raw, b"same", EVENING)

    assert (again.new, again.held) == (False, first.held)
    assert len(held(raw, "cso")) == 1


def test_bytes_that_come_back_after_others_are_a_vintage_of_their_own(raw: Path) -> None:
    for hour, payload in enumerate((b"A", b"B", b"A")):
        assert _keep(raw, payload, MORNING + timedelta(hours=hour)).new

    assert [one.payload for one in held(raw, "cso")] == [b"A", b"B", b"A"]


def test_an_earlier_proof_of_the_same_bytes_is_worth_keeping(raw: Path) -> None:
    _keep(raw, b"same", EVENING)

    assert _keep(raw, b"same", MORNING).new


def test_answers_to_different_requests_are_not_compared(raw: Path) -> None:
    for at in (MORNING, EVENING):
        fresh = [_keep(raw, page, at, request=page.decode()).new for page in (b"1", b"2")]
        assert fresh == [at == MORNING] * 2


def test_two_requests_may_get_the_same_bytes_in_the_same_second(raw: Path) -> None:
    for _ in range(2):
        for request in ("page 2", "page 3"):
            _keep(raw, b"[]", request=request)

    assert [one.request for one in held(raw, "cso")] == ["page 2", "page 3"]


def test_an_instant_is_kept_in_utc(raw: Path) -> None:
    dublin = timezone(timedelta(hours=1))

    kept = _keep(raw, b"", datetime(2026, 7, 7, 7, 0, 0, 999_999, tzinfo=dublin))

    assert kept.held.vintage.retrieved_at == MORNING
    assert kept.held.folder.name.startswith("20260707T060000Z-")


def test_an_instant_without_a_time_zone_is_refused(raw: Path) -> None:
    with pytest.raises(VintageError, match="cso: retrieved_at is 2026-07-07T06:00:00 without"):
        _keep(raw, b"", MORNING.replace(tzinfo=None))


def test_altered_bytes_are_found_when_they_are_read(raw: Path) -> None:
    kept = _keep(raw, b"true")
    (kept.held.folder / "payload").write_bytes(b"lies")

    (altered,) = held(raw, "cso")

    with pytest.raises(
        VintageError, match=r"expected b5bea41b6c62… as kept on 2026-07-07: .*alter"
    ):
        _ = altered.payload


def test_altered_bytes_are_found_when_the_same_payload_comes_again(raw: Path) -> None:
    kept = _keep(raw, b"true")
    (kept.held.folder / "payload").write_bytes(b"lies")

    for at in (MORNING, EVENING):
        with pytest.raises(VintageError, match="its bytes were altered"):
            _keep(raw, b"true", at)


def test_other_bytes_under_a_name_that_stands_are_refused(raw: Path) -> None:
    kept = _keep(raw, b"true", EVENING)
    twin = kept.held.folder.with_name("20260707T060000Z-" + kept.held.vintage.sha256[:12])
    _keep(raw, b"other").held.folder.rename(twin)

    with pytest.raises(VintageError, match="holds other bytes than those to keep"):
        _keep(raw, b"true")


@pytest.mark.parametrize("name", ["payload", "details.json"])
def test_a_vintage_with_a_missing_file_is_refused(raw: Path, name: str) -> None:
    (_keep(raw, b"true").held.folder / name).unlink()

    with pytest.raises(VintageError, match=f"{name} is missing"):
        [one.payload for one in held(raw, "cso")]


def test_details_that_are_no_json_are_refused(raw: Path) -> None:
    (_keep(raw, b"true").held.folder / "details.json").write_text("{")

    with pytest.raises(VintageError, match=r"details\.json is not as it was written"):
        held(raw, "cso")


def test_details_do_not_speak_for_the_archive(raw: Path) -> None:
    with pytest.raises(VintageError, match="details hold sha256"):
        _keep(raw, b"true", sha256="0")


@pytest.mark.parametrize("name", ["../cso", ".aside", "", "CSO", "a/b"])
def test_a_source_is_no_path(raw: Path, name: str) -> None:
    with pytest.raises(VintageError, match=r"source is .*; expected small letters"):
        keep(raw, name, b"", retrieved_at=MORNING, details={})


def test_what_a_dead_process_left_confuses_nobody(raw: Path) -> None:
    half = raw / ".aside" / "cso-20260707T060000Z-44136fa355b3-0"
    half.mkdir(parents=True)
    (half / "payload").write_bytes(b"ha")

    assert held(raw, "cso") == []
    assert archive.sources(raw) == []
    assert _keep(raw, b"{}").new


def test_a_payload_kept_by_a_faster_process_is_held(
    raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = durable.publish_folder

    def overtaken(half_written: Path, folder: Path) -> None:
        monkeypatch.setattr(archive, "publish_folder", publish)
        _keep(raw, b"{}")
        publish(half_written, folder)

    monkeypatch.setattr(archive, "publish_folder", overtaken)

    assert not _keep(raw, b"{}").new
    assert len(held(raw, "cso")) == 1
    assert [path.name for path in (raw / ".aside").iterdir()] == [".lock"]


def test_a_full_disk_is_no_faster_process(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(half_written: Path, folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "publish_folder", full)

    with pytest.raises(OSError, match="No space left"):
        _keep(raw, b"{}")


def test_sources_are_listed_by_name(raw: Path) -> None:
    assert archive.sources(raw) == []
    for source in ("owid", "cso"):
        keep(raw, source, b"", retrieved_at=MORNING, details={})

    assert archive.sources(raw) == ["cso", "owid"]
