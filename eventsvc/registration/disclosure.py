"""All that is kept about one registration, for the person it is about; nothing about anybody else.

Of a place that was handed on only what came after: the rest was somebody else's affair. Of those who came together only
the guests whose letters go to this person are named, whom they know.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.i18n import language, pick
from eventsvc.intake import current_settings
from eventsvc.mail.models import Message
from eventsvc.questions import kinds
from eventsvc.questions.lasting import answers_until
from eventsvc.registration import answers, consent, log, own_calendar, parties, waitlist
from eventsvc.registration.forgetting import KEPT
from eventsvc.registration.log import Line
from eventsvc.registration.models import CalendarState, Offer, Registration, Status
from eventsvc.registration.own_history import MAILED
from eventsvc.registration.people import person

Moment = Callable[[datetime | None], str | None]
"""How a moment is written: in the event's zone, with offset."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def everything_about(registration: Registration) -> dict[str, Any]:
    """As plain values, times with their offset in the event's zone. Loads the event."""
    event, who = registration.event, person(registration)
    zone = event.starts_local.tzinfo
    lines = _own(log.lines_of(registration))
    since = lines[0].at if lines and lines[0].verb == "hand_over" else LONG_AGO

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
        "unsubscribed_at": at(registration.unsubscribed_at),
        "queue_number": registration.queue_number,
        "place_in_queue": waitlist.place_in_queue(registration),
        "offer_until": at(registration.offer_until),
        "confirm_until": at(registration.registered_at + KEPT) if registration.status == Status.UNCONFIRMED else None,
        "party": _party(registration),
        "answers": _answers(registration, at),
        "offers": _offers(registration, since, at),
        "log": [_happening(line, at) for line in lines],
        "consent_version": registration.consent_version,
        "consent_text": consent.consent_text(event) if registration.consent_version == consent.VERSION else None,
        "link": f"{current_settings().origin}/r/{who.secret}",
        "event": _event(event),
        "letters": [
            {"letter": letter, "language": tag, "status": status, "posted_at": at(posted), "sent_at": at(sent)}
            for letter, tag, status, posted, sent in _letters(registration, since)
        ],
        "calendar": _calendar(registration),
        "own_calendar": _own_calendar(registration, at),
        "kept_until": at(event.personal_data_until),
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "title": pick(event.title, language(), event.languages)[0],
        "starts": event.starts_local.isoformat(),
        "ends": event.ends_local.isoformat(),
        "timezone": event.timezone,
        "organization": event.host.name_in(language()),
    }


def _own_calendar(registration: Registration, at: Moment) -> dict[str, Any] | None:
    """That there is one; its link is nobody's who has only that of a registration."""
    if not own_calendar.may_have_one(registration):
        return None
    feed = own_calendar.of_address(person(registration).email)
    if feed is None:
        return None
    return {"since": at(feed.created_at), "last_used": at(feed.used_at), "language": feed.language}


def _own(lines: Sequence[Line]) -> Sequence[Line]:
    """From the last hand-over on."""
    handed = max((number for number, line in enumerate(lines) if line.verb == "hand_over"), default=0)
    return lines[handed:]


def _party(registration: Registration) -> dict[str, Any] | None:
    """One's own place in it, and the names of one's guests; None for who came alone."""
    if registration.party_id is None:
        return None
    guests = [
        {"person": guest.position + 1, "name": person(guest).name} for guest in parties.guests_of(registration, *Status)
    ]
    return {
        "person": registration.position + 1,
        "letters_go_to_contact": registration.email_index is None and registration.contact_id is not None,
        "guests": guests,
    }


def _answers(registration: Registration, at: Moment) -> list[dict[str, Any]]:
    """Each in the wording that was answered, as it was said and as it is stored."""
    event, tongue = registration.event, language()
    return [
        {
            "question": question.slug,
            "asked": pick(version.label, tongue, event.languages)[0],
            "answer": kinds.said(value, version, tongue),
            "value": value,
            "kept_until": at(min(answers_until(question, event), event.personal_data_until)),
        }
        for question, version, value in answers.of(registration)
    ]


def _offers(registration: Registration, since: datetime, at: Moment) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        sa.select(Offer)
        .where(Offer.registration_id == registration.id, Offer.offered_at >= since)
        .order_by(Offer.offered_at)
    )
    return [
        {"offered_at": at(row.offered_at), "until": at(row.until), "outcome": row.outcome, "ended_at": at(row.ended_at)}
        for row in rows
    ]


def _happening(line: Line, at: Moment) -> dict[str, Any]:
    """By whom: attendee, organizer or clockwork; no account is named. What organizers noted for themselves may be
    about others, and is left out."""
    for_everybody = line.verb in {*MAILED, "correct", "change_type"} or line.actor.kind == "attendee"
    return {
        "at": at(line.at),
        "what": line.verb,
        "by": line.actor.kind,
        "before": line.before,
        "after": line.after,
        "words": (line.note or None) if for_everybody else None,
    }


def _letters(registration: Registration, since: datetime) -> list[Any]:
    """What was mailed to this person about this event, oldest first; their texts go seven days after sending."""
    return list(
        db.session.execute(
            sa.select(Message.letter, Message.language, Message.status, Message.created_at, Message.sent_at)
            .where(Message.event_id == registration.event_id, Message.registration_id == registration.id)
            .where(Message.created_at >= since)
            .order_by(Message.created_at)
        )
    )


def _calendar(registration: Registration) -> dict[str, Any] | None:
    """The last calendar entry this address was sent."""
    if registration.email_index is None:
        return None
    state = db.session.get(CalendarState, (registration.event_id, registration.email_index))
    return {"method": state.method, "sequence": state.sequence} if state else None
