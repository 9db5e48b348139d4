"""The counters that decide whether there is a seat. Nobody else changes them.

A seat or the queue, and a row lock either way: exactly one of two guarded UPDATEs matches a quota's row, and whoever
matched holds it until the commit. A guarded UPDATE that matches nothing would lock nothing, and then a person who
joins the queue and a person who cancels could miss each other. So we ask for the seat, then for a place in the queue,
and start again where the row changed between the two.

Several quotas are always taken in ascending order of id, all or nothing, so that no two people wait for each other.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc.db import core, db, table_of
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, ticket_type_quotas
from eventsvc.registration.models import Registration, Status

quotas = table_of(Quota)
_people = sa.bindparam("people", type_=sa.Integer)
_row = quotas.c.id == sa.bindparam("quota")
_fits = sa.or_(quotas.c.size.is_(None), quotas.c.taken + _people <= quotas.c.size)

SEAT = sa.update(quotas).where(_row, _fits, quotas.c.waiting == 0).values(taken=quotas.c.taken + _people)
QUEUE = (
    sa.update(quotas)
    .where(_row, sa.or_(quotas.c.taken + _people > quotas.c.size, quotas.c.waiting > 0))
    .values(waiting=quotas.c.waiting + _people, last_number=quotas.c.last_number + 1)
    .returning(quotas.c.last_number)
)
FORCE = sa.update(quotas).where(_row).values(taken=quotas.c.taken + _people)
LEAVE = sa.update(quotas).where(_row).values(waiting=quotas.c.waiting - _people)
_links = ticket_type_quotas.c
_NEEDED = sa.select(_links.quota_id).where(_links.ticket_type_id == sa.bindparam("kind")).order_by(_links.quota_id)
_STATES = sa.select(quotas.c.size, quotas.c.taken, quotas.c.waiting).where(
    quotas.c.id.in_(sa.bindparam("quotas", expanding=True))
)


class Place(NamedTuple):
    """What a person got: a seat (no quota named), or a number in the queue of the quota that refused."""

    waiting_quota_id: int | None = None
    queue_number: int | None = None


def seat_or_queue(quota_ids: Sequence[int], *, people: int = 1, waitlist: bool = True) -> Place | None:
    """A seat in all these quotas, else a place in the queue of the one that refused; None if full and no waitlist."""
    wanted = sorted(quota_ids)
    while True:
        refusing = _claim(wanted, people)
        if refusing is None:
            return Place()
        if not waitlist:
            return None
        number = core().scalar(QUEUE, {"quota": refusing, "people": people})
        if number is not None:
            return Place(refusing, number)


def _claim(quota_ids: Sequence[int], people: int) -> int | None:
    """Take seats in all of them; else give back what was taken and name the quota that refused."""
    for position, quota in enumerate(quota_ids):
        if not _matched(SEAT, quota, people):
            for taken in quota_ids[:position]:
                _matched(FORCE, taken, -people)
            return quota
    return None


def release(quota_ids: Iterable[int], people: int = 1) -> None:
    """Give seats back. Promoting the next is the caller's duty, in the same transaction."""
    for quota in sorted(quota_ids):
        _matched(FORCE, quota, -people)


def leave_queue(quota_id: int, people: int = 1) -> None:
    """One less in the queue of this quota: promoted, or gone."""
    _matched(LEAVE, quota_id, people)


def resize(event: Event, quota_id: int, size: int | None) -> None:
    """Set the limit; below what is taken, nothing more is given until it fits. Promoting is the caller's duty."""
    lock(event)
    db.session.execute(sa.update(Quota).where(Quota.id == quota_id, Quota.event_id == event.id).values(size=size))


def lock(event: Event) -> dict[int, Quota]:
    """All quotas of the event, fresh, and held until the commit."""
    rows = db.session.scalars(
        sa.select(Quota)
        .where(Quota.event_id == event.id)
        .order_by(Quota.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {quota.id: quota for quota in rows}


def _matched(statement: sa.Update, quota: int, people: int) -> bool:
    return bool(core().execute(statement, {"quota": quota, "people": people}).rowcount)


def quota_ids_of(ticket_type_id: int) -> list[int]:
    """The quotas that a person with this ticket type needs a seat in, ascending."""
    return list(core().scalars(_NEEDED, {"kind": ticket_type_id}))


def would_get(quota_ids: Sequence[int], *, waitlist: bool) -> Status | None:
    """What a newcomer gets at this moment; None if full and without a waitlist. A look, not a promise."""
    states = core().execute(_STATES, {"quotas": list(quota_ids)})
    if all((size is None or taken < size) and not waiting for size, taken, waiting in states):
        return Status.CONFIRMED
    return Status.WAITLISTED if waitlist else None


def recount(event: Event, *, repair: bool = False) -> list[str]:
    """Where the counters differ from the registrations, in words; with `repair` the counters are set right."""
    if event.purged_at:  # its people are gone, and the counters stay as the record of how many came
        return []
    differences = []
    for quota in lock(event).values():
        seated = _count(event, quota, Registration.status.in_([Status.CONFIRMED, Status.OFFERED]), through_type=True)
        waiting = _count(event, quota, Registration.waiting_quota_id == quota.id, through_type=False)
        if (quota.taken, quota.waiting) != (seated, waiting):
            differences.append(
                f"{event.slug}, quota {quota.id}: taken {quota.taken}, counted {seated}; waiting {quota.waiting}, counted {waiting}"
            )
            if repair:
                quota.taken, quota.waiting = seated, waiting
    return differences


def _count(event: Event, quota: Quota, condition: sa.ColumnElement[bool], *, through_type: bool) -> int:
    query = sa.select(sa.func.count()).select_from(Registration).where(Registration.event_id == event.id, condition)
    if through_type:
        links = ticket_type_quotas.c
        query = query.join(ticket_type_quotas, links.ticket_type_id == Registration.ticket_type_id)
        query = query.where(links.quota_id == quota.id)
    return db.session.scalar(query) or 0
