"""A registration is one person at one event."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import Model
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType


class Status(StrEnum):
    UNCONFIRMED = "unconfirmed"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"


LIVE = (Status.UNCONFIRMED, Status.PENDING, Status.CONFIRMED, Status.WAITLISTED, Status.OFFERED)
"""Statuses in which a registration is still going somewhere."""

SEATED = (Status.CONFIRMED, Status.OFFERED)
"""Statuses that hold a seat."""

_LIVE_SQL = sa.text(f"email_index IS NOT NULL AND status IN ({', '.join(repr(s.value) for s in LIVE)})")


class Registration(Model):
    """One person at one event. Name and address are sealed under the event's keys, the secret is kept twice."""

    __tablename__ = "registrations"
    __table_args__ = (
        sa.CheckConstraint(f"status IN ({', '.join(repr(s.value) for s in Status)})", "known_status"),
        sa.CheckConstraint("(status = 'waitlisted') = (waiting_quota_id IS NOT NULL)", "waits_for_a_quota"),
        sa.Index(
            "uq_registrations_live_address",
            "event_id",
            "email_index",
            unique=True,
            sqlite_where=_LIVE_SQL,
            postgresql_where=_LIVE_SQL,
        ),
        sa.Index("ix_registrations_queue", "event_id", "status", "queue_number"),
        sa.Index("ix_registrations_order", "event_id", "registered_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    ticket_type_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket_types.id"))
    status: Mapped[str]
    name: Mapped[bytes]
    email: Mapped[bytes | None]
    email_index: Mapped[bytes | None]
    language: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    secret: Mapped[bytes]
    waiting_quota_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quotas.id"))  # the quota that refused
    queue_number: Mapped[int | None]  # place in line, drawn when the person joined the queue; kept after promotion
    consent_version: Mapped[str]
    registered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_by: Mapped[str | None]  # "attendee", "organizer", "event"

    event: Mapped[Event] = relationship()
    ticket_type: Mapped[TicketType] = relationship()


class Submission(Model):
    """What became of one shown form, kept for a day, so that the same form again has the same result."""

    __tablename__ = "submissions"

    form_hash: Mapped[bytes] = mapped_column(primary_key=True)
    receipt_hash: Mapped[bytes] = mapped_column(unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    content_mark: Mapped[bytes]
    outcome: Mapped[str]  # the status a newcomer gets: what the result page says
    masked_address: Mapped[bytes]  # sealed; for the result page
    row: Mapped[UUID] = mapped_column(sa.Uuid)  # what the sealed value is bound to
    registration_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("registrations.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(index=True)


class CalendarState(Model):
    """The last calendar object an address was sent for an event: METHOD and SEQUENCE."""

    __tablename__ = "calendar_states"

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    address_index: Mapped[bytes] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    method: Mapped[str]


class Announcement(Model):
    """Something everyone with a place or in the queue has to be told; told in batches, from `cursor` on."""

    __tablename__ = "announcements"

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    letter: Mapped[str]  # "event_changed" or "event_cancelled"
    before: Mapped[dict[str, Any]]  # what was changed, as it was: column to value
    note: Mapped[bytes]  # the organizer's own words, sealed
    sequence: Mapped[int]
    cursor: Mapped[UUID | None] = mapped_column(sa.Uuid)  # the last registration that was told
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
