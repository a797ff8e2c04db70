"""Answers go to disk as they come: a long one is never twice in memory, a secret never on disk."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from tests.replay.messages import Reply
from tests.replay.server import served

from forecast.contracts.errors import FetchError
from forecast.contracts.tables import PUBLICATIONS
from forecast.pipeline.asking import Bodies, Errand, bring
from forecast.pipeline.registry import SOURCES
from forecast.sources.source import Question, Reading, Request, Situation, no_observations
from forecast.storage.raw import held
from forecast.transport import Patience, Transport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forecast.sources.source import Source

NOW = datetime(2026, 7, 7, 6, tzinfo=UTC)
LONG = b"a line of a long file\n" * 1_000_000
BY_WAY_OF_MEMORY = {
    "cso_ireland": "it names a person",
    "eia_retail_sales": "it quotes the key",
    "eia_grid_demand": "it quotes the key",
    "eia_monthly_review": "it quotes the key",
    "eia_outlooks": "it quotes the key",
    "large_load": "nothing is asked",
}


class Publisher:
    """Says one thing to everyone."""

    name = "ember_electricity"
    wire = "whole"

    def answer(self, _asked: object) -> Reply:
        return Reply(LONG, "text/csv", wire=self.wire)


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    publisher = Publisher()
    with served({publisher.name: publisher}) as world:
        monkeypatch.setenv("FORECAST_BASE_URL_EMBER_ELECTRICITY", world.address(publisher.name))
        yield publisher


@pytest.fixture
def source() -> Source:
    """A source of one long file, that looks only at its length."""

    def read(payload: bytes, _at: datetime) -> Reading:
        assert len(payload) == len(LONG)
        return Reading(no_observations(), PUBLICATIONS.empty())

    def complete(_question: str, bodies: Bodies, _held: Bodies) -> None:
        assert [len(body) for body in bodies] == [len(LONG)]

    return replace(SOURCES[Publisher.name], read=read, complete=complete)


def ask(source: Source, raw: Path, *, most: int = len(LONG)) -> None:
    request = Request(source.name, "https://files.example/f.csv", ("files.example",), (), most)
    patience = Patience(attempts=1, pace_s=0.0)
    errand = Errand(Transport("test", patience=patience), raw, NOW)
    bring(source, Question("", request), errand, None)


def test_a_long_answer_is_in_memory_once_and_only_while_it_is_read(
    publisher: Publisher, source: Source, tmp_path: Path
) -> None:
    tracemalloc.start()
    ask(source, tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 1.2 * len(LONG)
    assert [one.payload == LONG for one in held(tmp_path, source.name)] == [True]


@pytest.mark.parametrize("wire", ["whole", "gzip"])
def test_an_answer_beyond_its_limit_is_refused_and_leaves_nothing(
    wire: str, publisher: Publisher, source: Source, tmp_path: Path
) -> None:
    publisher.wire = wire

    with pytest.raises(FetchError, match=r"Expected at most 1,000,000 bytes"):
        ask(source, tmp_path, most=1_000_000)

    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [".lock"]


def test_what_is_cleared_after_it_came_is_kept_cleared(
    publisher: Publisher, source: Source, tmp_path: Path
) -> None:
    cleared = replace(source, redacted=lambda payload: payload.replace(b"long", b"****"))

    ask(cleared, tmp_path)

    assert b"long" not in held(tmp_path, source.name)[0].payload


@pytest.mark.parametrize("name", SOURCES)
def test_only_what_can_hold_no_secret_goes_to_disk_as_it_comes(name: str) -> None:
    source = SOURCES[name]
    questions = source.questions(Situation(date(2026, 7, 7), key="the key"))

    assert source.streamed is (name not in BY_WAY_OF_MEMORY)
    if source.streamed:
        assert source.key is None
        assert not [one for one in questions if "the key" in repr(vars(one.request))]
