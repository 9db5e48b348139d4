"""What a search engine reads of an event: schema.org's Event as JSON, in the language of the page.

Only of public events. The join link is in none of it.
"""

from typing import Any

from markupsafe import Markup

from eventsvc.events.facts import EventFacts, Named, Standing
from eventsvc.events.fullness import Fullness
from eventsvc.events.models import Attendance, EventStatus, Visibility
from eventsvc.events.schema_org import in_script, place, term
from eventsvc.i18n import language, pick
from eventsvc.intake import current_settings
from eventsvc.sharing.plain import opening, plain_text
from eventsvc.sharing.preview import card_address
from eventsvc.sharing.ways import page_address

_MODES = {
    Attendance.IN_PERSON: "OfflineEventAttendanceMode",
    Attendance.ONLINE: "OnlineEventAttendanceMode",
    Attendance.HYBRID: "MixedEventAttendanceMode",
}
_AVAILABLE = {
    Fullness.PLENTY: "InStock",
    Fullness.FEW: "LimitedAvailability",
    Fullness.WAITLIST: "SoldOut",
    Fullness.FULL: "SoldOut",
}
LONGEST_DESCRIPTION = 500


def structured_data(event: EventFacts, standing: Standing, overall: Fullness) -> Markup:
    """The content of `<script type="application/ld+json">`; empty where search engines are not to know the event."""
    if event.visibility != Visibility.PUBLIC:
        return Markup("")
    return in_script(_event(event, standing, overall))


def _event(event: EventFacts, standing: Standing, overall: Fullness) -> dict[str, Any]:
    found = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": _said(event, event.title),
        "url": page_address(event.slug),
        "startDate": event.starts_local.isoformat(),
        "endDate": event.ends_local.isoformat(),
        "previousStartDate": _previous_start(event),
        "eventStatus": term(_status(event)),
        "eventAttendanceMode": term(_MODES[Attendance(event.attendance)]),
        "location": _location(event),
        "description": _said(event, event.summary) or opening(plain_text(_said(event, event.description)), 300),
        "image": _pictures(event),
        "organizer": [_organization(each) for each in (event.host, *event.co_hosts)],
        "inLanguage": event.languages,
        "isAccessibleForFree": True,
        "superEvent": _series(event),
        "offers": _offer(event, overall) if standing in {Standing.OPEN, Standing.NOT_YET} else None,
    }
    return {key: value for key, value in found.items() if value}


def _status(event: EventFacts) -> str:
    """Cancelled comes before moved: the date stays that for which it was announced last."""
    if event.status == EventStatus.CANCELLED:
        return "EventCancelled"
    return "EventRescheduled" if event.previous_starts else "EventScheduled"


def _previous_start(event: EventFacts) -> str | list[str]:
    """When it was to be before, where it goes ahead at another time; the property may be repeated."""
    if event.status == EventStatus.CANCELLED or not event.previous_starts:
        return ""
    return event.previous_starts[0] if len(event.previous_starts) == 1 else event.previous_starts


def _pictures(event: EventFacts) -> list[str]:
    """The cover, where there is one, in the form that everybody can read, and the card."""
    if event.cover is None:
        return [card_address(event)]
    width, form = event.cover.fallback
    return [f"{current_settings().origin}/pictures/{event.cover.id}/{width}.{form}", card_address(event)]


def _location(event: EventFacts) -> Any:
    online = {"@type": "VirtualLocation", "url": page_address(event.slug)}
    if event.attendance == Attendance.ONLINE:
        return online
    return [place(event), online] if event.attendance == Attendance.HYBRID else place(event)


def _organization(organization: Named) -> dict[str, str]:
    url = f"{current_settings().origin}/{language()}/organizations/{organization.slug}"
    return {"@type": "Organization", "name": organization.name_in(language()), "url": url}


def _series(event: EventFacts) -> dict[str, str] | None:
    """The programme it belongs to."""
    if event.programme is None:
        return None
    url = f"{current_settings().origin}/{language()}/programmes/{event.programme.slug}"
    return {"@type": "EventSeries", "name": _said(event, event.programme.name), "url": url}


def _offer(event: EventFacts, overall: Fullness) -> dict[str, Any]:
    """A place costs nothing, so it has no currency."""
    offer = {
        "@type": "Offer",
        "price": 0,
        "availability": term(_AVAILABLE[overall]),
        "url": page_address(event.slug),
        "validFrom": event.opens_at and event.opens_at.isoformat(),
        "validThrough": event.closes_local.isoformat(),
    }
    return {key: value for key, value in offer.items() if value is not None}


def _said(event: EventFacts, texts: dict[str, str]) -> str:
    return pick(texts, language(), event.languages)[0]
