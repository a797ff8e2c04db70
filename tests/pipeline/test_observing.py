"""Everything raw in one table: payloads speak, disagreements are shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from tests.homes import own_rows, write_own
from tests.sources.conftest import build_cube

from forecast.contracts.errors import SourceError
from forecast.pipeline.observing import observe
from forecast.storage.raw import keep

FETCHED = datetime(2026, 8, 1, 6, tzinfo=UTC)


def keep_cube(place, cube, at=FETCHED):
    payload = json.dumps(cube).encode()
    return keep(place.raw, "cso_ireland", payload, retrieved_at=at, details={})


def test_rows_of_a_payload_join_the_compiled_ones(own_home):
    keep_cube(own_home, build_cube())

    observed = observe(own_home)

    assert {"valley_sales", "ie_dc"} <= set(observed.observations["series_id"])
    assert "cso_mec02" in set(observed.publications["publication_id"])


def test_where_both_state_a_key_the_payload_speaks_and_the_difference_is_shown(built_in_home):
    quarters = ("2025Q3", "2025Q4")
    keep_cube(built_in_home, build_cube(quarters))

    observed = observe(built_in_home)

    rows = observed.observations
    spoken = rows[
        (rows["series_id"] == "ie_dc")
        & (rows["publication_id"] == "cso_mec02")
        & (rows["period_start"] == "2025-10-01")
    ]
    assert spoken["value"].tolist() == [200.0]
    shown = observed.disagreements.set_index(["series_id", "period_start"])
    assert ("ie_dc", "2025-10-01") in {(s, f"{p:%Y-%m-%d}") for s, p in shown.index}


def test_the_same_key_in_two_own_files_is_refused_by_name(own_home):
    twin = own_home.raw / "own" / "observations_more.csv"
    twin.write_bytes((own_home.raw / "own" / "observations.csv").read_bytes())

    with pytest.raises(SourceError, match=r"rows share a key, first series_id=valley_"):
        observe(own_home)


def test_a_publication_nobody_described_still_has_a_row(own_home):
    publications = observe(own_home).publications

    assert publications["publication_id"].tolist() == ["valley"]
    assert publications["redistributable"].all()  # theirs to hand on


def test_the_hash_of_every_raw_file_is_told(own_home):
    write_own(own_home.home, own_rows(last=2024))
    keep_cube(own_home, build_cube())

    assert len(observe(own_home).files) == 2
