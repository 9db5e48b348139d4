"""What everyone with a place, or in the queue, has to be told: the event changed, or will not take place.

The organizer's transaction writes one row; the letters follow in batches, each a transaction of its own, so that nobody
waits behind a thousand of them, and a crash in the middle loses none: the clockwork goes on from where it stopped.

Each registration knows which SEQUENCE of the event its person was told last. So whatever happens while letters are
going out, everyone gets one letter, from what they knew to what is true now, and never an older one after a newer one:
a newer announcement takes over from those before it, and only the cancellation of a cancelled event is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.batches import one_by_one
from eventsvc.db import db
from eventsvc.errors import Gone
from eventsvc.events import editing
from eventsvc.events.models import Event, EventStatus
from eventsvc.registration import differences, offering, quotas, telling, waitlist
from eventsvc.registration.audience import TOLD
from eventsvc.registration.differences import snapshot
from eventsvc.registration.models import Announcement, Registration
from eventsvc.vault import keyring

BATCH = 25
SOON = timedelta(hours=24)


def change(event: Event, note: str = "", /, **values: Any) -> bool:
    """Change the event and, where its calendar entry is another one now, announce it; in the caller's transaction.

    Holds the quotas, so that nobody gets a seat with the old facts in the letter.
    """
    if event.purged_at:
        raise Gone
    quotas.lock(event)
    before = snapshot(event)
    if not editing.change(event, **values):
        return False
    announce_change(event, before, note)
    return True


def announce_change(event: Event, before: Mapping[str, Any], note: str = "") -> bool:
    """Announce what has just been changed; `before` is the snapshot taken under the lock on the quotas.

    False where nobody is told: the event is over, by what was known and by what is true now, or was cancelled.
    """
    offering.shorten(event.id, waitlist.last_moment(event))
    if not is_told_of_changes(event, before):
        return False
    _announce(event, "event_changed", before, note)
    return True


def is_told_of_changes(event: Event, before: Mapping[str, Any]) -> bool:
    """Does a change of this event concern anybody any more?"""
    return event.status == EventStatus.PUBLISHED and clock.now() < max(event.ends_at, differences.old_end(before))


def call_off(event: Event, note: str = "") -> None:
    """The event will not take place; everyone hears of it. In the caller's transaction."""
    quotas.lock(event)
    before = snapshot(event)
    editing.cancel(event)
    _announce(event, "event_cancelled", before, note)


def _announce(event: Event, letter: str, before: Mapping[str, Any], note: str) -> None:
    db.session.flush()  # waits for a reminder that is being written with the facts from before: it is older, and withdrawn
    row, now = uuid4(), clock.now()
    earlier = sa.update(Announcement).where(Announcement.event_id == event.id, Announcement.done_at.is_(None))
    db.session.execute(earlier.values(done_at=now))  # the new one goes round to everybody, also for them
    db.session.add(
        Announcement(
            id=row,
            event_id=event.id,
            letter=letter,
            before=dict(before),
            note=keyring().of_event(event.id).seal(note, "announcements.note", row),
            sequence=event.sequence,
            created_at=now,
        )
    )


def unfinished() -> list[Announcement]:
    """Announcements that have not reached everybody: those of events that start soon first, then the oldest."""
    found = db.session.execute(
        sa.select(Announcement, Event)
        .join(Event, Event.id == Announcement.event_id)
        .where(Announcement.done_at.is_(None))
        .order_by(Announcement.created_at)
    )
    return [each for each, event in sorted(found, key=lambda pair: not is_urgent(*pair))]


def by_urgency() -> tuple[list[Announcement], list[Announcement]]:
    """The urgent ones, and those that wait while one of these has somebody to tell."""
    everything = unfinished()
    urgent = [each for each in everything if is_urgent(each, db.session.get_one(Event, each.event_id))]
    return urgent, [each for each in everything if each not in urgent]


