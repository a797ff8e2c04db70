"""``forecast doctor``: is this home well, and does the gate catch what it should?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from forecast.cli.common import DEFAULT, Common, today
from forecast.cli.printing import print_json, print_text, table
from forecast.contracts.errors import ExitCode

if TYPE_CHECKING:
    from forecast.pipeline.planting import Caught


def doctor(
    *,
    plant: str = "",
    source: str = "",
    seed: int = 0,
    common: Common = DEFAULT,
) -> int:
    """Look at a home, or plant a fault in memory and see whether the gate catches it.

    Examples: `forecast doctor`, `forecast doctor --plant thousandfold --source ie_dc`.

    Args:
        plant: A kind of corruption; `list` names them all. Nothing is written.
        source: The series to spoil.
        seed: Of place and size of the fault.
        common: Flags of every verb.
    """
    if plant == "list":
        from forecast.pipeline.planting import kinds

        names = sorted(kinds())
        print_json(names) if common.json else print_text("\n".join(names))
        return ExitCode.DONE
    if plant:
        from forecast.pipeline.planting import plant as planted

        caught = planted(plant, source, common.place(), seed=seed)
        print_json(asdict(caught)) if common.json else print_text(_told(caught))
        return ExitCode.DONE if caught.caught else ExitCode.FAILED
    from forecast.pipeline.health import examine

    findings = examine(common.place(), today=today())
    ill = [f"{one.what}: {one.found}" for one in findings if not one.well]
    if common.json:
        print_json([asdict(one) for one in findings], ill)
    else:
        rows = [["what", "", "found"]]
        rows += [[one.what, "well" if one.well else "ILL", one.found] for one in findings]
        print_text(table(rows))
    return ExitCode.FAILED if ill else ExitCode.DONE


def _told(caught: Caught) -> str:
    touched = f"{caught.rows_planted} rows spoilt, {caught.rows_gone} taken away"
    if not caught.caught:
        return f"NOT caught: {caught.kind} in {caught.series_id} ({touched})."
    return (
        f"Caught: {caught.kind} in {caught.series_id} ({touched}), by {', '.join(caught.rules)}: "
        f"{caught.refused} rows refused, {caught.doubted} kept in doubt."
    )
