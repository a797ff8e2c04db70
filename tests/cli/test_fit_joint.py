"""``forecast fit --paths --hierarchy``: whole futures, and wholes that are sums of their parts."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest

from forecast.cli.main import answer
from forecast.contracts.levels import LEVELS, QUANTILES

TREE = {"USA": ("US-VA", "US-TX"), "US-VA": ("north", "south")}
SIZES = {"north": 20.0, "south": 12.0, "US-TX": 60.0, "alone": 5.0}


def leaf(name, shared, seed):
    noise = np.random.default_rng(seed).normal(0.03, 0.04, len(shared))
    y = SIZES[name] * np.exp(np.cumsum(0.7 * shared + 0.5 * noise))
    return pd.DataFrame({"unique_id": name, "ds": np.arange(2000, 2000 + len(y)), "y": y})


@pytest.fixture(scope="module")
def panel():
    shared = np.random.default_rng(3).normal(0.03, 0.04, 20)
    rows = {name: leaf(name, shared, k) for k, name in enumerate(SIZES)}
    for whole in ("US-VA", "USA"):
        y = sum(rows[part]["y"] for part in TREE[whole])
        rows[whole] = rows["alone"].assign(unique_id=whole, y=y)
    return pd.concat(rows.values(), ignore_index=True)


@pytest.fixture
def fit(tmp_path, capsys):
    def told(rows, *tokens, tree=TREE, paths="paths.parquet", draws=200):
        rows.to_parquet(tmp_path / "panel.parquet")
        asked = ["fit", tmp_path / "panel.parquet", "--out", tmp_path / "out.parquet"]
        asked += ["--horizon", 4, *tokens]
        if "--draws" not in tokens:
            asked += ["--draws", draws]
        if paths:
            asked += ["--paths", tmp_path / paths]
        if tree:
            pairs = [(whole, part) for whole, parts in tree.items() for part in parts]
            pd.DataFrame(pairs, columns=["whole", "part"]).to_csv(
                tmp_path / "tree.csv", index=False
            )
            asked += ["--hierarchy", tmp_path / "tree.csv"]
        code = answer([str(token) for token in asked])
        said = capsys.readouterr()
        return code, tmp_path, said.out, said.err

    return told


def read(path):
    rows = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    return rows.set_index(["unique_id", "horizon"])


def futures(rows, name):
    return rows.loc[name].filter(like="path_").to_numpy().T


@pytest.mark.parametrize("name", ["paths.parquet", "paths.csv"])
def test_every_path_of_a_whole_is_the_sum_of_its_parts_and_none_is_negative(fit, panel, name):
    code, folder, said, _ = fit(panel, paths=name)

    rows = read(folder / name)
    assert code == 0
    assert "5 of them add up" in said
    for whole, parts in TREE.items():
        total = sum(futures(rows, part) for part in parts)
        np.testing.assert_allclose(futures(rows, whole), total, rtol=1e-8)
    assert (rows.filter(like="path_") >= 0).all(axis=None)


def test_quantiles_and_means_of_a_hierarchy_are_those_of_its_paths(fit, panel):
    _, folder, _, _ = fit(panel)

    rows, told = read(folder / "paths.parquet"), read(folder / "out.parquet")
    for name in {*TREE, "north", "south", "US-TX"}:
        sample = futures(rows, name)
        np.testing.assert_allclose(
            told.loc[name, list(QUANTILES)].to_numpy(float).T,
            np.quantile(sample, LEVELS, axis=0),
            rtol=2e-5,
        )
        assert told.loc[name, "note"].str.contains("adds up within its hierarchy").all()
    means = told["mean"].unstack()
    for whole, parts in TREE.items():
        np.testing.assert_allclose(means.loc[whole], means.loc[list(parts)].sum(), rtol=1e-5)


def test_a_series_outside_the_hierarchy_is_told_as_without_one(fit, panel):
    _, folder, _, _ = fit(panel)
    inside = read(folder / "out.parquet").loc["alone"]
    _, folder, _, _ = fit(panel, tree=None, paths=None)

    pd.testing.assert_frame_equal(read(folder / "out.parquet").loc["alone"], inside)


def test_paths_without_a_hierarchy_have_the_quantiles_told(fit, panel):
    _, folder, said, _ = fit(panel, tree=None, draws=2_000)

    rows, told = read(folder / "paths.parquet"), read(folder / "out.parquet")
    sample = np.quantile(futures(rows, "US-TX"), LEVELS, axis=0).T
    np.testing.assert_allclose(
        told.loc["US-TX", list(QUANTILES)].to_numpy(float), sample, rtol=0.01
    )
    assert "correlate 0.00" in said


def test_the_dependence_of_parts_is_that_of_their_past_steps_unless_told(fit, panel):
    *_, said, _ = fit(panel, "--json")
    measured = json.loads(said)["data"]
    *_, said, _ = fit(panel, "--json", "--common", "0.2")

    assert measured["coherent"] == 5
    assert 0.4 < measured["common"] < 0.95
    assert json.loads(said)["data"]["common"] == 0.2


def test_chunks_and_seeds(panel, tmp_path):
    from forecast.pipeline.fitting_files import Wish, fit_file
    from forecast.pipeline.joint import Joint

    panel.to_parquet(tmp_path / "panel.parquet")
    (tmp_path / "tree.csv").write_text("whole,part\nUS-VA,north\nUS-VA,south\n")
    told = []
    for chunk, seed in ((250, 0), (1, 0), (250, 1)):
        joint = Joint(tmp_path / "p.parquet", tmp_path / "tree.csv", draws=100, seed=seed)
        fit_file(
            tmp_path / "panel.parquet",
            tmp_path / "o.parquet",
            Wish(3, chunk=chunk, joint=joint),
            lambda _: None,
        )
        told.append((tmp_path / "p.parquet").read_bytes() + (tmp_path / "o.parquet").read_bytes())

    assert told[0] == told[1]
    assert told[0] != told[2]


def cut(rows, name):
    return rows[(rows["unique_id"] != name) | (rows["ds"] < 2018)]


def sunk(rows, name):
    return rows.assign(
        y=np.where((rows["unique_id"] == name) & (rows["ds"] == 2003), -1, rows["y"])
    )


@pytest.mark.parametrize(
    ("change", "tree", "message"),
    [
        (lambda rows: rows, {"USA": ("US-VA", "US-NV")}, "names US-NV, not forecast"),
        (lambda rows: rows, {"USA": ("US-VA",), "US-VA": ("USA",)}, "part of itself"),
        (lambda rows: rows, {"USA": ("north",), "US-VA": ("north",)}, "belong to two wholes"),
        (lambda rows: cut(rows, "north"), TREE, "north end before the others"),
        (lambda rows: sunk(rows, "south"), TREE, "south of .* below zero"),
    ],
)
def test_a_hierarchy_that_cannot_add_up_is_refused_and_nothing_is_written(
    fit, panel, change, tree, message
):
    code, folder, _, err = fit(change(panel), tree=tree)

    assert code == 2
    assert re.search(message, err), err
    assert not (folder / "out.parquet").exists()
    assert not (folder / "paths.parquet").exists()


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (("--draws", "5"), "5 draws are not between"),
        (("--common", "1.5"), "no correlation between 0 and 1"),
        (("--hierarchy", "nowhere.csv"), "nowhere.csv: no such file"),
        (("--paths", "nowhere/p.csv"), "no such folder"),
    ],
)
def test_what_cannot_be_drawn_is_refused(fit, panel, tokens, message):
    code, _, _, err = fit(panel, *tokens, tree=None, paths=None)

    assert code == 2
    assert message in err


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "", "whole,part\nUSA,\n"])
def test_a_file_that_is_no_hierarchy_is_refused(fit, panel, text, tmp_path):
    (tmp_path / "bad.csv").write_text(text)

    code, _, _, err = fit(panel, "--hierarchy", tmp_path / "bad.csv", tree=None, paths=None)

    assert code == 2
    assert "expected CSV with the columns whole and part" in err
