"""JSON-stat: what a cube may claim of itself."""

from __future__ import annotations

import json

import pytest

from forecast.contracts.errors import SourceError
from forecast.sources.json_stat import read_cube


def refuse(found, expected):
    raise SourceError(f"test: {found}; expected {expected}")


@pytest.mark.parametrize("status", ["p", {"0": "p"}])
def test_a_sparse_cube_that_claims_endless_cells_is_refused_at_once(status):
    codes = {f"c{place}": place for place in range(400)}
    names = [f"d{place}" for place in range(9)]
    cube = {
        "class": "dataset",
        "id": names,
        "size": [400] * 9,
        "dimension": {name: {"category": {"index": codes}} for name in names},
        "value": {"0": 1},
        "status": status,
    }

    with pytest.raises(SourceError, match=r"claims 262,144,000,000,.* cells; expected 5,000,000"):
        read_cube(json.dumps(cube).encode(), refuse)
