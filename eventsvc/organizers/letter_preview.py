"""The very letters that a change would send, for the organizer to read before anything is saved; nobody stands in them."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from eventsvc.events.models import Event, EventStatus
from eventsvc.i18n import _, language_name, speaking
from eventsvc.mail.letters import Rendered
from eventsvc.registration import notices
from eventsvc.registration.audience import readers
from eventsvc.registration.differences import differences, snapshot
from eventsvc.registration.invitations import CANCEL, REQUEST
from eventsvc.registration.models import Status
from eventsvc.registration.notices import Reader
from eventsvc.zones import local_instant

NOBODY = UUID(int=0)


class Preview(NamedTuple):
    """One letter in one language, for the people in these statuses."""

    language: str  # its tag
    name: str  # of the language
    to: tuple[Status, ...]
    subject: str
    text: str


def of_change(event: Event, proposed: Event, note: str) -> list[Preview]:
    """What would be written if the event took the facts of `proposed`."""
    return _letters(proposed, readers(event), "event_changed", snapshot(event), note)


def of_cancellation(event: Event, note: str) -> list[Preview]:
    """What would be written if the event were called off."""
    return _letters(proposal(event, {"status": EventStatus.CANCELLED}), readers(event), "event_cancelled", {}, note)


def proposal(event: Event, values: Mapping[str, Any]) -> Event:
    """The event as it would be with these columns; in no session, never saved."""
    columns = {column.key: getattr(event, column.key) for column in sa.inspect(Event).column_attrs}
    proposed = Event(**columns | {name: value for name, value in values.items() if name in columns}, host=event.host)
    for name in ("starts", "ends"):
        fold = getattr(proposed, f"{name}_fold")
        setattr(proposed, f"{name}_at", local_instant(getattr(proposed, name), proposed.timezone, fold))
    return proposed


def _letters(
    event: Event, to: list[tuple[str, Status]], letter: str, before: Mapping[str, Any], note: str
) -> list[Preview]:
    """Who was asked whether they still want to come reads the same as who waits, but for their deadline."""
    kinds = dict.fromkeys((tag, Status.WAITLISTED if status == Status.OFFERED else status) for tag, status in to)
    found: dict[tuple[str, str, str], tuple[Status, ...]] = {}
    for tag, status in kinds:
        words = _words(event, Reader(NOBODY, "", tag, "", status), letter, before, note)
        key = (tag, words.subject, words.text)
        found[key] = (*found.get(key, ()), status)
    return [
        Preview(tag, language_name(tag), statuses, subject, text) for (tag, subject, text), statuses in found.items()
    ]


def _words(event: Event, reader: Reader, letter: str, before: Mapping[str, Any], note: str) -> Rendered:
    seated = reader.status == Status.CONFIRMED
    method = {"event_changed": REQUEST, "event_cancelled": CANCEL}[letter] if seated else None
    with speaking(reader.language):
        nobody = reader._replace(secret=_("link-of-each-person"))
        changes = differences(event, before, seated=seated)
        return notices.words_of(event, letter, nobody, method, changes=changes, note=note, to_pass_on=0)
