"""The pages of an edition: HTML files that need nothing else, Markdown, JSON, a summary."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

from forecast.report import summary, tables
from forecast.report.charts import fan_chart
from forecast.report.contents import contents
from forecast.report.dots import dot_chart
from forecast.report.fan import Style
from forecast.report.words import as_printed, count, counted, number, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment
    from markupsafe import Markup

    from forecast.contracts.edition import Edition
    from forecast.report.facts import Contents

SCHEMA: Final = "forecast.report/1"
"""Name and version of the shape of report.json."""

_PLAIN: Final = (300, 214)
"""Size of a plot that a telephone shows at nearly full size. [pixels]"""

_WIDE: Final = (860, 330)
"""Size of a plot as wide as the page. [pixels]"""


def write(edition: Edition) -> dict[str, bytes]:
    """Return the report's files by name; the same edition gives the same bytes.

    No page asks for anything outside itself; the three HTML pages lead to one another.
    ``report.md`` says the essentials, ``report.json`` holds every number that any of them
    prints, ``summary.txt`` is a terminal's worth.
    """
    page = contents(edition)
    return {
        "report.html": _html("forecast", "report.html.j2", page, _charts(page)).encode(),
        "data.html": _html("data", "data.html.j2", page, {}).encode(),
        "record.html": _html("record", "record.html.j2", page, _dots(page)).encode(),
        "report.md": _markdown(page).encode(),
        "report.json": _json(page).encode(),
        "summary.txt": summary.told(page).encode(),
    }


def _json(page: Contents) -> str:
    said = {"schema": SCHEMA, **asdict(replace(page, groups=()))}
    said["groups"] = [
        {"name": group.name, "series_ids": [told.series_id for told in group.series]}
        for group in page.groups
    ]
    return json.dumps(said, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _html(here: str, name: str, page: Contents, charts: Mapping[str, object]) -> str:
    template = _templates().get_template(name)
    return _without_blank_lines(template.render(here=here, page=page, charts=charts))


def _markdown(page: Contents) -> str:
    template = _templates().get_template("report.md.j2")
    text = template.render(page=page, tables=tables).replace("<", "&lt;")
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("forecast.report"),
        autoescape=select_autoescape(("html.j2",)),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(
        {say.__name__: say for say in (as_printed, count, counted, number, plain)}
    )
    return environment


def _charts(page: Contents) -> dict[str, dict[str, Markup]]:
    """Return each series' charts as markup that the page may carry unescaped."""
    from markupsafe import Markup

    styles: dict[str, dict[str, Style]] = {
        told.series_id: {"plain": Style(*_PLAIN)} for told in page.series
    }
    for headline in page.headlines:
        level, asked = headline.senses[0].level, f"{as_printed(headline.level)} GW on average"
        plain_style = Style(*_PLAIN, level=level, level_text=asked, asked=str(headline.year))
        styles[headline.series_id] = {
            "wide": replace(plain_style, width=_WIDE[0], height=_WIDE[1]),
            "plain": plain_style,
            "log": replace(plain_style, logarithmic=True),
        }
    return {
        name: {
            kind: Markup(fan_chart(page.facts_of(name), style))  # noqa: S704 - our own drawing
            for kind, style in kinds.items()
        }
        for name, kinds in styles.items()
    }


def _dots(page: Contents) -> dict[str, Markup]:
    """Return coverage by horizon, drawn, by policy and series."""
    from markupsafe import Markup

    return {
        f"{told.policy}{told.series_id}": Markup(dot_chart(told))  # noqa: S704 - our own drawing
        for record in page.record.policies
        for told in record.drawn
    }


def _without_blank_lines(text: str) -> str:
    return re.sub(r"\n\s*\n+", "\n", text).strip() + "\n"
