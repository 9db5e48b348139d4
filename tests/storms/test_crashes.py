"""Processes are killed in the middle of it all. What was acknowledged stays, and nobody hears of it three times."""

import os
import re
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from pydantic import SecretStr

from eventsvc import clock, vault
from eventsvc.db import db
from eventsvc.mail import claims
from eventsvc.mail.courier import Courier
from eventsvc.mail.models import Message
from eventsvc.mail.transports import transport_of
from tests.factories import Cast
from tests.operations.installation import Installation, children, command_of
from tests.servers import postgres, smtp
from tests.servers.site import Running
from tests.storms.aftermath import assert_everybody_was_told, assert_in_order, look
from tests.storms.clients import Guest, all_at_once
from tests.storms.conftest import application
from tests.storms.size import dice, many, shuffled

pytestmark = pytest.mark.slow

GUESTS, CLIENTS = many(100), 16
DEATHS = ("web", "work", "web", "web", "master", "web", "web", "work", "web", "web") * many(1)


@dataclass
class Reaper:
    """Kills one process each time so many people have been acknowledged."""

    running: Running
    every: int
    acknowledged: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def one_more(self) -> None:
        with self.guard:
            self.acknowledged += 1
            if self.acknowledged % self.every == 0 and self.killed.total() < len(DEATHS):
                self._kill(DEATHS[self.killed.total()])

    def _kill(self, what: str) -> None:
        served = {"work" if "eventsvc work" in command_of(pid) else "master": pid for pid in self.running.children()}
        victim = served.get("master" if what == "web" else what)
        if what == "web" and victim:
            workers = children(victim)
            victim = dice(self.acknowledged).choice(workers) if workers else None
        if victim:
            os.kill(victim, signal.SIGKILL)
            self.killed[what] += 1
        else:
            self.killed["nobody there"] += 1


@pytest.fixture(scope="session")
def place(
    place: Installation, postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """One of its own: couriers run here, and no letter of another storm is theirs."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres.database(postgres_server)) if place.kind == "postgresql" else ""
        folder = tmp_path_factory.mktemp("crashes")
        vault.make_key_file(folder / "secret.key")
        yield Installation(place.kind, folder, url)


@pytest.fixture(scope="session")
def app(place: Installation) -> Iterator[Flask]:
    with application(place) as made:
        yield made


def test_what_was_acknowledged_outlives_killed_processes(
    app: Flask, place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        event = Cast(app).event(capacity=GUESTS // 3)
        event_id, slug = event.id, event.slug
    with smtp.server() as post:
        mail_url = f"smtp://{post.host}:{post.port}"
        with place.serving(EVENTSVC_MAIL_URL=mail_url, EVENTSVC_WORKERS="2") as running:
            guests = [Guest(running.url, slug, f"guest{n}") for n in range(GUESTS)]
            reaper = Reaper(running, every=max(1, GUESTS // (len(DEATHS) + 1)))
            all_at_once([partial(register, guests[start::CLIENTS], reaper) for start in range(CLIENTS)])
        deliver_what_the_dead_had_in_hand(app, place, mail_url, monkeypatch)
        arrived = Counter(message_id(mail.content) for mail in post.received)

    left = look(app, event_id)
    assert_in_order(left)
    assert_everybody_was_told(left)
    assert sorted(row.email for row in left.rows) == sorted(guest.email for guest in guests)
    assert (len(left.confirmed), len(left.queue)) == (GUESTS // 3, GUESTS - GUESTS // 3)
    posted = messages(app, event_id)
    assert set(posted) == set(arrived)
    assert max(arrived.values()) <= 2
    assert sum(times == 2 for times in arrived.values()) <= reaper.killed["work"]
    assert set(posted.values()) == {"sent"}
    assert reaper.killed["web"] >= 5
    assert reaper.killed["work"] >= 1
    tell(place, guests, reaper, arrived)


def register(some: list[Guest], reaper: Reaper) -> None:
    """One after the other; one in five is impatient and sends the form again after the answer."""
    for guest in some:
        with guest.line:
            guest.open_form()
            assert guest.send().status == 303, guest.answers
            reaper.one_more()
            if guest in shuffled(some, 0)[::5]:
                guest.send()
            assert len({urlsplit(answer.location).path for answer in guest.answers}) == 1
            assert guest.look_at_result().status == 200


def deliver_what_the_dead_had_in_hand(
    app: Flask, place: Installation, mail_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six minutes later their leases have run out, and the next courier takes over."""
    later = clock.now() + claims.LEASE + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with app.app_context():
        courier = Courier(transport_of(place.settings.model_copy(update={"mail_url": SecretStr(mail_url)})))
        while courier.round().did_anything:
            pass
        courier.close()
        db.session.remove()
    monkeypatch.undo()


def messages(app: Flask, event_id: int) -> dict[str, str]:
    """Message-ID to status."""
    with app.app_context():
        found = db.session.execute(sa.select(Message.message_id, Message.status).where(Message.event_id == event_id))
        return {row.message_id: row.status for row in found}


def message_id(mail: bytes) -> str:
    found = re.search(rb"(?im)^Message-ID: <([^>]+)>", mail)
    assert found
    return found[1].decode()


def tell(place: Installation, guests: list[Guest], reaper: Reaper, arrived: Counter[str]) -> None:
    """The figures, for `pytest -s` and for whoever publishes them."""
    repeated = sum(times == 2 for times in arrived.values())
    broken, busy = (sum(getattr(guest.line, name) for guest in guests) for name in ("broken", "busy"))
    print(  # noqa: T201 - that is what it is for
        f"\n{place.kind}: {len(guests)} acknowledged, killed {dict(reaper.killed)}, lines broken {broken}, busy {busy}, "
        f"lost 0, doubled 0, mails {len(arrived)}, missing 0, twice {repeated}, more often 0"
    )
