"""Everything personal of one event goes, and its keys with it: then no copy of the database anywhere can be read.

The page of the event stays, and so do the counters of its quotas: how many came is no secret.
"""

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import Model, db
from eventsvc.events.models import Event
from eventsvc.mail.models import Message, RefusedAddress
from eventsvc.registration import own_calendar_keys
from eventsvc.registration.models import (
    Announcement,
    Answer,
    CalendarState,
    LogLine,
    Offer,
    PersonalFeed,
    Registration,
    Submission,
)
from eventsvc.reminders.models import ReminderRun
from eventsvc.retention import receipts
from eventsvc.retention.models import Receipt
from eventsvc.vault import EventKeyRow

PERSONAL: tuple[type[Model], ...] = (
    Submission,
    Message,
    CalendarState,
    Announcement,
    Answer,
    Offer,
    LogLine,
    RefusedAddress,
    ReminderRun,
    PersonalFeed,
    Registration,
    EventKeyRow,
)
"""The tables with personal data of an event, in an order that foreign keys allow."""


def purge(event_id: int) -> Receipt | None:
    """Erase, in the caller's transaction; None where somebody was quicker.

    Afterwards the keyring has to forget the event, and what is left in the files goes by `traces`.
    """
    _may_take_long()
    event = db.session.get(Event, event_id, populate_existing=True, with_for_update=True)
    if event is None or event.purged_at is not None:
        return None
    statuses = _by_status(event)
    own_calendar_keys.leave(event.id)
    counts = {model.__tablename__: _delete_of(event, model) for model in PERSONAL}
    event.purged_at = clock.now()
    return receipts.write(event.uid, "retention", counts | {"statuses": statuses})


def _may_take_long() -> None:
    """Nobody waits for the rows of an event that is over, and there may be a hundred thousand people."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("SET LOCAL statement_timeout = 0"))


def _by_status(event: Event) -> dict[str, int]:
    counted = sa.select(Registration.status, sa.func.count()).where(Registration.event_id == event.id)
    return dict(db.session.execute(counted.group_by(Registration.status)).all())


def _delete_of(event: Event, model: type[Model]) -> int:
    table = model.__table__
    result = db.session.execute(sa.delete(model).where(table.c.event_id == event.id))
    return int(result.rowcount)  # type: ignore[attr-defined]  # a DELETE gives a CursorResult
