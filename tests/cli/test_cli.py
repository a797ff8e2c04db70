"""The command line as a person meets it: words, exit codes, one-line errors."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

import pytest
from tests.homes import CATALOGUE, own_rows, share, write_own

from forecast.cli.main import answer
from forecast.contracts.errors import FetchError


@pytest.fixture
def home(tmp_path, cache):
    share(tmp_path, cache)
    (tmp_path / "catalogue.toml").write_text(CATALOGUE, encoding="utf-8")
    write_own(tmp_path, own_rows())
    return str(tmp_path)


@pytest.fixture
def forecast(capsys):
    def told(*tokens):
        code = answer([str(token) for token in tokens])
        said = capsys.readouterr()
        return code, said.out, said.err

    return told


def test_a_utility_forecasts_its_own_series_from_its_own_home(forecast, home):
    code, out, _ = forecast("run", "--home", home)

    assert code == 0
    assert "Valley Power" in out
    assert "report.html" in out
    assert "new" in out.splitlines()[-3]


def test_the_second_run_says_unchanged(forecast, home):
    forecast("run", "--home", home)

    code, out, _ = forecast("run", "--home", home)

    assert code == 0
    assert "unchanged" in out


def test_json_is_one_object_and_nothing_else(forecast, home):
    code, out, _ = forecast("run", "--home", home, "--json", "--as-of", "2022-06-30")

    body = json.loads(out)
    assert (code, body["schema"], body["ok"]) == (0, "forecast.cli/1", True)
    assert body["data"]["as_of"] == "2022-06-30"


def test_an_error_is_one_line_on_stderr(forecast, home):
    code, out, err = forecast("run", "--home", home, "--as-of", "2999-01-01")

    assert (code, out) == (2, "")
    lines = [line for line in err.splitlines() if "SettingsError" in line]
    assert len(lines) == 1
    assert "is after today" in lines[0]
    assert "Traceback" not in err


def test_an_error_is_json_too_if_asked_for(forecast, home):
    code, out, _ = forecast("show", "us_dc", "--home", home, "--json")

    body = json.loads(out)
    assert (code, body["ok"]) == (2, False)
    assert "not in the catalogue" in body["problems"][0]["message"]


def test_an_unknown_flag_is_a_usage_error(forecast, home):
    code, _, err = forecast("run", "--home", home, "--as-off", "2022-06-30")

    assert code == 2
    assert "--as-off" in err


def test_debug_shows_the_trace(home):
    with pytest.raises(Exception, match="is after today"):
        answer(["run", "--home", home, "--as-of", "2999-01-01", "--debug"])


def test_show_explains_a_series(forecast, home):
    forecast("run", "--home", home)

    code, out, _ = forecast("show", "valley_sales", "--home", home)

    assert code == 0
    assert "Follows valley" in out
    assert "constant_growth" in out
    assert "followed" in out


def test_show_before_any_run_says_what_to_do(forecast, home):
    code, _, err = forecast("show", "valley_sales", "--home", home)

    assert code == 2
    assert "forecast run" in err


@pytest.mark.parametrize(
    ("flag", "told"),
    [
        ("--sources", "valley"),
        ("--revisions", "No period was revised."),
        ("--checks", "checks of"),
        ("--why", "Combined: panel, constant_growth, damped_growth."),
        ("--why", "candidate      weight  past error  next period  last period"),
        ("--why", "Growth is multiplied with"),
    ],
)
def test_show_answers_each_question(forecast, home, flag, told):
    forecast("run", "--home", home)

    code, out, _ = forecast("show", "valley_sales", flag, "--home", home)

    assert code == 0
    assert told in out


def test_the_doctor_finds_a_well_home_well(forecast, home):
    forecast("run", "--home", home)

    code, out, _ = forecast("doctor", "--home", home)

    assert code == 0
    assert "ILL" not in out


def test_the_doctor_names_an_altered_edition(forecast, home, tmp_path):
    forecast("run", "--home", home)
    (run,) = (tmp_path / "data" / "processed" / "runs").iterdir()
    (run / "summary.txt").write_text("altered", encoding="utf-8")

    code, out, _ = forecast("doctor", "--home", home)

    assert code == 1
    assert "summary.txt altered" in out


def test_a_planted_fault_is_caught_and_nothing_is_written(forecast, home, tmp_path):
    code, out, _ = forecast(
        "doctor", "--plant", "thousandfold", "--source", "valley_sales", "--home", home
    )

    assert code == 0
    assert out.startswith("Caught: thousandfold in valley_sales")
    assert [path.name for path in (tmp_path / "data" / "processed").iterdir()] == ["cache"]


def test_an_unknown_fault_is_refused_with_those_there_are(forecast, home):
    code, _, err = forecast("doctor", "--plant", "gremlins", "--source", "x", "--home", home)

    assert code == 2
    assert "thousandfold" in err


def test_backfill_prints_its_plan_without_running(forecast, home):
    code, out, _ = forecast(
        "backfill", "--home", home, "--from", "2022-01-31", "--to", "2022-03-31", "--dry-run"
    )

    assert code == 0
    assert out.split() == ["2022-01-31", "2022-02-28", "2022-03-31"]


def test_backfill_runs_each_day(forecast, home):
    code, out, _ = forecast(
        "backfill", "--home", home, "--from", "2022-06-30", "--to", "2023-06-30", "--every", "1y"
    )

    assert code == 0
    assert out.count("new") == 2


def test_ingest_of_a_publisher_that_is_away_ends_in_three(forecast, home, monkeypatch):
    monkeypatch.setattr("forecast.pipeline.ingesting.ask", _away)

    code, out, _ = forecast("ingest", "--home", home)

    assert code == 3
    assert "refused" in out
    assert "no answer" in out


def _away(*_, **__):
    raise FetchError("no answer")


def test_a_missing_home_is_named(forecast, tmp_path):
    code, _, err = forecast("run", "--home", tmp_path / "nowhere")

    assert code == 2
    assert "nowhere is not a folder" in err


@pytest.mark.parametrize("verb", ["run", "show", "ingest", "backfill", "doctor"])
def test_every_verb_has_help_with_an_example(forecast, verb):
    code, out, _ = forecast(verb, "--help")

    assert code == 0
    assert "--home" in out


def test_help_names_every_verb(forecast):
    _, out, _ = forecast("--help")

    assert all(verb in out for verb in ("run", "show", "ingest", "backfill", "doctor"))


def test_the_command_is_installed():
    found = subprocess.run(
        [sys.executable, "-m", "forecast.cli.main", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() == "0.1.0"


def test_progress_off_a_terminal_is_json_lines_with_the_run(home):
    done = subprocess.run(
        [sys.executable, "-m", "forecast.cli.main", "run", "--home", home],
        capture_output=True,
        text=True,
        check=True,
    )

    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert len({line["run_id"] for line in lines}) == 1
    assert date.fromisoformat(lines[0]["at"][:10])
    assert "message" in lines[0]


def test_keys_never_reach_the_log():
    import logging

    from forecast.cli.logs import WithoutSecrets

    record = logging.LogRecord("x", 20, "", 0, "GET %s", ("/v2?api_key=CANARY&x=1",), None)
    WithoutSecrets().filter(record)

    assert "CANARY" not in record.getMessage()
    assert "x=1" in record.getMessage()
