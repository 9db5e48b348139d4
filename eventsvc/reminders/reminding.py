"""One reminder on its way to everybody: begun when it is due, told in batches, each a transaction of its own.

A crash in the middle loses nobody and tells nobody twice: how far it has come is written together with the letters.
The event is held while a batch is written, so that nobody changes under our hands what it says.
"""

from uuid import uuid4

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.batches import one_by_one
from eventsvc.db import db
from eventsvc.events.models import Event, EventStatus
from eventsvc.registration import notices
from eventsvc.registration.models import Announcement
from eventsvc.reminders import letters, readers, schedule, unsubscribing
from eventsvc.reminders.due import Due
from eventsvc.reminders.models import ReminderRun, Stop
from eventsvc.reminders.readers import Reader
from eventsvc.reminders.schedule import AFTERWARDS, Plan

BATCH = 25


def begin(due: Due) -> bool:
    """Write down that it goes out, in the caller's transaction; False where somebody was quicker.

    What is not sent is written down as well, with the reason, so that it is decided once and can be seen.
    """
    of, plan = due
    there = sa.exists().where(
        ReminderRun.event_id == of.event_id, ReminderRun.kind == plan.kind, ReminderRun.starts_at == of.starts_at
    )
    if db.session.scalar(sa.select(there)):
        return False
    now, due_at = clock.now(), plan.due_at(of)
    stopped = _why_never(due)
    db.session.add(
        ReminderRun(
            id=uuid4(),
            event_id=of.event_id,
            kind=plan.kind,
            starts_at=of.starts_at,
            due_at=due_at,
            expected=0 if stopped else readers.count(of.event_id, due_at),
            begun_at=now,
            done_at=now if stopped else None,
            stopped=stopped,
        )
    )
    db.session.flush()
    return True


def unfinished() -> list[ReminderRun]:
    """Those that have not reached everybody, the one that began first at the head."""
    waiting = sa.select(ReminderRun).where(ReminderRun.done_at.is_(None))
    return list(db.session.scalars(waiting.order_by(ReminderRun.begun_at)))


def carry_on(run: ReminderRun, *, apart: bool = False) -> int:
    """Tell the next batch, in the caller's transaction; how many readers were looked at, 0 when it is done.

    `apart` as with announcements; but who could not be reminded is not tried again.
    """
    event = db.session.get(Event, run.event_id, populate_existing=True, with_for_update={"read": True})
    db.session.refresh(run, with_for_update=True)
    if event is None or run.done_at is not None:
        return 0
    plan = schedule.plan(schedule.times_of(event), run.kind)
    if why := _why_stop(event, run, plan):
        run.stopped, run.done_at = why, clock.now()
        return 0
    batch = readers.after(event.id, run.due_at, run.cursor, BATCH)
    links = unsubscribing.links_of([reader.registration.id for reader in batch])

    def work(reader: Reader) -> None:
        if letter := letters.written(event, run, plan, reader, links[reader.registration.id]):
            notices.post(event, letter)
            run.told += 1

    one_by_one(batch, work, apart=apart, or_none=run.told > 0)
    if batch:
        run.cursor = batch[-1].registration.id
    else:
        run.done_at = clock.now()
    return len(batch)


def _why_never(due: Due) -> str:
    of, plan = due
    if clock.now() >= plan.too_late_at(of):
        return Stop.LATE
    if plan.kind is AFTERWARDS:
        return ""
    told = sa.exists().where(Announcement.event_id == of.event_id, Announcement.created_at > plan.due_at(of))
    return Stop.KNOWN if db.session.scalar(sa.select(told)) else ""


def _why_stop(event: Event, run: ReminderRun, plan: Plan) -> str:
    if event.status != EventStatus.PUBLISHED:
        return Stop.CANCELLED
    if event.starts_at != run.starts_at:
        return Stop.MOVED
    if not plan.enabled:
        return Stop.OFF
    return Stop.LATE if clock.now() >= plan.worthless_at(schedule.times_of(event)) else ""
