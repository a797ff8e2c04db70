"""Keys of publishers from Prefect Secrets: loaded inside the step that needs one, never passed on.

A Secret is named after the variable: ``EIA_API_KEY`` is ``eia-api-key``. Parameters and results
of a step are kept by the server; a key is neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.blocks.system import Secret
from prefect.utilities.asyncutils import run_coro_as_sync

from forecast.pipeline.registry import SOURCES

if TYPE_CHECKING:
    from collections.abc import Mapping


def keys(source: str) -> Mapping[str, str]:
    """Return the variable and key of a source, if the server keeps a Secret of that name."""
    known = SOURCES.get(source)
    if known is None or known.key is None:
        return {}
    name = known.key.variable.lower().replace("_", "-")
    try:
        secret = run_coro_as_sync(Secret.aload(name))
    except ValueError:  # there is no such Secret: the environment may hold the key
        return {}
    return {} if secret is None else {known.key.variable: str(secret.get())}
