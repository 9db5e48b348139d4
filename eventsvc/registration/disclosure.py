"""All that is kept about one registration, for the person it is about."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.i18n import language, pick
from eventsvc.intake import current_settings
from eventsvc.mail.models import Message
from eventsvc.registration import consent, waitlist
from eventsvc.registration.models import CalendarState, Registration
from eventsvc.registration.people import person


def everything_about(registration: Registration) -> dict[str, Any]:
    """As plain values, times with their offset in the event's zone. Loads the event."""
    event, who = registration.event, person(registration)
    zone = event.starts_local.tzinfo

    def at(moment: datetime | None) -> str | None:
        return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None

    return {
        "name": who.name,
        "email": who.email or None,
        "language": registration.language,
        "status": registration.status,
        "cancelled_by": registration.cancelled_by,
        "ticket_type": registration.ticket_type.slug,
        "registered_at": at(registration.registered_at),
        "changed_at": at(registration.changed_at),
        "queue_number": registration.queue_number,
        "place_in_queue": waitlist.place_in_queue(registration),
        "consent_version": registration.consent_version,
        "consent_text": consent.consent_text(event) if registration.consent_version == consent.VERSION else None,
        "link": f"{current_settings().origin}/r/{who.secret}",
        "event": {
            "title": pick(event.title, language(), event.languages)[0],
            "starts": event.starts_local.isoformat(),
            "ends": event.ends_local.isoformat(),
            "timezone": event.timezone,
            "organization": event.host.name_in(language()),
        },
        "letters": [
            {"letter": letter, "language": tag, "status": status, "posted_at": at(posted), "sent_at": at(sent)}
            for letter, tag, status, posted, sent in _letters(registration)
        ],
        "calendar": _calendar(registration),
        "kept_until": at(event.personal_data_until),
    }


def _letters(registration: Registration) -> list[Any]:
    """What was mailed to this person about this event, oldest first; their texts go seven days after sending."""
    return list(
        db.session.execute(
            sa.select(Message.letter, Message.language, Message.status, Message.created_at, Message.sent_at)
            .where(Message.event_id == registration.event_id, Message.registration_id == registration.id)
            .order_by(Message.created_at)
        )
    )


def _calendar(registration: Registration) -> dict[str, Any] | None:
    """The last calendar entry this address was sent."""
    if registration.email_index is None:
        return None
    state = db.session.get(CalendarState, (registration.event_id, registration.email_index))
    return {"method": state.method, "sequence": state.sequence} if state else None
