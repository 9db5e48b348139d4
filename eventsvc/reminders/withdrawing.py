"""Reminders that wait to leave and must not any more: what they say has changed, or who was to read them does not come.

Only what no courier has in hand can be withdrawn.
"""

from uuid import UUID

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import core
from eventsvc.events.models import Event
from eventsvc.mail.models import Lane, MessageStatus
from eventsvc.mail.outbox import TABLE
from eventsvc.registration.models import Announcement
from eventsvc.reminders import readers
from eventsvc.reminders.models import ReminderKind
from eventsvc.reminders.schedule import AFTERWARDS, DAY_BEFORE, HOUR_BEFORE

LETTERS = {DAY_BEFORE: "reminder_day", HOUR_BEFORE: "reminder_hour", AFTERWARDS: "afterwards"}
_col = TABLE.c
_WAITS = sa.and_(
    _col.status == MessageStatus.QUEUED.value,
    _col.lane == Lane.BULK.value,
    _col.letter.in_(LETTERS.values()),
)


def withdraw(announcement: Announcement) -> int:
    """What was written before this was announced, in the caller's transaction; how many letters that were.

    Whoever would have read them is told by a letter that says what holds now. A changed event is thanked for all the same.
    """
    gone = announcement.letter == "event_cancelled"
    names = [LETTERS[kind] for kind in ReminderKind if gone or kind is not AFTERWARDS]
    about_it = sa.and_(_col.event_id == announcement.event_id, _col.letter.in_(names))
    return _drop("event cancelled" if gone else "event changed", about_it, _col.created_at <= announcement.created_at)


def withdraw_kind(event: Event, kind: ReminderKind) -> int:
    """What waits of one letter of the schedule, which the organizers switched off."""
    return _drop("switched off", _col.event_id == event.id, _col.letter == LETTERS[kind])


def withdraw_from(registration_id: UUID) -> int:
    """What waits for one reader, who wants none."""
    return _drop("unsubscribed", _col.registration_id == registration_id)


def withdraw_from_leavers() -> int:
    """What waits for those who cancelled, or handed their place to somebody else, since it was written."""
    return _drop("does not come", sa.not_(readers.is_right(_col.registration_id, _col.recipient_index)))


def anything_waits() -> bool:
    return bool(core().scalar(sa.select(sa.exists().where(_WAITS))))


def waiting(event_id: int, kind: ReminderKind) -> int:
    """How many letters of this kind have not left yet."""
    mine = sa.and_(_WAITS, _col.event_id == event_id, _col.letter == LETTERS[kind])
    return core().scalar(sa.select(sa.func.count()).select_from(TABLE).where(mine)) or 0


def _drop(why: str, *conditions: sa.ColumnElement[bool]) -> int:
    in_nobodys_hand = sa.or_(_col.lease_until.is_(None), _col.lease_until < clock.now())
    dropped = sa.update(TABLE).where(_WAITS, in_nobodys_hand, *conditions)
    gone = {"status": MessageStatus.DROPPED.value, "last_error": why, "lease_until": None, "lease_holder": None}
    return core().execute(dropped.values(gone)).rowcount
