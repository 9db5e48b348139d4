"""Uploads at the real server: whoever may not send one is told before sending, and nobody waits while a picture is made."""

import re
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urlsplit

import pytest

from eventsvc.operations import webserver
from tests.operations.installation import Installation
from tests.pictures.uploads import encoded, photograph
from tests.servers import site

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("empty", ["sqlite"], indirect=True)]

LOOK = "/organize/organizations/alianza-americas/look"


class Owner:
    """Somebody who is signed in at a running service."""

    def __init__(self, running: site.Running, link: str) -> None:
        self.url = running.url
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.open(link, urlencode({"csrf_token": self.token(link)}).encode())

    def open(self, path: str, body: bytes | None = None, kind: str = "application/x-www-form-urlencoded") -> str:
        headers = {"Content-Type": kind} if body else {}
        with self.opener.open(urllib.request.Request(self.url + path, body, headers), timeout=60) as answer:
            return str(answer.read(), "utf-8")

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.open(path))
        assert found
        return found[1]

    def upload(self, picture: bytes) -> str:
        parts = {"csrf_token": self.token(LOOK), "alt_en": "A photograph"}
        body = b"".join(
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in parts.items()
        )
        body += (
            b'--x\r\nContent-Disposition: form-data; name="cover"; filename="a.jpg"\r\n\r\n'
            + picture
            + b"\r\n--x--\r\n"
        )
        return self.open(LOOK, body, "multipart/form-data; boundary=x")


@pytest.fixture
def running(place: Installation) -> Iterator[site.Running]:
    with site.web(place.environment) as served:
        yield served


@pytest.fixture
def owner(place: Installation, running: site.Running) -> Owner:
    assert place.run("organizer", "add", "ana@example.org", "--organization", "Alianza Americas").returncode == 0
    said = place.run("organizer", "sign-in-link", "ana@example.org", EVENTSVC_BASE_URL=running.url).stdout
    link = next(word for word in said.split() if "/organize/sign-in/" in word)
    return Owner(running, urlsplit(link).path)


def answer_to_headers(running: site.Running, length: int, cookie: str = "none=none") -> tuple[int, float]:
    """The status and the seconds until it came, where a body is announced and not a byte of it is sent."""
    port = int(running.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        began = time.monotonic()
        client.sendall(
            f"POST {LOOK} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            f"Content-Length: {length}\r\nCookie: {cookie}\r\n\r\n".encode()
        )
        return int(client.recv(100).split()[1]), time.monotonic() - began


def test_who_is_not_signed_in_or_wants_to_send_too_much_is_told_before_sending(
    running: site.Running, owner: Owner
) -> None:
    cookie = "; ".join(f"{each.name}={each.value}" for each in owner.cookies)

    stranger, waited = answer_to_headers(running, 5_000_000)
    assert (stranger, waited < 10) == (401, True)
    too_much, waited = answer_to_headers(running, 20_000_000, cookie)
    assert (too_much, waited < 10) == (413, True)


def test_while_pictures_are_made_the_same_worker_answers_others(running: site.Running, owner: Owner) -> None:
    picture = encoded(photograph(6000, 4500), quality=85)
    assert 1_000_000 < len(picture) < 12_000_000
    waits: list[float] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.wait(0.01):
            began = time.monotonic()
            with urllib.request.urlopen(f"{running.url}/healthz", timeout=30) as answer:
                assert answer.status == 200
            waits.append(time.monotonic() - began)

    asking = threading.Thread(target=ask)
    asking.start()
    began = time.monotonic()
    page = owner.upload(picture)
    took = time.monotonic() - began
    stop.set()
    asking.join()

    assert 'srcset="/pictures/' in page
    waits.sort()
    assert len(waits) > 10
    assert waits[len(waits) // 2] < took / 4, (took, waits[-5:])
    assert waits[-1] < took, (took, waits[-5:])


def test_a_picture_may_take_longer_to_send_than_a_form(empty: Installation) -> None:
    assert webserver.patience(LOOK) == webserver.patience("/organize/events/assembly/picture") == 120
    assert webserver.patience("/en/events/look/register") == webserver.patience(f"{LOOK}/x") == 30
