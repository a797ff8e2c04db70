"""A key comes from the environment, a file it names, or a flow; without one nothing is asked."""

from __future__ import annotations

import pytest
from tests.homes import NOW

from forecast.contracts.errors import SettingsError, SourceError
from forecast.pipeline.ingesting import ingest
from forecast.pipeline.keys import cleared, hidden, key_of
from forecast.pipeline.registry import SOURCES

EIA = SOURCES["eia_retail_sales"]


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch):
    for variable in ("EIA_API_KEY", "EIA_API_KEY_FILE", "FORECAST_CONTACT"):
        monkeypatch.delenv(variable, raising=False)


def test_the_environment_holds_a_key(monkeypatch):
    monkeypatch.setenv("EIA_API_KEY", " sesame \n")

    assert key_of(EIA) == "sesame"


def test_a_file_holds_a_key(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("sesame\n")
    monkeypatch.setenv("EIA_API_KEY_FILE", str(tmp_path / "key"))

    assert key_of(EIA) == "sesame"


def test_a_key_handed_in_goes_first(monkeypatch):
    monkeypatch.setenv("EIA_API_KEY", "old")

    assert key_of(EIA, {"EIA_API_KEY": "new"}) == "new"


def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("EIA_API_KEY_FILE", str(tmp_path / "away"))

    with pytest.raises(SettingsError, match=r"EIA_API_KEY_FILE names .*away, which cannot be read"):
        key_of(EIA)


def test_a_source_without_key_needs_none():
    assert key_of(SOURCES["cso_ireland"]) == ""


def test_without_a_key_a_source_is_skipped_with_what_it_would_add(own_home):
    (outcome,) = ingest(("eia_retail_sales",), own_home, now=NOW)

    assert outcome.verdict == "skipped"
    assert "EIA_API_KEY is not set" in outcome.reason
    assert "It would add" in outcome.reason
    assert "eia.gov/opendata/register" in outcome.reason


def test_without_a_contact_the_sec_is_not_asked(own_home):
    (outcome,) = ingest(("sec_capex",), own_home, now=NOW)

    assert outcome.verdict == "skipped"
    assert "FORECAST_CONTACT is not set" in outcome.reason


def test_what_has_no_page_is_entered_by_hand(own_home):
    (outcome,) = ingest(("large_load",), own_home, now=NOW)

    assert outcome.verdict == "skipped"
    assert "forecast ingest large_load --file PATH" in outcome.reason


@pytest.mark.parametrize(
    "spelled", ["se/same+1", "se%2Fsame%2B1", "se%2fsame%2b1", "se\\/same+1"]
)  # fmt: skip
def test_a_key_is_cleared_however_it_is_spelled(spelled):
    body = f'{{"warning": "asked with {spelled}"}}'.encode()

    assert cleared(body, "se/same+1", "eia") == b'{"warning": "asked with ***"}'
    assert hidden(f"bad {spelled}", "se/same+1") == "bad ***"


def test_a_key_in_escapes_is_refused():
    with pytest.raises(SourceError, match="echoes our key in a spelling we cannot clear"):
        cleared(rb'{"warning": "\u0073esame"}', "sesame", "eia")


def test_without_a_key_nothing_is_cleared():
    assert cleared(b'{"a": 1}', "", "eia") == b'{"a": 1}'
