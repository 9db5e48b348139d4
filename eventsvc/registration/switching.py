"""Another ticket type for the same registration.

Who has a seat changes for a seat, or not at all; who waits, for a seat or another queue. Nobody comes past an approval
in this way.
"""

from typing import NamedTuple

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.errors import Full, Refusal
from eventsvc.events.models import Event
from eventsvc.events.tickets import Approval, TicketType
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.i18n import pick
from eventsvc.registration import asking, cancellation, left_behind, notices, quotas, states
from eventsvc.registration.drafting import ticket_type_of
from eventsvc.registration.log import ATTENDEE, Actor
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.parties import take_place
from eventsvc.registration.quotas import Place
from eventsvc.registration.window import full, refuse_unless_offered


class NeedsApproval(Refusal):
    code = "needs_approval"
    sentence = _l("The organizers decide who takes part in this way. Please write to them.")


class NotFree(Full):
    sentence = _l("There are no places left for this. You keep the place that you have.")


class NotInThisStatus(Refusal):
    code = "not_in_this_status"
    sentence = _l("How you take part cannot be changed at this moment.")


class Way(NamedTuple):
    """Another way of attending, and the status that it would lead to at this moment; None where there is no place.

    A look, not a promise.
    """

    ticket_type: TicketType
    leads_to: Status | None


def ways(registration: Registration) -> list[Way]:
    """What this person could change to on their own."""
    if registration.status not in states.TURNS["change_type"].before:
        return []
    event, before = registration.event, registration.ticket_type
    kinds = db.session.scalars(
        sa.select(TicketType)
        .where(TicketType.event_id == event.id, TicketType.id != before.id)
        .order_by(TicketType.position, TicketType.id)
    )
    return [Way(kind, _leads_to(event, registration, kind)) for kind in kinds if _is_allowed(event, before, kind)]


def _is_allowed(event: Event, before: TicketType, kind: TicketType) -> bool:
    try:
        _refuse_unless_allowed(event, before, kind, ATTENDEE)
    except Refusal:
        return False
    return True


def _leads_to(event: Event, registration: Registration, kind: TicketType) -> Status | None:
    old, new = quotas.needs([registration.ticket_type_id]), quotas.needs([kind.id])
    if registration.holds_seat:
        seat = quotas.would_get(new - old, waitlist=False)
        return seat and Status(registration.status)
    if registration.waiting_quota_id is None or _waits_on(registration, old, new):
        return Status(registration.status)
    return quotas.would_get(new, waitlist=event.waitlist, most=event.waitlist_most)


def _waits_on(registration: Registration, old: quotas.Needs, new: quotas.Needs) -> bool:
    """Does who waits keep their number? It is the same seat that is missing, and all else they need now is free."""
    more = {quota: people for quota, people in new.items() if quota not in old}
    return registration.waiting_quota_id in new and quotas.would_get(more, waitlist=False) == Status.CONFIRMED


def change_type(registration: Registration, ticket_type_id: int, actor: Actor = ATTENDEE) -> Status:
    """Take part otherwise, in the caller's transaction; the status it leads to.

    Raises NotFree where somebody with a seat finds none there, NeedsApproval, NotYetOpen, Closed, or NotInThisStatus:
    who has ended, or has to answer an offer first.
    """
    event = registration.event
    cancellation.lock(registration)
    before, kind = registration.ticket_type, ticket_type_of(event, ticket_type_id)
    if before.id == kind.id:
        return Status(registration.status)
    if registration.status not in states.TURNS["change_type"].before:
        raise NotInThisStatus
    _refuse_unless_allowed(event, before, kind, actor)
    waited = left_behind.place_of(registration)
    place = _place(event, registration, before, kind)
    registration.ticket_type_id = kind.id
    registration.ticket_type = kind
    after = Status(registration.status)
    if place is not None and after in {Status.CONFIRMED, Status.WAITLISTED}:
        take_place(registration, place)
        after = Status.CONFIRMED if registration.holds_seat else Status.WAITLISTED
    states.turn(registration, "change_type", after, actor, note=f"{before.slug} → {kind.slug}")
    db.session.flush()  # the queue is read by SQL next
    asking.forget_unasked(registration, actor)
    if after != Status.UNCONFIRMED:
        name = pick(kind.name, registration.language, event.languages)[0]
        notices.tell(event, registration, states.letter_of("change_type", after), ticket_type=name)
    if left_behind.place_of(registration) != waited:
        left_behind.let_go_on(registration, waited)
    cancellation.move_queue(event)
    return after


def _refuse_unless_allowed(event: Event, before: TicketType, kind: TicketType, actor: Actor) -> None:
    if actor.kind == "organizer":
        return
    refuse_unless_offered(event, kind)
    if kind.approval not in {before.approval, Approval.NONE}:
        raise NeedsApproval


def _place(event: Event, registration: Registration, before: TicketType, kind: TicketType) -> Place | None:
    """Give back what is not needed any more, and take what is, as far as this status takes anything.

    None where it stays as it is: who waits for the same seat keeps their place in line.
    """
    old, new = quotas.needs([before.id]), quotas.needs([kind.id])
    if registration.holds_seat:
        if quotas.claim(new - old) is not None:
            raise NotFree
        quotas.release(old - new)
        return Place()
    if registration.waiting_quota_id is None or _waits_on(registration, old, new):
        return None
    quotas.leave_queue(registration.waiting_quota_id)
    place = quotas.seat_or_queue(new, waitlist=event.waitlist, most=event.waitlist_most)
    if place is None:
        raise full(registration.event)
    return place
