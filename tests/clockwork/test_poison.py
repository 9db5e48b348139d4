"""One letter that cannot be written stops neither those behind it nor those of other events."""

import logging

import pytest
import sqlalchemy as sa

from eventsvc import chores
from eventsvc.clockwork import run_due
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.mail.models import Message
from eventsvc.registration import announcements
from eventsvc.registration.models import Registration
from eventsvc.registration.people import person, sealed_address
from eventsvc.reminders import reminding
from eventsvc.reminders.schedule import DAY_BEFORE
from eventsvc.vault import keyring
from tests.factories import Cast
from tests.registration.journal import comes
from tests.reminders.house import before, come_round, posted, runs_of


@pytest.fixture
def event(context):
    return Cast(context).event(days=5)


def unsendable(event: Event, who: str, address: str = "nobody") -> None:
    """An address that got in on some way that checks nothing: no mail can be written to it."""
    rows = db.session.scalars(sa.select(Registration).where(Registration.event_id == event.id))
    row = next(row for row in rows if person(row).name == who.title())
    columns = sealed_address(keyring().of_event(event.id), row.id, address)
    with transaction():
        db.session.execute(sa.update(Registration).where(Registration.id == row.id).values(columns))


def hall(event: Event, number: int) -> None:
    with transaction():
        announcements.change(db.session.get_one(Event, event.id), venue={"name": f"Hall {number}"})


def told(event: Event) -> list[str]:
    query = sa.select(Registration).join(Message, Message.registration_id == Registration.id)
    rows = db.session.scalars(query.where(Message.event_id == event.id, Message.letter == "event_changed"))
    return sorted(person(row).name for row in rows)


def test_who_cannot_be_written_to_stops_no_notice_to_anybody_else(event, context, stopped_clock, caplog):
    other = Cast(context).event(days=6)
    for who in ("ana", "ben", "cleo"):
        comes(event, who)
    comes(other, "dora")
    unsendable(event, "ben")
    hall(event, 2)
    hall(other, 2)

    with caplog.at_level(logging.ERROR):
        for _ in range(4):
            come_round(stopped_clock)

    assert told(event) == ["Ana", "Cleo"]
    assert told(other) == ["Dora"]
    assert "a letter could not be written: ValueError" in caplog.text
    assert "nobody" not in caplog.text


def test_who_could_not_be_told_is_told_as_soon_as_it_can_be(event, stopped_clock):
    comes(event, "ana")
    comes(event, "ben")
    unsendable(event, "ben")
    hall(event, 2)
    for _ in range(4):
        come_round(stopped_clock)
    (waiting,) = announcements.unfinished()

    unsendable(event, "ben", "ben@example.org")
    for _ in range(4):
        come_round(stopped_clock)

    assert told(event) == ["Ana", "Ben"]
    assert announcements.unfinished() == []
    assert waiting.done_at is not None


def test_after_the_event_nobody_is_tried_any_more(event, stopped_clock):
    comes(event, "ana")
    unsendable(event, "ana")
    hall(event, 2)
    for _ in range(4):
        come_round(stopped_clock)
    assert len(announcements.unfinished()) == 1

    before(event, stopped_clock, days=-1)
    for _ in range(4):
        come_round(stopped_clock)

    assert announcements.unfinished() == []


def test_an_urgent_notice_that_cannot_be_written_lets_the_others_go(event, context, stopped_clock):
    soon = Cast(context).event(days=1)
    comes(soon, "ana")
    comes(event, "ben")
    unsendable(soon, "ana")
    before(soon, stopped_clock, hours=3)
    hall(soon, 2)
    hall(event, 2)

    for _ in range(3):
        come_round(stopped_clock)

    assert told(event) == ["Ben"]


def test_who_cannot_be_written_to_stops_no_reminder_to_anybody_else(event, context, stopped_clock, monkeypatch):
    monkeypatch.setattr(reminding, "BATCH", 2)
    other = Cast(context).event(days=5)
    for who in ("ana", "ben", "cleo", "dora"):
        comes(event, who)
    comes(other, "emil")
    unsendable(event, "ben")
    before(event, stopped_clock, hours=23)

    for _ in range(4):
        come_round(stopped_clock)

    assert posted(event) == [("reminder_day", who) for who in ("Ana", "Cleo", "Dora")]
    assert posted(other) == [("reminder_day", "Emil")]
    (run,) = runs_of(event, DAY_BEFORE)
    assert (run.told, run.done_at is not None) == (3, True)


def test_what_cannot_be_done_is_seen(event, stopped_clock):
    comes(event, "ana")
    unsendable(event, "ana")
    hall(event, 2)

    with pytest.raises(ValueError, match=r"."):
        chores.announce()

    assert "announcements" not in run_due("a")
