"""The publications we can read from the wire, by the name ``ingest`` knows them under."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecast.sources import (
    census_construction,
    cso_ireland,
    eia_grid_demand,
    eia_monthly_review,
    eia_outlooks,
    eia_retail_sales,
    ember_electricity,
    energinet_industry,
    epoch_data_centres,
    eurostat_electricity,
    large_load,
    owid_energy,
    sec_capex,
)

if TYPE_CHECKING:
    from forecast.sources.source import Source

SOURCES: Final[dict[str, Source]] = {
    source.name: source
    for source in (
        cso_ireland.SOURCE,
        eia_retail_sales.SOURCE,
        eia_grid_demand.SOURCE,
        eia_monthly_review.SOURCE,
        eia_outlooks.SOURCE,
        eurostat_electricity.SOURCE,
        ember_electricity.SOURCE,
        energinet_industry.SOURCE,
        owid_energy.SOURCE,
        sec_capex.SOURCE,
        census_construction.SOURCE,
        epoch_data_centres.SOURCE,
        large_load.SOURCE,
    )
}
"""Sources in the order they are asked."""
