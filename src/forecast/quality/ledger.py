"""The ledger: what was said of each row, kept by batch and turned into tables at the end."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.contracts.tables import CHECKS, OBSERVATIONS, QUARANTINE
from forecast.quality import rules
from forecast.quality.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from forecast.quality.batches import Batches
    from forecast.quality.rule import Rule

STOPPED: Final = "vintage_stopped"
"""The rule under which the rest of a stopped vintage stands in QUARANTINE."""

WITHDRAWN: Final = "withdrawn_series"
"""The rule that names a series a new edition leaves out."""

_UNHASHED: Final = "not stated"


class Ledger:
    """What was said of the rows of all batches."""

    def __init__(self, batches: Batches) -> None:
        self._rows = batches.rows
        self._batches = batches
        self.refused: NDArray[np.bool_] = np.zeros(len(batches.rows), dtype=bool)
        self.stopped: dict[str, str] = {}
        self._stops: list[tuple[int, str, str]] = []
        self._failed: list[tuple[int, str, str, str, str]] = []
        self._missing: list[tuple[int, str, str, str, str]] = []
        self._judged: list[tuple[str, NDArray[np.int64]]] = []
        self._recalled: list[tuple[str, int, int]] = []
        self._edition = batches.rows["edition"].to_numpy(dtype=np.int64)

    def note_judged(self, rule: str, places: NDArray[np.int64]) -> None:
        """Note which rows a rule looked at."""
        self._judged.append((rule, places))

    def note_failed(self, place: int, rule: Rule, found: str, expected: str) -> None:
        """Note that a row broke a rule; a critical breach refuses it."""
        self._failed.append((place, rule.name, rule.severity, found, expected))
        self.refused[place] |= rule.severity == "critical"

    def note_missing(self, place: int, rule: Rule, span: str) -> None:
        """Note that a period beside a row has no row of its own."""
        row = self._rows.iloc[place]
        what = f"{row['series_id']}, {row['publication_id']}, {span}"
        self._missing.append((place, rule.name, what, "no row", rule.meaning))

    def note_stopped(self, place: int, reason: str, *, spared: bool) -> None:
        """Note that the vintage a row is of was stopped; ``spared``: no rule had refused it."""
        self._stop(place, reason)
        if spared:
            expected = "at most a quarter: so much amiss is another series"
            self._failed.append((place, STOPPED, "critical", reason, expected))
            self.refused[place] = True

    def _stop(self, place: int, reason: str) -> None:
        name = self._vintage_of_series(place)
        if name not in self.stopped:
            self.stopped[name] = reason
            self._stops.append((place, name, reason))

    def note_withdrawn(self, lost: Iterable[tuple[int, str]]) -> None:
        """Note series that a new edition leaves out."""
        for place, series_id in lost:
            what = f"{series_id}, {self._rows['publication_id'].iat[place]}, the whole series"
            meaning = "a new edition of a publication holds every series of the one before"
            self._missing.append((place, WITHDRAWN, what, "no row", meaning))

    def enter(self, batch: int, verdict: Verdict) -> None:
        """Enter a verdict given before."""
        places = self._batches.places[batch]
        publications = self._rows["publication_id"].to_numpy()[places]
        for at, rule, severity, found, expected in verdict.failed:
            place = int(places[at])
            self._failed.append((place, rule, severity, found, expected))
            self.refused[place] |= severity == "critical"
        for at, *said in verdict.missing:
            self._missing.append((int(places[at]), said[0], said[1], said[2], said[3]))
        first = {name: int(place) for name, place in zip(publications, places, strict=True)}
        for publication, counts in verdict.judged.items():
            self._recalled += [(rule, first[publication], n) for rule, n in counts.items()]
        for publication, reason in verdict.stopped.items():
            self._stop(first[publication], reason)

    def verdicts(self, batches: Iterable[int]) -> dict[int, Verdict]:
        """Return what was said of each of some batches, to be remembered."""
        made = {batch: Verdict() for batch in batches}
        of_row = self._batches.of_row
        for entries, kind in ((self._failed, "failed"), (self._missing, "missing")):
            for place, *said in entries:
                batch = int(of_row[place])
                if batch in made:
                    at = int(np.searchsorted(self._batches.places[batch], place))
                    getattr(made[batch], kind).append((at, *said))
        publications = self._rows["publication_id"].to_numpy()
        counts = self._counts()
        counts = counts[counts["batch"].isin(made)]
        for batch, place, rule, count in counts.itertuples(index=False):
            made[batch].judged.setdefault(publications[place], {})[rule] = count
        for place, _, reason in self._stops:
            batch = int(of_row[place])
            if batch in made:
                made[batch].stopped[publications[place]] = reason
        for verdict in made.values():
            verdict.failed.sort()
            verdict.missing.sort()
        return made

    def kept(self) -> pd.DataFrame:
        """Return the rows that no critical rule refused."""
        return self._rows[~self.refused & ~self._rows["beside"]]

    def quarantine(self) -> pd.DataFrame:
        """Return rows refused, and what is missing."""
        refused = [entry for entry in self._failed if entry[2] == "critical"]
        missing = [(*entry[:2], "warning", *entry[2:]) for entry in self._missing]
        return pd.concat([self._written(refused), self._named(missing)], ignore_index=True)

    def warnings(self) -> pd.DataFrame:
        """Return rows that were kept although a rule doubts them."""
        return self._written([entry for entry in self._failed if entry[2] == "warning"])

    def _written(self, entries: list[tuple[int, str, str, str, str]]) -> pd.DataFrame:
        frame = pd.DataFrame(entries, columns=["place", "rule", "severity", "found", "expected"])
        rows = self._rows.iloc[frame["place"].to_numpy(dtype=np.int64)]
        frame["raw_sha256"] = rows["raw_sha256"].replace("", _UNHASHED).to_numpy()
        frame["row"] = rows["row"].astype(str).to_numpy()
        frame["text"] = _as_text(rows)
        return frame.drop_duplicates(list(QUARANTINE.key))[QUARANTINE.names]

    def _named(self, entries: list[tuple[int, str, str, str, str, str]]) -> pd.DataFrame:
        columns = ["place", "rule", "severity", "text", "found", "expected"]
        frame = pd.DataFrame(entries, columns=columns)
        rows = self._rows.iloc[frame["place"].to_numpy(dtype=np.int64)]
        frame["raw_sha256"] = rows["raw_sha256"].replace("", _UNHASHED).to_numpy()
        frame["row"] = ""
        return frame.drop_duplicates(list(QUARANTINE.key))[QUARANTINE.names]

    def checks(self) -> pd.DataFrame:
        """Return how each rule judged each vintage."""
        failed = [(place, rule) for place, rule, *_ in [*self._failed, *self._missing]]
        broken = pd.DataFrame(failed, columns=["place", "rule"]).drop_duplicates()
        broken["edition"] = self._edition[broken["place"].to_numpy(dtype=np.int64)]
        rows_failed = broken.groupby(["edition", "rule"]).size().rename("rows_failed")
        counts = self._counts()
        counts["edition"] = self._edition[counts["place"].to_numpy(dtype=np.int64)]
        table = counts.groupby(["edition", "rule"])["rows_judged"].sum().to_frame()
        table = table.join(rows_failed, how="outer").fillna(0).reset_index()
        table["rows_judged"] = table[["rows_judged", "rows_failed"]].max(axis=1)
        verdict = table["rule"].map(_SEVERITIES)
        table["verdict"] = verdict.where(table["rows_failed"] > 0, "pass")
        first = [places[0] for places in self._batches.editions]
        names = [vintage_name(self._rows.iloc[place]) for place in first]
        table["vintage"] = [names[edition] for edition in table["edition"]]
        return table[CHECKS.names]

    def _counts(self) -> pd.DataFrame:
        """Return rows judged by batch, one of its rows for each publication, and rule."""
        recalled = pd.DataFrame(self._recalled, columns=["rule", "place", "rows_judged"])
        recalled["batch"] = self._batches.of_row[recalled["place"].to_numpy(dtype=np.int64)]
        parts = [recalled[["batch", "place", "rule", "rows_judged"]]]
        for rule, places in self._judged:
            pairs = np.stack([self._batches.of_row[places], self._edition[places]])
            _, first, count = np.unique(pairs, axis=1, return_index=True, return_counts=True)
            batch, place = pairs[0, first], places[first]
            parts.append(
                pd.DataFrame({"batch": batch, "place": place, "rule": rule, "rows_judged": count})
            )
        stated = [part for part in parts if not part.empty]
        return pd.concat(stated, ignore_index=True) if stated else parts[0].copy()

    def _vintage_of_series(self, place: int) -> str:
        row = self._rows.iloc[place]
        return f"{vintage_name(row)} {row['series_id']}"


_SEVERITIES: Final = {
    **{rule.name: rule.severity for rule in rules.ALL},
    STOPPED: "critical",
    WITHDRAWN: "warning",
}


def vintage_name(row: pd.Series) -> str:
    """Return the name CHECKS has for the vintage of a row: ``publication@day``."""
    return f"{row['publication_id']}@{row['known']:%Y-%m-%d}"


def _as_text(rows: pd.DataFrame) -> list[str]:
    """Return rows as lines of CSV, columns in the order of OBSERVATIONS."""
    names = [name for name in OBSERVATIONS.names if name not in {"raw_sha256", "row"}]
    frame = rows[names].assign(
        period_start=[
            f"{start:%Y-%m-%dT%H:%MZ}" if frequency == "H" else f"{start:%Y-%m-%d}"
            for start, frequency in zip(rows["period_start"], rows["frequency"], strict=True)
        ],
    )
    frame = frame.replace(r"[\r\n]+", " ", regex=True)
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False, header=False, date_format="%Y-%m-%d")
    return buffer.getvalue().splitlines()
