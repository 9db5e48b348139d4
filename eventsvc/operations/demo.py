"""What `serve --demo` shows: events, somebody to sign in as, and made-up people at example.org."""

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import cycle, islice

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
from eventsvc.operations.demo_answers import answers_of
from eventsvc.questions import sets
from eventsvc.questions.asked import full_options, questions_of
from eventsvc.registration import approval, cancellation, importing
from eventsvc.registration.consent import VERSION
from eventsvc.registration.drafting import Signup
from eventsvc.registration.log import organizer
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.signup import sign_up
from eventsvc.registration.window import refuse_unless_open

OWNER = "owner@example.org"
USUAL = 9
"""People in a ticket type with plenty of places."""

SMALL = 60
"""A ticket type up to this size is filled, and somebody waits."""

WAITING = 3
COMPANY = (1, 2, 1, 3)
"""So many come on one form, in turns, where people may come together."""

SCHOOL = "school-of-community-radio"
ASKED = ("languages", "access", "diet", "press")


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
        made = events.make_demo(importing.apply)
        _ask(next(event for event in made if event.slug == SCHOOL))
        demo_art.hang(art)
        for host in {event.host_id for event in made}:
            members.enroll(OWNER, host, Role.OWNER, language())


def _ask(event: Event) -> None:
    """What most events like this one ask."""
    for name in ASKED:
        sets.add(event, name)


def _fill() -> None:
    """An event that has registrations is left as it is: they may be somebody's own."""
    wanted = [(event, kind) for event in _empty() if _takes_people(event) for kind in _kinds(event)]
    total = sum(_how_many(event, kind) for event, kind in wanted)
    people = enumerate(events.people(total))
    with click.progressbar(length=total, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for event, kind in wanted:
            for size in _together(_how_many(event, kind), event.party_most):
                sign_up(event, *_signups(event, kind, islice(people, size)))
                bar.update(size)
    for event in {event.id: event for event, _kind in wanted}.values():
        attempt(partial(_live_on, event.id))


def _together(people: int, most: int) -> Iterator[int]:
    """How many come on one form, until all have come."""
    for size in cycle(COMPANY):
        if people <= 0:
            return
        yield min(size, most, people)
        people -= min(size, most, people)


def _signups(event: Event, kind: TicketType, people: Iterator[tuple[int, events.MadeUp]]) -> Iterator[Signup]:
    """The last of three has no address of their own."""
    asked = questions_of(event.id, event.version)
    full = full_options(event.id, asked)
    for position, (number, one) in enumerate(people):
        said = answers_of(number, kind.slug, one.language, asked, full)
        yield Signup(one.name, one.email if position < 2 else None, one.language, kind.id, VERSION, said)


def _live_on(event_id: int) -> None:
    """What happens between then and today: journalists are admitted, or not, and places are given back and offered."""
    with transaction():
        event = db.session.get_one(Event, event_id)
        for number, one in enumerate(_in(event, Status.PENDING)[:2]):
            (approval.approve if number == 0 else approval.decline)(one, organizer())
        if event.offer_hours is None:
            return
        for one in reversed(_in(event, Status.CONFIRMED)):
            if _in(event, Status.OFFERED):
                return
            cancellation.cancel(one)


def _in(event: Event, status: Status) -> Sequence[Registration]:
    """Those who came alone, the first ones first."""
    alone = sa.select(Registration).where(Registration.event_id == event.id, Registration.status == status)
    order = (Registration.registered_at, Registration.id)
    return db.session.scalars(alone.where(Registration.party_id.is_(None)).order_by(*order)).all()


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
