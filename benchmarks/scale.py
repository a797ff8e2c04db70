"""How time and memory grow with the panel: ``python -m benchmarks.scale 100 1000 10000``.

Each size runs in a process of its own; series are random walks in logarithms, 30 years each.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

YEARS, HORIZON = 30, 10


def panel(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    steps = rng.normal(0.02, 0.05, (count, YEARS))
    values = 100 * np.exp(np.cumsum(steps, axis=1))
    names = np.repeat([f"s{k:06d}" for k in range(count)], YEARS)
    return pd.DataFrame(
        {
            "unique_id": names,
            "ds": np.tile(np.arange(1995, 1995 + YEARS), count),
            "y": values.ravel(),
        }
    )


def one(count: int) -> dict[str, float]:
    """Forecast one panel in this process; return seconds, milliseconds a series and memory."""
    from forecast.pipeline.fitting_files import Wish, fit_file

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "panel.parquet")
        panel(count).to_parquet(path, index=False)
        wall, cpu = time.perf_counter(), time.process_time()
        fit_file(path, Path(folder, "out.parquet"), Wish(HORIZON, "A"), lambda _: None)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "series": count,
        "wall_seconds": round(wall, 1),
        "cpu_ms_a_series": round(1000 * cpu / count, 2),
        "peak_mb": round(_peak_mb()),
    }


def _peak_mb() -> float:
    """Return the most memory this process held; rusage would count its parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(count: int) -> dict[str, float]:
    """Return ``one`` of a process of its own."""
    code = f"import json; from benchmarks.scale import one; print(json.dumps(one({count})))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(told.stdout.splitlines()[-1])


if __name__ == "__main__":
    for size in map(int, sys.argv[1:] or ["100", "1000", "10000"]):
        print(measured(size))
