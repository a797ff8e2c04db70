"""Publish two ready runs by turns until told to stop: ``python republish.py FOLDER PAYLOADS``."""

from __future__ import annotations

import itertools
import sys
from datetime import date
from pathlib import Path

from forecast.storage.editions import publish
from forecast.storage.runs import FinishedRun


def main() -> None:
    processed, payloads = map(Path, sys.argv[1:])
    stop = payloads / "stop"
    for swaps in itertools.count():
        if stop.exists():
            break
        run_id = ("one", "two")[swaps % 2]
        files = {"forecasts.parquet": (payloads / run_id).read_bytes()}
        publish(processed, FinishedRun(run_id, date(2026, 7, 7), "strict", files, True))
        print(swaps + 1, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
