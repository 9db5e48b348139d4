"""People who waited together with somebody who waits no longer: do they still need what all of them waited for?

Ana waits for the hall, and Ben, who takes part online, with her. When Ana cancels, or takes part online as well, Ben is
in a line for nothing. He comes out of it, and gets what a newcomer gets: a seat, or a place in the line of what is full.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event, EventStatus
from eventsvc.registration import notices, quotas, states
from eventsvc.registration.log import CLOCKWORK
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.parties import take_place
from eventsvc.registration.quotas import Place


def place_of(registration: Registration) -> Place:
    """Where in which line this person waits, to be remembered before they leave it."""
    return Place(registration.waiting_quota_id, registration.queue_number)


def let_go_on(left: Registration, place: Place) -> None:
    """Place anew who waited at this place with somebody who has left it, and tell who has a seat now.

    In the caller's transaction, with the event's quotas held.
    """
    event = left.event
    if left.party_id is None or place.waiting_quota_id is None:
        return
    if event.status != EventStatus.PUBLISHED or event.is_past(clock.now()):
        return
    together = _waiting_at(left, place)
    wanted = quotas.needs(each.ticket_type_id for each in together)
    if together and place.waiting_quota_id not in wanted:
        quotas.leave_queue(place.waiting_quota_id, len(together))
        _place_anew(event, together, wanted)


def _place_anew(event: Event, together: Sequence[Registration], wanted: quotas.Needs) -> None:
    """As newcomers, but that who waits already is not refused a line, however long it is."""
    place = quotas.seat_or_queue(wanted, people=len(together)) or Place()
    for each in together:
        take_place(each, place)
        if each.holds_seat:
            states.turn(each, "promote", Status.CONFIRMED, CLOCKWORK)
    db.session.flush()  # the letters and the queue are read by SQL next
    if place.waiting_quota_id is None:
        for each in together:
            notices.tell(event, each, states.letter_of("promote", Status.CONFIRMED))


def _waiting_at(left: Registration, place: Place) -> Sequence[Registration]:
    return db.session.scalars(
        sa.select(Registration)
        .where(
            Registration.event_id == left.event_id,
            Registration.waiting_quota_id == place.waiting_quota_id,
            Registration.queue_number == place.queue_number,
            Registration.id != left.id,
        )
        .order_by(Registration.position, Registration.id)
        .execution_options(populate_existing=True)
    ).all()
