"""What is due to go: the personal data of an event, so many days after its end."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event, EventStatus
from eventsvc.registration.models import Registration


class Due(NamedTuple):
    """An event whose personal data have had their time."""

    event_id: int
    slug: str
    until: datetime
    registrations: int


def due(at: datetime | None = None) -> list[Due]:
    """Everything that is to be purged now, the longest overdue first.

    A draft nobody registered for holds nothing, and may yet be moved to another day.
    """
    at = at or clock.now()
    over = [event for event in _ended(at) if event.personal_data_until <= at]
    people = _registrations([event.id for event in over])
    found = [
        Due(event.id, event.slug, event.personal_data_until, people.get(event.id, 0))
        for event in over
        if event.status != EventStatus.DRAFT or people.get(event.id)
    ]
    return sorted(found, key=lambda due: (due.until, due.event_id))


def _ended(at: datetime) -> Sequence[Event]:
    return db.session.scalars(sa.select(Event).where(Event.purged_at.is_(None), Event.ends_at <= at)).all()


def _registrations(event_ids: list[int]) -> dict[int, int]:
    counted = sa.select(Registration.event_id, sa.func.count()).where(Registration.event_id.in_(event_ids))
    return dict(db.session.execute(counted.group_by(Registration.event_id)).all())
