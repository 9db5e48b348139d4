"""At which events a mail address has a registration.

An address has another blind index in each event, so nothing in the database ties the two together: it takes the address
and the keys. One question to the index of live addresses for each thousand events.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from eventsvc import clock
from eventsvc.db import core, db
from eventsvc.events.models import Event, EventStatus
from eventsvc.registration.models import IS_LIVE, Registration, Status
from eventsvc.vault import AT_ONCE, keyring

BACK = timedelta(days=90)
Mark = tuple[int, bytes]
"""An event, and what an address is called there."""


class Found(NamedTuple):
    """A registration, and its event."""

    registration_id: UUID
    event_id: int


def edge() -> datetime:
    """From when on a calendar holds events: from midnight UTC, so that by itself it changes once a day at most."""
    return clock.now().replace(hour=0, minute=0, second=0, microsecond=0) - BACK


def candidates(since: datetime) -> dict[int, int]:
    """Every event that could stand in a calendar of one's own, and its version: published once, not purged."""
    known = (Event.published_at.is_not(None), Event.status != EventStatus.DRAFT, Event.purged_at.is_(None))
    rows = db.session.execute(sa.select(Event.id, Event.version).where(*known, Event.ends_at >= since))
    return {row.id: row.version for row in rows}


def registrations_of(address: str, event_ids: Sequence[int], statuses: Collection[Status]) -> list[Found]:
    """The registrations of this address at these events, in one of these statuses, all of which are live."""
    marks = [(event_id, keys.index(address)) for event_id, keys in keyring().of_events(event_ids).items()]
    look = _in_postgresql if db.engine.dialect.name == "postgresql" else _in_sqlite
    parts = (marks[start : start + AT_ONCE] for start in range(0, len(marks), AT_ONCE))
    return [Found(*row) for part in parts for row in look(part, [status.value for status in statuses])]


# Each mark is looked up in the index of live addresses; of a list of pairs, databases read all live registrations.


def _in_postgresql(marks: Sequence[Mark], statuses: Sequence[str]) -> list[tuple[UUID, int]]:
    given = (
        sa.func.unnest(
            sa.literal([event_id for event_id, _mark in marks], postgresql.ARRAY(sa.Integer)),
            sa.literal([mark for _event_id, mark in marks], postgresql.ARRAY(sa.LargeBinary)),
        )
        .table_valued(sa.column("event_id", sa.Integer), sa.column("mark", sa.LargeBinary))
        .render_derived("marks")
    )
    same = sa.and_(Registration.event_id == given.c.event_id, Registration.email_index == given.c.mark)
    asked = sa.select(Registration.id, Registration.event_id).select_from(given.join(Registration, same))
    live = (Registration.email_index.is_not(None), sa.text(IS_LIVE))
    rows = db.session.execute(asked.where(*live, Registration.status.in_(statuses)))
    return [(row.id, row.event_id) for row in rows]


def _in_sqlite(marks: Sequence[Mark], statuses: Sequence[str]) -> list[tuple[UUID, int]]:
    """In the driver's own words: to compile a table of a thousand lines takes ten times as long as to ask it."""
    lines, wanted = ", ".join(["(?, ?)"] * len(marks)), ", ".join("?" * len(statuses))
    asked = (
        f"WITH marks (event_id, mark) AS (VALUES {lines}) SELECT r.id, r.event_id FROM marks CROSS JOIN registrations r"  # noqa: S608 - signs of our own
        f" ON r.event_id = marks.event_id AND r.email_index = marks.mark"
        f" WHERE r.email_index IS NOT NULL AND r.{IS_LIVE} AND r.status IN ({wanted})"
    )
    values = (*(each for mark in marks for each in mark), *statuses)
    return [(UUID(row[0]), row[1]) for row in core().exec_driver_sql(asked, values)]
