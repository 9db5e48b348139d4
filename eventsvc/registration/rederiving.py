"""Zone data change after an event was published. Its wall time stands as typed; the instant it means may have moved.

Then SEQUENCE rises, and everyone who registered gets the new instant: a calendar that was sent an invitation does not
heal itself. While machines are brought to a new release one by one, those with older data leave alone what newer data
moved.
"""

import logging
from datetime import datetime
from functools import partial
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import attempt, db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event, EventStatus
from eventsvc.registration import announcements, quotas
from eventsvc.registration.differences import snapshot
from eventsvc.zones import RELEASE, derived_instant

_log = logging.getLogger(__name__)


class Instants(NamedTuple):
    starts_at: datetime
    ends_at: datetime


def rederive() -> list[int]:
    """Derive anew what all events to come mean; the ids of those that moved, each told in a transaction of its own."""
    ahead = sa.select(Event).where(Event.ends_at > clock.now())
    moved = [event for event in db.session.scalars(ahead).all() if _moved(event)]
    return [event.id for event in moved if attempt(partial(_move, event))]


def derived(event: Event) -> Instants:
    """What its wall times mean under the zone data of today."""
    return Instants(
        derived_instant(event.starts, event.timezone, event.starts_fold),
        derived_instant(event.ends, event.timezone, event.ends_fold),
    )


def _moved(event: Event) -> bool:
    return event.zone_release <= RELEASE and derived(event) != (event.starts_at, event.ends_at)


def _move(known: Event) -> bool:
    with transaction():
        quotas.lock(known)
        event = db.session.get(Event, known.id, populate_existing=True)
        if event is None or not _moved(event):
            return False
        instants = derived(event)
        if instants.starts_at >= instants.ends_at:
            _log.error("event %s: the clocks now skip all of it; somebody has to give it another time", event.id)
            return False
        before = snapshot(event)
        event.starts_at, event.ends_at = instants
        event.zone_release = RELEASE
        public = event.status == EventStatus.PUBLISHED
        editing.touch(event, sequence=public)
        if public:
            announcements.announce_change(event, before)
        return True
