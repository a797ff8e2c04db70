"""Each error tells the shell who must mend it."""

import pytest

from forecast.contracts import errors
from forecast.contracts.errors import ExitCode


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.FetchError, 1),
        (errors.SourceError, 1),
        (errors.VintageError, 1),
        (errors.ContractError, 1),
        (errors.FitError, 1),
        (errors.SettingsError, 2),
    ],
)
def test_an_error_has_an_exit_code_and_one_root(error, code):
    assert issubclass(error, errors.ForecastError)
    assert error.exit_code == code


def test_exit_codes_are_those_the_handbook_prints():
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4, 5]
