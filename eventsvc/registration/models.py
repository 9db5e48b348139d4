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
"""Statuses that always hold a seat. Who is pending may hold one: `holds_seat` says so."""

IS_LIVE = f"status IN ({', '.join(repr(s.value) for s in LIVE)})"
"""In these very words: only then SQLite sees that the index of live addresses holds all that is asked for."""

_LIVE_SQL = sa.text(f"email_index IS NOT NULL AND {IS_LIVE}")


class Registration(Model):
    """One person at one event. Name and address are sealed under the event's keys, the secret is kept twice."""

    __tablename__ = "registrations"
    __table_args__ = (
        sa.CheckConstraint(f"status IN ({', '.join(repr(s.value) for s in Status)})", "known_status"),
        sa.CheckConstraint("(status = 'waitlisted') = (waiting_quota_id IS NOT NULL)", "waits_for_a_quota"),
        sa.CheckConstraint("(status = 'offered') = (offer_until IS NOT NULL)", "offered_until"),
        sa.CheckConstraint("holds_seat OR status NOT IN ('confirmed', 'offered')", "seat_of_who_has_one"),
        sa.CheckConstraint("NOT holds_seat OR status IN ('confirmed', 'offered', 'pending')", "no_seat_otherwise"),
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
        *(
            sa.Index(f"ix_registrations_{name}", *columns, sqlite_where=sa.text(rare), postgresql_where=sa.text(rare))
            for name, columns, rare in (
                ("line", ("waiting_quota_id", "queue_number"), "waiting_quota_id IS NOT NULL"),
                ("party", ("party_id",), "party_id IS NOT NULL"),
                ("contact", ("contact_id",), "contact_id IS NOT NULL"),
                ("offer_until", ("offer_until",), "offer_until IS NOT NULL"),
                ("unconfirmed", ("registered_at",), "status = 'unconfirmed'"),
            )
        ),
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
    holds_seat: Mapped[bool]  # counted in `taken` of the quotas of its ticket type
    waiting_quota_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quotas.id"))  # the quota that refused
    queue_number: Mapped[int | None]  # place in line, drawn when the person joined the queue; kept after promotion
    queued_at: Mapped[datetime | None]  # when that was: by this the queues of different quotas are compared
    offer_until: Mapped[datetime | None]  # a seat is held so long for an answer
    party_id: Mapped[UUID | None] = mapped_column(sa.Uuid)  # who registered together, with seats together
    position: Mapped[int] = mapped_column(default=0)  # in the party: 0 is its contact
    contact_id: Mapped[UUID | None] = mapped_column(  # whose address gets the letters of who has none
        sa.ForeignKey("registrations.id", ondelete="SET NULL")
    )
    consent_version: Mapped[str]
    registered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cancelled_by: Mapped[str | None]  # "attendee", "organizer", "event"
    unsubscribed_at: Mapped[datetime | None]  # wants no reminders and no letters afterwards
    told_sequence: Mapped[int] = mapped_column(default=0)  # the event's SEQUENCE that this person knows the facts of

    event: Mapped[Event] = relationship()
    ticket_type: Mapped[TicketType] = relationship()


class Answer(Model):
    """What a person answered to one question, in the wording of one version; sealed."""

    __tablename__ = "answers"
    __table_args__ = (sa.UniqueConstraint("registration_id", "question_id"),)

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    registration_id: Mapped[UUID] = mapped_column(sa.ForeignKey("registrations.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_versions.id"))
    value: Mapped[bytes]  # JSON, sealed


class Outcome(StrEnum):
    """How an offer ended."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # by the organizers, or with the whole registration


_OPEN_SQL = sa.text("outcome IS NULL")


class Offer(Model):
    """A seat held for somebody who waited, until they answer or the deadline passes. It ends once."""

    __tablename__ = "offers"
    __table_args__ = (
        sa.CheckConstraint(
            f"outcome IS NULL OR outcome IN ({', '.join(repr(o.value) for o in Outcome)})", "known_outcome"
        ),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", "ended_with_an_outcome"),
        sa.Index("uq_offers_open", "registration_id", unique=True, sqlite_where=_OPEN_SQL, postgresql_where=_OPEN_SQL),
        sa.Index("ix_offers_registration_id", "registration_id"),
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    registration_id: Mapped[UUID] = mapped_column(sa.ForeignKey("registrations.id", ondelete="CASCADE"))
    offered_at: Mapped[datetime]
    until: Mapped[datetime]
    outcome: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class LogLine(Model):
    """One thing that was done with a registration: what, by whom, when. Its note is sealed; it goes with the person."""

    __tablename__ = "log_lines"

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    registration_id: Mapped[UUID] = mapped_column(sa.ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    verb: Mapped[str]
    actor: Mapped[str]  # "attendee", "organizer", "clockwork"
    account_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("accounts.id", ondelete="SET NULL"))
    before: Mapped[str | None]  # the status
    after: Mapped[str | None]
    note: Mapped[bytes | None]  # what was changed, or why; sealed


class Submission(Model):
    """What became of one shown form, kept for a day, so that the same form again has the same result."""

    __tablename__ = "submissions"

    form_hash: Mapped[bytes] = mapped_column(primary_key=True)
    receipt_hash: Mapped[bytes] = mapped_column(unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    content_mark: Mapped[bytes]
    outcome: Mapped[str]  # the status a newcomer gets: what the result page says
    outcomes: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))  # of several events, by id
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
    event_sequence: Mapped[int] = mapped_column(default=0)  # of the event when it was written: which facts it holds


class Announcement(Model):
    """Something everyone with a place or in the queue has to be told; told in batches, from `cursor` on."""

    __tablename__ = "announcements"

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    letter: Mapped[str]  # "event_changed" or "event_cancelled"
    before: Mapped[dict[str, Any]]  # the facts until then, whether changed or not: column to value
    note: Mapped[bytes]  # the organizer's own words, sealed
    sequence: Mapped[int]  # the event's, from this change on
    cursor: Mapped[UUID | None] = mapped_column(sa.Uuid)  # the last registration that was looked at
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class PersonalFeed(Model):
    """A calendar of all events one address has a place at, behind a secret of its own.

    The address is sealed under the keys of one of these events, and goes on to another one before those are destroyed.
    """

    __tablename__ = "personal_feeds"

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)  # whose keys
    owner_index: Mapped[bytes] = mapped_column(unique=True)  # of the address, under the service's index key
    address: Mapped[bytes]
    secret: Mapped[bytes]
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    language: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # to the hour
