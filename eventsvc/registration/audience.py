"""Whom a notice about an event concerns, and how many of them it reaches."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.registration.models import Registration, Status

TOLD = (Status.CONFIRMED, Status.OFFERED, Status.WAITLISTED, Status.PENDING)
"""Who is told. Not who is unconfirmed: that address may be a stranger's; its owner reads it all when they confirm."""

_contacts = aliased(Registration)


class Audience(NamedTuple):
    """How many people a notice reaches, and how: by a letter of their own, or through whoever registered them."""

    confirmed: int
    waiting: int  # in line, asked whether they still want to come, or to be decided about
    through_contact: int = 0
    unreachable: int = 0  # without an address, as somebody who was written down by hand

    @property
    def is_anybody(self) -> bool:
        return any(self)

    @property
    def reached(self) -> int:
        return self.confirmed + self.waiting + self.through_contact


def audience(event: Event) -> Audience:
    """To how many people a change of this event would be told."""
    own, through = Registration.email.is_not(None), _contacts.email.is_not(None)
    query = (
        sa.select(Registration.status, own, through, sa.func.count())
        .outerjoin(_contacts, _contacts.id == Registration.contact_id)
        .where(Registration.event_id == event.id, Registration.status.in_(TOLD))
        .group_by(Registration.status, own, through)
    )
    rows = db.session.execute(query).all()
    confirmed = sum(count for status, has_own, _through, count in rows if has_own and status == Status.CONFIRMED)
    return Audience(
        confirmed=confirmed,
        waiting=sum(count for _status, has_own, _through, count in rows if has_own) - confirmed,
        through_contact=sum(count for _status, has_own, is_told, count in rows if not has_own and is_told),
        unreachable=sum(count for _status, has_own, is_told, count in rows if not has_own and not is_told),
    )


def readers(event: Event) -> list[tuple[str, Status]]:
    """In which languages and statuses the people are who would be told, the language of most of them first."""
    query = (
        sa.select(Registration.language, Registration.status, sa.func.count())
        .where(Registration.event_id == event.id, Registration.status.in_(TOLD))
        .group_by(Registration.language, Registration.status)
    )
    rows = db.session.execute(query).all()
    spoken: dict[str, int] = {}
    for language, _status, count in rows:
        spoken[language] = spoken.get(language, 0) + count
    return sorted(
        ((language, Status(status)) for language, status, _count in rows),
        key=lambda each: (-spoken[each[0]], each[0], TOLD.index(each[1])),
    )
