"""Lists of events: what is on, and what is over. Two queries, however many rows there are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc.db import LanguageMap, db
from eventsvc.events import fullness
from eventsvc.events.facts import Named, local
from eventsvc.events.fullness import Fullness, Seats
from eventsvc.events.models import CoHost, Event, Organization, event_tags
from eventsvc.events.queries import columns_of, listed, organization_in
from eventsvc.events.tickets import Quota, TicketType, ticket_type_quotas

PAST_PAGE = 30
MOST_UPCOMING = 500


class Card(NamedTuple):
    """An event in a list."""

    slug: str
    status: str
    attendance: str
    languages: list[str]
    title: LanguageMap
    starts_local: datetime
    ends_local: datetime
    venue: dict[str, Any]
    host: Named
    full: Fullness


class Page(NamedTuple):
    """One page of a list, and whether there is more."""

    cards: list[Card]
    has_more: bool


def upcoming(at: datetime, *within: sa.ColumnElement[bool]) -> list[Card]:
    """What is going on or ahead, soonest first."""
    return _cards(sa.and_(listed, Event.ends_at > at, *within), Event.starts_at, Event.id, limit=MOST_UPCOMING)


def past(at: datetime, *within: sa.ColumnElement[bool], number: int = 1) -> Page:
    """What is over, latest first; `number` counts pages from 1."""
    found = _cards(
        sa.and_(listed, Event.ends_at <= at, *within),
        Event.starts_at.desc(),
        Event.id.desc(),
        limit=PAST_PAGE + 1,
        offset=(number - 1) * PAST_PAGE,
    )
    return Page(found[:PAST_PAGE], len(found) > PAST_PAGE)


_SHOWN = (
    Event.id, Event.slug, Event.status, Event.attendance, Event.languages, Event.title, Event.starts, Event.starts_fold,
    Event.ends, Event.ends_fold, Event.timezone, Event.venue, Event.waitlist,
)  # fmt: skip


def _cards(condition: sa.ColumnElement[bool], *order: Any, limit: int, offset: int = 0) -> list[Card]:
    rows = db.session.execute(
        sa.select(*_SHOWN, *columns_of(Organization, "host"))
        .join(Organization, Organization.id == Event.host_id)
        .where(condition)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    ).all()
    seats = _seats_of([row.id for row in rows])
    return [_card(row, seats.get(row.id, [])) for row in rows]


def _card(row: Any, seats: Iterable[Seats]) -> Card:
    words = fullness.by_ticket_type(seats, waitlist=row.waitlist)
    return Card(
        row.slug,
        row.status,
        row.attendance,
        row.languages,
        row.title,
        local(row.starts, row.timezone, row.starts_fold),
        local(row.ends, row.timezone, row.ends_fold),
        row.venue,
        organization_in(row, "host"),
        fullness.overall(words.values()),
    )


def _seats_of(event_ids: Sequence[int]) -> dict[int, list[Seats]]:
    rows = db.session.execute(
        sa.select(TicketType.event_id, TicketType.id, Quota.size, Quota.taken, Quota.waiting)
        .join(ticket_type_quotas, ticket_type_quotas.c.ticket_type_id == TicketType.id)
        .join(Quota, Quota.id == ticket_type_quotas.c.quota_id)
        .where(TicketType.event_id.in_(event_ids))
    )
    found: dict[int, list[Seats]] = {}
    for event_id, ticket_type_id, size, taken, waiting in rows:
        found.setdefault(event_id, []).append(Seats(ticket_type_id, size, taken, waiting))
    return found


def hosted_by(organization_id: int) -> sa.ColumnElement[bool]:
    """Events that an organization hosts or co-hosts."""
    co_hosted = sa.select(CoHost.event_id).where(CoHost.organization_id == organization_id)
    return sa.or_(Event.host_id == organization_id, Event.id.in_(co_hosted))


def tagged(tag_id: int) -> sa.ColumnElement[bool]:
    return Event.id.in_(sa.select(event_tags.c.event_id).where(event_tags.c.tag_id == tag_id))


def in_programme(programme_id: int) -> sa.ColumnElement[bool]:
    return Event.programme_id == programme_id


def has_listed(*within: sa.ColumnElement[bool]) -> bool:
    """Is there any event in lists that meets the conditions? What only drafts and invitations belong to stays unseen."""
    return bool(db.session.scalar(sa.select(sa.exists().where(listed, *within))))
