"""What became of the places under each limit, counted from the registrations, so that it adds up line by line.

    confirmed + offered + pending + free - over = size

Who waits is counted beside it: they hold nothing.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, ticket_type_quotas
from eventsvc.registration.models import Registration, Status


@dataclass(frozen=True)
class Sum:
    """The places under one limit. `free` is None where there is no limit, and so is `size`."""

    quota_id: int
    name: str
    size: int | None
    confirmed: int
    offered: int
    pending: int  # to be decided, with a place kept meanwhile
    waiting: int

    @property
    def held(self) -> int:
        return self.confirmed + self.offered + self.pending

    @property
    def free(self) -> int | None:
        return None if self.size is None else max(0, self.size - self.held)

    @property
    def over(self) -> int:
        """By how many people it is too many, after the limit was lowered."""
        return 0 if self.size is None else max(0, self.held - self.size)


def arithmetic(event: Event) -> list[Sum]:
    """The sum of each limit of the event, oldest first. After the purge the counters are all that is left to tell."""
    limits = db.session.execute(
        sa.select(Quota.id, Quota.name, Quota.size, Quota.taken, Quota.waiting)
        .where(Quota.event_id == event.id)
        .order_by(Quota.id)
    ).all()
    if event.purged_at:
        return [Sum(q.id, q.name, q.size, q.taken, 0, 0, q.waiting) for q in limits]
    held, waiting = _held(event), _waiting(event)
    return [
        Sum(
            q.id,
            q.name,
            q.size,
            held.get((q.id, Status.CONFIRMED), 0),
            held.get((q.id, Status.OFFERED), 0),
            held.get((q.id, Status.PENDING), 0),
            waiting.get(q.id, 0),
        )
        for q in limits
    ]


def undecided(event: Event) -> int:
    """People to be decided for whom no place is kept: they are in no sum."""
    query = sa.select(sa.func.count()).where(
        Registration.event_id == event.id, Registration.status == Status.PENDING, sa.not_(Registration.holds_seat)
    )
    return db.session.scalar(query) or 0


def _held(event: Event) -> dict[tuple[int, str], int]:
    """People who hold a seat, by limit and status. Each counts for every limit over their ticket type."""
    links = ticket_type_quotas.c
    rows = db.session.execute(
        sa.select(links.quota_id, Registration.status, sa.func.count())
        .join(ticket_type_quotas, links.ticket_type_id == Registration.ticket_type_id)
        .where(Registration.event_id == event.id, Registration.holds_seat)
        .group_by(links.quota_id, Registration.status)
    )
    return {(quota, status): people for quota, status, people in rows}


def _waiting(event: Event) -> dict[int, int]:
    """People in line, by the limit they wait for."""
    rows = db.session.execute(
        sa.select(Registration.waiting_quota_id, sa.func.count())
        .where(Registration.event_id == event.id, Registration.waiting_quota_id.is_not(None))
        .group_by(Registration.waiting_quota_id)
    )
    return {quota: people for quota, people in rows if quota is not None}
