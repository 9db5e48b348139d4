"""What was done with a registration: one line for each turn, and for each change that somebody made.

A line belongs to its registration and goes with it. What a line says in words is sealed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import core, db, table_of
from eventsvc.registration.models import LogLine, Registration
from eventsvc.vault import keyring

_INSERT = sa.insert(table_of(LogLine))


class Actor(NamedTuple):
    """Who did it: "attendee", "organizer" (then which account) or "clockwork"."""

    kind: str
    account_id: UUID | None = None


ATTENDEE, CLOCKWORK = Actor("attendee"), Actor("clockwork")


def organizer(account_id: UUID | None = None) -> Actor:
    """An organizer; without an account it was a command."""
    return Actor("organizer", account_id)


class Line(NamedTuple):
    """One line, opened."""

    at: datetime
    verb: str
    actor: Actor
    before: str | None
    after: str | None
    note: str


def row(event_id: int, registration_id: UUID, verb: str, actor: Actor, **more: Any) -> dict[str, Any]:
    """The columns of a line; `before`, `after` and `note` may be given."""
    line, note = uuid4(), more.pop("note", "")
    return {
        "id": line,
        "event_id": event_id,
        "registration_id": registration_id,
        "at": clock.now(),
        "verb": verb,
        "actor": actor.kind,
        "account_id": actor.account_id,
        "before": more.get("before"),
        "after": more.get("after"),
        "note": keyring().of_event(event_id).seal(note, "log_lines.note", line) if note else None,
    }


def write(
    registration: Registration,
    verb: str,
    actor: Actor,
    *,
    before: str | None = None,
    after: str | None = None,
    note: str = "",
) -> None:
    """One line, in the caller's transaction."""
    add([row(registration.event_id, registration.id, verb, actor, before=before, after=after, note=note)])


def add(rows: Sequence[dict[str, Any]]) -> None:
    """Lines that were prepared before."""
    core().execute(_INSERT, rows)


def lines_of(registration: Registration) -> list[Line]:
    """All that was done with this registration, oldest first."""
    keys = keyring().of_event(registration.event_id)
    rows: Iterable[LogLine] = db.session.scalars(
        sa.select(LogLine).where(LogLine.registration_id == registration.id).order_by(LogLine.at, LogLine.id)
    )
    return [
        Line(
            each.at,
            each.verb,
            Actor(each.actor, each.account_id),
            each.before,
            each.after,
            keys.open(each.note, "log_lines.note", each.id) if each.note else "",
        )
        for each in rows
    ]
