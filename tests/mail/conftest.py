"""A post room for the tests: letters in the outbox, a real mail server, couriers between them."""

import re
import ssl
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from eventsvc import vault
from eventsvc.db import db, transaction
from eventsvc.mail import outbox
from eventsvc.mail.claims import LEASE
from eventsvc.mail.courier import Courier, Report
from eventsvc.mail.letters import CalendarPart, Rendered
from eventsvc.mail.models import Message, MessageStatus
from eventsvc.mail.transports import Server, Smtp
from tests.conftest import Clock
from tests.servers import smtp

LETTER = Rendered("Your place", "You have a place.\n", "<p>You have a place.</p>\n")


class PostRoom:
    """Posts letters and looks at what has become of them. Needs an application context."""

    def envelope(self, to: str = "ana@example.org", **values: Any) -> outbox.Envelope:
        given: dict[str, Any] = {
            "letter": "test",
            "language": "en",
            "event_id": None,
            "keys": vault.keyring().of_service(),
            "sender_name": "Alianza",
            "sender": "rsvp@example.org",
        }
        return outbox.Envelope(to=to, **given | values)

    def post(self, *addresses: str, calendar: CalendarPart | None = None, **values: Any) -> list[UUID]:
        """Post a letter to each address, in one transaction; the ids of the messages."""
        messages = [outbox.prepare(self.envelope(to, **values), LETTER, calendar) for to in addresses]
        with transaction():
            for message in messages:
                outbox.post(message)
        return [message.id for message in messages]

    def post_many(self, number: int) -> list[str]:
        """Post to so many people; their addresses."""
        people = [f"person{each}@town{each}.example.org" for each in range(number)]
        self.post(*people)
        return people

    def statuses(self) -> dict[str, int]:
        counted = db.session.execute(sa.select(Message.status, sa.func.count()).group_by(Message.status)).all()
        db.session.rollback()
        return dict(counted)

    def message(self, row: UUID) -> Message:
        found = db.session.get(Message, row, populate_existing=True)
        db.session.rollback()
        assert found is not None
        return found

    def uncertain(self) -> int:
        """How often a mail ended in uncertainty."""
        total = db.session.scalar(sa.select(sa.func.sum(Message.uncertain_tries)))
        db.session.rollback()
        return int(total or 0)

    def failed_after_more_than_one_try(self) -> int:
        counted = sa.select(sa.func.count()).select_from(Message).where(Message.status == "failed", Message.tries > 1)
        found = db.session.scalar(counted)
        db.session.rollback()
        return found or 0

    def tries(self) -> Counter[int]:
        """How many messages were tried how often."""
        counted = Counter(db.session.scalars(sa.select(Message.tries)))
        db.session.rollback()
        return counted


@pytest.fixture
def room(context: Flask) -> PostRoom:
    return PostRoom()


@pytest.fixture
def server() -> Iterator[smtp.Post]:
    with smtp.server() as post:
        yield post


def line_to(post: smtp.Post, timeout: float = 5.0, tls: ssl.SSLContext | None = None, **values: Any) -> Smtp:
    return Smtp(Server("smtp", post.host, post.port, "", "")._replace(**values), "example.org", timeout, tls)


@pytest.fixture
def courier(room: PostRoom, server: smtp.Post) -> Iterator[Courier]:
    made = Courier(line_to(server))
    yield made
    made.close()


def deliver_until_done(courier: Courier, clock: Clock, room: PostRoom, rounds: int = 20) -> list[Report]:
    """Rounds, an hour between them, until nothing waits any more."""
    reports = []
    for _ in range(rounds):
        reports.append(courier.round(1000))
        if not set(room.statuses()) & {MessageStatus.QUEUED, MessageStatus.SENDING}:
            break
        clock.forward(seconds=max(3600.0, (LEASE + timedelta(seconds=1)).total_seconds()))
    return reports


def arrivals(post: smtp.Post) -> Counter[str]:
    """How often the mail for each address arrived."""
    return Counter(mail.recipients[0] for mail in list(post.received))


def message_id(content: bytes) -> str:
    found = re.search(rb"(?m)^Message-ID: <(.+?)>", content)
    assert found
    return found[1].decode()
