"""The gate in the walk: every row judged once, verdicts remembered between runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from forecast.contracts.tables import QUARANTINE
from forecast.quality.gate import judge
from forecast.storage.cache import Bundles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.contracts.catalogue import Catalogue
    from forecast.contracts.question import Place, Question
    from forecast.pipeline.observing import Observed


@dataclass(frozen=True)
class Gated:
    """What came through the gate.

    Attributes:
        kept: OBSERVATIONS that may be used.
        quarantine: QUARANTINE: rows refused or missing (with critical ones), and kept in doubt.
        checks: CHECKS.
        stopped: Vintages refused whole, and why.
    """

    kept: pd.DataFrame
    quarantine: pd.DataFrame
    checks: pd.DataFrame
    stopped: Mapping[str, str] = field(default_factory=dict)


def gate(observed: Observed, catalogue: Catalogue, question: Question, place: Place) -> Gated:
    """Judge the rows a question may stand on.

    A verdict depends only on rows known no later, so rows known after a strict question's day
    are not judged at all. A reconstructed one dates rows anew, and has every row judged by
    the day it was truly known.
    """
    rows = observed.observations
    if question.policy == "strict":
        rows = rows[rows["known_from"] <= pd.Timestamp(question.as_of)]
    publications = observed.publications
    families = dict(zip(publications["publication_id"], publications["family"], strict=True))
    verdicts = Bundles(place.processed, "verdicts")
    judged = judge(rows, catalogue, families=families, cache=verdicts)
    verdicts.keep()
    return Gated(
        kept=judged.kept,
        quarantine=_without_places(judged.quarantine, judged.warnings),
        checks=judged.checks,
        stopped=judged.stopped,
    )


def _without_places(quarantine: pd.DataFrame, warnings: pd.DataFrame) -> pd.DataFrame:
    """Blank where a row was read: one raw file may hold later rows too. The text says which."""
    both = pd.concat([quarantine, warnings], ignore_index=True)
    blank = both.assign(raw_sha256="-", row="")
    return QUARANTINE.shape(blank.drop_duplicates(list(QUARANTINE.key)))
