"""Limits over several ticket types: adding one, changing what it covers, taking it away.

What a limit covers decides what it counts, so it is counted anew from the registrations, while all limits of the event
are held. Whoever waits for a limit must go on needing it: their place in line is one of that limit. The event's version
rises, which makes everybody who has just been sending a form look again.

All of it happens in the caller's transaction, in which the event was read.
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.errors import NotFound, Refusal
from eventsvc.events.editing import touch
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.registration import cancellation, quotas
from eventsvc.registration.models import Registration


class PeopleWait(Refusal):
    """People wait for this limit who would not need it any more."""

    code = "people_wait"


class Uncovered(Refusal):
    """A limit over nothing, or a ticket type without a limit of any kind."""

    code = "uncovered"


def add(event: Event, name: str, size: int | None, ticket_type_ids: Collection[int]) -> Quota:
    """A new limit over these ticket types. Who has a seat keeps it, also where they are more than its size."""
    quotas.lock(event)
    quota = Quota(event_id=event.id, name=name, size=size, taken=0, waiting=0, last_number=0)
    db.session.add(quota)
    _set(event, quota, ticket_type_ids)
    return quota


def cover(event: Event, quota_id: int, ticket_type_ids: Collection[int]) -> list[Registration]:
    """From now on the limit is over these ticket types; the people who move up because of it.

    Raises PeopleWait and Uncovered, and NotFound for a limit or a ticket type of another event.
    """
    quota = quotas.lock(event).get(quota_id)
    if quota is None:
        raise NotFound
    if set(ticket_type_ids) != {kind.id for kind in _kinds(event) if quota in kind.quotas}:
        _refuse_if_somebody_waits_in_vain(event, quota_id, ticket_type_ids)
        _set(event, quota, ticket_type_ids)
    return cancellation.move_queue(event)


def remove(event: Event, quota_id: int) -> list[Registration]:
    """Take the limit away; the people who move up because of it. Raises PeopleWait, Uncovered and NotFound."""
    quota = quotas.lock(event).get(quota_id)
    if quota is None:
        raise NotFound
    if quota.waiting:
        raise PeopleWait
    for kind in _kinds(event):
        kind.quotas = [each for each in kind.quotas if each is not quota]
        _refuse_if_bare(kind)
    db.session.delete(quota)
    touch(event)
    db.session.flush()
    return cancellation.move_queue(event)


def _set(event: Event, quota: Quota, ticket_type_ids: Collection[int]) -> None:
    kinds = _kinds(event)
    wanted = set(ticket_type_ids)
    if not wanted <= {kind.id for kind in kinds}:
        raise NotFound
    if not wanted:
        raise Uncovered
    for kind in kinds:
        others = [each for each in kind.quotas if each is not quota]
        kind.quotas = [*others, quota] if kind.id in wanted else others
        _refuse_if_bare(kind)
    quota.taken = _seated(event, wanted)
    touch(event)
    db.session.flush()  # what people need is read by plain SQL in this transaction


def _kinds(event: Event) -> Sequence[TicketType]:
    """The ticket types with their limits, as they are now."""
    rows = sa.select(TicketType).where(TicketType.event_id == event.id).order_by(TicketType.position, TicketType.id)
    kinds = db.session.scalars(rows.execution_options(populate_existing=True)).all()
    for kind in kinds:
        db.session.refresh(kind, ["quotas"])
    return kinds


def _refuse_if_bare(kind: TicketType) -> None:
    if not kind.quotas:
        raise Uncovered


def _seated(event: Event, ticket_type_ids: Collection[int]) -> int:
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Registration)
            .where(
                Registration.event_id == event.id,
                Registration.holds_seat,
                Registration.ticket_type_id.in_(ticket_type_ids),
            )
        )
        or 0
    )


def _refuse_if_somebody_waits_in_vain(event: Event, quota_id: int, ticket_type_ids: Collection[int]) -> None:
    """People who came together share a number; one of them who needs the limit is enough for it to be theirs."""
    needed = sa.case((Registration.ticket_type_id.in_(ticket_type_ids), 1), else_=0)
    in_vain = (
        sa.select(Registration.queue_number)
        .where(Registration.event_id == event.id, Registration.waiting_quota_id == quota_id)
        .group_by(Registration.queue_number)
        .having(sa.func.sum(needed) == 0)
    )
    if db.session.scalar(in_vain.limit(1)) is not None:
        raise PeopleWait
