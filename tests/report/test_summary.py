from dataclasses import replace

import pytest

from forecast.report.summary import LINES, WIDTH, summary


@pytest.fixture(scope="module")
def lines(edition):
    return summary(edition).splitlines()


def test_a_summary_fits_a_terminal(lines):
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= WIDTH
    assert all(line.isascii() and line == line.rstrip() for line in lines)


def test_a_summary_tells_the_headline_the_senses_and_ireland(lines):
    said = " ".join(lines)

    assert "US data centres in 2030 is 43.3 GW of average load" in said
    assert [line.split("  ")[0] for line in lines if " to " in line and "GW" in line][1:4] == [
        "Average load",
        "Peak load",
        "Connection",
    ]
    assert "Ireland: data centres, metered: 9 700 GWh in 2027" in said
    assert "No forecast: Silent data centres." in said


def test_a_summary_warns_of_reconstruction_and_hindsight(edition):
    late = edition.tables["assumptions"].assign(hindsight=True)
    marked = replace(
        edition, policy="reconstructed", tables={**edition.tables, "assumptions": late}
    )

    said = summary(marked)

    assert "Reconstructed vintages" in said
    assert "2 assumptions became known only later" in said


def test_an_edition_without_a_headline_still_has_a_summary(edition):
    said = summary(replace(edition, notes=edition.notes[1:], factors=()))

    assert "Ireland" in said
    assert "median forecast" not in said
