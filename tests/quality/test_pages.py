"""A page instead of a file never reaches the gate: each reader turns it away by name."""

from __future__ import annotations

import pytest
from tests import builders
from tests.quality.test_gate import STEADY, years

from forecast.contracts.errors import SourceError
from forecast.quality.gate import judge
from forecast.quality.planting import PAGES
from forecast.sources import compiled


@pytest.mark.parametrize("page", PAGES)
def test_a_page_for_a_table_is_the_readers_to_refuse(page):
    with pytest.raises(SourceError):
        compiled.read(page.encode(), name="observations.csv")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_for_a_number_is_the_gates(page):
    frame = years(2010, STEADY)
    frame.loc[3, "value"] = float("nan")
    frame.loc[3, "value_text"] = page

    judged = judge(frame, builders.catalogue())

    assert judged.quarantine["rule"].tolist() == ["number_or_blank"]
