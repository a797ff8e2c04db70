"""The suites: rules put to Great Expectations on one wide frame, and what it answered.

Words (units, quantities) are judged once for each combination that occurs, keys and texts row
by row. Limits are judged in two suites: the first asks of all rows whether they keep every
limit, the second judges the few that do not by one expectation a rule, so that each breach
has its name and its severity. Limits are columns, set for each row before: judging few rows
or many gives the same answer.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from forecast.contracts.errors import ContractError
from forecast.contracts.tables import OBSERVATIONS
from forecast.quality import rules
from forecast.quality.expectations import EVERY_LIMIT, every_limit, expectation_of, hush
from forecast.quality.rule import FREQUENCIES, Plain, Within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.quality.rule import Rule
    from forecast.quality.scene import Scene

    Places = NDArray[np.int64]


@dataclass(frozen=True)
class Answer:
    """How one rule judged a scene.

    Attributes:
        rule: The rule.
        judged: Which rows it looked at.
        failed: Places of the rows that broke it.
        words: What was found and expected, for each failed row.
    """

    rule: Rule
    judged: NDArray[np.bool_]
    failed: Places
    words: list[tuple[str, str]]


def answers(scene: Scene) -> list[Answer]:
    """Return how each rule that applies judged the rows of a scene.

    Raises:
        ContractError: The library could not work a rule out.
    """
    applied: dict[Rule, NDArray[np.bool_]] = {}
    columns: dict[str, NDArray[Any]] = {}
    for rule in rules.ALL:
        own, judged = _columns(rule, scene)
        if judged.any():
            columns |= own
            applied[rule] = judged
    wide = _wide(scene, columns, list(applied))
    limits = [rule for rule in applied if isinstance(rule, Within)]
    named = [name for rule in limits for name in rule.names]
    numbers = pd.DataFrame(np.stack([columns[name] for name in named], axis=1), columns=named)
    plain = [rule for rule in applied if isinstance(rule, Plain)]
    rows = {rule.name: expectation_of(rule) for rule in plain if not rule.of_words}
    found = {
        **_ill_worded(wide, [rule for rule in plain if rule.of_words]),
        **_validated(wide, rows),
        **_outside(numbers, limits),
    }
    none = np.array([], dtype=np.int64)
    failed = [found.get(rule.name, none) for rule in applied]
    return [
        Answer(rule, judged, places, [rule.words(scene, int(place)) for place in places])
        for (rule, judged), places in zip(applied.items(), failed, strict=True)
    ]


def _wide(scene: Scene, columns: dict[str, NDArray[Any]], applied: list[Rule]) -> pd.DataFrame:
    """Return the columns that word and key rules look at or show."""
    shown = {name for rule in applied if isinstance(rule, Plain) for name in rule.looks_at}
    contract = scene.rows[[name for name in OBSERVATIONS.names if name in shown]]
    derived = {name: column for name, column in columns.items() if name in shown}
    return pd.concat([contract, pd.DataFrame(derived, index=contract.index)], axis=1)


def _columns(rule: Rule, scene: Scene) -> tuple[dict[str, NDArray[Any]], NDArray[np.bool_]]:
    """Return the columns a rule is judged on, and which rows have all of them."""
    judged = np.ones(len(scene.rows), dtype=bool)
    if rule.frequencies != FREQUENCIES:
        judged = scene.rows["frequency"].isin(list(rule.frequencies)).to_numpy()
        if not judged.any():
            return {}, judged
    own = rule.columns(scene)
    for column in own.values():
        if column.dtype.kind == "f":
            judged = judged & ~np.isnan(column)
    return own, judged


def _outside(numbers: pd.DataFrame, limits: list[Within]) -> dict[str, Places]:
    """Return the places of the rows that left the limits of each rule."""
    if not limits:
        return {}
    outside = _validated(numbers, {EVERY_LIMIT: every_limit(numbers.columns.tolist())})[EVERY_LIMIT]
    if not len(outside):
        return {}
    few = numbers.iloc[outside]
    judged = [rule for rule in limits if few[list(rule.names)].notna().all(axis=1).any()]
    return _validated(few, {rule.name: expectation_of(rule) for rule in judged})


def _ill_worded(wide: pd.DataFrame, rules_of_words: list[Plain]) -> dict[str, Places]:
    """Return the places of the rows whose words broke each rule, judging no words twice."""
    names = sorted({name for rule in rules_of_words for name in rule.looks_at})
    if not names:
        return {}
    code = wide.groupby(names, sort=False, dropna=False).ngroup().to_numpy()
    _, first = np.unique(code, return_index=True)
    distinct = wide[names].iloc[first].reset_index(drop=True)
    failed = _validated(distinct, {rule.name: expectation_of(rule) for rule in rules_of_words})
    return {
        name: np.flatnonzero(np.isin(code, places)).astype(np.int64) if len(places) else places
        for name, places in failed.items()
    }


def _validated(wide: pd.DataFrame, asked: dict[str, Any]) -> dict[str, Places]:
    """Return index labels of the rows that failed each expectation, by its name."""
    hush()
    import great_expectations as gx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        suite = gx.ExpectationSuite(name="gate", expectations=list(asked.values()))
        batch = _door().get_batch(batch_parameters={"dataframe": wide})
        result = batch.validate(
            suite, result_format={"result_format": "COMPLETE", "include_unexpected_rows": False}
        )
    by_name = {one.expectation_config.meta["rule"]: one for one in result.results}
    return {name: _failed(name, by_name[name], wide) for name in asked}


def _failed(name: str, result: Any, wide: pd.DataFrame) -> Places:  # noqa: ANN401
    if result.success:
        return np.array([], dtype=np.int64)
    trouble = result.exception_info or {}
    if trouble.get("raised_exception", True):
        raise ContractError(
            f"rule {name} could not be worked out: {trouble}. Mend the rule or its columns."
        )
    places = result.result.get("unexpected_index_list")
    if places is None:  # an expectation about the column as a whole
        places = wide.index
    return np.array(sorted(places), dtype=np.int64)


@cache
def _door() -> Any:  # noqa: ANN401 - the library is untyped
    """Return what turns a frame into a batch of the library's, without a file or a bar."""
    hush()
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    hush()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("gate")
    return source.add_dataframe_asset(name="rows").add_batch_definition_whole_dataframe("all")
