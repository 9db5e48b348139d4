"""The counters that decide whether there is a seat. Nobody else changes them.

A seat or the queue, and a row lock either way: exactly one of two guarded UPDATEs matches a quota's row, and whoever
matched holds it until the commit. A guarded UPDATE that matches nothing would lock nothing, and then a person who
joins the queue and a person who cancels could miss each other. So we ask for the seat, then for a place in the queue,
and start again where the row changed between the two.

Several quotas are always taken in ascending order of id, all or nothing, so that no two people wait for each other.
People who come together need several seats of a quota, and wait with one number for all of them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc.db import core, db, table_of
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, ticket_type_quotas
from eventsvc.registration.models import Registration, Status

quotas = table_of(Quota)
_people, _needed = (sa.bindparam(name, type_=sa.Integer) for name in ("people", "needed"))
_row = quotas.c.id == sa.bindparam("quota")
_fits = sa.or_(quotas.c.size.is_(None), quotas.c.taken + _people <= quotas.c.size)

SEAT = sa.update(quotas).where(_row, _fits, quotas.c.waiting == 0).values(taken=quotas.c.taken + _people)
QUEUE = (
    sa.update(quotas)
    .where(_row, sa.or_(quotas.c.taken + _needed > quotas.c.size, quotas.c.waiting > 0))
    .values(waiting=quotas.c.waiting + _people, last_number=quotas.c.last_number + 1)
    .returning(quotas.c.last_number, quotas.c.waiting)
)
FORCE = sa.update(quotas).where(_row).values(taken=quotas.c.taken + _people)
LEAVE = sa.update(quotas).where(_row).values(waiting=quotas.c.waiting - _people)
_links = ticket_type_quotas.c
_NEEDED = sa.select(_links.quota_id).where(_links.ticket_type_id == sa.bindparam("kind")).order_by(_links.quota_id)
_STATES = sa.select(quotas.c.id, quotas.c.size, quotas.c.taken, quotas.c.waiting).where(
    quotas.c.id.in_(sa.bindparam("quotas", expanding=True))
)


Needs = Mapping[int, int]
"""How many seats of each quota: its id, and people."""


class Place(NamedTuple):
    """What people got: seats (no quota named), or a number in the queue of the quota that refused."""

    waiting_quota_id: int | None = None
    queue_number: int | None = None


def needs(ticket_type_ids: Iterable[int]) -> Counter[int]:
    """What people with these ticket types need, one for each person; a ticket type may come several times."""
    wanted: Counter[int] = Counter()
    for kind, people in Counter(ticket_type_ids).items():
        wanted.update(dict.fromkeys(quota_ids_of(kind), people))
    return wanted


def seat_or_queue(wanted: Needs, *, people: int = 1, waitlist: bool = True, most: int | None = None) -> Place | None:
    """Seats in all these quotas for so many people, else a place in the queue of the quota that refused.

    None where there are none and nobody may wait: there is no waitlist, or `most` wait already. The caller rolls back.
    """
    while True:
        refusing = claim(wanted)
        if refusing is None:
            return Place()
        if not waitlist:
            return None
        joined = core().execute(QUEUE, {"quota": refusing, "needed": wanted[refusing], "people": people}).first()
        if joined is not None:
            return None if most is not None and joined.waiting > most else Place(refusing, joined.last_number)


def claim(wanted: Needs) -> int | None:
    """Take the seats in all of them; else give back what was taken and name the quota that refused."""
    in_order = sorted(wanted)
    for position, quota in enumerate(in_order):
        if not _matched(SEAT, quota, wanted[quota]):
            for taken in in_order[:position]:
                _matched(FORCE, taken, -wanted[taken])
            return quota
    return None


def release(held: Needs) -> None:
    """Give seats back. Promoting the next is the caller's duty, in the same transaction."""
    for quota in sorted(held):
        _matched(FORCE, quota, -held[quota])


def leave_queue(quota_id: int, people: int = 1) -> None:
    """One less in the queue of this quota: promoted, or gone."""
    _matched(LEAVE, quota_id, people)


def resize(event: Event, quota_id: int, size: int | None) -> None:
    """Set the limit; below what is taken, nothing more is given until it fits. Promoting is the caller's duty."""
    lock(event)
    db.session.execute(sa.update(Quota).where(Quota.id == quota_id, Quota.event_id == event.id).values(size=size))


def lock(event: Event) -> dict[int, Quota]:
    """All quotas of the event, fresh, and held until the commit. The event is read again: letters tell its facts of now."""
    rows = db.session.scalars(
        sa.select(Quota)
        .where(Quota.event_id == event.id)
        .order_by(Quota.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    db.session.get(Event, event.id, populate_existing=True)
    return {quota.id: quota for quota in rows}


def _matched(statement: sa.Update, quota: int, people: int) -> bool:
    return bool(core().execute(statement, {"quota": quota, "people": people}).rowcount)


def quota_ids_of(ticket_type_id: int) -> list[int]:
    """The quotas that a person with this ticket type needs a seat in, ascending."""
    return list(core().scalars(_NEEDED, {"kind": ticket_type_id}))


def would_get(wanted: Needs, *, people: int = 1, waitlist: bool, most: int | None = None) -> Status | None:
    """What newcomers get at this moment; None if full and nobody may wait. A look, not a promise."""
    states = core().execute(_STATES, {"quotas": list(wanted)}).all()
    refusing = [q for q in states if q.waiting or (q.size is not None and q.taken + wanted[q.id] > q.size)]
    if not refusing:
        return Status.CONFIRMED
    first = min(refusing, key=lambda quota: quota.id)
    may_wait = waitlist and (most is None or first.waiting + people <= most)
    return Status.WAITLISTED if may_wait else None


def too_many(wanted: Needs) -> bool:
    """Are there fewer seats in one of these quotas, all in all, than these people need together?"""
    states = core().execute(_STATES, {"quotas": list(wanted)})
    return any(quota.size is not None and quota.size < wanted[quota.id] for quota in states)


def recount(event: Event, *, repair: bool = False) -> list[str]:
    """Where the counters differ from the registrations, in words; with `repair` the counters are set right."""
    if event.purged_at:  # its people are gone, and the counters stay as the record of how many came
        return []
    differences = []
    for quota in lock(event).values():
        seated = _count(event, quota, Registration.holds_seat.is_(True), through_type=True)
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
