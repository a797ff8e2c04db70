"""The rows a question may see: cut once, before anything is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from forecast.history.knowledge import known_days, visible

if TYPE_CHECKING:
    from forecast.contracts.catalogue import Catalogue
    from forecast.contracts.question import Question
    from forecast.pipeline.observing import Observed


def visible_tables(
    observed: Observed, kept: pd.DataFrame, catalogue: Catalogue, question: Question
) -> dict[str, pd.DataFrame]:
    """Return OBSERVATIONS, CLAIMS, PROJECTS and PUBLICATIONS known by the end of the day.

    Args:
        observed: Everything the raw folder says.
        kept: The observations that came through the gate.
        catalogue: For the usual publication lags.
        question: Its day and vintage policy.
    """
    as_of = question.as_of
    lag_days = {series.id: series.publication_lag_days for series in catalogue}
    rows = visible(kept, as_of=as_of, lag_days=lag_days, policy=question.policy)
    claims = observed.claims
    claims = claims[claims["known_from"] <= pd.Timestamp(as_of)]
    projects = observed.projects
    projects = projects[projects["known_from"] <= pd.Timestamp(as_of)]
    named = {*rows["publication_id"], *claims["publication_id"], *projects["source"]}
    publications = observed.publications
    return {
        "observations": rows.reset_index(drop=True),
        "claims": claims.reset_index(drop=True),
        "projects": projects.reset_index(drop=True),
        "publications": publications[publications["publication_id"].isin(named)].reset_index(
            drop=True
        ),
    }


def newest_known(
    rows: pd.DataFrame, catalogue: Catalogue, question: Question
) -> pd.Timestamp | None:
    """Return the newest day any of the rows became known, under the question's policy."""
    lag_days = {series.id: series.publication_lag_days for series in catalogue}
    days = known_days(rows, lag_days, question.policy)
    return None if days.empty else days.max()
