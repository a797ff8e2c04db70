"""Homes to run in: a made-up utility's own, and a copy of the built-in data."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tests.homes import CATALOGUE, NOW, ROOT, TODAY, own_rows, share, write_own

from forecast.contracts.question import Place
from forecast.pipeline.walk import Asked, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from forecast.pipeline.walk import Outcome


@pytest.fixture
def own_home(tmp_path: Path, cache: Path) -> Place:
    (tmp_path / "catalogue.toml").write_text(CATALOGUE, encoding="utf-8")
    write_own(tmp_path, own_rows())
    share(tmp_path, cache)
    return Place(tmp_path)


@pytest.fixture
def built_in_home(tmp_path: Path, cache: Path) -> Place:
    share(tmp_path, cache)
    shutil.copytree(ROOT / "data" / "raw" / "compiled", tmp_path / "data" / "raw" / "compiled")
    return Place(tmp_path)


@pytest.fixture
def ask() -> Callable[..., Outcome]:
    def asked(place: Place, *, today: date = TODAY, **question: object) -> Outcome:
        return run(Asked(**question), place, today=today, now=NOW)  # type: ignore[arg-type]

    return asked
