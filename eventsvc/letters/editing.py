"""Writing the words of a letter, going back to the usual ones, and taking them along to another event."""

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.letters.models import LetterText
from eventsvc.letters.wording import Wording

LONGEST_SUBJECT, LONGEST_TEXT = 150, 5000
"""Characters; with the longest text in any script a letter stays far below what mail readers show in full."""


def write(event: Event, letter: str, language: str, wording: Wording) -> None:
    """From now on the letter has these words; an empty wording is the usual one. In the caller's transaction.

    Placeholders must have been checked. Letters that are in the outbox already stay as they were written.
    """
    row = db.session.get(LetterText, (event.id, letter, language))
    now = Wording(row.subject, row.text) if row else Wording()
    if wording == now:
        return
    if row is not None and wording == Wording():
        db.session.delete(row)
    elif row is not None:
        row.subject, row.text, row.changed_at = wording.subject, wording.text, clock.now()
    else:
        values = wording._asdict() | {"changed_at": clock.now()}
        db.session.add(LetterText(event_id=event.id, letter=letter, language=language, **values))
    editing.touch(event)


def copy(event: Event, made: Event) -> None:
    """The new event speaks in its letters as the other one does; in the caller's transaction."""
    for row in db.session.scalars(sa.select(LetterText).where(LetterText.event_id == event.id)):
        same = {name: getattr(row, name) for name in ("letter", "language", "subject", "text")}
        db.session.add(LetterText(event_id=made.id, changed_at=clock.now(), **same))
