"""The queue moves: whoever is first in line gets the seat that became free, or is offered it.

Eligible is the head of each quota's queue, the one who joined first of them first. A party waits under one number and
moves up together. One who does not fit keeps the head, and nobody behind takes a seat in a quota that this one waits
for. Nobody is promoted after the start, nor in the last two hours before an in-person event unless the organizer says
so: who reads a mail that late? And nobody while the organizer has paused the queue.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Attendance, Event, EventStatus
from eventsvc.events.tickets import Quota
from eventsvc.registration import offering, quotas, states
from eventsvc.registration.log import CLOCKWORK
from eventsvc.registration.models import Registration, Status

BATCH = 50  # people in one transaction; the clockwork goes on, and newcomers stay behind meanwhile
LARGEST_PARTY = 20
LATE = timedelta(hours=2)

Party = Sequence[Registration]
"""The people under one number in a queue; mostly one."""


def promote(event: Event) -> list[Registration]:
    """Give free seats to the people first in line, some 50 at most; they are confirmed, or offered, when this returns.

    Telling them is the caller's duty, in the same transaction.
    """
    until = offer_until(event)
    if not moves(event) or (event.offer_hours is not None and until is None):
        return []
    counters = quotas.lock(event)
    queues = {quota.id: _Queue(event, quota.id) for quota in counters.values() if quota.waiting}
    blocked: set[int] = set()
    promoted: list[Registration] = []
    while len(promoted) < BATCH and (quota_id := _earliest(queues)) is not None:
        first = queues[quota_id].head
        wanted = quotas.needs(each.ticket_type_id for each in first)
        refusing = {q for q, people in wanted.items() if q in blocked or not fits(counters[q], people)}
        if refusing:
            blocked |= refusing | {quota_id}
            del queues[quota_id]
            continue
        _count(counters, wanted, counters[quota_id], len(first))
        for each in first:
            _seat(each, until)
        queues[quota_id].step()
        promoted += first
    db.session.flush()  # the counters and statuses are read by plain SQL in this transaction
    return promoted


def moves(event: Event) -> bool:
    """Does the queue of this event move at all at this moment?"""
    going_ahead = event.status == EventStatus.PUBLISHED and not event.waitlist_paused
    return going_ahead and clock.now() < last_moment(event)


def last_moment(event: Event) -> datetime:
    """Until when people move up."""
    late = event.attendance == Attendance.IN_PERSON and not event.promote_late
    return event.starts_at - (LATE if late else timedelta())


def offer_until(event: Event) -> datetime | None:
    """How long somebody who moves up now may think about it; None where nobody is asked, or it is too late to ask."""
    if event.offer_hours is None:
        return None
    return offering.deadline(clock.now(), event.offer_hours, event.timezone, last_moment(event))


class _Queue:
    """The people waiting for one quota, in their order; read a batch at a time."""

    def __init__(self, event: Event, quota_id: int) -> None:
        self._parties = self._read(event, quota_id)
        self.head: Party = ()
        self.step()

    def step(self) -> None:
        self.head = next(self._parties, ())

    @staticmethod
    def _read(event: Event, quota_id: int) -> Iterator[Party]:
        # More than a batch, so that no party is cut in two: what begins within the batch is whole.
        waiting = db.session.scalars(
            sa.select(Registration)
            .where(Registration.event_id == event.id, Registration.waiting_quota_id == quota_id)
            .order_by(Registration.queue_number, Registration.position, Registration.id)
            .limit(BATCH + LARGEST_PARTY)
            .execution_options(populate_existing=True)
        ).all()
        return (tuple(together) for _number, together in groupby(waiting, key=lambda each: each.queue_number))


def _earliest(queues: dict[int, _Queue]) -> int | None:
    """The quota whose head joined its queue before the heads of the others."""
    heads = [(quota_id, queue.head[0]) for quota_id, queue in queues.items() if queue.head]
    first = min(heads, key=lambda pair: (pair[1].queued_at or pair[1].registered_at, pair[1].id), default=None)
    return first and first[0]


def fits(quota: Quota, people: int) -> bool:
    """Are there so many seats?"""
    return quota.size is None or quota.taken + people <= quota.size


def _count(counters: dict[int, Quota], wanted: quotas.Needs, waited_for: Quota, people: int) -> None:
    """All rows are locked: plain arithmetic is safe here."""
    for quota, seats in wanted.items():
        counters[quota].taken += seats
    waited_for.waiting -= people


def _seat(registration: Registration, until: datetime | None) -> None:
    registration.holds_seat = True
    if until is None:
        states.turn(registration, "promote", Status.CONFIRMED, CLOCKWORK)
    else:
        offering.offer(registration, until)


def place_in_queue(registration: Registration) -> int | None:
    """1 for the head of the queue; None for who does not wait. People who came together have the same place."""
    if registration.status != Status.WAITLISTED:
        return None
    ahead = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Registration)
        .where(
            Registration.event_id == registration.event_id,
            Registration.waiting_quota_id == registration.waiting_quota_id,
            Registration.queue_number < registration.queue_number,
        )
    )
    return (ahead or 0) + 1
