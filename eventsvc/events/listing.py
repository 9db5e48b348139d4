"""Lists of events: what is on, and what is over. Two queries each, however many rows there are."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc.db import LanguageMap, db
from eventsvc.events import fullness
from eventsvc.events.facts import Named, Standing, standing
from eventsvc.events.filters import month_of_event
from eventsvc.events.fullness import Fullness, Seats
from eventsvc.events.models import CoHost, Event, EventStatus, Organization, Programme, event_tags
from eventsvc.events.queries import columns_of, listed, organization_in, times_in
from eventsvc.events.tickets import Quota, TicketType, ticket_type_quotas

PAST_PAGE = 20
MOST_UPCOMING = 500


class Card(NamedTuple):
    """An event in a list. Its times are aware, in its own zone."""

    slug: str
    status: str
    attendance: str
    languages: list[str]
    interpretation: list[str]
    title: LanguageMap
    starts_local: datetime
    ends_local: datetime
    opens_at: datetime | None
    closes_at: datetime
    venue: dict[str, Any]
    host: Named
    full: Fullness

    @property
    def month(self) -> str:
        return self.starts_local.strftime("%Y-%m")

    def is_past(self, at: datetime) -> bool:
        return self.ends_local <= at

    def room(self, at: datetime) -> str:
        """In a word, whether one can still come: how it stands, and while registration is open how full it is."""
        now = standing(self, at)
        return self.full if now == Standing.OPEN else now


class Page(NamedTuple):
    """One page of a list, and whether there is more."""

    cards: list[Card]
    has_more: bool


def is_ahead(at: datetime) -> sa.ColumnElement[bool]:
    """Stands in lists, and is going on or to come."""
    return sa.and_(listed, Event.ends_at > at)


def upcoming(at: datetime, *within: sa.ColumnElement[bool], most: int = MOST_UPCOMING) -> list[Card]:
    """What is going on or ahead, month by month as the events count them, soonest first."""
    return _cards(sa.and_(is_ahead(at), *within), month_of_event(), Event.starts_at, Event.id, limit=most)


def how_many_by_month(at: datetime, *within: sa.ColumnElement[bool]) -> dict[str, int]:
    """How many events are ahead in each month: {"2026-12": 3}, in the order of time."""
    month = month_of_event().label("month")
    counted = sa.select(month, sa.func.count()).where(is_ahead(at), *within).group_by("month").order_by("month")
    return {row[0]: row[1] for row in db.session.execute(counted)}


def past(at: datetime, *within: sa.ColumnElement[bool], number: int = 1) -> Page:
    """What is over, latest first; `number` counts pages from 1."""
    found = _cards(
        sa.and_(listed, Event.ends_at <= at, *within),
        month_of_event().desc(),
        Event.starts_at.desc(),
        Event.id.desc(),
        limit=PAST_PAGE + 1,
        offset=(number - 1) * PAST_PAGE,
    )
    return Page(found[:PAST_PAGE], len(found) > PAST_PAGE)


def everything(*within: sa.ColumnElement[bool]) -> list[Card]:
    """What is over and what is ahead together, in the order of time; for a programme, which is planned as a whole."""
    return _cards(sa.and_(listed, *within), month_of_event(), Event.starts_at, Event.id, limit=MOST_UPCOMING)


_PLAIN = ("slug", "status", "attendance", "languages", "interpretation", "title", "venue")
_TIMES = (
    "starts", "starts_fold", "ends", "ends_fold", "timezone", "registration_opens", "registration_closes",
)  # fmt: skip
_SHOWN = [getattr(Event, name) for name in ("id", "waitlist", *_PLAIN, *_TIMES)]


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
    plain: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    return Card(**plain, **times_in(row), host=organization_in(row, "host"), full=fullness.overall(words.values()))


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


def programmes_ahead(at: datetime) -> list[Named]:
    """Programmes of which something is going on or to come, soonest first."""
    soonest = sa.func.min(Event.starts_at)
    found = (
        sa.select(Programme.slug, Programme.name)
        .join(Event, Event.programme_id == Programme.id)
        .where(is_ahead(at), Event.status != EventStatus.CANCELLED)
        .group_by(Programme.id)
        .order_by(soonest, Programme.id)
    )
    return [Named(slug, name) for slug, name in db.session.execute(found)]
