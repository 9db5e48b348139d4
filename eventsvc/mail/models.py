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

    PERSONAL = 0  # somebody did something just now and waits for this
    NOTICE = 1  # a change that many have to hear of
    BULK = 2


class Message(Model):
    """One mail to one address. Recipient and body are sealed under the event's keys, or the service's."""

    __tablename__ = "messages"
    __table_args__ = (
        sa.CheckConstraint(f"status IN ({', '.join(repr(s.value) for s in MessageStatus)})", "known_status"),
        sa.Index("ix_messages_due", "status", "lane", "next_try_at"),
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
