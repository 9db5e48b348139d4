"""What was done with a registration, in plain words, for the person it is about."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from eventsvc.i18n import LazyText, joined
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.registration import log
from eventsvc.registration.log import Line
from eventsvc.registration.models import Registration


class Happening(NamedTuple):
    """One thing that happened, and what was changed or said with it."""

    at: datetime  # in the zone of the event
    words: str
    note: str = ""


WORDS: dict[tuple[str, str], LazyText] = {
    ("register", "attendee"): _l("Registered"),
    ("add", "organizer"): _l("Registered by the organizers"),
    ("confirm_address", "attendee"): _l("Address confirmed"),
    ("approve", "organizer"): _l("Approved by the organizers"),
    ("decline", "organizer"): _l("Declined by the organizers"),
    ("promote", "clockwork"): _l("Moved up from the waitlist"),
    ("offer", "clockwork"): _l("A place was offered"),
    ("accept", "attendee"): _l("The offered place was accepted"),
    ("refuse", "attendee"): _l("The offered place was not taken"),
    ("expire", "clockwork"): _l("The offer ended without an answer"),
    ("cancel", "attendee"): _l("Cancelled"),
    ("cancel", "organizer"): _l("Cancelled by the organizers"),
    ("change_type", "attendee"): _l("Way of taking part changed"),
    ("change_type", "organizer"): _l("Way of taking part changed by the organizers"),
    ("hand_over", "attendee"): _l("The place was handed to you"),
    ("correct", "attendee"): _l("Changed"),
    ("correct", "organizer"): _l("Changed by the organizers"),
    ("move_in_line", "organizer"): _l("Place in line changed by the organizers"),
}
"""By verb and who did it. What is not here is not told: it ended the link as well."""

MAILED = {"approve", "decline", "cancel"}
"""The verbs whose note was mailed to the person; any other note of an organizer is for organizers."""

DETAILS = {"name": _l("Name"), "email": _l("Mail address"), "language": _l("Language of mails to you")}


def history_of(mine: Registration) -> list[Happening]:
    """Oldest first; of a place that was handed on, only what came after: the rest was somebody else's affair."""
    lines = log.lines_of(mine)
    handed = max((number for number, line in enumerate(lines) if line.verb == "hand_over"), default=0)
    zone = mine.event.starts_local.tzinfo
    return [
        Happening(line.at.astimezone(zone), str(words), _note(line))
        for line in lines[handed:]
        if (words := WORDS.get((line.verb, line.actor.kind)))
    ]


def ended_as(lines: Sequence[Line]) -> tuple[str, str | None]:
    """By which turn a registration ended, and in which status it was before."""
    last = next((line for line in reversed(lines) if line.before != line.after), None)
    return (last.verb, last.before) if last else ("", None)


def _note(line: Line) -> str:
    if line.verb == "correct":
        parts = line.note.split(", ")
        # Other notes name questions, by what organizers call them.
        return joined([str(DETAILS[part]) for part in parts]) if set(parts) <= DETAILS.keys() else str(_l("Answers"))
    return line.note if line.verb in MAILED and line.actor.kind == "organizer" else ""
