"""`serve` as an operator meets it: what it prints, what it refuses, what it starts again, how it ends."""

import os
import signal
import socket
import time
import urllib.request
from pathlib import Path

import pytest
import sqlalchemy as sa

from eventsvc import vault
from eventsvc.clockwork import Beat
from eventsvc.db import db
from tests.operations.installation import Installation, children, command_of, is_alive, until
from tests.servers import site

pytestmark = pytest.mark.slow


def get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status, answer.read().decode()


def child(running: site.Running, of: str) -> int:
    """The process id of the web master (`gunicorn`) or of `work`."""
    found = [pid for pid in children(running.process.pid) if of in command_of(pid)]
    return found[0] if found else 0


def test_serve_starts_from_nothing_says_where_it_is_and_ends_cleanly(sqlite_place: Installation) -> None:
    with sqlite_place.serving(EVENTSVC_WORKERS="2") as running:
        assert get(f"{running.url}/healthz") == (200, '{"status":"ok"}\n')
        said = running.said()
        assert f"make the first one here: {running.url}/organize/setup/" in said
        assert "Mail goes to files, not to people" in said
        family = [running.process.pid, *children(running.process.pid)]
        family += [pid for parent in family[1:] for pid in children(parent)]
        assert len(family) == 5  # itself, the web master and its two workers, work
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(15) == 0
        assert time.monotonic() - began < 6
        assert [pid for pid in family if is_alive(pid)] == []
        assert "Traceback" not in running.said()
    modes = {path.name: path.stat().st_mode & 0o077 for path in sqlite_place.folder.iterdir()}
    assert modes == dict.fromkeys(modes, 0)


def test_serve_runs_on_a_database_that_was_made_ready(place: Installation) -> None:
    with place.serving() as running:
        status, body = get(f"{running.url}/readyz")
        assert (status, '"key":"ok"' in body) == (200, True)


def test_the_page_for_the_first_owner_is_offered_only_while_there_is_no_account(sqlite_place: Installation) -> None:
    added = sqlite_place.run("organizer", "add", "rosa@example.org", "--organization", "Alianza Americas")
    assert added.returncode == 0, added.stderr
    with sqlite_place.serving() as running:
        assert "/organize/setup/" not in running.said()


def test_killed_workers_masters_and_couriers_come_back(place: Installation) -> None:
    with place.serving(EVENTSVC_WORKERS="2") as running:
        master, work = child(running, "gunicorn"), child(running, "eventsvc work")
        worker = until(lambda: children(master), running)[0]
        os.kill(worker, signal.SIGKILL)
        os.kill(work, signal.SIGKILL)
        until(lambda: len(children(master)) == 2 and worker not in children(master), running)
        assert until(lambda: child(running, "eventsvc work"), running) != work

        os.kill(master, signal.SIGKILL)
        until(lambda: child(running, "gunicorn") not in {0, master}, running)
        site.wait_until_it_answers(running, None)
        assert running.said().count("is started again") == 2


def test_children_do_not_outlive_a_supervisor_that_was_killed(sqlite_place: Installation) -> None:
    with sqlite_place.serving() as running:
        family = children(running.process.pid)
        family += [pid for parent in family for pid in children(parent)]
        running.process.kill()
        until(lambda: not any(is_alive(pid) for pid in family), running)


def beaten() -> bool:
    db.session.rollback()  # a new look
    return db.session.scalar(sa.select(Beat.holder)) is not None


def test_work_leaves_a_sign_of_life_and_ends_when_told(place: Installation) -> None:
    with site.program("work", environment=place.environment) as running:
        with place.application():
            until(beaten, running)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(10) == 0
        assert running.said() == ""


