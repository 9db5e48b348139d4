"""What falls due: one table of chores, each claimed with a lease, so that several clockworks may run."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from eventsvc.db import Model


class Chore(Model):
    """One kind of chore: when it is due next, who is at it until when, and how it went last."""

    __tablename__ = "chores"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_holder: Mapped[str | None]
    done_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class Beat(Model):
    """The last sign of life of each `work` process."""

    __tablename__ = "beats"

    holder: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime]
