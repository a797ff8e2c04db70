"""The catalogue is closed: a misspelt key is an error that names its entry."""

import pytest
from pydantic import ValidationError
from tests.builders import built_in, catalogue, series

from forecast.contracts.catalogue import BASELINES, MODELS, parse_catalogue
from forecast.contracts.errors import SettingsError

TEXT = built_in("catalogue.toml")


def changed(old, new):
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def test_the_built_in_catalogue_parses_in_reading_order():
    assert catalogue().ids[:3] == ("us_dc", "world_dc", "ie_dc")
    assert [entry.id for entry in catalogue()] == list(catalogue().ids)
    assert len(catalogue().sha256) == 64


def test_another_byte_is_another_catalogue():
    assert parse_catalogue(TEXT + "\n").sha256 != catalogue().sha256


def test_a_series_is_found_by_its_id_or_refused_with_the_list():
    assert catalogue()["ie_dc"].location == "IRL"
    with pytest.raises(
        SettingsError, match=r"series 'ie' is not in the catalogue.*us_dc, world_dc"
    ):
        catalogue()["ie"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("horizon = 11", "horizn = 11", r"series\.us_dc\.horizn: Extra"),
        ('unit = "TWh"', 'unit = "kWh"', r"series\.us_dc: .*unit 'kWh' is not one of TWh"),
        ('quantity = "energy"', 'quantity = "heat"', r"series\.us_dc: .*quantity 'heat'"),
        ('models = ["panel"', 'models = ["arima"', r"series\.us_dc: .*\['arima'\]"),
        ("low = 20.0", "low = 1500.0", r"series\.us_dc\.plausible: .*low must lie below its high"),
        ("completeness = 1.0", "completeness = 1.5", r"us_dc\.aggregation\.completeness"),
        ("low = 20.0", "low = 2000.0", r"series\.us_dc\.plausible: .*low must lie below its high"),
        ("growth_low = -0.2", "growth_low = 0.6", r"us_dc\.plausible: .*low must lie below"),
        ('crypto = "out"', 'crypto = "some"', r"series\.us_dc\.estimand\.crypto"),
        ("completeness = 1.0", "completeness = 0.0", r"us_dc\.aggregation\.completeness"),
        ("horizon = 11", "horizon = 0", r"series\.us_dc\.horizon"),
        ("horizon = 11", "horizon = 241", r"series\.us_dc\.horizon"),
        ("publication_lag_days = 540", "publication_lag_days = -1", "publication_lag_days"),
        ("publication_lag_days = 540", "publication_lag_days = 2001", "publication_lag_days"),
        ('id = "us_dc"', 'id = "US DC"', r"series\.US DC\.id"),
        ('id = "us_dc"', 'idd = "us_dc"', r"series\.0\.id: Field required"),
        ('sources = ["lbnl", "iea", "epri", "koomey", "epa"]', "sources = []", "us_dc.sources"),
        ('frequency = "A"', 'frequency = "I"', r"series\.us_dc: .*instants have no next period"),
        (
            'frequency = "A"',
            'frequency = "A"\nperiods = "fiscal"',
            r"series\.us_dc: .*only quarters may be fiscal",
        ),
        ('frequency = "A"', 'frequency = "D"', r"series\.us_dc\.frequency"),
    ],
)
def test_a_wrong_entry_is_refused_by_name(old, new, message):
    with pytest.raises(SettingsError, match=message) as refusal:
        parse_catalogue(changed(old, new), name="mine.toml")

    assert str(refusal.value).startswith("mine.toml: ")
    assert str(refusal.value).endswith("Mend the entry.")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("completeness = 1.0", "completeness = 0.01"),
        ("horizon = 11", "horizon = 1"),
        ("horizon = 11", "horizon = 240"),
        ("publication_lag_days = 540", "publication_lag_days = 0"),
        ("publication_lag_days = 540", "publication_lag_days = 2000"),
    ],
)
def test_the_ends_of_what_is_allowed_are_allowed(old, new):
    assert parse_catalogue(changed(old, new))["us_dc"].id == "us_dc"


def test_an_id_that_stands_twice_is_named():
    with pytest.raises(SettingsError, match=r"mine\.toml: series us_dc stand twice"):
        parse_catalogue(changed('id = "world_dc"', 'id = "us_dc"'), name="mine.toml")


def test_what_is_no_toml_is_refused_with_its_line():
    with pytest.raises(SettingsError, match=r"mine\.toml is not TOML: .*line 1"):
        parse_catalogue("series = 1 2", name="mine.toml")


@pytest.mark.parametrize("text", ["", "series = 3", "[[serie]]\n", "series = [3]", 'sha256 = "x"'])
def test_a_file_without_entries_is_refused(text):
    with pytest.raises(SettingsError, match=r"^catalogue\.toml: .*Mend the entry"):
        parse_catalogue(text)


def test_a_file_cannot_state_its_own_hash():
    with pytest.raises(SettingsError, match="multiple values for keyword argument 'sha256'"):
        parse_catalogue('sha256 = "x"')


def test_at_most_five_flaws_are_read_aloud():
    with pytest.raises(SettingsError) as refusal:
        parse_catalogue('[[series]]\nid = "x"\n')

    assert str(refusal.value).count("Field required") == 5


def test_an_entry_cannot_be_changed_after_it_was_read():
    with pytest.raises(ValidationError):
        catalogue()["us_dc"].horizon = 3


@pytest.mark.parametrize(("frequency", "steps"), [("A", 1), ("Q", 4), ("M", 12)])
def test_periods_of_a_year_follow_from_the_frequency(frequency, steps):
    assert series(frequency=frequency).periods_per_year == steps


def test_a_series_that_asks_for_nothing_gets_the_plain_models():
    bare = catalogue()["us_dc"].model_fields_set
    defaults = type(series()).model_fields

    assert defaults["models"].default == (
        "panel",
        "constant_growth",
        "damped_growth",
        "logistic",
        "exponential_smoothing",
    )
    assert defaults["fallback"].default == "last_value"
    assert not defaults["headline"].default
    assert not defaults["senses"].default
    assert {"headline", "senses"} < bare
    assert set(BASELINES) < set(MODELS)


def test_defaults_of_an_estimand_and_an_aggregation_are_modest():
    text = changed(
        'aggregation = { rule = "sum", completeness = 1.0 }', 'aggregation = { rule = "sum" }'
    )

    parsed = parse_catalogue(text)["us_dc"]

    assert parsed.aggregation.completeness == 1.0
    assert parsed.aggregation.time_zone == "UTC"
    assert parsed.estimand.year == "calendar year"
    assert catalogue()["us_electricity"].estimand.crypto == "not applicable"
    assert catalogue()["capex_msft"].estimand.on_site_supply == "not applicable"
    assert parsed.scope == ""


@pytest.mark.parametrize("entry", list(catalogue()), ids=catalogue().ids)
def test_every_built_in_series_says_what_will_settle_it(entry):
    assert entry.estimand.resolver
    assert entry.estimand.boundary
    assert entry.plausible.low < entry.plausible.high
    assert set(entry.models) <= set(MODELS)


@pytest.mark.parametrize("company", ["msft", "googl", "amzn", "meta", "orcl", "nvda"])
def test_spending_of_every_company_followed_is_carried_on(company):
    entry = catalogue()[f"capex_{company}"]

    assert entry.forecast
    assert entry.sources[0] == "sec"
    assert entry.periods == ("fiscal" if company in {"orcl", "nvda"} else "calendar")
