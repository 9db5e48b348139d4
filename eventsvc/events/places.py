"""Where an event takes place, in one line."""

from eventsvc.events.facts import EventFacts
from eventsvc.events.models import Attendance, Event
from eventsvc.i18n import _, country_name

PARTS = ("name", "street", "locality", "region", "postal_code")


def place_line(event: Event | EventFacts) -> str:
    """Name and address of the venue, "Online", or both; in the language being spoken. A venue may not be known yet."""
    online, venue = _("Online"), venue_line(event)
    if event.attendance == Attendance.ONLINE:
        return online
    if event.attendance == Attendance.HYBRID:
        return f"{venue} / {online}" if venue else _("In person and online")
    return venue or _("The place will be announced.")


def venue_line(event: Event | EventFacts) -> str:
    """Name and address, as one line; empty where there is no venue."""
    parts = [str(event.venue[name]) for name in PARTS if event.venue.get(name)]
    if country := event.venue.get("country"):
        parts.append(country_name(str(country)))
    return ", ".join(parts)
