"""Ending a registration: the seat goes back, the next in line gets it, and everyone concerned is told, in one COMMIT."""

from typing import Literal

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.editing import touch
from eventsvc.events.models import Event
from eventsvc.registration import notices, quotas, waitlist
from eventsvc.registration.models import LIVE, SEATED, Registration, Status

Who = Literal["attendee", "organizer"]


def cancel(registration: Registration, by: Who = "attendee", note: str = "") -> bool:
    """Cancel in the caller's transaction; False where it had ended already, which changes nothing and tells nobody."""
    event = registration.event
    lock(registration)
    if registration.status not in LIVE:
        return False
    letter = notices.farewell(event, registration, f"cancelled_by_{by}", note)
    end(registration, by)
    if letter:
        notices.post(event, letter)
    move_queue(event)
    return True


def lock(registration: Registration) -> None:
    """Hold the event's quotas, then read the registration as it is now."""
    quotas.lock(registration.event)
    db.session.refresh(registration)


def end(registration: Registration, by: str) -> None:
    """Give back what it held, and mark it as cancelled. The event's quotas are locked."""
    if registration.status in SEATED:
        quotas.release(quotas.quota_ids_of(registration.ticket_type_id))
    elif registration.waiting_quota_id is not None:
        quotas.leave_queue(registration.waiting_quota_id)
    registration.status = Status.CANCELLED
    registration.holds_seat = False
    registration.waiting_quota_id = None
    registration.cancelled_by = by
    registration.changed_at = clock.now()
    db.session.flush()  # the queue is read by SQL next


def move_queue(event: Event) -> list[Registration]:
    """Promote whoever can be, and tell them; in the caller's transaction."""
    promoted = waitlist.promote(event)
    notices.confirm_promoted(event, promoted)
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
