"""Is a Prefect server there? Asked before a flow starts, so that the answer is one line."""

from __future__ import annotations

from typing import Final

from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from forecast.contracts.errors import SettingsError

HOW: Final = (
    "Start one with `make serve` and set PREFECT_API_URL to the address it prints, or run "
    "without --orchestrate."
)

_PATIENCE_S: Final = 5.0
"""How long a server may take to say that it is well. [s]"""


def require_server() -> None:
    """Return if a Prefect server answers; none is ever started.

    Raises:
        SettingsError: None is set, in the environment or the active profile, or it is silent.
    """
    url = PREFECT_API_URL.value()
    if not url:
        raise SettingsError(f"PREFECT_API_URL is not set; tasks need a Prefect server. {HOW}")
    with (
        temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}),
        get_client(sync_client=True, httpx_settings={"timeout": _PATIENCE_S}) as client,
    ):
        silence = client.api_healthcheck()
    if silence is not None:
        raise SettingsError(f"no Prefect server answers at {url} ({silence}). {HOW}")
