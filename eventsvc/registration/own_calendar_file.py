"""The file of a calendar of one's own: what stands in it, and the mark by which a reader knows that it has it already.

Nothing of it is kept but the mark: where somebody goes lies nowhere outside the sealed rows. It says no Last-Modified,
for nothing dates an event that left, such as one that was handed to somebody else.
"""

import hashlib
import logging
from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import selectinload

from eventsvc.calendar.entries import cancelled_prefix, private_entry, wording
from eventsvc.calendar.ical import calendar_file
from eventsvc.calendar.lint import lint
from eventsvc.calendar.sound import sound
from eventsvc.db import db
from eventsvc.errors import describe
from eventsvc.events.models import CoHost, Event
from eventsvc.i18n import _
from eventsvc.registration import own_calendar
from eventsvc.registration.models import PersonalFeed, Status
from eventsvc.registration.own_calendar_events import candidates, edge, registrations_of

_log = logging.getLogger(__name__)

MOST = 1000
NAME = "my-events.ics"
MARKS = "eventsvc.own_calendar.marks"
MOST_MARKS = 10_000


class State(NamedTuple):
    """What stands in the file: another one whenever the file would be, for every change of an event raises its version."""

    events: tuple[tuple[int, int], ...]  # id and version
    language: str


def state_of(feed: PersonalFeed) -> State:
    """Exactly the events at which the person has a place, cancelled ones too. Raises SealBroken after a purge."""
    known = candidates(edge())
    found = registrations_of(own_calendar.opened(feed).address, list(known), (Status.CONFIRMED,))
    return State(tuple(sorted((each.event_id, known[each.event_id]) for each in found)), feed.language)


def body_of(state: State) -> bytes:
    """The file; of more than 1,000 events the oldest are left out, and so is one that cannot be told."""
    events = _events(event_id for event_id, _v in state.events)
    write = partial(_written, language=state.language)
    try:
        body = write(events)
        if not lint(body):
            return body
    except DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one of them
        _log.error("a calendar of somebody's own could not be written whole: %s", describe(error))
    return write(sound(write, events))


def _written(events: Sequence[Event], language: str) -> bytes:
    entries = [private_entry(event, language) for event in events]
    with wording(language):
        name, description = _("My events"), _("The events at which you have a place.")
    return calendar_file(
        entries, name=name, description=description, language=language, cancelled_prefix=cancelled_prefix
    )


def mark_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:20]


def remember(feed_id: UUID, state: State, mark: str) -> None:
    """In this process, so that who asks again is answered without the file being written."""
    marks = _marks()
    if len(marks) >= MOST_MARKS:
        marks.clear()
    marks[feed_id] = (_digest(state), mark)


def remembered(feed_id: UUID, state: State) -> str | None:
    """The mark of the file in this state, where this process has written it."""
    known = _marks().get(feed_id)
    return known[1] if known and known[0] == _digest(state) else None


def _marks() -> dict[UUID, tuple[bytes, str]]:
    marks: dict[UUID, tuple[bytes, str]] = current_app.extensions.setdefault(MARKS, {})
    return marks


def _digest(state: State) -> bytes:
    return hashlib.sha256(repr(state).encode()).digest()


def _events(event_ids: Iterable[int]) -> Sequence[Event]:
    told = (
        selectinload(Event.host),
        selectinload(Event.co_hosts).selectinload(CoHost.organization),
        selectinload(Event.tags),
    )
    chosen = sa.select(Event).options(*told).where(Event.id.in_(list(event_ids)))
    newest = chosen.order_by(Event.starts_at.desc(), Event.id.desc()).limit(MOST)
    return db.session.scalars(newest.execution_options(populate_existing=True)).all()
