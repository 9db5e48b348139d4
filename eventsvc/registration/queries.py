"""Registrations as lists and numbers; reached only through an event."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.registration.models import Registration, Status

ORDER = (Registration.registered_at, Registration.id)


def counts(event: Event) -> dict[Status, int]:
    """How many registrations there are in each status; statuses without any are 0."""
    rows = db.session.execute(
        sa.select(Registration.status, sa.func.count())
        .where(Registration.event_id == event.id)
        .group_by(Registration.status)
    )
    found = dict(rows.all())
    return {status: found.get(status, 0) for status in Status}


def in_order(
    event: Event, status: Status | None = None, *, offset: int = 0, limit: int = 200
) -> Sequence[Registration]:
    """Registrations in the order in which they came, with their ticket types."""
    query = sa.select(Registration).where(Registration.event_id == event.id)
    if status:
        query = query.where(Registration.status == status)
    query = query.order_by(*ORDER).options(joinedload(Registration.ticket_type)).offset(offset).limit(limit)
    return db.session.scalars(query).all()


def one(event: Event, registration_id: object) -> Registration | None:
    """The registration with this id, if it is this event's."""
    return db.session.scalar(
        sa.select(Registration)
        .where(Registration.id == registration_id, Registration.event_id == event.id)
        .options(joinedload(Registration.ticket_type))
    )
