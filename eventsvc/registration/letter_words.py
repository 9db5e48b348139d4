"""The words of a letter about one registration: the organizers' own ones or the usual ones, and what assistants may read."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from markupsafe import Markup

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from eventsvc.i18n import language, pick
from eventsvc.letters import wording
from eventsvc.mail.letters import Rendered, render
from eventsvc.registration.reservation import reservation, state_of

ENDING = frozenset(
    {
        "cancelled_by_attendee",
        "cancelled_by_organizer",
        "declined",
        "erased",
        "event_cancelled",
        "handed_on",
        "moved_away",
        "offer_expired",
        "offer_refused",
    }
)
"""After these nobody has a place, whatever the status was while they were written."""
WITHOUT_RESERVATION = frozenset({"afterwards", "guests_entrusted", "own_calendar"})


def write(event: Event, letter: str, told: Mapping[str, Any], ticket_type_id: int | None) -> Rendered:
    """The letter that tells this, in the language being spoken."""
    if ticket_type_id and not told["ticket_type"] and wording.uses(event, letter, "ticket_type"):
        own = wording.own_words(event, letter, language(), {**told, "ticket_type": _ticket_type(event, ticket_type_id)})
    else:
        own = wording.own_words(event, letter, language(), told)
    return render(letter, language(), own=own, **told)


def markup(event: Event, letter: str, row: UUID, method: str | None, *, has_place: bool) -> Markup:
    """What the letter says of the reservation to machines; nothing where it is about none of the reader's own."""
    if letter in WITHOUT_RESERVATION:
        return Markup("")
    state = state_of(event, method, has_place=has_place and letter not in ENDING)
    return reservation(event, row, state) if state else Markup("")


def _ticket_type(event: Event, ticket_type_id: int) -> str:
    kind = db.session.get(TicketType, ticket_type_id)
    return pick(kind.name, language(), event.languages)[0] if kind else ""
