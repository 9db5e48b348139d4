"""What is the same in the first letter to everybody who registers for an event, kept in this process while it is true.

All of such a letter is a function of the event's version, the language, the outcome and the ticket type, but for the
secret link and the number of the registration; the calendar entry that goes along is one of the first two.
"""

import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import current_app

from eventsvc.calendar.entries import private_entry
from eventsvc.calendar.ical import Entry
from eventsvc.events.models import Event
from eventsvc.events.pages import Shelf
from eventsvc.mail.letters import Rendered
from eventsvc.tokens import new_secret

SHELF = "eventsvc.registration.letters"
SECRET = secrets.token_hex(len(new_secret()) // 2)
"""Stands where the secret of a link will, as long as one."""
ROW = uuid4()
"""Stands where the number of the registration will."""


def letter(
    event: Event, what: tuple[str, ...], secret: str, row: UUID, write: Callable[[str, UUID], Rendered]
) -> Rendered:
    """The words of a letter that `write` makes of nothing of the reader but their secret and their row.

    `what` is all else that it depends on beside the event.
    """
    kept: Rendered = _keep(event, what, lambda: write(SECRET, ROW))
    return Rendered(*(part.replace(SECRET, secret).replace(str(ROW), str(row)) for part in kept))


def entry(event: Event, language: str) -> Entry:
    """The event as the calendar of a person with a place has it."""
    kept: Entry = _keep(event, ("entry", language), lambda: private_entry(event, language))
    return kept


def _keep(event: Event, what: tuple[str, ...], make: Callable[[], Any]) -> Any:
    shelf: Shelf[Any] = current_app.extensions.setdefault(SHELF, Shelf())
    # The time of the change beside the version: of a change that was rolled back the version comes again.
    key = (event.uid, event.version, event.changed_at, *what)
    return shelf.find(key) or shelf.put(key, make())
