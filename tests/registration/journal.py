"""Short words for tests of registration rules: who is in which status, who was written to."""

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.mail.models import Message
from eventsvc.registration import cancellation
from eventsvc.registration.drafting import Signup
from eventsvc.registration.log import ATTENDEE, Actor
from eventsvc.registration.models import Registration
from eventsvc.registration.people import person
from eventsvc.registration.signup import Outcome, sign_up


def ticket_type(event: Event, slug: str | None = None) -> TicketType:
    query = sa.select(TicketType).where(TicketType.event_id == event.id).order_by(TicketType.position)
    return db.session.scalars(query.where(TicketType.slug == slug) if slug else query).first() or pytest.fail(
        "no such ticket type"
    )


def signup(event: Event, who: str = "ana", *, language: str = "en", kind: str | None = None) -> Signup:
    """A sign-up of that person, whose address is who@example.org."""
    return Signup(who.title(), f"{who}@example.org", language, ticket_type(event, kind).id, "1")


def comes(event: Event, who: str, **more) -> Outcome:
    return sign_up(event, signup(event, who, **more))


def goes(event: Event, who: str, by: Actor = ATTENDEE) -> bool:
    registration = latest(event, who)
    with transaction():
        return cancellation.cancel(registration, by)


def latest(event: Event, who: str) -> Registration:
    """The newest registration of that person."""
    rows = db.session.scalars(
        sa.select(Registration).where(Registration.event_id == event.id).order_by(Registration.registered_at.desc())
    )
    return next(row for row in rows if person(row).email == f"{who}@example.org")


def statuses(event: Event) -> list[tuple[str, str]]:
    """(who, status) in the order of registration."""
    rows = db.session.scalars(
        sa.select(Registration)
        .where(Registration.event_id == event.id)
        .order_by(Registration.registered_at, Registration.queue_number)
        .execution_options(populate_existing=True)
    )
    return [(person(row).email.partition("@")[0], row.status) for row in rows]


def letters(event: Event) -> list[str]:
    """The letters posted for the event, in order."""
    query = sa.select(Message.letter).where(Message.event_id == event.id).order_by(Message.created_at)
    return list(db.session.scalars(query))


def counters(event: Event) -> list[tuple[int | None, int, int]]:
    """(size, taken, waiting) of each quota."""
    rows = db.session.execute(
        sa.select(Quota.size, Quota.taken, Quota.waiting).where(Quota.event_id == event.id).order_by(Quota.id)
    )
    return [(size, taken, waiting) for size, taken, waiting in rows]
