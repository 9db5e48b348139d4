"""What a mail reader's assistant may know of a registration: schema.org's EventReservation, in the head of the letter.

Only of who has a place, or had one that is gone: whoever waits gets nothing that looks booked. In it are neither the
personal link nor the join link nor a name that somebody typed.
"""

from typing import Any
from uuid import UUID

from markupsafe import Markup

from eventsvc.events import schema_org
from eventsvc.events.models import Attendance, Event, EventStatus, Visibility
from eventsvc.i18n import language, pick
from eventsvc.intake import current_settings
from eventsvc.registration.invitations import CANCEL

CONFIRMED, CANCELLED = "ReservationConfirmed", "ReservationCancelled"


def reservation(event: Event, row: UUID, state: str) -> Markup:
    """The content of its element; `state` is one of the two. Speaks the reader's language."""
    return schema_org.in_script(
        {
            "@context": "https://schema.org",
            "@type": "EventReservation",
            "reservationNumber": str(row),
            "reservationStatus": schema_org.term(state),
            "reservationFor": _event(event, gone=state == CANCELLED),
        }
    )


def state_of(event: Event, method: str | None, *, has_place: bool) -> str:
    """CONFIRMED, CANCELLED, or nothing to say: by what the calendar is told, or who has a place and keeps it."""
    if method == CANCEL:
        return CANCELLED
    return CONFIRMED if has_place and event.status != EventStatus.CANCELLED else ""


def _event(event: Event, *, gone: bool) -> dict[str, Any]:
    off = gone and event.status == EventStatus.CANCELLED
    found = {
        "@type": "Event",
        "name": pick(event.title, language(), event.languages)[0],
        "startDate": event.starts_local.isoformat(),
        "endDate": event.ends_local.isoformat(),
        "eventStatus": schema_org.term("EventCancelled" if off else "EventScheduled"),
        "location": _location(event),
        "url": _page(event),
        "organizer": {"@type": "Organization", "name": event.host.name_in(language())},
    }
    return {key: value for key, value in found.items() if value}


def _location(event: Event) -> Any:
    page = _page(event)
    online = {"@type": "VirtualLocation"} | ({"url": page} if page else {})
    if event.attendance == Attendance.ONLINE:
        return online
    place = schema_org.place(event)
    return [place, online] if event.attendance == Attendance.HYBRID else place


def _page(event: Event) -> str:
    """The public page; an event by invitation has none."""
    if event.visibility == Visibility.INVITATION:
        return ""
    return f"{current_settings().origin}/{language()}/events/{event.slug}"