def test_a_port_in_use_is_said_in_one_line(sqlite_place: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = sqlite_place.refused("serve", "--port", port)
    assert said == f"cannot listen on 127.0.0.1:{port} (Address already in use): use another --port"


@pytest.mark.parametrize("host", ["203.0.113.1", "nowhere.invalid", "a..b"])
def test_a_host_that_is_not_this_machine_is_told_from_a_port_in_use(sqlite_place: Installation, host: str) -> None:
    said = sqlite_place.refused("serve", "--port", "0", "--host", host)
    assert said.startswith(f"cannot listen on {host}:0 (")
    assert said.endswith("): use another --host")


def test_a_data_folder_that_cannot_be_made_is_said_in_one_line(sqlite_place: Installation, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = sqlite_place.refused("serve", "--port", "0", EVENTSVC_DATA_DIR=str(tmp_path / "file" / "data"))
    assert said.startswith(f"{tmp_path}/file")
    assert "Not a directory" in said


def test_a_folder_one_may_not_write_to_is_said_in_one_line(sqlite_place: Installation) -> None:
    said = sqlite_place.refused("serve", "--port", "0", EVENTSVC_DATA_DIR="/proc/eventsvc")
    assert "/proc/eventsvc" in said


def test_a_bad_setting_is_named(sqlite_place: Installation) -> None:
    said = sqlite_place.refused("serve", EVENTSVC_BASE_URL="ftp://example.org")
    assert said.startswith("EVENTSVC_BASE_URL: write it as https://")


def test_a_wrong_key_stops_the_start(place: Installation) -> None:
    (place.folder / "secret.key").unlink()
    vault.make_key_file(place.folder / "secret.key")
    assert "the key does not belong to this database" in place.refused("serve", "--port", "0")
    assert "the key does not belong to this database" in place.refused("work", "--once")


def test_a_missing_key_stops_the_start_and_none_is_made(place: Installation) -> None:
    (place.folder / "secret.key").unlink()
    assert "no key" in place.refused("serve", "--port", "0")
    assert not (place.folder / "secret.key").exists()


def test_a_database_ahead_of_the_program_is_refused(place: Installation) -> None:
    with place.application(), db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    sentence = "the database is newer than this program: install the version of eventsvc that last used it"
    assert place.spawn("work", "--once").stderr == f"eventsvc: {sentence}\n"
    for words in (["serve", "--port", "0"], ["work", "--once"], ["db", "upgrade"], ["db", "check"]):
        assert place.refused(*words) == sentence


def test_on_postgresql_serve_leaves_the_schema_to_the_operator(empty: Installation) -> None:
    if empty.kind == "sqlite":
        assert empty.run("work", "--once").returncode == 0
        return
    assert empty.refused("serve", "--port", "0") == "the database is empty: run `eventsvc db upgrade`"
    assert empty.run("db", "upgrade").returncode == 0
    assert empty.run("work", "--once").returncode == 0


def test_a_database_that_does_not_answer_is_said_in_one_line(sqlite_place: Installation) -> None:
    vault.make_key_file(sqlite_place.folder / "secret.key")
    nobody = "postgresql+psycopg://eventsvc:geheim@127.0.0.1:1/eventsvc"
    said = sqlite_place.refused("serve", "--port", "0", EVENTSVC_DATABASE_URL=nobody)
    assert said.startswith("the database does not answer: ")
    assert "geheim" not in said


@pytest.mark.parametrize("trouble", ["key", "schema"])
def test_plain_gunicorn_ends_with_a_line_where_it_cannot_serve(place: Installation, trouble: str) -> None:
    if trouble == "key":
        (place.folder / "secret.key").unlink()
        vault.make_key_file(place.folder / "secret.key")
    else:
        with place.application(), db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    command = ["-m", "gunicorn", "--bind", "127.0.0.1:0", "--workers", "2", "--no-control-socket", "wsgi:app"]
    with site.start(command, place.environment) as running:
        assert running.process.wait(30) != 0
        said = running.said()
    assert "eventsvc: the " in said
    assert "Traceback" not in said


def test_plain_gunicorn_serves(place: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        bind = ["--bind", f"fd://{listener.fileno()}"]
        command = ["-m", "gunicorn", *bind, "--no-control-socket", "wsgi:app"]
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with site.start(command, place.environment, url=url, inherit=(listener.fileno(),)) as running:
            site.wait_until_it_answers(running, None)
            assert get(f"{url}/readyz")[0] == 200
