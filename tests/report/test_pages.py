import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from forecast.report import pages, words

VOID = {"meta", "br", "img", "link", "hr", "input"}
FETCHING = {"script", "link", "img", "iframe", "object", "embed", "source", "video", "audio", "use"}


class Page(HTMLParser):
    """Every element with its attributes, and the stack of those still open."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.cells, self.words = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)
        if "td" in self.open and "svg" not in self.open:
            self.cells.append(data)

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="module")
def html(written):
    return Page(written["report.html"])


@pytest.fixture(params=["report.html", "data.html", "record.html"])
def each(request, written):
    return Page(written[request.param])


def test_every_element_is_closed_and_every_id_stands_once(each):
    names = [attributes["id"] for _, attributes in each.elements if "id" in attributes]

    assert each.open == []
    assert len(names) == len(set(names))


def test_every_link_inside_a_page_leads_somewhere(each):
    names = {attributes.get("id") for _, attributes in each.elements}
    inside = {link["href"][1:] for link in each.all("a") if link["href"].startswith("#")}

    assert inside <= names


def test_a_page_fetches_nothing(each, written):
    assert each.all(*FETCHING) == []
    assert not re.search(r"url\(|@import|@font-face", written["report.html"])


def test_every_page_leads_to_the_other_two(each, written):
    linked = {link["href"] for link in each.all("a")}

    assert {"report.html", "data.html", "record.html"} <= linked & set(written)


@pytest.mark.parametrize(
    ("name", "most"), [("report.html", 400_000), ("data.html", 200_000), ("record.html", 200_000)]
)
def test_a_page_is_small_enough_to_mail(written, name, most):
    assert len(written[name].encode()) < most


def test_the_same_edition_gives_the_same_bytes_in_another_process(edition, written, tmp_path):
    import pickle

    (tmp_path / "edition.pkl").write_bytes(pickle.dumps(edition))
    code = (
        "import pickle, sys; from forecast.report import pages\n"
        "edition = pickle.load(open(sys.argv[1], 'rb')); pages.write(edition)\n"
        "sys.stdout.buffer.write(pages.write(edition)['report.html'])"
    )

    again = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "edition.pkl")],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert again.stdout.decode() == written["report.html"]


def numbers_of(said):
    """Return every number of a JSON document, as the page may print it."""
    if isinstance(said, bool) or said is None:
        return set()
    if isinstance(said, int | float):
        printed = {words.number(said, digits) for digits in (2, 3, 4)}
        return printed | {words.as_printed(said), words.count(int(said))}
    if isinstance(said, str):
        return set(re.findall(r"\d[\d.,]*\d|\d", said))
    parts = said.values() if isinstance(said, dict) else said
    return set().union(*map(numbers_of, parts)) if parts else set()


def test_every_number_in_a_table_cell_is_in_the_json(each, written):
    known = numbers_of(json.loads(written["report.json"])) | {"5", "95"}
    printed = re.findall(rf"\d[\d.{words.THIN}]*\d|\d", " ".join(each.cells))

    assert len(printed) > 30
    assert set(printed) - known == set()


def test_the_json_is_strict_and_names_its_shape(written):
    said = json.loads(written["report.json"], parse_constant=pytest.fail)

    assert said["schema"] == pages.SCHEMA
    assert said["run_id"] == "0123456789abcdef"


@pytest.mark.parametrize("name", ["report.html", "report.md", "report.json", "record.html"])
def test_no_percentile_is_called_by_a_letter(written, name):
    assert not re.search(r"\bP(?:\d\d?)\b", written[name].replace("P1DT", ""))


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_low_and_high_percentiles_are_named_in_words(written, name):
    assert "5th percentile (low)" in written[name]
    assert "95th percentile (high)" in written[name]


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_the_headline_says_load_energy_range_and_last_known_value(written, name):
    page = written[name].replace("\u00a0", " ")

    assert "median forecast for US data centres in 2030 is 43.3 GW of average load" in page
    assert "(379 TWh over the year), with a 90 % range of " in page
    assert "Last known: 192 TWh in 2024, which is 21.9 GW on average. LBNL, 2025 Update" in page


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_ninety_gigawatts_is_also_said_as_energy_and_as_odds(written, name):
    assert "788 TWh" in written[name]
    assert {"under 5 %", "about 35 %", "over 95 %"} <= set(
        re.findall(r"(?:under|about|over) \d+ %", written[name])
    )


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_the_publishers_own_factor_stands_beside_ours(written, name):
    said = re.sub(r"<[^>]+>|\|", " ", written[name])

    assert re.search(r"Publisher's own factor\s+–\s+0\.50", said.replace("&#39;", "'"))
    assert "86.5" in said  # 379 TWh / 8.76 / 0.5


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_a_series_without_forecast_is_named_with_its_reason(written, name):
    assert (
        re.search(
            r"Silent data centres(?:</strong>)?: none was out by then\.\s", written[name] + " "
        )
        or "Silent data centres</strong>: none was out by then.</li>" in written[name]
    )


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_every_publication_followed_stands_with_its_date(written, name):
    for dated in ("2024-12-20", "2026-06-18", "undated, known from 2026-06-18"):
        assert dated in written[name]


def test_values_left_out_stand_with_their_reason_and_are_not_followed(written):
    said = json.loads(written["report.json"])["series"][0]

    assert [value["value"] for value in said["followed"]] == [76.0, 176.0, 192.0]
    assert [(v["value"], v["reason"]) for v in said["left_out"]] == [(183.0, "another method: iea")]


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_models_combined_and_refused_are_named_with_the_reason(written, name):
    assert "Combined: constant growth, logistic." in written[name]
    assert "exponential smoothing (3 points; exponential smoothing needs 8)" in written[name]


def test_quarters_are_also_told_as_calendar_years_after_the_last_known_one(written):
    said = json.loads(written["report.json"])["series"][1]

    assert [row["period"] for row in said["annual"]] == ["2026", "2027"]
    assert (said["annual_known"]["period"], said["annual_known"]["value"]) == ("2025", 7750.0)


def test_reconstructed_vintages_and_hindsight_are_seen_at_the_top(edition):
    late = edition.tables["assumptions"].assign(hindsight=[True, False])
    marked = replace(
        edition, policy="reconstructed", tables={**edition.tables, "assumptions": late}
    )

    said = pages.write(marked)

    for name in ("report.html", "report.md"):
        top = said[name].decode().split("US data centres")[0]
        assert "Reconstructed vintages." in top
        assert "connection_use" in top
        assert "load_factor" not in top


def test_a_strict_edition_without_hindsight_has_no_warning(written):
    assert "Reconstructed" not in written["report.html"]
    assert "Hindsight." not in written["report.html"]
    assert "History only" in written["report.html"]


def test_a_fallback_is_said_to_speak_for_the_combination(edition):
    rows = edition.tables["forecasts"]
    ours = (rows["series_id"] == "ie_dc") & (rows["frequency"] == "Q")
    spoken = rows[~(ours & (rows["model"] == "combination"))].copy()
    spoken.loc[
        spoken["series_id"].eq("ie_dc") & spoken["model"].eq("last_value"), "fallback_from"
    ] = "combination"
    notes = tuple(replace(n, fallback_from="combination") for n in edition.notes[2:])

    said = pages.write(
        replace(edition, notes=notes, tables={**edition.tables, "forecasts": spoken})
    )

    assert b"The combination could not speak; last value speaks for it." in said["report.html"]


def test_an_edition_that_knows_nothing_is_still_a_page(edition):
    tables = {name: frame.iloc[:0] for name, frame in edition.tables.items()}
    notes = tuple(replace(note, points=0, remarks=()) for note in edition.notes)

    said = pages.write(replace(edition, notes=notes, factors=(), tables=tables))

    assert said["report.html"].count(b"no model could speak for what is known.") == 3


def test_a_publishers_text_is_never_markup(edition):
    rows = edition.tables["publications"]
    evil = rows.assign(title="<script>alert(1)</script>", url="javascript:alert(1)")

    said = pages.write(replace(edition, tables={**edition.tables, "publications": evil}))

    for name in ("report.html", "data.html", "record.html", "report.md"):
        assert b"<script" not in said[name]
    assert b'href="javascript' not in said["report.html"]


def test_tables_have_captions_and_headers_say_what_they_head(each):
    assert len(each.all("table")) == len(each.all("caption")) > 0
    assert all("scope" in header for header in each.all("th"))


def test_every_chart_is_an_image_with_a_text_that_says_its_numbers(html):
    images = [a for _, a in html.elements if a.get("role") == "img"]

    assert len(images) == len(html.all("svg")) == 4
    assert all(re.search(r"median is \d.*90 % range", image["aria-label"]) for image in images)


def test_markdown_tables_keep_their_columns_in_a_terminal(written):
    lines = written["report.md"].splitlines()
    blocks = re.findall(r"(?:^\|.*\n)+", written["report.md"], flags=re.MULTILINE)

    assert len(blocks) >= 8
    assert all(len({len(row) for row in block.splitlines()}) == 1 for block in blocks)
    assert not any(line.endswith(" ") for line in lines)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_text_has_the_contrast_wcag_asks_for_in_both_modes(written, mode):
    block = re.findall(r":root \{(.*?)\}", written["report.html"], flags=re.DOTALL)[mode]
    colours = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", block))
    on = {"ink": ("paper", "tint", "warn-tint", "band-95", "band-80", "band-50")}
    on |= {"quiet": ("paper", "tint"), "link": ("paper",)}

    for text, grounds in on.items():
        for ground in grounds:
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for mark in ("median", "other", "ink"):
        assert contrast(colours[mark], colours["paper"]) >= 3


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_where_the_panel_speaks_its_heaviest_candidates_are_named(written, name):
    assert (
        "Combined: half 4 candidates of the panel engine weighted by their past errors "
        "(heaviest: log damped, theta and drift), half constant growth."
    ) in written[name]
