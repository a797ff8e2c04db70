"""kill -9 at every call an ingest makes to the disk: what is held stays, a repeat ends the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.homes import ROOT

HERE = Path(__file__).parent


@pytest.mark.slow
def test_an_ingest_killed_anywhere_loses_nothing_and_its_repeat_keeps_the_same(tmp_path, capsys):
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    environment = {**os.environ, "PYTHONPATH": paths}
    server = subprocess.Popen(
        [sys.executable, HERE / "serving.py"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with server:
        base = server.stdout.readline().strip()
        done = subprocess.run(
            [sys.executable, HERE / "killed_ingests.py", tmp_path, base],
            env=environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        server.stdin.close()

    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["wrong"] == []
    assert answer["new"] >= 6
    assert answer["deaths"] >= 40
    with capsys.disabled():
        print(f"\nkill -9 at each of {answer['deaths']} calls of an ingest")  # noqa: T201
