"""Somebody used the link in the mail: the address is theirs, and now there is a seat, or a place in the queue."""

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.registration import cancellation, notices, options, quotas, states
from eventsvc.registration.drafting import entry_of
from eventsvc.registration.log import ATTENDEE
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.parties import party_of, take_place
from eventsvc.registration.quotas import Place
from eventsvc.registration.window import full, refuse_unless_open


def confirm_address(registration: Registration) -> Status:
    """The whole party comes in, in the caller's transaction; who is in already stays as they are.

    Raises RegistrationRefused: closed meanwhile, Full, or OptionFull. Then they stay unconfirmed.
    """
    event = registration.event
    cancellation.lock(registration)
    if registration.status != Status.UNCONFIRMED:
        return Status(registration.status)
    refuse_unless_open(event)
    party = party_of(registration, Status.UNCONFIRMED)
    kinds = [each.ticket_type for each in party]
    way_in = entry_of(event, kinds, confirmed=True)
    wanted = quotas.needs(kind.id for kind in kinds)
    if way_in.route == Status.PENDING:
        seats = way_in.keeps_seat and quotas.claim(wanted) is None
        place, after = Place(), Status.PENDING
    else:
        place, after = _seat_or_queue(event, wanted, len(party))
        seats = after == Status.CONFIRMED
    for each in party:
        take_place(each, place)
        each.holds_seat, each.told_sequence = seats, event.sequence
        states.turn(each, "confirm_address", after, ATTENDEE)
    db.session.flush()  # what they chose is claimed, and the letters read them
    options.claim(options.held_by(party))
    for each in party:
        notices.tell(event, each, states.letter_of("confirm_address", after))
    return after


def _seat_or_queue(event: Event, wanted: quotas.Needs, people: int) -> tuple[Place, Status]:
    place = quotas.seat_or_queue(wanted, people=people, waitlist=event.waitlist, most=event.waitlist_most)
    if place is None:
        raise full(event, people)
    return place, Status.CONFIRMED if place.waiting_quota_id is None else Status.WAITLISTED
