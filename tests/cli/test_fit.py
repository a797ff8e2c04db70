"""``forecast fit`` as a person meets it: any panel in, quantiles out, bad series by name."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from forecast.cli.main import answer
from forecast.contracts.levels import QUANTILES


def grown(name, first, count, seed, growth=0.03):
    noise = np.random.default_rng(seed).normal(growth, 0.04, count)
    years = np.arange(first, first + count)
    return pd.DataFrame({"unique_id": name, "ds": years, "y": 50 * np.exp(np.cumsum(noise))})


@pytest.fixture(scope="module")
def panel():
    return pd.concat([grown(f"s{k:02d}", 2000 - k % 5, 16 + k % 7, k) for k in range(24)])


@pytest.fixture
def fit(tmp_path, capsys):
    def told(rows, *tokens, name="panel.parquet", out="out.parquet", horizon=6):
        path = tmp_path / name
        rows.to_csv(path, index=False) if name.endswith("csv") else rows.to_parquet(path)
        asked = ["fit", path, "--out", tmp_path / out, "--horizon", horizon, *tokens]
        code = answer([str(token) for token in asked])
        said = capsys.readouterr()
        return code, tmp_path / out, said.out, said.err

    return told


def read(out):
    return pd.read_csv(out) if out.suffix == ".csv" else pd.read_parquet(out)


def test_every_series_gets_every_horizon_and_quantile(fit, panel):
    code, out, _, _ = fit(panel)

    rows = read(out)
    assert code == 0
    assert rows.groupby("unique_id").size().eq(6).all()
    assert rows["unique_id"].nunique() == panel["unique_id"].nunique()
    assert list(rows.columns) == [
        "unique_id", "ds", "horizon", "mean", *QUANTILES, "model", "note",
    ]  # fmt: skip
    assert np.isfinite(rows[[*QUANTILES, "mean"]]).all(axis=None)


def test_the_first_forecast_is_of_the_period_after_the_last(fit, panel):
    _, out, _, _ = fit(panel)

    first = read(out).groupby("unique_id")["ds"].min()

    assert (first == panel.groupby("unique_id")["ds"].max() + 1).all()


def test_csv_in_and_out_says_the_same(fit, panel):
    _, parquet, _, _ = fit(panel)
    _, csv, _, _ = fit(panel, name="panel.csv", out="out.csv")

    pd.testing.assert_frame_equal(
        read(parquet).drop(columns="note"), read(csv).drop(columns="note")
    )


def test_bad_series_are_refused_by_name_and_the_others_go_on(fit, panel):
    twin = panel[panel["unique_id"] == "s00"].assign(unique_id="twice")
    bad = [
        pd.concat([twin, twin.tail(1)]),
        pd.DataFrame({"unique_id": "wild", "ds": [2001, 2002], "y": [1.0, np.inf]}),
        pd.DataFrame({"unique_id": "empty", "ds": [2001, 2002], "y": [np.nan, np.nan]}),
    ]

    code, out, _, _ = fit(panel)
    alone = out.read_bytes()
    code, out, said, _ = fit(pd.concat([panel, *bad]))

    assert code == 4
    assert out.read_bytes() == alone
    assert "refused twice: 1 periods stand twice, first 2015" in said
    assert "refused wild: 1 values are infinite" in said
    assert "refused empty: none of its 2 values is a number" in said


def test_text_that_is_no_number_refuses_its_series(fit, panel):
    text = panel.astype({"y": str})
    text.loc[text["unique_id"] == "s03", "y"] = "n.n."

    code, _, said, _ = fit(text, name="panel.csv")

    assert code == 4
    assert "refused s03" in said


def test_a_panel_without_one_good_series_writes_nothing(fit):
    rows = pd.DataFrame({"unique_id": "x", "ds": [1, 1], "y": [1.0, 2.0]})

    code, out, _, err = fit(rows)

    assert code == 1
    assert not out.exists()
    assert "FitError" in err
    assert "first x" in err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows.rename(columns={"y": "value"}), "lacks y"),
        (lambda rows: rows.assign(ds="soon"), "no ds can be read"),
        (lambda rows: rows.head(0), "has no rows"),
    ],
)
def test_a_panel_that_is_none_is_refused_with_what_was_expected(fit, panel, change, message):
    code, out, _, err = fit(change(panel))

    assert code == 2
    assert message in err
    assert not out.exists()


def test_json_names_what_was_refused(fit, panel):
    rows = pd.concat([panel, pd.DataFrame({"unique_id": "bad", "ds": [1999], "y": [np.inf]})])

    code, _, out, _ = fit(rows, "--json")

    body = json.loads(out)
    assert (code, body["ok"], body["data"]["series"]) == (4, False, 24)
    assert body["problems"][0]["message"].startswith("bad: ")


def test_order_of_rows_and_file_form_change_no_byte(fit, panel):
    _, out, _, _ = fit(panel)
    ordered = out.read_bytes()

    _, out, _, _ = fit(panel.sample(frac=1, random_state=1))

    assert out.read_bytes() == ordered


@pytest.mark.parametrize("step", ["Q", "M"])
def test_seasons_come_back_in_the_forecast(fit, step):
    year = 4 if step == "Q" else 12
    rng = np.random.default_rng(5)
    frames = []
    for k in range(12):
        days = pd.date_range("2010-01-31", periods=8 * year, freq=f"{step}E")
        season = 1 + 0.4 * np.sin(2 * np.pi * np.arange(8 * year) / year)
        noise = rng.normal(1, 0.02, 8 * year)
        frames.append(pd.DataFrame({"unique_id": f"s{k}", "ds": days, "y": 100 * season * noise}))

    _, out, _, _ = fit(pd.concat(frames), horizon=year)

    rows = read(out)
    truth = 100 * (1 + 0.4 * np.sin(2 * np.pi * np.arange(year) / year))
    error = np.abs(rows["q50"].to_numpy().reshape(-1, year) / truth - 1)
    assert error.mean() < 0.03
    assert pd.Timestamp(rows["ds"].iloc[0]) == days[-1] + pd.tseries.frequencies.to_offset(
        f"{step}E"
    )


def test_a_panel_larger_than_memory_says_the_same_to_the_last_byte(fit, panel, monkeypatch):
    from forecast.pipeline import panels

    _, out, _, _ = fit(panel)
    whole = out.read_bytes()
    monkeypatch.setattr(panels, "PART_ROWS", 90)

    _, out, _, _ = fit(panel.sample(frac=1, random_state=2))

    assert out.read_bytes() == whole


@pytest.mark.parametrize("chunk", [1, 5, 1_000])
def test_chunks_of_any_size_write_the_same_bytes(panel, tmp_path, chunk):
    from forecast.pipeline.fitting_files import Wish, fit_file

    panel.to_parquet(tmp_path / "panel.parquet")
    outs = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    for out, size in zip(outs, (250, chunk), strict=True):
        fit_file(tmp_path / "panel.parquet", out, Wish(6, chunk=size), lambda _: None)

    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_two_workers_write_the_same_bytes(fit, panel, tmp_path, monkeypatch):
    from forecast.pipeline.fitting_files import Wish, fit_file

    panel.to_parquet(tmp_path / "panel.parquet")
    outs = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    for out, workers in zip(outs, (1, 2), strict=True):
        wish = Wish(6, chunk=5, workers=workers)
        fit_file(tmp_path / "panel.parquet", out, wish, lambda _: None)

    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_row_groups_do_not_depend_on_chunks(panel, tmp_path, monkeypatch):
    from forecast.pipeline import quantile_files
    from forecast.pipeline.fitting_files import Wish, fit_file

    monkeypatch.setattr(quantile_files, "ROW_GROUP_ROWS", 50)
    panel.to_parquet(tmp_path / "panel.parquet")
    outs = [tmp_path / "a.parquet", tmp_path / "b.parquet"]
    for out, size in zip(outs, (250, 3), strict=True):
        fit_file(tmp_path / "panel.parquet", out, Wish(6, chunk=size), lambda _: None)

    assert outs[0].read_bytes() == outs[1].read_bytes()
    assert len(pd.read_parquet(outs[0])) == 24 * 6


def test_a_folder_that_is_not_there_is_named(panel, tmp_path, capsys):
    panel.to_parquet(tmp_path / "panel.parquet")
    out = tmp_path / "nowhere" / "out.parquet"

    code = answer(["fit", str(tmp_path / "panel.parquet"), "--horizon", "3", "--out", str(out)])

    assert code == 2
    assert "no such folder" in capsys.readouterr().err


def test_a_leading_blank_is_cut_and_a_trailing_one_moves_the_origin_back(fit, panel):
    rows = panel[panel["unique_id"] == "s00"].copy()
    rows.loc[rows["ds"].isin([rows["ds"].min(), rows["ds"].max()]), "y"] = np.nan

    _, out, _, _ = fit(pd.concat([rows.assign(unique_id="blank"), panel]))

    told = read(out)
    assert told.loc[told["unique_id"] == "blank", "ds"].min() == rows["ds"].max()


def test_a_bridged_gap_is_noted(fit, panel):
    rows = panel[panel["unique_id"] == "s00"].assign(unique_id="gap")

    _, out, _, _ = fit(pd.concat([rows.drop(rows.index[7]), panel]))

    told = read(out)
    assert told.loc[told["unique_id"] == "gap", "note"].unique().tolist() == [
        "1 missing periods bridged"
    ]


def test_why_names_every_candidate_with_past_error_and_weight(fit, panel):
    _, _, out, _ = fit(panel, "--why", "s03", "--json")

    why = json.loads(out)["data"]["why"]
    assert why["series"] == "s03"
    assert len(why["candidates"]) == 17
    assert sum(row["weight"] for row in why["candidates"]) == pytest.approx(1)
    heaviest, lightest = why["candidates"][0], why["candidates"][-1]
    assert heaviest["past_error"] < lightest["past_error"]


def test_why_says_when_logarithms_are_refused(fit, panel):
    sunk = panel[panel["unique_id"] == "s01"].assign(unique_id="sunk")
    sunk["y"] -= sunk["y"].mean()

    _, _, out, _ = fit(pd.concat([panel, sunk]), "--why", "sunk")

    assert "candidates in logarithms refused" in out


def test_why_of_a_series_that_is_not_there_is_refused(fit, panel):
    code, _, _, err = fit(panel, "--why", "moon")

    assert code == 2
    assert "moon is not forecast" in err
