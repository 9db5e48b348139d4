"""A seat that became free is offered to whoever is first in line, and held until they answer or the deadline passes.

Every offer ends once: accepted, refused, expired, or withdrawn. Nobody has to answer at night.
"""

from datetime import datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.errors import Refusal
from eventsvc.events.models import Event, EventStatus
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.registration import log, states
from eventsvc.registration.models import Offer, Outcome, Registration, Status

EVENING, MORNING = time(21), time(10)
"""Between them no offer ends: people sleep, and then they need a moment."""

SHORTEST = timedelta(hours=1)
"""An offer that ends sooner is none that can be used."""


class OfferOver(Refusal):
    code = "offer_over"
    sentence = _l("This offer has ended. The place has gone to the next in line.")


def deadline(now: datetime, hours: int, zone: str, last: datetime) -> datetime | None:
    """When an offer made now ends, in UTC; None where there is too little time left before `last`.

    So many hours later; at night, in the zone of the event, the following morning at ten.
    """
    local = (now + timedelta(hours=hours)).astimezone(ZoneInfo(zone))
    if local.time() >= EVENING or local.time() < MORNING:
        day = local.date() + timedelta(days=local.time() >= EVENING)
        local = datetime.combine(day, MORNING, ZoneInfo(zone))
    until = min(local.astimezone(now.tzinfo), last)
    if _at_night(until, zone):  # it is the last moment itself that falls into the night: who is asleep has no chance
        evening = datetime.combine(until.astimezone(ZoneInfo(zone)).date(), EVENING, ZoneInfo(zone))
        until = (evening if evening <= until else evening - timedelta(days=1)).astimezone(now.tzinfo)
    return until if until - now >= SHORTEST else None


def _at_night(moment: datetime, zone: str) -> bool:
    hour = moment.astimezone(ZoneInfo(zone)).time()
    return hour > EVENING or hour < MORNING


def offer(registration: Registration, until: datetime) -> None:
    """Hold the seat until then; in the caller's transaction. The seat is counted already."""
    states.turn(registration, "offer", Status.OFFERED, log.CLOCKWORK)
    registration.offer_until = until
    db.session.add(
        Offer(
            id=uuid4(),
            event_id=registration.event_id,
            registration_id=registration.id,
            offered_at=clock.now(),
            until=until,
        )
    )


def close(registration: Registration, outcome: Outcome) -> None:
    """The open offer of this registration ended so, in the caller's transaction."""
    ended = db.session.execute(
        sa.update(Offer)
        .where(Offer.registration_id == registration.id, Offer.outcome.is_(None))
        .values(outcome=outcome, ended_at=clock.now())
    )
    if ended.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult
        raise states.Impossible(f"an offer that is not open: {outcome}")


def shorten(event_id: int, last: datetime) -> None:
    """No offer of this event ends later than that: it was moved nearer. In the caller's transaction."""
    for until in (Registration.offer_until, Offer.until):
        late = sa.and_(until.class_.event_id == event_id, until > last)
        if until.class_ is Offer:
            late = sa.and_(late, Offer.outcome.is_(None))
        db.session.execute(sa.update(until.class_).where(late).values({until.key: last}))


def is_over(registration: Registration) -> bool:
    """Has the deadline passed?"""
    return registration.offer_until is not None and registration.offer_until <= clock.now()


def events_with_offers_due() -> list[Event]:
    """Where the deadline of some offer has passed. Where the event was called off only after its end: until then
    everybody has to be found who must hear of that.
    """
    now = clock.now()
    due = sa.select(Registration.event_id).where(Registration.offer_until <= now)
    lapse = sa.or_(Event.status != EventStatus.CANCELLED, Event.ends_at <= now)
    return list(db.session.scalars(sa.select(Event).where(Event.id.in_(due), lapse).order_by(Event.id)))


def due(event: Event) -> list[Registration]:
    """The people whose offer has run out, oldest first. The event's quotas are held."""
    return list(
        db.session.scalars(
            sa.select(Registration)
            .where(Registration.event_id == event.id, Registration.offer_until <= clock.now())
            .order_by(Registration.offer_until, Registration.id)
            .limit(100)
            .execution_options(populate_existing=True)
        )
    )
