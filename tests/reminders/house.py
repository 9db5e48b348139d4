"""Events that come near, and what of their reminders lies in the outbox."""

from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import sqlalchemy as sa

from eventsvc.clockwork import run_due
from eventsvc.db import core, db, table_of, transaction
from eventsvc.events.models import Event
from eventsvc.mail import reading
from eventsvc.mail.models import Lane, Message, MessageStatus
from eventsvc.registration.models import Registration
from eventsvc.registration.people import person
from eventsvc.reminders import schedule
from eventsvc.reminders.models import ReminderKind, ReminderRun
from tests.bench.exporting import person_row
from tests.conftest import Clock
from tests.registration.journal import ticket_type
from tests.retention.asking import person as signup
from tests.retention.asking import together


def come_round(clock: Clock) -> None:
    """The clockwork sees to it until there is nothing more to do, and half a minute is over."""
    while {"reminders", "announcements"} & set(run_due("a")):
        pass
    clock.forward(seconds=31)


def posted(event: Event) -> list[tuple[str, str]]:
    """(letter, to whom) of every reminder that is in the outbox, or was."""
    return sorted((row.letter, _name(event, row.recipient_index)) for row in rows_of(event))


def left(event: Event) -> list[str]:
    """To whom a reminder still goes."""
    return sorted(_name(event, row.recipient_index) for row in rows_of(event) if row.status == MessageStatus.QUEUED)


def rows_of(event: Event) -> list[Message]:
    query = sa.select(Message).where(Message.event_id == event.id, Message.lane == Lane.BULK)
    return list(db.session.scalars(query.order_by(Message.created_at).execution_options(populate_existing=True)))


def runs_of(event: Event, kind: ReminderKind) -> list[ReminderRun]:
    """In the order in which they began."""
    query = sa.select(ReminderRun).where(ReminderRun.event_id == event.id, ReminderRun.kind == kind)
    query = query.order_by(ReminderRun.begun_at).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def content_of(row: Message) -> bytes:
    """The mail as it goes over the wire."""
    found = reading.opened(row)
    assert found
    return found.content


def mail_of(row: Message) -> EmailMessage:
    return message_from_bytes(content_of(row), policy=default)


def plan(event: Event, kind: ReminderKind, **values: Any) -> None:
    """What the organizers choose for one letter of the schedule."""
    with transaction():
        fresh = db.session.get_one(Event, event.id)
        usual = schedule.plan(schedule.times_of(fresh), kind)
        schedule.change(fresh, usual._replace(**({"enabled": True} | values)))


def crowd(event: Event, number: int) -> None:
    """So many people with a place, written past the rules."""
    fresh = db.session.get_one(Event, event.id)
    kind = ticket_type(fresh).id
    people = [person_row(fresh, kind, each) for each in range(number)]
    with transaction():
        core().execute(sa.insert(table_of(Registration)), people)


def party(event: Event, contact: str, *guests: str) -> None:
    """Somebody comes with guests who have no address of their own."""
    together(event, signup(event, contact), *(signup(event, guest, email=None) for guest in guests))


def before(event: Event, clock: Clock, **ahead: float) -> datetime:
    """It is so long before the start."""
    clock.moment = event.starts_at
    clock.forward(**{unit: -value for unit, value in ahead.items()})
    return clock.moment


def _name(event: Event, index: bytes) -> str:
    query = sa.select(Registration).where(Registration.event_id == event.id, Registration.email_index == index)
    found = db.session.scalars(query).first()
    return person(found).name if found else "?"
