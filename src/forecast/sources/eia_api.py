"""The United States' Energy Information Administration: its API v2, whatever is asked of it.

One envelope serves all routes, and it has changed without notice: ``total`` is a number or a text,
values are numbers or texts, warnings stand at the top or inside ``response``, ``error`` is a text
or an object and may come with status 200, and the key we asked with may be echoed. A body that
parses proves nothing: an unknown facet gives no rows, a forgotten column gives rows without values,
and pages overlap unless they are sorted by every column that names a row.

How a source uses this, with ``eia_cells`` and ``eia_key``::

    ROUTE = Route("eia_x", "electricity/x", keys=("period", "stateid"), value="sales")

    questions   Question(name, first_page(ROUTE, Ask("monthly", {"stateid": ("US",)}), api_key))
    next        next_page
    complete    rows = whole_answer(ROUTE, bodies, refuse)
    redacted    without_key(payload, refuse)
    read        page = read_page(payload, refuse)           page.frequency, page.rows
                texts(page.rows, "stateid", refuse)         one text a row
                values(page.rows, "sales", refuse)          texts as received, numbers
                same_unit(page.rows, "sales-units", "million kilowatthours", refuse)

where ``refuse = refusal("eia_x", "what is read")`` raises SourceError in our words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NoReturn

from forecast.contracts.errors import SourceError
from forecast.sources.eia_cells import cells, texts, unique
from forecast.sources.eia_key import masked_text
from forecast.sources.source import Request
from forecast.sources.strict_json import Json, Refuse, excerpt
from forecast.sources.written_json import written

HOSTS: Final = ("api.eia.gov",)
MEDIA_TYPES: Final = ("application/json", "text/json", "text/plain", "application/octet-stream")
PAGE_ROWS: Final = 5_000
"""Most rows the publisher returns at once as JSON."""
MAX_BYTES: Final = 20_000_000
"""Well above what 5,000 rows take."""

LICENCE: Final = "public domain"
PUBLISHER: Final = "U.S. Energy Information Administration"
ATTRIBUTION: Final = f"Source: {PUBLISHER}"

_URL: Final = "https://api.eia.gov/v2/{path}/data/"
_COUNT: Final = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True)
class Route:
    """One route as one source uses it: which columns name a row, which one is measured."""

    source: str
    """Our source, for the request and for errors."""
    path: str
    """``electricity/retail-sales``."""
    keys: tuple[str, ...]
    """Columns that together name a row, period first: the order in which pages are asked for."""
    value: str = "value"
    """The measured column."""


@dataclass(frozen=True)
class Ask:
    """What is asked of a route; bounds are inclusive and in the route's own period format."""

    frequency: str
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    start: str = ""
    end: str = ""


@dataclass(frozen=True)
class Page:
    """One body of the API, known to be an answer."""

    total: int | None
    """Rows of the whole answer, as the publisher counts them; None if it does not say."""
    frequency: str
    """``monthly``, ``annual``, ``hourly`` …; blank if it does not say."""
    rows: Sequence[Json]
    """The rows as received; numbers are texts, null is None."""
    warnings: str
    """What the publisher warns of, in one line; no proof of anything."""


def refusal(source: str, which: str) -> Refuse:
    """Return what raises SourceError about ``which`` of a source, given found and expected."""

    def refuse(found: str, expected: str) -> NoReturn:
        raise SourceError(
            f"{source}: {which} {found}; this reader knows {expected}. Compare the payload with "
            f"https://www.eia.gov/opendata/documentation.php: if the publisher changed its form, "
            f"mend sources/{source}.py, else fetch again."
        )

    return refuse


def first_page(route: Route, ask: Ask, api_key: str) -> Request:
    """Return the request for the first page, sorted by every column that names a row."""
    params = [("api_key", api_key)] if api_key else []
    params += [("frequency", ask.frequency), ("data[0]", route.value)]
    params += [(f"facets[{name}][]", one) for name, many in ask.facets.items() for one in many]
    params += [(name, bound) for name, bound in (("start", ask.start), ("end", ask.end)) if bound]
    for place, column in enumerate(route.keys):
        params += [(f"sort[{place}][column]", column), (f"sort[{place}][direction]", "asc")]
    params += [("offset", "0"), ("length", str(PAGE_ROWS))]
    return Request(
        source=route.source,
        url=_URL.format(path=route.path),
        hosts=HOSTS,
        media_types=MEDIA_TYPES,
        max_bytes=MAX_BYTES,
        params=tuple(params),
    )


