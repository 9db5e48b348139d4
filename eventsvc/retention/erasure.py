"""One person's registration goes because they say so, at once and for good.

Who still had a place or a number in the queue gives it back, and so do limited options; the next in line moves up. One
last letter takes the event out of their calendar; it goes as well when it has left. Who came with them stays.
"""

from uuid import UUID

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import Model, db
from eventsvc.events.models import Event, EventStatus
from eventsvc.mail import refused
from eventsvc.mail.models import Message, MessageStatus, RefusedAddress
from eventsvc.registration import cancellation, invitations, notices, quotas
from eventsvc.registration.log import ATTENDEE
from eventsvc.registration.models import LIVE, Answer, LogLine, Offer, Registration, Submission
from eventsvc.retention import receipts
from eventsvc.retention.entrusting import entrust_guests
from eventsvc.retention.models import Erasure, Receipt

FAREWELLS = ("cancelled_by_attendee", "cancelled_by_organizer", "event_cancelled", "handed_on", "moved_away")
"""Letters that take the event out of a calendar."""


def erase(registration_id: UUID, *, tell: bool = True) -> Receipt | None:
    """Erase, in the caller's transaction; None where nothing is left to be erased.

    Without `tell` nothing is mailed to the person: a restored backup only forgets again.
    """
    registration = db.session.get(Registration, registration_id, populate_existing=True)
    if registration is None:
        return None
    event = registration.event
    quotas.lock(event)
    registration = db.session.get(Registration, registration_id, populate_existing=True)
    if registration is None:
        return None
    telling = tell and _is_ahead(event)
    counts = {"messages": _forget_letters(registration, leaving=tell)}
    entrust_guests(event, registration, tell=telling)
    if registration.status in LIVE:
        _give_back(event, registration, tell=telling or (tell and _still_has_it(event, registration)))
    for model in (Answer, Offer, LogLine, Submission):
        counts[model.__tablename__] = _delete(model, model.registration_id == registration.id)
    counts["calendar_states"] = _forget_calendar(event, registration, unseen=0 if tell else 1)
    counts["refused_addresses"] = _forget_refusals(event, registration)
    counts["registrations"] = _delete(Registration, Registration.id == registration.id)
    db.session.expunge(registration)
    db.session.add(Erasure(registration_id=registration_id, event_id=event.id, erased_at=clock.now()))
    return receipts.write(event.uid, "request", counts)


def forget_last_letters() -> int:
    """Delete the letters of erased people that have left or never will, in the caller's transaction; how many.

    That the last one came back is nobody's business either.
    """
    _delete(RefusedAddress, _learned_by_last_letters())
    return _delete(Message, last_letters_done())


def last_letters_done() -> sa.ColumnElement[bool]:
    """Letters to people who were erased, with which the courier is done."""
    waiting = (MessageStatus.QUEUED.value, MessageStatus.SENDING.value)
    erased = sa.select(Erasure.registration_id)
    return sa.and_(Message.registration_id.in_(erased), Message.status.not_in(waiting))


def _give_back(event: Event, registration: Registration, *, tell: bool) -> None:
    letter = notices.farewell(event, registration, "erased") if tell else None
    cancellation.end(registration, "erase", ATTENDEE)
    if letter:
        notices.post(event, letter)
    cancellation.move_queue(event)


def _is_ahead(event: Event) -> bool:
    return not event.is_past(clock.now()) and event.status == EventStatus.PUBLISHED


def _still_has_it(event: Event, registration: Registration) -> bool:
    """Does a calendar still hold an event that was called off? Then the letter that takes it out is this one."""
    index = registration.email_index
    return index is not None and not event.is_past(clock.now()) and invitations.is_invited(event, index)


def _forget_letters(registration: Registration, *, leaving: bool) -> int:
    """All but one on its way that takes the event out of their calendar: it goes when it has left, as the last one."""
    theirs = _letters_to(registration)
    if leaving and _was_called_back(registration):
        waiting = (MessageStatus.QUEUED.value, MessageStatus.SENDING.value)
        last = sa.and_(theirs, Message.status.in_(waiting), Message.letter.in_(FAREWELLS))
        kept = sa.update(Message).where(last).values(registration_id=registration.id)
        db.session.execute(kept.execution_options(synchronize_session=False))
        theirs = sa.and_(theirs, sa.not_(last))
    return _delete(Message, theirs)


def _was_called_back(registration: Registration) -> bool:
    """Is the last that their calendar was sent a CANCEL?"""
    index = registration.email_index
    last = invitations.last_step(registration.event, index) if index is not None else None
    return last is not None and last.method == invitations.CANCEL


def _forget_calendar(event: Event, registration: Registration, *, unseen: int) -> int:
    """What their calendar holds is no longer known; a copy from before does not know of the CANCEL of that time either."""
    if registration.email_index is None or _others_with(registration):
        return 0
    return invitations.forget(event, registration.email_index, unseen=unseen)


def _forget_refusals(event: Event, registration: Registration) -> int:
    """That mail did not get through to them."""
    if registration.email_index is None or _others_with(registration):
        return 0
    return refused.forget(event.id, registration.email_index)


def _learned_by_last_letters() -> sa.ColumnElement[bool]:
    mine = sa.and_(
        Message.event_id == RefusedAddress.event_id, Message.recipient_index == RefusedAddress.recipient_index
    )
    still_here = sa.exists().where(
        Registration.event_id == RefusedAddress.event_id, Registration.email_index == RefusedAddress.recipient_index
    )
    return sa.and_(sa.exists().where(mine, last_letters_done()), ~still_here)


def _others_with(registration: Registration) -> bool:
    """Has this address another registration for the event? Then its calendar and its letters are still needed."""
    same = sa.exists().where(
        Registration.event_id == registration.event_id,
        Registration.email_index == registration.email_index,
        Registration.id != registration.id,
    )
    return bool(db.session.scalar(sa.select(same)))


def _letters_to(registration: Registration) -> sa.ColumnElement[bool]:
    """About this registration, or to its address about the event where that is all it has there."""
    if _others_with(registration):
        return Message.registration_id == registration.id
    to_them = sa.and_(
        Message.event_id == registration.event_id,
        Message.recipient_index == registration.email_index,
    )
    return sa.or_(Message.registration_id == registration.id, to_them)


def _delete(model: type[Model], condition: sa.ColumnElement[bool]) -> int:
    result = db.session.execute(sa.delete(model).where(condition).execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]  # a DELETE gives a CursorResult
