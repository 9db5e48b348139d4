"""The queue moves: whoever is first in line gets the seat that became free.

Eligible is the head of each quota's queue, the earliest of them first. One who does not fit keeps the head, and nobody
behind takes a seat in a quota that this one waits for. Nobody is promoted after the start, nor in the last two hours
before an in-person event unless the organizer says so: who reads a mail that late?
"""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Attendance, Event, EventStatus
from eventsvc.events.tickets import Quota
from eventsvc.registration import quotas
from eventsvc.registration.models import Registration, Status

BATCH = 50  # promotions in one transaction; the clockwork goes on, and newcomers stay behind meanwhile
LATE = timedelta(hours=2)


def promote(event: Event) -> list[Registration]:
    """Give free seats to the people first in line, at most 50; they are confirmed when this returns.

    Telling them is the caller's duty, in the same transaction.
    """
    if not moves(event):
        return []
    states = quotas.lock(event)
    queues = {quota.id: _Queue(event, quota.id) for quota in states.values() if quota.waiting}
    needs: dict[int, list[int]] = {}
    blocked: set[int] = set()
    promoted: list[Registration] = []
    while queues and len(promoted) < BATCH:
        quota_id, first = _earliest(queues)
        if first is None:
            break
        wanted = needs.setdefault(first.ticket_type_id, quotas.quota_ids_of(first.ticket_type_id))
        refusing = {q for q in wanted if q in blocked or not _fits(states[q])}
        if refusing:
            blocked |= refusing | {quota_id}
            del queues[quota_id]
            continue
        _seat(first, [states[q] for q in wanted], states[quota_id])
        queues[quota_id].step()
        promoted.append(first)
    db.session.flush()  # the counters and statuses are read by plain SQL in this transaction
    return promoted


def moves(event: Event) -> bool:
    """Does the queue of this event move at all at this moment?"""
    last = event.starts_at
    if event.attendance == Attendance.IN_PERSON and not event.promote_late:
        last -= LATE
    return event.status == EventStatus.PUBLISHED and clock.now() < last


class _Queue:
    """The people waiting for one quota, in their order; read a batch at a time."""

    def __init__(self, event: Event, quota_id: int) -> None:
        self._rows = self._read(event, quota_id)
        self.head: Registration | None = None
        self.step()

    def step(self) -> None:
        self.head = next(self._rows, None)

    @staticmethod
    def _read(event: Event, quota_id: int) -> Iterator[Registration]:
        return iter(
            db.session.scalars(
                sa.select(Registration)
                .where(
                    Registration.event_id == event.id,
                    Registration.status == Status.WAITLISTED,
                    Registration.waiting_quota_id == quota_id,
                )
                .order_by(Registration.queue_number)
                .limit(BATCH)
                .execution_options(populate_existing=True)
            ).all()
        )


def _earliest(queues: dict[int, _Queue]) -> tuple[int, Registration | None]:
    heads = [(quota_id, queue.head) for quota_id, queue in queues.items() if queue.head]
    return min(heads, key=lambda pair: (pair[1].registered_at, pair[1].id), default=(0, None))


def _fits(quota: Quota) -> bool:
    return quota.size is None or quota.taken < quota.size


def _seat(registration: Registration, taken: list[Quota], waited_for: Quota) -> None:
    """All rows are locked: plain arithmetic is safe here."""
    for quota in taken:
        quota.taken += 1
    waited_for.waiting -= 1
    registration.status = Status.CONFIRMED
    registration.holds_seat = True
    registration.waiting_quota_id = None
    registration.changed_at = clock.now()


def place_in_queue(registration: Registration) -> int | None:
    """1 for the head of the queue; None for who does not wait."""
    if registration.status != Status.WAITLISTED:
        return None
    ahead = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Registration)
        .where(
            Registration.event_id == registration.event_id,
            Registration.status == Status.WAITLISTED,
            Registration.waiting_quota_id == registration.waiting_quota_id,
            Registration.queue_number < registration.queue_number,
        )
    )
    return (ahead or 0) + 1
