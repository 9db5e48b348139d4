"""A message: a letter in the outbox, rendered and sealed when it was posted."""

from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from eventsvc.db import Model


class MessageStatus(StrEnum):
    QUEUED = "queued"  # with a lease: a courier has it in hand, and nothing of it has left yet
    SENDING = "sending"  # at the final dot: if the courier dies now, nobody knows whether it arrived
    SENT = "sent"
    UNCERTAIN = "uncertain"  # the line broke after the final dot: tried once more, then left alone
    FAILED = "failed"
    DROPPED = "dropped"  # its time was over, or its event was purged, before it could leave


class Lane(IntEnum):
    """What goes first when much is waiting."""

    URGENT = -1  # it starts soon, and something about it is different
    PERSONAL = 0  # somebody did something just now and waits for this
    NOTICE = 1  # a change that many have to hear of
    BULK = 2


class Message(Model):
    """One mail to one address. Recipient and body are sealed under the event's keys, or the service's."""

    __tablename__ = "messages"
    __table_args__ = (
        sa.CheckConstraint(f"status IN ({', '.join(repr(s.value) for s in MessageStatus)})", "known_status"),
        sa.Index("ix_messages_due", "status", "lane", "next_try_at", "domain_mark"),
        sa.Index("ix_messages_recipient", "event_id", "recipient_index", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    registration_id: Mapped[UUID | None] = mapped_column(sa.Uuid, index=True)
    letter: Mapped[str]
    language: Mapped[str]
    lane: Mapped[int]
    recipient: Mapped[bytes]
    recipient_index: Mapped[bytes]
    domain_mark: Mapped[bytes | None]  # a keyed mark of the recipient's domain, while the message waits
    body: Mapped[
        bytes | None
    ]  # the whole mail as it goes over the wire, compressed and sealed; gone 7 days after sending
    dedupe_key: Mapped[str | None] = mapped_column(unique=True)
    message_id: Mapped[str]  # without angle brackets; the same on every try
    status: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    uncertain_tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_holder: Mapped[str | None]
    last_error: Mapped[str | None]  # code and kind, no address
    created_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class DomainPause(Model):
    """Mail to one domain waits: its server said not now, or took too long to say anything. The others go on."""

    __tablename__ = "domain_pauses"

    mark: Mapped[bytes] = mapped_column(primary_key=True)  # as in messages.domain_mark; empty: our own mail server
    until: Mapped[datetime]
    failed_at: Mapped[datetime]  # the last time
    times: Mapped[int]  # in a row
    reason: Mapped[str]  # code and kind, no address


class RefusedAddress(Model):
    """An address of one event to which mail does not get through. Goes when one does."""

    __tablename__ = "refused_addresses"
    __table_args__ = (sa.CheckConstraint("kind IN ('address', 'soft')", "known_kind"),)

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    recipient_index: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str]  # "address": there is none such; "soft": full or asleep
    times: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    note: Mapped[str]  # code and kind, no address
