"""kill -9 at every call to the disk: readers see the old edition or the new one, never a part."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import forecast

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.storage.runs import FinishedRun

    Finish = Callable[..., FinishedRun]

KILLER = Path(__file__).with_name("killer.py")


@pytest.mark.slow
@pytest.mark.parametrize("scene", ["editions", "raw"])
def test_a_death_at_any_call_leaves_only_whole_things(
    scene: str, tmp_path: Path, finished: Finish
) -> None:
    for run_id in ("one", "two", "three"):
        (tmp_path / run_id).write_bytes(finished(run_id).files["forecasts.parquet"])

    found = _kill(scene, tmp_path)

    for way in ("before a call", "within a write"):
        print(f"{scene}: {found[way]['deaths']} deaths {way}, seen {found[way]['states']}")  # noqa: T201
        assert found[way]["wrong"] == []
    assert all(found["before a call"]["states"]), "a state that no reader ever met"
    assert found["heavy"] == []


def _kill(scene: str, folder: Path) -> dict[str, Any]:
    source = str(Path(forecast.__file__).parents[1])
    answer = subprocess.run(
        [sys.executable, str(KILLER), scene, str(folder / "home"), str(folder)],
        env={**os.environ, "PYTHONPATH": source},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(answer.stdout)
    return found