def is_urgent(announcement: Announcement, event: Event) -> bool:
    """Does the event start within a day, by what was known or by what is true now?"""
    soon = clock.now() + SOON
    return event.starts_at <= soon or (bool(announcement.before) and differences.old_start(announcement.before) <= soon)


def carry_on(announcement: Announcement, *, apart: bool = False) -> int:
    """Tell the next batch, in the caller's transaction; how many rows were looked at, 0 when it is done.

    Holds the quotas: nobody's status, address or calendar changes between the look and the letter.

    A letter that cannot be written fails the batch. Done `apart`, each stands for itself: the others of the batch are
    told, and who was not is tried again when all are through. Where nobody could be told, that fault comes out.
    """
    event = db.session.get(Event, announcement.event_id)
    if event is None:
        return 0
    quotas.lock(event)
    db.session.refresh(announcement, with_for_update=True)
    if announcement.done_at is not None:
        return 0
    batch, news = _next(announcement), news_of(event)
    is_over = clock.now() >= max([event.ends_at, *(differences.old_end(each.before) for each in news if each.before)])

    def work(registration: Registration) -> None:
        _tell(event, news, registration, is_urgent=is_urgent(announcement, event))

    one_by_one(batch, work, apart=apart, or_none=is_over)
    if batch:
        announcement.cursor = batch[-1].id
    elif not is_over and db.session.scalar(sa.select(sa.exists().where(*_unheard(announcement)))):
        announcement.cursor = None
    else:
        announcement.done_at = clock.now()
    return len(batch)


def _unheard(announcement: Announcement) -> tuple[sa.ColumnElement[bool], ...]:
    """Those whose turn has not come yet, and those whose letter could not be written."""
    return (
        Registration.event_id == announcement.event_id,
        Registration.status.in_(TOLD),
        Registration.told_sequence < announcement.sequence,
    )


def _next(announcement: Announcement) -> Sequence[Registration]:
    query = sa.select(Registration).where(*_unheard(announcement))
    if announcement.cursor:
        query = query.where(Registration.id > announcement.cursor)
    fresh = query.order_by(Registration.id).limit(BATCH).execution_options(populate_existing=True)
    return db.session.scalars(fresh).all()


def news_of(event: Event) -> Sequence[Announcement]:
    """All that was ever announced of it, in order."""
    query = sa.select(Announcement).where(Announcement.event_id == event.id).order_by(Announcement.sequence)
    return db.session.scalars(query).all()


def _tell(event: Event, news: Sequence[Announcement], registration: Registration, *, is_urgent: bool) -> None:
    unheard = [each for each in news if each.sequence > registration.told_sequence]
    if not unheard:
        return
    registration.told_sequence = unheard[-1].sequence
    befores = list(_known_facts(unheard, registration, telling.calendar_knows(event, registration)))
    telling.tell(event, registration, unheard[-1], befores, note=_notes(event, unheard), is_urgent=is_urgent)


def _known_facts(
    unheard: Sequence[Announcement], registration: Registration, calendar_knows: int | None
) -> Iterator[Mapping[str, Any]]:
    """The facts this person may have in mind, those they were told by a notice first.

    Any other letter that came in between told the facts of its time, and so does the calendar entry it brought. Where
    the event is back at what it was, only these tell that there is something to be said.
    """
    yield unheard[0].before
    later: list[Announcement] = [each for each in unheard if each.created_at > registration.changed_at]
    if registration.changed_at > unheard[0].created_at and later:
        yield later[0].before
    if calendar_knows is not None and (missed := [each for each in unheard if each.sequence > calendar_knows]):
        yield missed[0].before


def _notes(event: Event, unheard: Sequence[Announcement]) -> str:
    """The organizers' words about all of this; of a cancelled event only the last ones."""
    keys = keyring().of_event(event.id)
    said = unheard[-1:] if unheard[-1].letter == "event_cancelled" else unheard
    notes = [keys.open(each.note, "announcements.note", each.id) for each in said]
    return "\n\n".join(dict.fromkeys(filter(None, notes)))
