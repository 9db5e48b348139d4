"""Is registration open? Of the event, and of one way of attending it."""

from datetime import datetime

from eventsvc import clock
from eventsvc.errors import Closed, EventCancelled, Full, NotFound, NotYetOpen, Past, TooFewLeft, WaitlistFull
from eventsvc.events.models import Event, EventStatus
from eventsvc.events.tickets import TicketType
from eventsvc.zones import first_time, last_time


def refuse_unless_open(event: Event, at: datetime | None = None) -> None:
    """Raises EventCancelled, Past, NotYetOpen or Closed; NotFound for a draft."""
    at = at or clock.now()
    if event.status == EventStatus.CANCELLED:
        raise EventCancelled
    if event.status != EventStatus.PUBLISHED:
        raise NotFound
    if event.is_past(at):
        raise Past
    if event.opens_at and at < event.opens_at:
        raise NotYetOpen
    if at >= event.closes_at:
        raise Closed


def refuse_unless_offered(event: Event, kind: TicketType, at: datetime | None = None) -> None:
    """The same for one ticket type, whose window lies inside that of the event. Raises NotYetOpen or Closed."""
    at = at or clock.now()
    if kind.opens and at < first_time(kind.opens, event.timezone):
        raise NotYetOpen
    if kind.closes and at >= last_time(kind.closes, event.timezone):
        raise Closed


def full(event: Event, people: int = 1) -> Full:
    """What to say to so many people where they find no seats together, and may not wait for them."""
    if people > 1:  # one of them might find a seat
        return TooFewLeft()
    return WaitlistFull() if event.waitlist else Full()
