"""Fault × source: right data, or a refusal that names the source; nothing lost, nothing wrong.

Run with ``-s`` for the table; `table` and `brief` of ``matrix`` return it as Markdown.
"""

from __future__ import annotations

import pytest
from tests.replay import matrix
from tests.replay.faults import FORM, WIRE
from tests.replay.faults_by_source import EIA_FAULTS, OWN

from forecast.pipeline.home import catalogue_of
from forecast.pipeline.registry import SOURCES
from forecast.quality.gate import judge

ASKED = [name for name, source in SOURCES.items() if source.hosts]
SAMPLED = ("eia_grid_demand", "owid_energy")
"""Sources tried over the wire in every run: with pages and a key, and with an ETag."""

LIKE_OTHERS = (
    "eia_grid_demand",
    "eia_monthly_review",
    "eia_outlooks",
    "energinet_industry",
    "ember_electricity",
    "census_construction",
)
"""Sources read as retail sales or OWID are: part of their faults are tried with the slow tests."""


def tell(found, capsys):
    with capsys.disabled():
        print(f"\n{len(found)} faults: {matrix.counts(found)}")  # noqa: T201
    print(matrix.table(found), matrix.brief(found), sep="\n\n")  # noqa: T201


def breaches(found):
    return [(one.source, one.fault, one.outcome, one.told) for one in found if not one.sound]


@pytest.mark.parametrize("name", ASKED)
def test_what_a_publisher_sends_wrong_is_put_right_or_refused_by_name(
    name, stage, tmp_path, capsys
):
    shared = [fault for fault in EIA_FAULTS if fault in OWN[name]]
    tried = {*FORM, *OWN[name]} - ({*FORM, *shared[1::2]} if name in LIKE_OTHERS else set())
    tried |= set(WIRE) - set(matrix.SLOW) if name in SAMPLED else set()
    chosen = [(name, fault) for fault in matrix.faults_of(name) if fault in tried]

    found = list(matrix.cells(stage, tmp_path, chosen))

    tell(found, capsys)
    assert breaches(found) == []
    assert {"right", "refused"} & {one.outcome for one in found}


@pytest.mark.parametrize("name", ["cso_ireland", "eia_grid_demand"])
def test_a_publisher_that_keeps_us_waiting_is_left_in_peace(name, stage, tmp_path):
    found = list(matrix.cells(stage, tmp_path, [(name, fault) for fault in matrix.SLOW]))

    assert [one.outcome for one in found] == ["refused", "refused"]


@pytest.mark.slow
def test_every_fault_of_every_source(stage, tmp_path, capsys):
    chosen = [(name, fault) for name in ASKED for fault in matrix.faults_of(name)]

    found = list(matrix.cells(stage, tmp_path, chosen))

    tell(found, capsys)
    assert breaches(found) == []


@pytest.mark.slow
def test_nothing_wrong_is_the_first_thing_held(stage, tmp_path, capsys):
    apart = "stamp older than what is held"  # where nothing is held, it is older than nothing
    chosen = [(n, fault) for n in ASKED for fault in matrix.faults_of(n) if fault != apart]

    found = list(matrix.cells(stage, tmp_path, chosen, matrix.first_time))

    tell(found, capsys)
    assert breaches(found) == []


@pytest.mark.slow
def test_hours_that_cannot_be_enter_as_sent_and_the_gate_refuses_them(scene):
    scene.world.faults["eia_grid_demand"] = OWN["eia_grid_demand"]["int32 maximum and neighbours"]
    scene.ingest("eia_grid_demand")

    rows = scene.spoken("eia_grid_demand").observations
    judged = judge(rows, catalogue_of(scene.place), families={})

    spikes = rows[rows["value"] > 400_000]
    refused = judged.quarantine[judged.quarantine["severity"] == "critical"]
    assert len(spikes) == 6  # three on each of two pages
    found = set(zip(refused["raw_sha256"], refused["row"], strict=True))
    assert set(zip(spikes["raw_sha256"], spikes["row"].astype(str), strict=True)) <= found


def test_a_fault_that_passes_leaves_no_trace(stage, tmp_path):
    known = matrix.honest(stage, "eia_retail_sales", tmp_path)

    assert matrix.recovered(stage, "eia_retail_sales", "total moves between pages", known)


def test_every_source_with_an_address_has_a_publisher_and_faults_of_its_own(stage):
    assert set(ASKED) == set(stage.world.publishers) == set(OWN)
