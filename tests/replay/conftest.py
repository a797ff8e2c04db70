"""A world of publishers on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.replay.scene import playing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.replay.scene import Scene


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One world for all tests of a file: whoever spoils it mends it."""
    with playing(tmp_path_factory.mktemp("home")) as scene:
        yield scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A world and a home of one's own."""
    with playing(tmp_path) as scene:
        yield scene
