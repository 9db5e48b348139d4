"""Letters out of a pool: each is rendered and written once, and posted many times under new ids.

What letters say, and what stands in a calendar entry, is proven elsewhere. Here it counts which are posted, to whom, when.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from eventsvc import clock
from eventsvc.calendar import entries
from eventsvc.mail import letters, outbox
from eventsvc.mail.letters import CalendarPart, Rendered
from eventsvc.mail.models import Message
from eventsvc.mail.outbox import Envelope
from eventsvc.registration import invitations


def fill(patch: pytest.MonkeyPatch) -> None:
    """From now on letters come out of the pool, until the patch is undone."""
    words = _once(letters.render, lambda letter, language: (letter, language))
    patch.setattr("eventsvc.registration.letter_words.render", words)
    entry = _once(entries.private_entry, lambda _event, language: language)
    patch.setattr("eventsvc.registration.kept_letters.private_entry", entry)
    patch.setattr(invitations, "told", _once(invitations.told, lambda _event, method, language: (method, language)))
    patch.setattr(invitations, "calendar_part", _once(invitations.calendar_part, lambda _told, step: step.method))
    patch.setattr(outbox, "prepare", _copies(outbox.prepare))


def _once(make: Callable[..., Any], key: Callable[..., Any]) -> Callable[..., Any]:
    made: dict[Any, Any] = {}

    def pooled(*of: Any, **facts: Any) -> Any:
        found = key(*of)
        if found not in made:
            made[found] = make(*of, **facts)
        return made[found]

    return pooled


def _copies(prepare: Callable[..., Message]) -> Callable[..., Message]:
    written: dict[Any, dict[str, Any]] = {}

    def copy(envelope: Envelope, rendered: Rendered, calendar: CalendarPart | None = None) -> Message:
        what = (envelope.letter, envelope.language, calendar and calendar.method)
        if what not in written:
            first = prepare(envelope, rendered, calendar)
            written[what] = {column.key: getattr(first, column.key) for column in outbox.TABLE.columns}
        row, now = uuid4(), clock.now()
        own = {
            "id": row,
            "message_id": f"{row}@example.org",
            "registration_id": envelope.registration_id,
            "recipient_index": envelope.keys.index(envelope.to),
            "dedupe_key": envelope.dedupe_key,
            "created_at": now,
            "next_try_at": now,
            "expires_at": now + outbox.GIVE_UP_AFTER,
        }
        return Message(**written[what] | own)

    return copy
