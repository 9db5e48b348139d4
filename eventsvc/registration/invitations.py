"""The calendar object of one address at one event: what was sent last, and what may be sent next.

SEQUENCE in mail is the event's, or one above the last that this address was sent if that is not higher: an update that
does not rise is ignored by calendars (RFC 5546 section 2.1.5). Of who was erased we know nothing, and their calendar
still does: whoever comes as a stranger starts above all that the erased were sent, at the event's `sequence_floor`.
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
_states, _events = table_of(CalendarState), table_of(Event)


class Step(NamedTuple):
    """What the next calendar object of an address will be."""

    event_id: int
    address_index: bytes
    method: str
    sequence: int
    event_sequence: int  # of the event as the object tells it


def next_step(event: Event, address_index: bytes, method: str) -> Step:
    """The next REQUEST or CANCEL for this address."""
    last = last_step(event, address_index)
    least = last.sequence + 1 if last else _floor(event)
    return Step(event.id, address_index, method, max(event.sequence, least), event.sequence)


def last_step(event: Event, address_index: bytes) -> Step | None:
    found = db.session.get(CalendarState, (event.id, address_index), populate_existing=True)
    if found is None:
        return None
    return Step(event.id, address_index, found.method, found.sequence, found.event_sequence)


def _floor(event: Event) -> int:
    """As it is now: no version of the event tells that it rose."""
    return core().scalar(sa.select(_events.c.sequence_floor).where(_events.c.id == event.id)) or 0


def forget(event: Event, address_index: bytes, *, unseen: int = 0) -> int:
    """Delete what we know of this calendar, in the caller's transaction; how many rows that were.

    Whoever comes next starts above it, and above so many steps more that were sent and are `unseen` here.
    """
    of_address = sa.and_(_states.c.event_id == event.id, _states.c.address_index == address_index)
    last = core().scalar(sa.select(_states.c.sequence).where(of_address))
    if last is None:
        return 0
    floor = last + unseen + 1
    core().execute(
        sa.update(_events)
        .where(_events.c.id == event.id, _events.c.sequence_floor < floor)
        .values(sequence_floor=floor)
    )
    return core().execute(sa.delete(_states).where(of_address)).rowcount


def is_invited(event: Event, address_index: bytes) -> bool:
    """Does this address have the event in its calendar, as far as we told it?"""
    last = last_step(event, address_index)
    return last is not None and last.method == REQUEST


def told(event: Event, method: str, language: str) -> ical.Entry:
    """The entry that goes into the object: who loses the place loses the join link."""
    return private_entry(event, language) if method == REQUEST else entry(event, language)


def may_be_sent(method: str, told: ical.Entry) -> bool:
    """Nobody is invited to an event that was called off, whatever becomes of their registration afterwards."""
    return method == CANCEL or not told.cancelled


def calendar_part(told: ical.Entry, step: Step, *, email: str, organizer: ical.Mailbox) -> CalendarPart:
    """The object itself, for the mail."""
    write = ical.request if step.method == REQUEST else ical.cancel
    body = write(told, organizer=organizer, attendee=email, sequence=step.sequence, stamp=clock.now())
    return CalendarPart(step.method, body)


def remember(step: Step) -> None:
    """Write down that this was sent, in the caller's transaction.

    Raises Again where something as new was sent meanwhile, or where somebody who was sent as much was erased.
    """
    if not core().execute(_remember(db.engine.dialect.name), step._asdict()).rowcount:
        raise Again


@cache
def _remember(dialect: str) -> sa.Insert:
    insert = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(_states)
    new = insert.excluded
    upsert = insert.from_select(list(Step._fields), _row_if_high_enough()).on_conflict_do_update(
        index_elements=["event_id", "address_index"],
        set_={name: new[name] for name in ("sequence", "method", "event_sequence")},
        where=_states.c.sequence < new.sequence,
    )
    return upsert.execution_options(preserve_rowcount=True)  # else an INSERT says -1 on PostgreSQL, which is true


def _row_if_high_enough() -> sa.Select[tuple[int, bytes, str, int, int]]:
    """The step as a row to be inserted; none where the address is a stranger and the step below the floor."""
    event, address, method, sequence, facts = (sa.bindparam(name, type_=_states.c[name].type) for name in Step._fields)
    known = sa.exists().where(_states.c.event_id == event, _states.c.address_index == address)
    return sa.select(_events.c.id, sa.cast(address, sa.LargeBinary), method, sequence, facts).where(
        _events.c.id == event, sa.or_(_events.c.sequence_floor <= sequence, known)
    )
