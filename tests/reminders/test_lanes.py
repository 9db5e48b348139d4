"""A confirmation passes all reminders that wait: a crowd of them, a real courier, a real mail server.

`REMINDERS=5000` makes the crowd as large as the promise is.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.mail.courier import Courier
from eventsvc.mail.models import Lane, Message, MessageStatus
from tests.factories import Cast
from tests.mail.conftest import line_to
from tests.registration.journal import comes
from tests.reminders.house import before, come_round, crowd
from tests.servers import smtp

pytestmark = pytest.mark.slow
MANY = int(os.environ.get("REMINDERS", "1500"))


def test_a_confirmation_leaves_within_ten_seconds_while_a_crowd_of_reminders_waits(context, stopped_clock, capsys):
    event = Cast(context).event(days=5)
    crowd(event, MANY)
    before(event, stopped_clock, hours=24)
    begun = time.monotonic()
    come_round(stopped_clock)
    written = time.monotonic() - begun
    assert waiting(event) == MANY
    stopped_clock.forward(seconds=MANY / 5)  # every one of them may leave by now
    db.session.remove()

    with smtp.server() as post, courier_at_work(context, post):
        post.wait_for(50)
        registered = time.monotonic()
        comes(db.session.get_one(Event, event.id), "late")
        took = until_it_arrives(post, "late@example.org") - registered
    still = waiting(event)

    with capsys.disabled():
        sys.stdout.write(
            f"\n{MANY:,} reminders written in {written:.1f} s ({MANY / written:,.0f}/s); a confirmation arrived "
            f"{took:.2f} s after the click, {still:,} reminders still waiting, on {db.engine.dialect.name}\n"
        )
    assert took < 10
    assert still > MANY / 2, "else there was nothing to pass"


def waiting(event: Event) -> int:
    mine = (Message.event_id == event.id, Message.lane == Lane.BULK, Message.status == MessageStatus.QUEUED)
    found = db.session.scalar(sa.select(sa.func.count()).where(*mine)) or 0
    db.session.rollback()
    return found


def until_it_arrives(post: smtp.Post, address: str) -> float:
    """The moment at which a mail for this address is there."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if any(mail.recipients == [address] for mail in list(post.received)):
            return time.monotonic()
        time.sleep(0.01)
    pytest.fail(f"no mail for {address} among {len(post.received)}")


@contextmanager
def courier_at_work(app: Flask, post: smtp.Post) -> Iterator[None]:
    """A courier in a thread of its own, which delivers without pause until the block ends."""
    courier = Courier(line_to(post))
    ending = threading.Event()

    def deliver() -> None:
        with app.app_context():
            while not ending.is_set():
                courier.round()
            courier.close()
            db.session.remove()

    thread = threading.Thread(target=deliver)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        courier.stop()
        thread.join(30)
    assert not thread.is_alive()
