"""What holds for every test of the house."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# properties are judged by what they find, never by how busy the machine is
settings.register_profile("house", deadline=None)
settings.load_profile("house")

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Verdicts and examinations: keyed by content, so one for all homes and all workers."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"
    folder.mkdir(exist_ok=True)
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a newcomer without the real payloads pass; in CI a missing folder is a failure."""
    if SHARED.is_dir() or os.environ.get("CI"):
        return
    absent = pytest.mark.skip(reason="the real payloads are not beside this checkout")
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(absent)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name packed bytes by their argument: they hold the second in which they were packed."""
    packed = isinstance(val, bytes) and (b"\x1f\x8b" in val or b"PK\x03\x04" in val)
    return f"{argname} packed" if packed else None
