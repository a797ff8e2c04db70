"""Events are added a line at a time; a crash tears one line at most."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import forecast
from forecast.contracts.errors import SettingsError
from forecast.storage import journal

MANY = """
import sys
from pathlib import Path
from forecast.storage import journal

for number in range(50):
    journal.append(Path(sys.argv[1]), "runs", {"writer": sys.argv[2], "number": number})
"""


def test_events_are_read_in_the_order_they_were_added(processed: Path) -> None:
    for number in range(3):
        journal.append(processed, "runs", {"number": number, "text": "ü\n"})

    assert [event["number"] for event in journal.read(processed, "runs")] == [0, 1, 2]
    text = (processed / "journal" / "runs.jsonl").read_text(encoding="utf-8")
    assert text.splitlines()[0] == '{"number": 0, "text": "ü\\n"}'


def test_a_journal_nobody_wrote_is_empty(processed: Path) -> None:
    assert journal.read(processed, "runs") == []


@pytest.mark.parametrize("kept", range(1, 14))
def test_a_line_torn_by_a_crash_costs_no_other_line(
    processed: Path, kept: int, caplog: pytest.LogCaptureFixture
) -> None:
    journal.append(processed, "runs", {"number": 0})
    path = processed / "journal" / "runs.jsonl"
    path.write_bytes(path.read_bytes() + b'{"number": 1}\n'[:kept])
    before = [event["number"] for event in journal.read(processed, "runs")]

    journal.append(processed, "runs", {"number": 2})
    after = [event["number"] for event in journal.read(processed, "runs")]

    whole = [0, 1] if kept == 13 else [0]  # only its line end is missing
    assert (before, after) == (whole, [*whole, 2])
    assert ("line 2 was torn" in caplog.text) == (kept < 13)


def test_several_processes_may_write_at_once(processed: Path) -> None:
    source = str(Path(forecast.__file__).parents[1])
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", MANY, str(processed), name], env={"PYTHONPATH": source}
        )
        for name in "ab"
    ]
    assert [writer.wait() for writer in writers] == [0, 0]

    events = journal.read(processed, "runs")
    for name in "ab":
        assert [e["number"] for e in events if e["writer"] == name] == list(range(50))


@pytest.mark.parametrize("name", ["../runs", "", "Runs", "a.b"])
def test_a_journal_is_no_path(processed: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=r"journal is .*; expected small letters"):
        journal.append(processed, name, {})
