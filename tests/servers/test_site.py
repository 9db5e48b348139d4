"""The processes the journeys and storms run against."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from eventsvc import vault
from tests.servers import https, site


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    vault.make_key_file(tmp_path / "secret.key")
    found = {"EVENTSVC_DATA_DIR": str(tmp_path), "EVENTSVC_WORKERS": "2"}
    command = [sys.executable, "-m", "eventsvc", "db", "upgrade"]
    subprocess.run(command, cwd=site.TREE, env=os.environ | found, check=True, capture_output=True)
    return found


@pytest.mark.slow
def test_the_service_answers_over_https_and_outlives_a_killed_worker(environment: dict[str, str]) -> None:
    with https.certificate() as paper, site.web(environment, certificate=paper) as pages:
        first = pages.children()
        assert len(first) == 2
        os.kill(first[0], signal.SIGKILL)
        deadline = time.monotonic() + 20
        while first[0] in pages.children() or len(pages.children()) < 2:
            assert time.monotonic() < deadline, pages.said()
            time.sleep(0.05)
        with urllib.request.urlopen(f"{pages.url}/healthz", timeout=10, context=paper.for_clients()) as answer:
            assert answer.status == 200
    assert pages.process.returncode == 0
    with pytest.raises(ProcessLookupError):
        os.kill(first[1], 0)
