"""Units convert within a dimension and refuse to leave it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.contracts.errors import ContractError
from forecast.contracts.quantities import (
    HOURS_PER_YEAR,
    QUANTITIES,
    UNITS,
    average_load_gw,
    energy_twh,
    facility_energy_twh,
    unit_factor,
)

units = st.sampled_from(UNITS)


@pytest.mark.parametrize(
    ("found", "wanted", "factor"),
    [
        ("TWh", "GWh", 1_000),
        ("GWh", "MWh", 1_000),
        ("MWh", "TWh", 1e-6),
        ("GW", "MW", 1_000),
        ("USD bn", "USD", 1e9),
        ("%", "ratio", 0.01),
        ("index", "index", 1),
        ("USD bn/yr", "USD bn/yr", 1),
    ],
)
def test_a_unit_converts_by_its_own_scale(found, wanted, factor):
    assert unit_factor(found, wanted) == pytest.approx(factor, rel=1e-15)


@pytest.mark.parametrize(
    ("found", "wanted"), [("GW", "TWh"), ("%", "TWh"), ("USD bn", "USD bn/yr"), ("index", "%")]
)
def test_two_dimensions_convert_only_through_a_stated_factor(found, wanted):
    with pytest.raises(ContractError, match=f"{found} measures .* {wanted} measures .* factor"):
        unit_factor(found, wanted)


@pytest.mark.parametrize("pair", [("kWh", "TWh"), ("TWh", "kWh"), ("", "TWh")])
def test_a_unit_off_the_list_is_refused_with_the_list(pair):
    with pytest.raises(ContractError, match=r"is not one of TWh, GWh, MWh, GW"):
        unit_factor(*pair)


@given(units, units)
def test_there_and_back_is_where_we_were(found, wanted):
    try:
        there = unit_factor(found, wanted)
    except ContractError:
        with pytest.raises(ContractError):
            unit_factor(wanted, found)
    else:
        assert there * unit_factor(wanted, found) == pytest.approx(1)


def test_a_terawatt_hour_a_year_is_a_known_load():
    assert average_load_gw(8.76) == 1.0
    assert average_load_gw(192) == pytest.approx(21.918, abs=1e-3)
    assert average_load_gw(1.0, hours=1_000) == 1.0
    assert HOURS_PER_YEAR == 24 * 365


@given(st.floats(1e-6, 1e6), st.floats(1, 1e5))
def test_energy_and_load_are_inverse(load_gw, hours):
    assert average_load_gw(energy_twh(load_gw, hours), hours) == pytest.approx(load_gw)


def test_facility_energy_is_nameplate_times_use_times_overhead():
    assert facility_energy_twh(1_000, utilisation=0.6, pue=1.25) == pytest.approx(6.57, rel=1e-9)
    assert facility_energy_twh(2_000, utilisation=0.5, pue=1.0) == pytest.approx(8.76)


def test_quantities_are_a_closed_list():
    assert len(QUANTITIES) == len(set(QUANTITIES)) == 9
    assert {"energy", "average_load", "peak_load", "connection"} < set(QUANTITIES)
