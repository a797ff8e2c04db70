"""``forecast``: the command. Every verb is imported only when it is called."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from cyclopts import App, CycloptsError

from forecast import __version__
from forecast.contracts.errors import ExitCode, ForecastError

if TYPE_CHECKING:
    from collections.abc import Sequence

for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    # set before NumPy is imported: on our small matrices threads cost four times what they gain,
    # and would make the last digits depend on how many there are
    os.environ.setdefault(_threads, "1")

app = App(
    name="forecast",
    version=__version__,
    help="How much power will data centres draw, in what sense, how sure, and known when.\n\n"
    "`forecast run` answers from the data held; `forecast show us_dc` explains one series; "
    "`forecast backfill` rebuilds past editions; `forecast ingest` asks publishers for news.",
    help_format="markdown",
    result_action="return_value",
)
app.command(
    "forecast.cli.run:run",
    name="run",
    help="Forecast from everything known on a day, and publish the edition.",
)
app.command(
    "forecast.cli.show:show",
    name="show",
    help="Show one series of an edition: forecast, sources, what was left out and why.",
)
app.command(
    "forecast.cli.ingest:ingest",
    name="ingest",
    help="Ask publishers for what is new, and keep it as a vintage.",
)
app.command(
    "forecast.cli.doctor:doctor",
    name="doctor",
    help="Look at a home; or plant a fault and see whether the gate catches it.",
)
app.command(
    "forecast.cli.backfill:backfill",
    name="backfill",
    help="Rebuild past editions: each as an honest forecaster would have said it that day.",
)
app.command(
    "forecast.cli.fit:fit",
    name="fit",
    help="Forecast every series of a panel: quantiles learned from its own past errors.",
)


def main(tokens: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    asked = list(sys.argv[1:] if tokens is None else tokens)
    sys.exit(answer(asked))


def answer(tokens: Sequence[str]) -> int:
    """Run one command and return its exit code; a known error is one line on stderr."""
    from forecast.cli.printing import print_error

    try:
        code = app(tokens, exit_on_error=False, print_error=True)
    except CycloptsError:
        return int(ExitCode.USAGE)
    except ForecastError as error:
        if "--debug" in tokens:
            raise
        print_error(error, as_json="--json" in tokens)
        return int(error.exit_code)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted: nothing half-written is visible; run it again\n")
        return 130
    return int(code or ExitCode.DONE)


if __name__ == "__main__":
    main()
