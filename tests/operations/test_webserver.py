"""What gunicorn does differently for us."""

import collections
import io
import logging
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import gevent  # type: ignore[import-untyped]  # published without types, like the two below
import pytest
from gevent.server import StreamServer  # type: ignore[import-untyped]
from gunicorn.app.wsgiapp import WSGIApplication  # type: ignore[import-untyped]
from gunicorn.workers import ggevent  # type: ignore[import-untyped]

from eventsvc import schema, vault
from eventsvc.db import db, transaction
from eventsvc.operations import webserver
from eventsvc.settings import project_folder
from tests.operations.installation import Installation
from tests.servers import postgres, site

SLOW_CLIENTS = 300


def test_the_settings_are_those_we_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["gunicorn", "--config", str(project_folder("config") / "gunicorn.conf.py"), "x"])
    settings = WSGIApplication().cfg
    assert settings.worker_class_str == "gevent"
    assert (settings.workers, settings.keepalive, settings.graceful_timeout) == (2, 5, 5)
    assert settings.control_socket_disable
    assert settings.accesslog is None
    assert settings.logger_class is webserver.QuietLogger
    assert ggevent.StreamServer is StreamServer  # else the remedy below would touch nothing


def test_several_waiting_connections_are_taken_per_turn_whatever_gunicorn_sets() -> None:
    webserver.accept_fairly()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = StreamServer(gevent.socket.socket(fileno=listener.detach()), handle=lambda *_: None)
        server.max_accept = 1  # what gunicorn's worker does where there are several
        assert server.max_accept == webserver.ACCEPT_AT_ONCE
        server.close()


class Drip:
    """A sender of one byte a time."""

    def __init__(self, pause: float) -> None:
        self.pause = pause

    def read(self, _size: int) -> bytes:
        gevent.sleep(self.pause)
        return b"x"


def test_a_body_that_drips_for_ever_is_given_up() -> None:
    reader = webserver.Deadline(Drip(0.02), seconds=0.1)
    began = time.monotonic()
    with pytest.raises(OSError, match="took too long"):
        collections.deque(iter(lambda: reader.read(1), b""), maxlen=0)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            "Invalid request from ip=203.0.113.9: Invalid HTTP request line: 'GET /r/secret'",
            "Invalid request from ip=-: ",
        ),
        ("Invalid request from ip=2001:db8::17: bad", "Invalid request from ip=-: bad"),
        ("Error handling request /r/aVeryPrivateSecret", "Error handling request -"),
        ("Listening at: http://127.0.0.1:8000 (17)", "Listening at: http://127.0.0.1:8000 (17)"),
        ("Worker (pid:4711) was sent SIGKILL! 12:30:59", "Worker (pid:4711) was sent SIGKILL! 12:30:59"),
    ],
)
def test_the_log_keeps_neither_addresses_nor_paths(said: str, kept: str) -> None:
    record = logging.LogRecord("gunicorn.error", logging.WARNING, "", 0, said, (), None)
    assert webserver.Silence().filter(record)
    assert record.getMessage().startswith(kept)
    assert "secret" not in record.getMessage().lower()


def test_the_log_keeps_the_kind_of_an_exception_and_not_its_words() -> None:
    log, written = logging.getLogger("test.silence"), io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(webserver.Silence())
    log.addHandler(handler)
    log.propagate = False
    try:
        int("rosa@example.org")
    except ValueError:
        log.exception("Exception in worker process")
    assert written.getvalue() == "Exception in worker process (ValueError)\n"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[site.Running]:
    """One for all who only knock."""
    with ExitStack() as stack:
        server = request.getfixturevalue("postgres_server") if request.param == "postgresql" else ""
        url = stack.enter_context(postgres.database(server)) if server else ""
        place = Installation(request.param, tmp_path_factory.mktemp("served"), url)
        vault.make_key_file(place.folder / "secret.key")
        with place.application():
            schema.upgrade(db.engine)
            with transaction():
                vault.verify()
        yield stack.enter_context(site.web(place.environment))


def address_of(running: site.Running) -> tuple[str, int]:
    return "127.0.0.1", int(running.url.rpartition(":")[2])


@pytest.mark.slow
@pytest.mark.parametrize("served", ["sqlite"], indirect=True)
def test_a_broken_request_leaves_no_address_in_the_log(served: site.Running) -> None:
    for broken in (
        b"NONSENSE\r\n\r\n",
        b"GET /r/secret HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"G" * 9000 + b"\r\n",
    ):
        with socket.create_connection(address_of(served), source_address=("127.0.0.77", 0)) as client:
            client.sendall(broken)
            client.settimeout(10)
            client.recv(1000)
    time.sleep(0.2)
    assert "127.0.0.77" not in served.said()
    assert "secret" not in served.said()
    assert "Invalid request from ip=-" in served.said()


def open_slowly(running: site.Running, stack: ExitStack, beginning: bytes) -> list[socket.socket]:
    clients = [stack.enter_context(socket.create_connection(address_of(running))) for _ in range(SLOW_CLIENTS)]
    for client in clients:
        client.sendall(beginning)
    return clients


def drip(clients: list[socket.socket], stop: threading.Event) -> None:
    """One more byte from everybody every half second; who was cut off stays silent."""
    while not stop.wait(0.5):
        for client in clients:
            try:
                client.send(b"x")
            except OSError:
                continue


SLOW_HEADERS = b"GET /en/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
SLOW_BODIES = (
    b"POST /en/my-link HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 100000\r\n\r\nemail="
)


@pytest.mark.slow
@pytest.mark.parametrize("beginning", [SLOW_HEADERS, SLOW_BODIES], ids=["headers", "bodies"])
def test_slow_clients_do_not_keep_the_others_waiting(served: site.Running, beginning: bytes) -> None:
    stop, waits = threading.Event(), []
    with ExitStack() as stack:
        clients = open_slowly(served, stack, beginning)
        dripping = threading.Thread(target=drip, args=(clients, stop))
        dripping.start()
        until = time.monotonic() + 4
        while time.monotonic() < until:
            began = time.monotonic()
            with urllib.request.urlopen(f"{served.url}/readyz", timeout=5) as answer:
                assert answer.status == 200
            waits.append(time.monotonic() - began)
            time.sleep(0.05)
        stop.set()
        dripping.join()
    assert len(waits) > 15
    assert max(waits) < 3
    assert sorted(waits)[len(waits) // 2] < 0.3


@pytest.mark.slow
@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_no_control_socket_is_left_in_anybodys_home(place: Installation, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with place.serving(HOME=str(home), XDG_RUNTIME_DIR=str(home)):
        assert list(home.rglob("*")) == []
