"""The expectations rules are put to: the library's own, and three for rows and groups.

Great Expectations is imported here and in ``suite`` only, inside functions: it takes seconds.
"""

from __future__ import annotations

import logging
import os
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from forecast.quality.rule import Rule


EVERY_LIMIT: Final = "every_limit"


def hush() -> None:
    """Keep the library from telling anyone, or our log, of its own parts.

    Called before its import, and once after: one of its modules sets its own level.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    for part in ("", ".data_context.types.base", "._docs_decorators"):
        logging.getLogger(f"great_expectations{part}").setLevel(logging.WARNING)


@cache
def kinds() -> dict[str, type[Any]]:
    """Return expectation classes by the name rules know them under."""
    hush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from great_expectations import expectations

        gxe: Any = expectations
        return {
            "in_set": gxe.ExpectColumnValuesToBeInSet,
            "of_type": gxe.ExpectColumnValuesToBeOfType,
            "matches": gxe.ExpectColumnValuesToMatchRegex,
            "not_before": gxe.ExpectColumnPairValuesAToBeGreaterThanB,
            "within_limits": _across("within_limits", _within_limits),
            "within_every_limit": _across("within_every_limit", _within_every_limit),
            "stated": _across("stated", _stated),
            "dated": _across("dated", _dated),
            "once": _across("once", _once),
        }


def every_limit(names: list[str]) -> Any:  # noqa: ANN401 - the library is untyped
    """Return the expectation that no row leaves any of the limits set for it.

    Args:
        names: Measure, low and high of the first rule, then of the second, and so on.
    """
    return kinds()["within_every_limit"](
        column_list=names,
        ignore_row_if="never",
        severity="critical",
        meta={"rule": EVERY_LIMIT},
        description="no row leaves any of its limits",
    )


def expectation_of(rule: Rule) -> Any:  # noqa: ANN401 - the library is untyped
    """Return the expectation that judges a rule, with its severity and its name."""
    kind, arguments = rule.expectation()
    return kinds()[kind](
        **arguments,
        severity=rule.severity,
        meta={"rule": rule.name},
        description=rule.meaning,
    )


def _within_limits(columns: pd.DataFrame) -> pd.Series:
    """Hold where the first column lies between the second and the third."""
    measured, low, high = (columns.iloc[:, place] for place in range(3))
    return measured.between(low, high)


def _within_every_limit(columns: pd.DataFrame) -> pd.Series:
    """Hold where no measure leaves its limits; blank limits judge nothing."""
    holds = np.ones(len(columns), dtype=bool)
    for first in range(0, columns.shape[1], 3):
        measured, low, high = (columns.iloc[:, first + place].to_numpy() for place in range(3))
        holds &= ~((measured < low) | (measured > high))
    return pd.Series(holds, index=columns.index)


def _stated(columns: pd.DataFrame) -> pd.Series:
    """Hold where no column is blank."""
    return ~(columns.astype(object) == "").any(axis=1)


def _dated(columns: pd.DataFrame) -> pd.Series:
    """Hold where no day is missing."""
    return columns.notna().all(axis=1)


def _once(columns: pd.DataFrame) -> pd.Series:
    """Hold for the first of equal rows, and for a key that no unequal row shares.

    The last two columns are value and unit; all before are the key.
    """
    copies = columns.duplicated(keep="first")
    key = list(columns.columns[:-2])
    twins = columns[~copies].duplicated(key, keep=False).reindex(columns.index, fill_value=True)
    return ~(copies | twins)


def _across(name: str, holds: Any) -> type[Any]:  # noqa: ANN401 - a condition on columns
    """Return an expectation across columns, judged row by row or within groups of rows."""
    from great_expectations import execution_engine
    from great_expectations.expectations.expectation import MulticolumnMapExpectation
    from great_expectations.expectations.metrics import map_metric_provider

    metrics: Any = map_metric_provider
    engines: Any = execution_engine
    on_pandas = metrics.multicolumn_condition_partial(engine=engines.PandasExecutionEngine)
    metric = f"multicolumn_values.forecast_{name}"

    def condition(_cls: object, column_list: pd.DataFrame, **_: object) -> pd.Series:
        return pd.Series(holds(column_list))

    type(
        f"Forecast{name.title().replace('_', '')}Metric",
        (metrics.MulticolumnMapMetricProvider,),
        {
            "__module__": __name__,
            "condition_metric_name": metric,
            "condition_domain_keys": (
                "batch_id", "table", "column_list", "row_condition", "condition_parser",
                "ignore_row_if",
            ),
            "condition_value_keys": (),
            "_holds": on_pandas(condition),
        },
    )  # fmt: skip
    return type(
        f"ExpectRowsToBe{name.title().replace('_', '')}",
        (MulticolumnMapExpectation,),
        {
            "__module__": __name__,
            "__doc__": holds.__doc__,
            "map_metric": metric,
            "success_keys": ("mostly",),
            "args_keys": ("column_list",),
        },
    )
