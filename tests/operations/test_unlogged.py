"""The link of a calendar of one's own is a secret: neither a good reading nor a fault writes it down, and no page passes it on."""

import http.client
import socket
import sqlite3
import time
from contextlib import closing

import pytest

from tests.operations.installation import Installation
from tests.servers import site

pytestmark = pytest.mark.slow
SECRET = "canaryCANARYcanaryCANA"
PATH = f"/feeds/mine/{SECRET}.ics"


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_no_log_holds_the_link_of_a_calendar(place: Installation) -> None:
    with site.web(place.environment) as running:
        port = int(running.url.rpartition(":")[2])
        assert _status(port) == 404
        _break(port)
        _lose_the_table(place)
        assert _status(port) == 500
        time.sleep(0.3)

        said = running.said()

    assert "fault" in said
    assert "Invalid request" in said
    assert SECRET not in said
    kept = [path for path in place.folder.rglob("*") if path.is_file()]
    assert kept
    assert [path for path in kept if SECRET.encode() in path.read_bytes()] == []


def _lose_the_table(place: Installation) -> None:
    file = place.settings.sqlite_file
    assert file
    with closing(sqlite3.connect(file)) as database:
        database.execute("ALTER TABLE personal_feeds RENAME TO gone")


def _status(port: int) -> int:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    asked.request("GET", PATH, headers={"Host": f"localhost:{port}"})
    answer = asked.getresponse()
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    answer.read()
    asked.close()
    return answer.status


def _break(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(f"GET {PATH} HTTP/9.9\r\n\r\n".encode())
        client.recv(1000)
