"""A builder of MEC02 cubes in the publisher's form, written by us."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

CUSTOMERS = {
    "-": "All metered electricity consumption",
    "10": "Data centres",
    "20": "Customers other than data centres",
}
QUARTERS = ("2024Q3", "2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4")


def build_cube(quarters: tuple[str, ...] = QUARTERS) -> dict[str, object]:
    """Return a cube whose values tell their place: quarter n has 100 n data centres, all 1000 n."""
    values = [v for n in range(1, len(quarters) + 1) for v in (1000.0 * n, 100.0 * n, 900.0 * n)]
    dimension = {
        "STATISTIC": {
            "category": {
                "index": ["MEC02"],
                "label": {"MEC02": "Gigawatt hours"},
                "unit": {"MEC02": {"decimals": 0, "label": "GWh", "position": "end"}},
            }
        },
        "TLIST(Q1)": {"category": {"index": list(quarters), "label": {q: q for q in quarters}}},
        "C03907V04659": {"category": {"index": list(CUSTOMERS), "label": dict(CUSTOMERS)}},
    }
    return {
        "class": "dataset",
        "dimension": dimension,
        "extension": {
            "matrix": "MEC02",
            "contact": {"name": "A. Person", "email": "a.person@example.org", "phone": "+353 1"},
        },
        "id": list(dimension),
        "label": "Data Centres Metered Electricity Consumption",
        "size": [1, len(quarters), 3],
        "updated": "2026-07-07T11:00:00.000Z",
        "value": values,
        "version": "2.0",
    }


@pytest.fixture(scope="session")
def cube() -> Callable[..., dict[str, object]]:
    return build_cube


@pytest.fixture(scope="session")
def payload() -> Callable[..., bytes]:
    """Members to put in place of the cube's own → payload; None takes a member out."""

    def as_bytes(**members: object) -> bytes:
        whole = {**build_cube(), **members}
        return json.dumps({k: v for k, v in whole.items() if v is not None}).encode()

    return as_bytes


@pytest.fixture(scope="session")
def retrieved_at() -> datetime:
    return datetime(2026, 7, 8, 6, 30, tzinfo=UTC)
