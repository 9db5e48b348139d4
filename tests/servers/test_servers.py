"""The real parts are real: each test would fail with an empty shell in the server's place."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.servers import chromium, lifeline, postgres
from tests.servers.missing import Missing, required


def connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(url.replace("postgresql+psycopg", "postgresql", 1), autocommit=True)


def test_each_database_starts_empty_and_leaves_nothing_behind() -> None:
    with required(postgres.server()) as server:
        with postgres.database(server) as one, connect(one) as connection:
            connection.execute("CREATE TABLE seat (number int)")
            name = connection.info.dbname
            with postgres.database(server) as other, connect(other) as stranger:
                assert stranger.execute("SELECT to_regclass('seat')").fetchone() == (None,)
        with connect(server) as admin:
            assert admin.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [name]).fetchone() == (0,)


@pytest.mark.slow
def test_a_durable_server_writes_through_and_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    script = (
        "import time; from tests.servers import postgres\n"
        "with postgres.server(durable=True) as url: print(url, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        url = parent.stdout.readline().strip()
        with connect(url) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
        data = Path(url.partition("host=")[2])
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        parent.send_signal(signal.SIGKILL)
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists() or not Path(f"/proc/{pid}/cmdline").read_bytes():
            break
        time.sleep(0.1)
    else:
        pytest.fail("PostgreSQL outlived the test that started it")
    lifeline.sweep(data.parents[1])
    assert not data.parent.exists()


def test_the_browser_draws_letters() -> None:
    """Without its fonts Chromium still clicks and passes, on buttons as narrow as their padding."""
    with required(chromium.launch()) as browser:
        page = browser.new_context(locale="es-ES").new_page()
        page.set_content("<!doctype html><html lang=es><title>x</title><button>Inscribirme</button>")
        box = page.get_by_role("button", name="Inscribirme").bounding_box()
        assert box is not None
        assert box["width"] > 60
        assert page.evaluate("navigator.language") == "es-ES"


def test_a_missing_part_fails_in_ci_and_is_skipped_loudly_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "WHEEL", "no_such_wheel")
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    with pytest.raises(Missing, match="set TEST_DATABASE_URL"), postgres.server():
        pass
    monkeypatch.setitem(os.environ, "CI", "true")
    with pytest.raises(pytest.fail.Exception, match="there is no PostgreSQL"), required(postgres.server()):
        pass
    monkeypatch.setitem(os.environ, "CI", "")
    with pytest.raises(pytest.skip.Exception, match="NOT TESTED: there is no PostgreSQL"), required(postgres.server()):
        pass
