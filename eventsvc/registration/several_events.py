"""Which events of a programme can be chosen together, and what became of a form that was sent for several."""

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from eventsvc import tokens
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events import listing, timetable
from eventsvc.events.facts import Standing, standing
from eventsvc.events.fullness import Fullness
from eventsvc.events.listing import Card
from eventsvc.events.models import Event
from eventsvc.events.queries import listed, reachable
from eventsvc.registration.models import Status, Submission
from eventsvc.registration.several import outcomes_of
from eventsvc.vault import keyring


class Shown(NamedTuple):
    """What the page about the result shows: each event that has a page, soonest first, and what a newcomer got there."""

    events: list[tuple[Event, Status]]
    masked_address: str


def cards_of(programme_id: int, at: datetime) -> list[Card]:
    """What is ahead of this programme, by the same queries as its page."""
    return listing.upcoming(at, listing.in_programme(programme_id))


def can_be_chosen(card: Card, at: datetime) -> bool:
    """Is registration open, be it for a place in the queue? The form itself looks closer."""
    return standing(card, at) == Standing.OPEN and card.full != Fullness.FULL


def chosen(programme_id: int, slugs: Sequence[str]) -> list[Event]:
    """Those of the programme with these slugs that stand in lists, soonest first; others are nobody's business."""
    return _events(Event.programme_id == programme_id, Event.slug.in_(slugs), listed)


def _events(*conditions: sa.ColumnElement[bool]) -> list[Event]:
    query = sa.select(Event).where(*conditions, Event.purged_at.is_(None)).options(joinedload(Event.host))
    return list(db.session.scalars(query.order_by(Event.starts_at, Event.id)))


def clashes(events: Sequence[Event]) -> list[tuple[Event, Event]]:
    """Pairs that take place at the same time. `events` by start."""
    beside: dict[int, Any] = {
        event.id: {other.id for other in others}
        for event, others in zip(events, timetable.clashes(events), strict=True)
    }
    return [(one, other) for one, other in combinations(events, 2) if other.id in beside[one.id]]


def shown(programme_id: int, receipt: str) -> Shown:
    """What the result page with this name shows. Raises NotFound where it is not this programme's."""
    submission = db.session.scalar(
        sa.select(Submission).where(Submission.receipt_hash == tokens.digest(receipt), Submission.outcomes.is_not(None))
    )
    outcomes = outcomes_of(submission) if submission else {}
    events = _events(Event.programme_id == programme_id, Event.id.in_(outcomes), reachable)
    if submission is None or not events:
        raise NotFound
    return Shown([(event, outcomes[event.id]) for event in events], _address(submission))


def _address(submission: Submission) -> str:
    keys = keyring().of_event(submission.event_id)
    return keys.open(submission.masked_address, "submissions.masked_address", UUID(str(submission.row)))
