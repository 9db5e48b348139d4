"""An organizer decides about people who asked to come: yes or no, with a word to them. A party is decided together."""

from collections.abc import Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from eventsvc import clock
from eventsvc.db import db
from eventsvc.errors import EventCancelled, Full, Past
from eventsvc.events.models import Event, EventStatus
from eventsvc.registration import cancellation, notices, quotas, states
from eventsvc.registration.log import Actor
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.parties import party_of, take_place


def approve(registration: Registration, actor: Actor, note: str = "") -> bool:
    """Give them the seats that were kept, or seats or a place in the queue; in the caller's transaction.

    False where nothing was pending any more. Raises Full where there is neither, and EventCancelled or Past: nobody is
    invited to what does not take place. All of it has to be rolled back then.
    """
    event = registration.event
    cancellation.lock(registration)
    _refuse_unless_ahead(event)
    party = _pending(registration)
    without = [each for each in party if not each.holds_seat]
    if without:
        wanted = quotas.needs(each.ticket_type_id for each in without)
        place = quotas.seat_or_queue(wanted, people=len(without), waitlist=event.waitlist, most=event.waitlist_most)
        if place is None:
            raise Full
        for each in without:
            take_place(each, place)
    for each in party:
        after = Status.CONFIRMED if each.holds_seat else Status.WAITLISTED
        states.turn(each, "approve", after, actor, note)
    db.session.flush()  # the letters read it
    for each in party:
        notices.tell(event, each, states.letter_of("approve", Status(each.status)), note=note)
    cancellation.move_queue(event)
    return bool(party)


def decline(registration: Registration, actor: Actor, note: str = "") -> bool:
    """Say no, in the caller's transaction; a seat that was kept goes to the next. False where nothing was pending."""
    event = registration.event
    cancellation.lock(registration)
    party = _pending(registration)
    for each in party:
        letter = notices.farewell(event, each, states.letter_of("decline", Status.DECLINED), note)
        cancellation.end(each, "decline", actor, note)
        if letter:
            notices.post(event, letter)
    cancellation.move_queue(event)
    return bool(party)


def _pending(registration: Registration) -> Sequence[Registration]:
    """The people of this party about whom nobody has decided."""
    if registration.status != Status.PENDING:
        return []
    return party_of(registration, Status.PENDING)


def _refuse_unless_ahead(event: Event) -> None:
    if event.status == EventStatus.CANCELLED:
        raise EventCancelled
    if event.is_past(clock.now()):
        raise Past


def pending_in(event: Event, *, offset: int = 0, limit: int = 100) -> list[Sequence[Registration]]:
    """The parties about whom nobody has decided, in the order in which they came; each with its people, the contact first."""
    together = sa.func.coalesce(Registration.party_id, Registration.id)
    turn = sa.func.row_number().over(partition_by=together, order_by=(Registration.position, Registration.id))
    waiting = (Registration.event_id == event.id, Registration.status == Status.PENDING)
    numbered = sa.select(
        together.label("party"), Registration.registered_at.label("came"), Registration.id, turn.label("turn")
    ).where(*waiting)
    heads = numbered.subquery()
    first = (
        sa.select(heads.c.party, heads.c.came, heads.c.id)
        .where(heads.c.turn == 1)
        .order_by(heads.c.came, heads.c.id)
        .offset(offset)
        .limit(limit)
        .subquery()
    )
    people = db.session.scalars(
        sa.select(Registration)
        .join(first, first.c.party == together)
        .where(*waiting)
        .order_by(first.c.came, first.c.id, Registration.position, Registration.id)
        .options(joinedload(Registration.ticket_type))
        .execution_options(populate_existing=True)
    ).all()
    return [tuple(party) for _key, party in groupby(people, key=lambda each: each.party_id or each.id)]
