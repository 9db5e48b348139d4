"""How it stands with each letter of an event's schedule: when it goes out and to how many, or what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event, EventStatus
from eventsvc.reminders import readers, schedule, withdrawing
from eventsvc.reminders.models import ReminderRun, Stop
from eventsvc.reminders.schedule import Plan, Times


class State(StrEnum):
    """What will become of a letter, or what has."""

    OFF = "off"
    PLANNED = "planned"
    AT_ONCE = "at_once"  # its moment has passed, and it is not too late for it
    MISSED = "missed"
    GOING = "going"
    DONE = "done"
    STOPPED = "stopped"  # on its way, by the organizers
    CALLED_OFF = "called_off"


class Standing(NamedTuple):
    """One letter of the schedule. Moments are in the zone of the event."""

    plan: Plan
    state: State
    due_at: datetime
    readers: int  # letters it takes, as things stand
    unsubscribed: int  # people who want none
    run: ReminderRun | None
    begun_at: datetime | None
    waiting: int  # letters that have not left yet
    known: bool  # not sent because everybody had just been told of a change
    earlier: list[tuple[datetime, int]]  # what went out about another start, and how many


def standing(event: Event) -> list[Standing]:
    """In the order in which the letters come round."""
    of = schedule.times_of(event)
    runs = _runs(event)
    return [_of(event, of, plan, [run for run in runs if run.kind == plan.kind]) for plan in schedule.plans(of)]


def _of(event: Event, of: Times, plan: Plan, runs: list[ReminderRun]) -> Standing:
    now, zone = clock.now(), event.starts_local.tzinfo
    run = next((each for each in runs if each.starts_at == event.starts_at), None)
    until = min(now, plan.due_at(of))
    return Standing(
        plan,
        _state(event, of, plan, run, now),
        plan.due_at(of).astimezone(zone),
        readers.count(event.id, until),
        readers.count(event.id, until, unsubscribed=True),
        run,
        run.begun_at.astimezone(zone) if run else None,
        withdrawing.waiting(event.id, plan.kind),
        run is not None and run.stopped == Stop.KNOWN,
        [(each.starts_at.astimezone(zone), each.told) for each in runs if each is not run and each.told],
    )


def _state(event: Event, of: Times, plan: Plan, run: ReminderRun | None, now: datetime) -> State:
    if run:
        return _became(run)
    if event.status == EventStatus.CANCELLED:
        return State.CALLED_OFF
    if not plan.enabled:
        return State.OFF
    if now < plan.due_at(of):
        return State.PLANNED
    late = now >= plan.too_late_at(of) or event.status == EventStatus.DRAFT
    return State.MISSED if late else State.AT_ONCE


def _became(run: ReminderRun) -> State:
    if run.done_at is None:
        return State.GOING
    if run.stopped in {Stop.LATE, Stop.KNOWN} and not run.told:
        return State.MISSED
    if run.stopped == Stop.CANCELLED:
        return State.CALLED_OFF
    return State.STOPPED if run.stopped else State.DONE


def _runs(event: Event) -> list[ReminderRun]:
    query = sa.select(ReminderRun).where(ReminderRun.event_id == event.id).order_by(ReminderRun.begun_at)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))
