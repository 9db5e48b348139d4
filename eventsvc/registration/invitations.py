"""The calendar object of one address at one event: what was sent last, and what may be sent next.

SEQUENCE in mail is the event's, or one above the last that this address was sent if that is not higher: an update that
does not rise is ignored by calendars (RFC 5546 section 2.1.5).
"""

from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from eventsvc import clock
from eventsvc.calendar import ical
from eventsvc.calendar.entries import entry, private_entry
from eventsvc.db import Again, core, db, table_of
from eventsvc.events.models import Event
from eventsvc.mail.letters import CalendarPart
from eventsvc.registration.models import CalendarState

REQUEST, CANCEL = "REQUEST", "CANCEL"
_states = table_of(CalendarState)


class Step(NamedTuple):
    """What the next calendar object of an address will be."""

    event_id: int
    address_index: bytes
    method: str
    sequence: int


def next_step(event: Event, address_index: bytes, method: str) -> Step:
    """The next REQUEST or CANCEL for this address."""
    last = last_step(event, address_index)
    sequence = event.sequence if last is None or event.sequence > last.sequence else last.sequence + 1
    return Step(event.id, address_index, method, sequence)


def last_step(event: Event, address_index: bytes) -> Step | None:
    found = db.session.get(CalendarState, (event.id, address_index), populate_existing=True)
    return Step(event.id, address_index, found.method, found.sequence) if found else None


def is_invited(event: Event, address_index: bytes) -> bool:
    """Does this address have the event in its calendar, as far as we told it?"""
    last = last_step(event, address_index)
    return last is not None and last.method == REQUEST


def calendar_part(event: Event, step: Step, *, email: str, language: str, organizer: ical.Mailbox) -> CalendarPart:
    """The object itself, for the mail."""
    # Who loses the place loses the join link.
    told, write = (private_entry, ical.request) if step.method == REQUEST else (entry, ical.cancel)
    body = write(told(event, language), organizer=organizer, attendee=email, sequence=step.sequence, stamp=clock.now())
    return CalendarPart(step.method, body)


def remember(step: Step) -> None:
    """Write down that this was sent, in the caller's transaction. Raises Again where something as new was sent meanwhile."""
    if not core().execute(_remember(db.engine.dialect.name), step._asdict()).rowcount:
        raise Again


@cache
def _remember(dialect: str) -> sa.Insert:
    insert = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(_states)
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["event_id", "address_index"],
        set_={"sequence": new.sequence, "method": new.method},
        where=_states.c.sequence < new.sequence,
    )
