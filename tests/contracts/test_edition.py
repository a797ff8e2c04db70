"""An edition tells its readers about each series, and what it knew too early."""

from datetime import date

import pandas as pd
from tests.builders import assumptions, catalogue

from forecast.contracts.edition import Edition, SeriesNote


def edition(used):
    notes = (SeriesNote("us_dc", points=3), SeriesNote("ie_dc", remarks=("no forecast",)))
    return Edition(
        run_id="0" * 16,
        as_of=date(2010, 1, 1),
        policy="strict",
        catalogue=catalogue(),
        notes=notes,
        factors=(),
        tables={"assumptions": used},
        version="0",
    )


def test_a_series_without_points_has_no_forecast():
    told = edition(pd.DataFrame())

    assert told.note("us_dc").has_forecast
    assert SeriesNote("x", points=1).has_forecast
    assert not told.note("ie_dc").has_forecast
    assert SeriesNote("x").refusals == {}


def test_hindsight_names_the_assumptions_known_only_later():
    dated = assumptions().on(date(2010, 1, 1))
    dated.get("growth_mean", "data_centres")
    dated.get("growth_drift", "data_centres")

    assert edition(dated.used_table()).hindsight == ("data_centres.growth_drift.2011",)
