"""The top floor: Prefect flows. A coat over ``forecast.pipeline``, not its skeleton.

::

    ingest_statistics   daily     one task a source
    forecast_demand     weekly    prepare ─▶ forecast ─▶ publish
    backfill_editions   by hand   one task a day, at most fifty
    serve               ``make serve``: a server, a worker and these three on one machine

Importing this package quietens Prefect, so it comes before ``import prefect`` anywhere.
"""

from flows.quiet import quieten

quieten()
