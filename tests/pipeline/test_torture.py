"""kill -9 at every call a whole run makes to the disk: readers see whole editions only."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.homes import ROOT

DRIVER = Path(__file__).with_name("killed_runs.py")


@pytest.mark.slow
def test_a_run_killed_anywhere_leaves_whole_editions_and_its_repeat_the_same_bytes(
    own_home, tmp_path_factory, capsys
):
    code = tmp_path_factory.mktemp("code")  # a copy: an edit meanwhile would be another run
    shutil.copytree(ROOT / "src", code / "src")
    shutil.copytree(ROOT / "tests", code / "tests")
    environment = {**os.environ, "PYTHONPATH": f"{code}{os.pathsep}{code / 'src'}"}

    done = subprocess.run(
        [sys.executable, DRIVER, own_home.home],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["wrong"] == []
    assert answer["deaths"] >= 40
    assert set(answer["seen"]) == {"old", "new"}
    with capsys.disabled():
        print(f"\nkill -9 at each of {answer['deaths']} calls of a run: {answer['seen']}")  # noqa: T201
