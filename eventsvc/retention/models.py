"""The proof of a purge, and the list of erasures that a restored backup must repeat."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from eventsvc.db import Model


class Receipt(Model):
    """What was erased, how many, when. Holds no personal data; each carries the hash of the one before."""

    __tablename__ = "receipts"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_uid: Mapped[str]
    reason: Mapped[str]  # "retention", "answers" (of one question), "request"
    counts: Mapped[dict[str, Any]]  # table to number of rows
    erased_at: Mapped[datetime]
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes] = mapped_column(unique=True)


class Erasure(Model):
    """One person's registration was erased on request: the row id, so that restoring an older copy erases it again."""

    __tablename__ = "erasures"

    registration_id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    event_id: Mapped[int]
    erased_at: Mapped[datetime]
