"""Ending a registration: the seat goes back, the next in line gets it, and everyone concerned is told, in one COMMIT."""

from typing import Literal

import sqlalchemy as sa
from sqlalchemy.exc import InvalidRequestError

from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.editing import touch
from eventsvc.events.models import Event
from eventsvc.registration import left_behind, notices, offering, options, own_calendar_keys, quotas, states, waitlist
from eventsvc.registration.log import ATTENDEE, Actor
from eventsvc.registration.models import LIVE, Outcome, Registration, Status
from eventsvc.registration.people import person

Ending = Literal["cancel", "merge", "erase", "decline", "refuse", "expire", "forget"]
"""The turns that end a registration."""

_OUTCOMES = {"refuse": Outcome.REFUSED, "expire": Outcome.EXPIRED}


def cancel(registration: Registration, by: Actor = ATTENDEE, note: str = "") -> bool:
    """Cancel in the caller's transaction; False where it had ended already, which changes nothing and tells nobody."""
    event = registration.event
    lock(registration)
    if registration.status not in LIVE:
        return False
    letter = notices.farewell(event, registration, states.letter_of("cancel", Status.CANCELLED, by), note)
    end(registration, "cancel", by, note)
    if letter:
        notices.post(event, letter)
    move_queue(event)
    return True


def lock(registration: Registration) -> None:
    """Hold the event's quotas, then read the registration as it is now. Raises NotFound where it was erased meanwhile."""
    quotas.lock(registration.event)
    try:
        db.session.refresh(registration)
    except InvalidRequestError:
        raise NotFound from None


def end(registration: Registration, turn: Ending, actor: Actor, note: str = "") -> None:
    """Give back what it held, and take the turn that ends it. The event's quotas are locked; nobody is told yet."""
    if registration.status == Status.OFFERED:  # first: it writes at once what has been changed so far
        offering.close(registration, _OUTCOMES.get(turn, Outcome.WITHDRAWN))
    waited = left_behind.place_of(registration)
    give_back_place(registration)
    options.give_back(options.held_by([registration]))
    (after,) = states.TURNS[turn].after
    states.turn(registration, turn, after, actor, note)
    if after == Status.CANCELLED:
        registration.cancelled_by = actor.kind
    db.session.flush()  # the queue is read by SQL next
    own_calendar_keys.left(registration.event_id, person(registration).email)
    left_behind.let_go_on(registration, waited)


def give_back_place(registration: Registration) -> None:
    """The seat, or the number in the queue; whatever of the two it has."""
    if registration.holds_seat:
        quotas.release(quotas.needs([registration.ticket_type_id]))
    elif registration.waiting_quota_id is not None:
        quotas.leave_queue(registration.waiting_quota_id)
    registration.holds_seat = False


def move_queue(event: Event) -> list[Registration]:
    """Promote whoever can be, and tell them; in the caller's transaction."""
    promoted = waitlist.promote(event)
    notices.tell_promoted(event, promoted)
    return promoted


def resize(event: Event, quota_id: int, size: int | None) -> list[Registration]:
    """Set a limit; a higher one moves the queue at once. In the caller's transaction."""
    quotas.resize(event, quota_id, size)
    touch(event)
    return move_queue(event)


def waiting_events() -> list[int]:
    """The events that have a queue: the clockwork moves them on."""
    return list(
        db.session.scalars(sa.select(Registration.event_id).where(Registration.status == Status.WAITLISTED).distinct())
    )
