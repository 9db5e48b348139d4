"""What `serve --demo` shows: events, somebody to sign in as, and made-up people at example.org."""

import sys

import click
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts import members, signing_in
from eventsvc.accounts.models import Role
from eventsvc.db import attempt, db, transaction
from eventsvc.errors import Refusal
from eventsvc.events import demo as events
from eventsvc.events import demo_art
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from eventsvc.i18n import language
from eventsvc.registration.consent import VERSION
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Registration
from eventsvc.registration.signup import sign_up
from eventsvc.registration.window import refuse_unless_open

OWNER = "owner@example.org"
USUAL = 9
"""People in a ticket type with plenty of places."""

SMALL = 60
"""A ticket type up to this size is filled, and somebody waits."""

WAITING = 3


def prepare() -> str:
    """Make what is not there yet; the path of a one-time link that signs the owner in."""
    if db.session.scalar(sa.select(Event.id).limit(1)) is None:
        attempt(_make_events)
    _fill()
    with transaction():
        return signing_in.make_sign_in_link(OWNER)


def _make_events() -> None:
    art = demo_art.draw()
    with transaction():
        made = events.make_demo()
        demo_art.hang(art)
        for host in {event.host_id for event in made}:
            members.enroll(OWNER, host, Role.OWNER, language())


def _fill() -> None:
    """An event that has registrations is left as it is: they may be somebody's own."""
    wanted = [(event, kind) for event in _empty() if _takes_people(event) for kind in _kinds(event)]
    total = sum(_how_many(event, kind) for event, kind in wanted)
    people = events.people(total)
    with click.progressbar(length=total, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for event, kind in wanted:
            for _number in range(_how_many(event, kind)):
                someone = next(people)
                sign_up(event, Signup(someone.name, someone.email, someone.language, kind.id, VERSION))
                bar.update(1)


def _empty() -> list[Event]:
    registered = sa.select(Registration.event_id)
    coming = sa.select(Event).where(Event.starts_at > clock.now(), Event.id.not_in(registered))
    return list(db.session.scalars(coming.order_by(Event.id)))


def _takes_people(event: Event) -> bool:
    """A draft does not, nor one that somebody announced for later."""
    try:
        refuse_unless_open(event)
    except Refusal:
        return False
    return True


def _kinds(event: Event) -> list[TicketType]:
    kinds = sa.select(TicketType).where(TicketType.event_id == event.id)
    return list(db.session.scalars(kinds.order_by(TicketType.position, TicketType.id)))


def _how_many(event: Event, kind: TicketType) -> int:
    size = min((quota.size for quota in kind.quotas if quota.size is not None), default=None)
    return USUAL if size is None or size > SMALL else size + WAITING * event.waitlist
