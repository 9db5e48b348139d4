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
from eventsvc.letters.wording import Wordings
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


def write(
    event: Event, letter: str, told: Mapping[str, Any], ticket_type_id: int | None, written: Wordings | None = None
) -> Rendered:
    """The letter that tells this, in the language being spoken; `written` where it is tried out before it is saved."""
    found = wording.chosen(event, letter, language(), wording.wordings(event) if written is None else written)
    if found is None:
        return render(letter, language(), **told)
    values = told
    if ticket_type_id and not told["ticket_type"] and "ticket_type" in found[1].placeholders:
        values = {**told, "ticket_type": _ticket_type(event, ticket_type_id)}
    return render(letter, language(), own=wording.filled(letter, *found, values), **told)


def markup(event: Event, letter: str, row: UUID, method: str | None, *, has_place: bool) -> list[Markup]:
    """What the letter says of the reservation to machines; nothing where it is about none of the reader's own."""
    if letter in WITHOUT_RESERVATION:
        return []
    state = state_of(event, method, has_place=has_place and letter not in ENDING)
    return [reservation(event, row, state)] if state else []


def _ticket_type(event: Event, ticket_type_id: int) -> str:
    kind = db.session.get(TicketType, ticket_type_id)
    return pick(kind.name, language(), event.languages)[0] if kind else ""
