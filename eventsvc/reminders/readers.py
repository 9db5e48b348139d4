"""Who reads a reminder: everybody who has a place and an address, and the contact of who has none; each of them once."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from eventsvc.db import db
from eventsvc.registration.models import Registration, Status

_guest = aliased(Registration)


class Reader(NamedTuple):
    """Somebody with an address: whether they come themselves, and who comes of those whose letters go to them."""

    registration: Registration
    comes: bool
    guests: tuple[Registration, ...] = ()


def count(event_id: int, until: datetime, *, unsubscribed: bool = False) -> int:
    """How many letters it takes; or how many it does not, because somebody wants none."""
    query = sa.select(sa.func.count()).select_from(Registration).where(_reads(event_id, until, unsubscribed))
    return db.session.scalar(query) or 0


def after(event_id: int, until: datetime, cursor: UUID | None, most: int) -> list[Reader]:
    """The next ones, in ascending order of ids. Who registered later than `until` is not among them."""
    query = sa.select(Registration).where(_reads(event_id, until))
    if cursor:
        query = query.where(Registration.id > cursor)
    query = query.order_by(Registration.id).limit(most).execution_options(populate_existing=True)
    found = list(db.session.scalars(query))
    guests = _guests_of([row.id for row in found], until)
    return [
        Reader(row, row.status == Status.CONFIRMED and row.registered_at <= until, tuple(guests.get(row.id, ())))
        for row in found
    ]


def is_right(message_registration: sa.ColumnElement[UUID], address: sa.ColumnElement[bytes]) -> sa.ColumnElement[bool]:
    """Is a letter that waits still for somebody who comes, or whose guests do, at the address they have now?"""
    return sa.exists().where(
        Registration.id == message_registration,
        Registration.email_index == address,
        Registration.unsubscribed_at.is_(None),
        sa.or_(Registration.status == Status.CONFIRMED, _has_guests(_guest.status == Status.CONFIRMED)),
    )


def _reads(event_id: int, until: datetime, unsubscribed: bool = False) -> sa.ColumnElement[bool]:
    wants = Registration.unsubscribed_at.is_not(None) if unsubscribed else Registration.unsubscribed_at.is_(None)
    comes = sa.and_(Registration.status == Status.CONFIRMED, Registration.registered_at <= until)
    brings = _has_guests(_guest.status == Status.CONFIRMED, _guest.registered_at <= until)
    return sa.and_(Registration.event_id == event_id, Registration.email.is_not(None), wants, sa.or_(comes, brings))


def _has_guests(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(_guest.contact_id == Registration.id, _guest.email.is_(None), *conditions)


def _guests_of(contacts: list[UUID], until: datetime) -> dict[UUID, list[Registration]]:
    rows = db.session.scalars(
        sa.select(Registration)
        .where(
            Registration.contact_id.in_(contacts),
            Registration.email.is_(None),
            Registration.status == Status.CONFIRMED,
            Registration.registered_at <= until,
        )
        .order_by(Registration.position, Registration.id)
    )
    found: dict[UUID, list[Registration]] = {}
    for row in rows:
        if row.contact_id:
            found.setdefault(row.contact_id, []).append(row)
    return found
