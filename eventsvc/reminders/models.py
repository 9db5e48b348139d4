"""When which reminder of an event goes out, and how far a run of one has come."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from eventsvc.db import Model
from eventsvc.events.models import one_of


class ReminderKind(StrEnum):
    DAY_BEFORE = "day_before"
    HOUR_BEFORE = "hour_before"
    AFTERWARDS = "afterwards"


class Stop(StrEnum):
    """Why a run did not reach everybody, or nobody at all."""

    LATE = "late"  # it could only have gone out when it was of no more use
    KNOWN = "known"  # everybody had just been told of a change, with all that it says
    OFF = "off"  # the organizers switched it off while it went out
    MOVED = "moved"
    CANCELLED = "cancelled"


class Reminder(Model):
    """What the organizers chose for one letter of the schedule. Without a row the usual holds."""

    __tablename__ = "reminders"
    __table_args__ = (one_of("kind", ReminderKind), sa.CheckConstraint("minutes >= 0", "minutes_not_negative"))

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    enabled: Mapped[bool]
    minutes: Mapped[int]  # before the start; of "afterwards": after the end
    material_url: Mapped[str] = mapped_column(default="")  # of "afterwards"
    survey_url: Mapped[str] = mapped_column(default="")


_UNFINISHED = sa.text("done_at IS NULL")


class ReminderRun(Model):
    """One reminder going out to everybody in batches, from `cursor` on; about one start, so that a moved event has another."""

    __tablename__ = "reminder_runs"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "kind", "starts_at"),
        one_of("kind", ReminderKind),
        sa.Index("ix_reminder_runs_unfinished", "begun_at", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    kind: Mapped[str]
    starts_at: Mapped[datetime]
    due_at: Mapped[datetime]  # who registered later knows all of it from the confirmation
    cursor: Mapped[UUID | None] = mapped_column(sa.Uuid)  # the last reader who was looked at
    expected: Mapped[int] = mapped_column(default=0)  # how many readers there were when it began
    told: Mapped[int] = mapped_column(default=0)  # how many letters there were
    slots: Mapped[dict[str, Any]] = mapped_column(default=dict)  # seconds after `begun_at`, see `spreading`
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    stopped: Mapped[str] = mapped_column(default="")  # why it did not reach everybody: a `Stop`
