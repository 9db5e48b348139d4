"""Which letters of which events should be going out by now. It only looks, and so it may be asked often."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event, EventStatus, Visibility
from eventsvc.reminders import schedule
from eventsvc.reminders.models import Reminder, ReminderKind, ReminderRun
from eventsvc.reminders.schedule import AFTERWARDS, DAY_BEFORE, MINUTES, MOST, Plan, Times

_LONGEST_LEAD = timedelta(minutes=max(MOST.values()))
_USUAL_LEAD = timedelta(minutes=MINUTES[DAY_BEFORE])
_COLUMNS = (Event.id, Event.starts_at, Event.ends_at, Event.attendance)


class Due(NamedTuple):
    """A letter whose moment has come, and about which start."""

    of: Times
    plan: Plan


def due() -> list[Due]:
    """Those with which nobody has begun, whose moment has come, however long ago."""
    now = clock.now()
    if not (found := _ahead(now) | _just_over(now)):
        return []
    rows: defaultdict[int, list[Reminder]] = defaultdict(list)
    for row in db.session.scalars(sa.select(Reminder).where(Reminder.event_id.in_(found))):
        rows[row.event_id].append(row)
    begun = _begun(found)
    return [
        Due(of, plan)
        for of in found.values()
        for plan in schedule.plans(of, rows[of.event_id])
        if _is_due(of, plan, now) and (of.event_id, plan.kind, of.starts_at) not in begun
    ]


def _is_due(of: Times, plan: Plan, now: datetime) -> bool:
    """What is worth nothing any more by the clock of the event is not looked for at all."""
    return plan.enabled and plan.due_at(of) <= now < plan.worthless_at(of)


def _ahead(now: datetime) -> dict[int, Times]:
    """Those that come as near as is usual, and those of which somebody wants to be reminded longer before."""
    early = sa.select(Reminder.event_id).where(Reminder.minutes > MINUTES[DAY_BEFORE], Reminder.kind != AFTERWARDS)
    near = sa.or_(Event.starts_at <= now + _USUAL_LEAD, Event.id.in_(early))
    return _published(Event.starts_at > now, Event.starts_at <= now + _LONGEST_LEAD, near)


def _just_over(now: datetime) -> dict[int, Times]:
    """Only where a letter afterwards was asked for: it is not usual."""
    asked = sa.select(Reminder.event_id).where(Reminder.kind == AFTERWARDS, Reminder.enabled)
    since = now - _LONGEST_LEAD - schedule.THANKS_KEEP
    return _published(Event.id.in_(asked), Event.ends_at > since, Event.ends_at <= now)


def _published(*conditions: sa.ColumnElement[bool]) -> dict[int, Times]:
    query = sa.select(*_COLUMNS).where(
        Event.status == EventStatus.PUBLISHED,
        Event.visibility.in_(list(Visibility)),  # all of them: by this the index of listed events is found
        Event.purged_at.is_(None),
        *conditions,
    )
    return {row.id: Times(*row) for row in db.session.execute(query)}


def _begun(events: dict[int, Times]) -> set[tuple[int, ReminderKind, datetime]]:
    query = sa.select(ReminderRun.event_id, ReminderRun.kind, ReminderRun.starts_at)
    rows = db.session.execute(query.where(ReminderRun.event_id.in_(events)))
    return {(event_id, ReminderKind(kind), starts_at) for event_id, kind, starts_at in rows}
