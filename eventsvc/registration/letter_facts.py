"""What every letter about a registration may say, and to whom."""

import re
from typing import Any, NamedTuple
from uuid import UUID

from eventsvc.events.models import Event
from eventsvc.events.places import place_line
from eventsvc.i18n import pick
from eventsvc.intake import current_settings
from eventsvc.registration.models import Status

_ADDRESS = re.compile(r"[^\s<>(),;:\"]+@[^\s<>(),;:\"]+\.[^\s<>(),;:\".]+")


class Reader(NamedTuple):
    """To whom a letter goes, and about which registration."""

    row: UUID
    email: str
    language: str
    secret: str
    status: str
    name: str = ""
    is_contact: bool = False  # for somebody else, who has no address of their own
    ticket_type_id: int | None = None


def facts(event: Event, reader: Reader, **more: Any) -> dict[str, Any]:
    """What every letter about a registration may say. Speaks the reader's language."""
    origin, language = current_settings().origin, reader.language
    link = f"{origin}/r/{reader.secret}"
    title, tongue = pick(event.title, language, event.languages)
    return {
        "event": event,
        "title": title,
        "tongue": tongue,
        "starts": event.starts_local,
        "ends": event.ends_local,
        "place": place_line(event),
        "join_url": event.join_url if reader.status == Status.CONFIRMED and event.is_online else "",
        "link": link,
        "confirm_url": f"{link}/confirmation",
        "offer_url": f"{link}/offer",
        "offer_until": None,
        "guests": [],
        "guest_name": reader.name if reader.is_contact else "",
        "ticket_type": "",
        "has_questions": False,
        "event_url": f"{origin}/{language}/events/{event.slug}",
        "status": reader.status,
        "name": reader.name,
        "organization": event.host.name_in(language),
        "contact": contact_of(event, language),
        "data_until": event.personal_data_until,
        "queue_place": None,
        "changes": [],
        "note": "",
        "reservations": [],
        **more,
    }


def contact_of(event: Event, language: str) -> str:
    """Whom to ask: the event's contact, else the host's."""
    return pick(event.contact, language, event.languages)[0] or event.host.contact


def reply_address(event: Event, language: str) -> str:
    """The first mail address in the contact; empty where it holds none."""
    found = _ADDRESS.search(contact_of(event, language))
    return found[0] if found else ""
