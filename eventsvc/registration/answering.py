"""The answer to an offer, or none in time; each moves the queue on, in the same COMMIT."""

from collections.abc import Sequence

from eventsvc.db import db
from eventsvc.events.models import Event, EventStatus
from eventsvc.registration import cancellation, notices, offering, parties, quotas, states
from eventsvc.registration.log import ATTENDEE, CLOCKWORK
from eventsvc.registration.models import Outcome, Registration, Status
from eventsvc.registration.offering import OfferOver


def accept(registration: Registration) -> bool:
    """Take the seat, in the caller's transaction; False where it was taken before. Raises OfferOver.

    The contact of a party answers for those who have no address of their own.
    """
    event = registration.event
    cancellation.lock(registration)
    if registration.status == Status.CONFIRMED:
        return False
    _refuse_if_over(registration)
    for each in _answering(registration):
        offering.close(each, Outcome.ACCEPTED)
        states.turn(each, "accept", Status.CONFIRMED, ATTENDEE)
        db.session.flush()  # the letter reads it
        notices.tell(event, each, states.letter_of("accept", Status.CONFIRMED))
    return True


def refuse(registration: Registration) -> bool:
    """Leave the seat to the next in line, in the caller's transaction; False where it had ended. Raises OfferOver."""
    event = registration.event
    cancellation.lock(registration)
    if registration.status == Status.CANCELLED:
        return False
    _refuse_if_over(registration)
    for each in _answering(registration):
        letter = notices.farewell(event, each, states.letter_of("refuse", Status.CANCELLED))
        cancellation.end(each, "refuse", ATTENDEE)
        if letter:
            notices.post(event, letter)
    cancellation.move_queue(event)
    return True


def expire(event: Event) -> int:
    """Offers whose deadline has passed end, and the next in line gets one; how many ended. In the caller's transaction.

    Of an event that was called off everybody has heard; there is nothing more to tell.
    """
    quotas.lock(event)
    over, telling = offering.due(event), event.status == EventStatus.PUBLISHED
    for each in over:
        letter = notices.farewell(event, each, states.letter_of("expire", Status.EXPIRED)) if telling else None
        cancellation.end(each, "expire", CLOCKWORK)
        if letter:
            notices.post(event, letter)
    cancellation.move_queue(event)
    return len(over)


def _refuse_if_over(registration: Registration) -> None:
    if registration.status != Status.OFFERED or offering.is_over(registration):
        raise OfferOver


def _answering(registration: Registration) -> Sequence[Registration]:
    """This person, and the guests without an address whose contact this is."""
    return [registration, *parties.guests_of(registration, Status.OFFERED)]
