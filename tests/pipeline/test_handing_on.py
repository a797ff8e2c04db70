"""Figures that may not be handed on stay out of the tables that travel."""

from __future__ import annotations

import pandas as pd
from tests.homes import own_rows, write_own

HEADER = (
    "publication_id,family,publisher,title,url,published,licence,attribution,redistributable,grade"
)


def described(home, *, redistributable):
    own = home.home / "data" / "raw" / "own"
    (own / "publications.csv").write_text(
        f"{HEADER}\nvalley,valley,Valley Power,Yearbook,,,all rights reserved,Valley Power,"
        f"{str(redistributable).lower()},A\n"
    )


def tables(outcome):
    return {
        name: pd.read_parquet(outcome.folder / f"{name}.parquet")
        for name in ("observations", "inputs", "forecasts", "publications")
    }


def test_what_may_be_handed_on_is_in_the_tables(own_home, ask):
    write_own(own_home.home, own_rows())
    described(own_home, redistributable=True)

    told = tables(ask(own_home))

    assert not told["observations"].empty
    assert told["inputs"]["value"].notna().all()


def test_what_may_not_is_left_out_of_them_and_still_forecast_from(own_home, ask):
    write_own(own_home.home, own_rows())
    described(own_home, redistributable=False)

    told = tables(ask(own_home))

    assert told["observations"].empty
    assert told["inputs"]["value"].isna().all()
    assert "valley" in set(told["publications"]["publication_id"])
    assert not told["forecasts"].empty
