"""Entries that differ only in their place are written once."""

import pytest

from forecast.contracts.catalogue import parse_catalogue
from forecast.contracts.each import written_out
from forecast.contracts.errors import SettingsError

FORM = """\
[places.states]
va = "Virginia"
tx = "Texas"

[[each]]
over = "states"
id = "us_{code}_sales"
title = "{name}: sales"
location = "US-{CODE}"
quantity = "energy"
unit = "GWh"
frequency = "A"
sources = ["eia"]
reference_class = "electricity"
publication_lag_days = 60
live = true
estimand = { boundary = "billed in {name}", resolver = "EIA" }
plausible = { low = 1.0, high = 2.0, growth_low = -0.5, growth_high = 0.5, known_from = 2020-01-01 }
"""


def test_an_entry_is_written_out_for_each_place():
    catalogue = parse_catalogue(FORM)

    assert catalogue.ids == ("us_va_sales", "us_tx_sales")
    assert catalogue["us_tx_sales"].location == "US-TX"
    assert catalogue["us_va_sales"].estimand.boundary == "billed in Virginia"


def test_an_entry_in_full_stands_in_place_of_one_written_out():
    own = FORM.partition("[[each]]")[2].replace('over = "states"\n', "")
    own = (
        own.replace("{code}", "va").replace("{name}: sales", "Our Virginia").replace("{CODE}", "VA")
    )

    catalogue = parse_catalogue(FORM + "\n[[series]]" + own)

    assert sorted(catalogue.ids) == ["us_tx_sales", "us_va_sales"]
    assert catalogue["us_va_sales"].title == "Our Virginia"


def test_a_catalogue_without_places_is_left_as_it_is():
    entries = {"series": [{"id": "a"}]}

    assert written_out(entries) is entries


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[each]]\nover = "towns"\nid = "x"', "x goes over 'towns'; expected one of no list"),
        (FORM.replace('over = "states"', 'over = "towns"'), "expected one of states"),
        ("each = 3\n[places.a]\nb = 'c'", "no list of entries"),
        ("places = 3", "something else than code"),
        ("[places.a]\nb = 3", "something else than code"),
        ("[places]\na = 3", "something else than code"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_filled_is_refused(text, told):
    with pytest.raises(SettingsError, match=told):
        parse_catalogue(text)


def test_a_live_series_is_left_out_until_something_is_told_of_it():
    catalogue = parse_catalogue(FORM)

    assert catalogue.heard({"us_va_sales"}).ids == ("us_va_sales",)
    assert catalogue.heard({"us_va_sales"}).sha256 == catalogue.sha256
    assert catalogue.heard(set()).ids == ()