def next_page(request: Request, body: bytes) -> Request | None:
    """Return the request after this one, or None if the publisher counts no further rows.

    An empty page ends an answer too: ``whole_answer`` then names what is short.
    """
    page = read_page(body, refusal(request.source, "the answer"))
    offset = int(dict(request.params).get("offset", "0")) + len(page.rows)
    if not page.rows or page.total is None or offset >= page.total:
        return None
    params = tuple((n, str(offset) if n == "offset" else v) for n, v in request.params)
    return replace(request, params=params)


def read_page(payload: bytes, refuse: Refuse) -> Page:
    """Return the page a payload holds, in any of the envelopes the API has had.

    Raises:
        SourceError: It is an error of the publisher's, or no answer of the API.
    """
    body = written(payload, refuse)
    if "error" in body:
        refuse(f"says error: {_error_told(body['error'])}", "an answer with rows")
    response = body.get("response")
    if not isinstance(response, dict) or not isinstance(response.get("data"), list):
        refuse(f"has members {excerpt(list(body))}", "`response` with a list `data`")
    rows = response["data"]
    if strange := [place for place, row in enumerate(rows) if not isinstance(row, dict)]:
        refuse(f"has {excerpt(rows[strange[0]])} as row {strange[0] + 1}", "an object for each row")
    frequency = response.get("frequency", "")
    if not isinstance(frequency, str):
        refuse(f"has `frequency` {excerpt(frequency)}", "a frequency such as 'monthly'")
    return Page(
        total=_total(response.get("total"), refuse),
        frequency=frequency,
        rows=rows,
        warnings=_warned(body) or _warned(response),
    )


def whole_answer(route: Route, bodies: Sequence[bytes], refuse: Refuse) -> list[Json]:
    """Return the rows of all pages of one answer, proven whole.

    Whole means: every page counts the same total and the same frequency, the rows gathered are as
    many, there is at least one, every row has its key columns and the measured column, and no two
    rows share a key. The publisher's warning of an incomplete return is no evidence either way.

    Raises:
        SourceError: Something is short, stands twice, or changed between two pages.
    """
    pages = [read_page(body, refuse) for body in bodies]
    totals = {page.total for page in pages}
    if len(totals) != 1 or None in totals:
        refuse(f"counts {excerpt(sorted(map(str, totals)))} rows", "one total on every page")
    if len({page.frequency for page in pages}) != 1:
        refuse("changes its frequency between pages", "one frequency on every page")
    rows = [row for page in pages for row in page.rows]
    total = pages[0].total
    if len(rows) != total or not rows:
        warned = f" (it warns: {pages[-1].warnings})" if pages[-1].warnings else ""
        refuse(f"holds {len(rows):,} of {total:,} rows{warned}", "all rows counted, at least one")
    columns = [texts(rows, name, refuse) for name in route.keys]
    cells(rows, route.value, refuse)
    unique(list(zip(*columns, strict=True)), route.keys, refuse)
    return rows


def _total(found: object, refuse: Refuse) -> int | None:
    """Return the publisher's count: a number in old answers, a text in new ones."""
    if found is None:
        return None
    if not isinstance(found, str) or not _COUNT.fullmatch(found):
        refuse(f"has `total` {excerpt(found)}", "a count of rows")
    return int(found)


def _error_told(error: object) -> str:
    """Return what the publisher says went wrong: a text, or an object of code and message."""
    if isinstance(error, dict):
        told = [excerpt(error[name]) for name in ("code", "message") if name in error]
        return masked_text(" ".join(told).encode()).decode()
    return masked_text(excerpt(error).encode()).decode()


def _warned(holder: Json) -> str:
    """Return the warnings an object carries, in one line."""
    found = holder.get("warnings")
    if not isinstance(found, list):
        return ""
    told = [one.get("warning") if isinstance(one, dict) else one for one in found]
    return masked_text(", ".join(excerpt(one) for one in told[:3]).encode()).decode()
