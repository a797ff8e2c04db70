"""Every publisher by the name of its source, honest and small."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.replay.publishers.eia import Eia
from tests.replay.publishers.energinet_industry import Energinet
from tests.replay.publishers.epoch import Epoch
from tests.replay.publishers.filings import Sec
from tests.replay.publishers.statistics import Cso, Eurostat
from tests.replay.publishers.world import Census, Ember, Owid

if TYPE_CHECKING:
    from tests.replay.messages import Publisher

TODAY = date(2026, 7, 10)


def everyone(today: date = TODAY) -> dict[str, Publisher]:
    """Return a new set of publishers: what one is told, the next one does not know."""
    makers = {
        "cso_ireland": Cso,
        "eia_retail_sales": Eia,
        "eia_grid_demand": Eia,
        "eia_monthly_review": Eia,
        "eia_outlooks": Eia,
        "owid_energy": Owid,
        "ember_electricity": Ember,
        "energinet_industry": Energinet,
        "eurostat_electricity": Eurostat,
        "sec_capex": Sec,
        "census_construction": Census,
        "epoch_data_centres": Epoch,
    }
    return {name: make(name, today) for name, make in makers.items()}
