"""The page as a browser sees it: nothing fetched, nothing wider than a telephone."""

import html
import json
import os
import re
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "chrome-headless-shell")

FRAME = """<!doctype html><title>-</title><iframe style="width:{width}px;height:900px;border:0"
srcdoc="{page}" onload="
const inside = this.contentDocument, root = inside.documentElement;
const wide = [...inside.querySelectorAll('body *')].filter(e => !e.closest('.scroll, svg'))
  .filter(e => e.getBoundingClientRect().right > {width} + 0.5).map(e => e.tagName);
const fetched = this.contentWindow.performance.getEntriesByType('resource').map(e => e.name);
document.title = JSON.stringify({{width: root.scrollWidth, wide, fetched}})"></iframe>"""


@pytest.fixture(scope="module")
def chromium():
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is on the path")
    assert found, f"CI must have a browser: none of {', '.join(NAMES)} is on the path"
    return found


@pytest.fixture
def seen(chromium, tmp_path):
    """Return a function: what a browser measures of a page in a frame of some width."""

    def look(page, width):
        framed = tmp_path / "frame.html"
        framed.write_text(FRAME.format(width=width, page=html.escape(page)), encoding="utf-8")
        dumped = subprocess.run(
            [
                chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1400,1000",
                "--virtual-time-budget=5000", "--dump-dom", framed.as_uri(),
            ],
            capture_output=True, check=True, timeout=120, text=True,
        )  # fmt: skip
        title = re.search(r"<title>(.*?)</title>", dumped.stdout, flags=re.DOTALL)
        return json.loads(html.unescape(title[1]))

    return look


@pytest.mark.parametrize("name", ["report.html", "data.html", "record.html"])
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_no_part_of_a_page_is_wider_than_the_screen(seen, written, name, width):
    measured = seen(written[name], width)

    assert measured["width"] <= width
    assert measured["wide"] == []


def test_the_open_page_has_asked_for_nothing(seen, written):
    assert seen(written["report.html"], 390)["fetched"] == []


def test_the_measure_would_see_a_wide_page_and_a_request(seen, written):
    planted = '<p style="width:700px">wide</p><img src="http://127.0.0.1:49999/nowhere.png">'

    measured = seen(written["report.html"].replace("</header>", planted + "</header>"), 390)

    assert measured["width"] > 390
    assert measured["fetched"] == ["http://127.0.0.1:49999/nowhere.png"]
