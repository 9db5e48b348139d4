"""A reminder that is being written at the moment of a change says what was true before: it must count as older."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from eventsvc import clock
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.registration import announcements
from eventsvc.registration.models import Announcement
from tests.factories import Cast
from tests.registration.journal import comes


def move(event: Event) -> None:
    announcements.change(event, venue={"name": "Hall 2"})


@pytest.mark.parametrize("happens", [move, announcements.call_off])
def test_what_is_written_while_a_change_waits_is_older_than_the_change(
    happens: Callable[[Event], object], context: Flask
):
    event = Cast(context).event(days=5)
    event_id = event.id
    comes(event, "ana")
    db.session.remove()
    held = threading.Event()
    written: list[datetime] = []

    def remind() -> None:
        with context.app_context(), transaction():
            db.session.get(Event, event_id, with_for_update={"read": True})
            held.set()
            time.sleep(0.5)
            written.append(clock.now())

    reminding = threading.Thread(target=remind)
    reminding.start()
    assert held.wait(10)
    with transaction():
        happens(db.session.get_one(Event, event_id))
    reminding.join()

    (announced,) = db.session.scalars(sa.select(Announcement.created_at))
    assert announced >= written[0]
