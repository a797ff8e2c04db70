"""``forecast ingest``: ask publishers for what is new, or enter a file from one."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from forecast.cli.common import DEFAULT, Common, now
from forecast.cli.printing import print_json, print_text, table
from forecast.contracts.errors import ExitCode, SettingsError

if TYPE_CHECKING:
    from forecast.pipeline.by_hand import Entered
    from forecast.pipeline.ingesting import Ingested


def ingest(
    *sources: str,
    all: Annotated[bool, Parameter(negative="")] = False,
    file: Path | None = None,
    known_from: date | None = None,
    common: Common = DEFAULT,
) -> int:
    """Ask publishers for what is new, and keep it as a vintage.

    Nothing a publisher does loses anything: a short, wrong or missing answer is refused and
    the last good vintage stays. Set FORECAST_CONTACT to a mail address publishers may use, and
    EIA_API_KEY (or EIA_API_KEY_FILE) to ask the U.S. Energy Information Administration.

    Examples: `forecast ingest`, `forecast ingest cso_ireland`,
    `forecast ingest cso_ireland --file MEC02.json --known-from 2026-07-07`.

    Args:
        sources: Publications to ask; all of them if none is named.
        all: Ask all of them, said aloud.
        file: Take this file, downloaded by someone, as the answer of the one source named.
        known_from: The day that file was downloaded (YYYY-MM-DD), if not today.
        common: Flags of every verb.
    """
    if file is not None:
        return _enter(sources, file, known_from, common)
    if known_from is not None:
        raise SettingsError("--known-from says when a --file was downloaded. Name the file too.")
    if all and sources:
        raise SettingsError("--all asks every source; name sources or say --all, not both.")
    from forecast.pipeline.ingesting import ingest as ask

    outcomes = ask(sources, common.place(), now=now(), say=common.say())
    failed = [one for one in outcomes if one.verdict in {"refused", "partly"}]
    if common.json:
        print_json([asdict(outcome) for outcome in outcomes], [one.reason for one in failed])
    else:
        print_text(_told(outcomes))
    return _code(outcomes, named=bool(sources))


def _code(outcomes: list[Ingested], *, named: bool) -> int:
    """Return the exit code; a source skipped for want of a key failed only if it was named."""
    verdicts = [one.verdict for one in outcomes]
    asked = [verdict for verdict in verdicts if verdict != "skipped"]
    if not asked:
        return ExitCode.USAGE if named else ExitCode.DONE
    if all(verdict == "refused" for verdict in asked):
        return ExitCode.EVERY_SOURCE_REFUSED
    some = any(verdict in {"refused", "partly"} for verdict in asked)
    missed = named and len(asked) < len(verdicts)
    return ExitCode.SOME_PARTS_FAILED if some or missed else ExitCode.DONE


def _told(outcomes: list[Ingested]) -> str:
    rows = [["source", "verdict", "rows", "new payloads", "newest vintage"]]
    rows += [
        [one.source, one.verdict, str(one.rows or ""), str(one.new or ""), one.vintage]
        for one in outcomes
    ]
    reasons = [one.reason for one in outcomes if one.reason]
    return "\n\n".join([table(rows, right=(2, 3)), *reasons])


def _enter(sources: tuple[str, ...], file: Path, known_from: date | None, common: Common) -> int:
    from forecast.pipeline.by_hand import enter

    if len(sources) != 1:
        raise SettingsError(
            f"--file needs the one source it comes from; {len(sources)} are named. "
            "Say `forecast ingest SOURCE --file PATH`."
        )
    entered = enter(sources[0], file, common.place(), now=now(), known_from=known_from)
    if common.json:
        print_json(asdict(entered), [])
    else:
        print_text(_told_of_file(entered, file))
    return ExitCode.DONE


def _told_of_file(entered: Entered, file: Path) -> str:
    state = "kept as" if entered.new else "held already as"
    lines = [f"{file.name}: {state} {entered.source}/{entered.vintage}"]
    lines.append(
        f"{entered.kept} rows kept, {entered.refused} quarantined, {entered.claims} projections, "
        f"{entered.projects} rows about sites"
    )
    for title, found in (
        ("quarantined", entered.quarantined),
        ("in doubt", entered.doubted),
        ("left out", entered.left_out),
    ):
        lines += [f"{title}: {count} rows: {why}" for why, count in found.items()]
    if entered.series:
        rows = [["series", "step", "rows", "from", "to", "total", "unit"]]
        rows += [
            [one.series_id, one.frequency, str(one.rows), one.first, one.last,
             f"{one.total:,.3f}".rstrip("0").rstrip("."), one.unit]
            for one in entered.series
        ]  # fmt: skip
        lines += ["", table(rows, right=(2, 5))]
    return "\n".join(lines)
