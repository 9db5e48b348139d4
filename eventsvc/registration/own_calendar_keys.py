"""Under whose keys a calendar of one's own lies: those of an event at which its person is still registered.

Before the keys of that event are destroyed, or the registration there ends or is somebody else's, the calendar goes on
to the event whose data go last; with no registration left, it goes.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.registration import own_calendar
from eventsvc.registration.models import PersonalFeed, Registration
from eventsvc.registration.own_calendar import MAY_HAVE_ONE
from eventsvc.registration.own_calendar_events import registrations_of
from eventsvc.vault import SealBroken


def left(event_id: int, address: str) -> None:
    """This address has a registration less at the event; in the caller's transaction, after that was written."""
    if not address:
        return
    mine = PersonalFeed.owner_index == own_calendar.owner_index(address)
    for feed in _held(mine, PersonalFeed.event_id == event_id):
        _go_on(feed)


def leave(event_id: int) -> int:
    """The keys of this event are to be destroyed: what lies under them goes on; how many it was. In the caller's transaction.

    Calendars that belong nowhere else stay, and go with the event.
    """
    feeds = _held(PersonalFeed.event_id == event_id)
    for feed in feeds:
        _go_on(feed, but=event_id)
    return len(feeds)


def move(feed_ids: Collection[UUID], but: int) -> None:
    """The same for some of them beforehand, because looking for others takes its time."""
    for feed in _held(PersonalFeed.id.in_(feed_ids), PersonalFeed.event_id == but):
        _go_on(feed, but=but)


def of_event(event_id: int) -> Sequence[UUID]:
    return db.session.scalars(sa.select(PersonalFeed.id).where(PersonalFeed.event_id == event_id)).all()


def every() -> Sequence[UUID]:
    return db.session.scalars(sa.select(PersonalFeed.id)).all()


def look_after(feed_id: UUID) -> bool:
    """Is its person registered anywhere? Else it goes; False where it went. In the caller's transaction."""
    for feed in _held(PersonalFeed.id == feed_id):
        return _go_on(feed)
    return False


def is_needed(feed_id: UUID) -> bool:
    """The same as a look that writes nothing."""
    feed = db.session.get(PersonalFeed, feed_id)
    return feed is not None and bool(_homes(feed))


def _held(*conditions: sa.ColumnElement[bool]) -> Sequence[PersonalFeed]:
    """As they are now, in an order of their own, so that two who hold several never wait for each other."""
    asked = sa.select(PersonalFeed).where(*conditions).order_by(PersonalFeed.id)
    return db.session.scalars(asked.with_for_update().execution_options(populate_existing=True)).all()


def _go_on(feed: PersonalFeed, but: int | None = None) -> bool:
    """To the event whose data go last, `but` not to this one; False where it has to go, and went if it had nowhere."""
    for event_id, registration_id in _homes(feed):
        if event_id != but and _stays(registration_id):
            if event_id != feed.event_id:
                own_calendar.seal(feed, event_id, own_calendar.opened(feed))
                db.session.flush()
            return True
    if but is None:
        own_calendar.end(feed)
    return False


def _homes(feed: PersonalFeed) -> list[tuple[int, UUID]]:
    """Events at which the person is registered, that whose data go last first."""
    try:
        address = own_calendar.opened(feed).address
    except SealBroken:  # by a purge that was quicker
        return []
    kept = db.session.scalars(sa.select(Event.id).where(Event.purged_at.is_(None))).all()
    found = {each.event_id: each.registration_id for each in registrations_of(address, kept, MAY_HAVE_ONE)}
    events = db.session.scalars(sa.select(Event).where(Event.id.in_(found))).all()
    ordered = sorted(events, key=lambda event: (event.personal_data_until, event.id), reverse=True)
    return [(event.id, found[event.id]) for event in ordered]


def _stays(registration_id: UUID) -> bool:
    """Does the registration that was found still stand? It is held, so that it cannot end unseen."""
    asked = (
        sa.select(Registration.id)
        .join(Event)
        .where(Registration.id == registration_id, Registration.status.in_(MAY_HAVE_ONE), Event.purged_at.is_(None))
    )
    return db.session.scalar(asked.with_for_update(of=Registration)) is not None
