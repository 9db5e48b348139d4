"""When each letter of an event's schedule goes out: what the organizers chose, or what is usual.

The day before, and where one can join online an hour before, are usual; a letter afterwards is not.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Attendance, Event
from eventsvc.reminders.models import Reminder, ReminderKind, ReminderRun, Stop

DAY_BEFORE, HOUR_BEFORE, AFTERWARDS = ReminderKind
MINUTES = {DAY_BEFORE: 24 * 60, HOUR_BEFORE: 60, AFTERWARDS: 120}
LEAST = {DAY_BEFORE: 120, HOUR_BEFORE: 10, AFTERWARDS: 0}
MOST = {DAY_BEFORE: 14 * 24 * 60, HOUR_BEFORE: 12 * 60, AFTERWARDS: 14 * 24 * 60}
"""Minutes before the start; of the letter afterwards, after the end."""

THANKS_KEEP = timedelta(days=3)
"""So long after it was due, a letter afterwards is still welcome."""


class Times(NamedTuple):
    """What of an event decides when its letters go out."""

    event_id: int
    starts_at: datetime
    ends_at: datetime
    attendance: str


class Plan(NamedTuple):
    """One letter of the schedule of one event."""

    kind: ReminderKind
    enabled: bool
    minutes: int
    material_url: str = ""
    survey_url: str = ""

    @property
    def lead(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def due_at(self, of: Times) -> datetime:
        return of.ends_at + self.lead if self.kind is AFTERWARDS else of.starts_at - self.lead

    def worthless_at(self, of: Times) -> datetime:
        """From then on no letter of it leaves any more."""
        return self.due_at(of) + THANKS_KEEP if self.kind is AFTERWARDS else of.starts_at

    def too_late_at(self, of: Times) -> datetime:
        """From then on it is not begun: three hours ahead nobody is served by what was to come a day ahead."""
        return self.due_at(of) + self.lead / 2 if self.kind is DAY_BEFORE else self.worthless_at(of)


def times_of(event: Event) -> Times:
    return Times(event.id, event.starts_at, event.ends_at, event.attendance)


def plans(of: Times, chosen: Iterable[Reminder] | None = None) -> list[Plan]:
    """The whole schedule, in the order in which it comes round. `chosen` are the rows of this event, where they are known."""
    if chosen is None:
        chosen = db.session.scalars(sa.select(Reminder).where(Reminder.event_id == of.event_id))
    rows = {row.kind: row for row in chosen}
    return [_plan(kind, of, rows.get(kind)) for kind in ReminderKind]


def plan(of: Times, kind: str) -> Plan:
    return _plan(ReminderKind(kind), of, db.session.get(Reminder, (of.event_id, kind), populate_existing=True))


def _plan(kind: ReminderKind, of: Times, row: Reminder | None) -> Plan:
    if row:
        return Plan(kind, row.enabled, row.minutes, row.material_url, row.survey_url)
    usual = kind is DAY_BEFORE or (kind is HOUR_BEFORE and of.attendance != Attendance.IN_PERSON)
    return Plan(kind, usual, MINUTES[kind])


def change(event: Event, wanted: Plan) -> bool:
    """Keep what the organizers chose, in the caller's transaction; whether it is something else than before.

    What was not sent because it was too late may go out after all, where its new moment is still to come.
    """
    of = times_of(event)
    if wanted == plan(of, wanted.kind):
        return False
    db.session.merge(Reminder(event_id=event.id, **wanted._asdict()))
    if wanted.due_at(of) > clock.now():
        db.session.execute(
            sa.delete(ReminderRun).where(
                ReminderRun.event_id == event.id,
                ReminderRun.kind == wanted.kind,
                ReminderRun.starts_at == event.starts_at,
                ReminderRun.stopped.in_((Stop.LATE, Stop.KNOWN)),
                ReminderRun.told == 0,
            )
        )
    return True


def copy(event: Event, made: Event) -> None:
    """The same schedule for another event, in the caller's transaction; not the links, which are about this one."""
    for row in db.session.scalars(sa.select(Reminder).where(Reminder.event_id == event.id)):
        db.session.add(Reminder(event_id=made.id, kind=row.kind, enabled=row.enabled, minutes=row.minutes))
