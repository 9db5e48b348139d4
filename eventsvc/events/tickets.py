"""Ways of attending, and the limits over them.

Every event has at least one ticket type, and every ticket type at least one quota. A quota without a size has no limit.
Only `registration/quotas.py` changes the counters of a quota.
"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import LanguageMap, Model, WallTime
from eventsvc.events.models import one_of

ticket_type_quotas = sa.Table(
    "ticket_type_quotas",
    Model.metadata,
    sa.Column("ticket_type_id", sa.ForeignKey("ticket_types.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("quota_id", sa.ForeignKey("quotas.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Approval(StrEnum):
    """Does an organizer decide about each person who wants to attend in this way?"""

    NONE = "none"
    KEEPS_SEAT = "keeps_seat"  # whoever waits for the decision has a seat kept meanwhile, as long as there is one
    SEAT_AFTER = "seat_after"  # a seat, or a place in the queue, only with the approval


class Quota(Model):
    """A limit over one or more ticket types. `taken` and `waiting` count people; `last_number` numbers the queue."""

    __tablename__ = "quotas"
    __table_args__ = (
        sa.CheckConstraint("size IS NULL OR size >= 0", "size_not_negative"),
        sa.CheckConstraint("taken >= 0", "taken_not_negative"),
        sa.CheckConstraint("waiting >= 0", "waiting_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(default="")  # for the organizers, where several ticket types share it
    size: Mapped[int | None]  # None: no limit
    taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    last_number: Mapped[int] = mapped_column(default=0)

    @property
    def free(self) -> int | None:
        """Seats left; negative where the size was lowered below what is taken; None without a limit."""
        return None if self.size is None else self.size - self.taken


class TicketType(Model):
    """A way of attending one event, such as in the hall or online."""

    __tablename__ = "ticket_types"
    __table_args__ = (sa.UniqueConstraint("event_id", "slug"), one_of("approval", Approval))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"))
    slug: Mapped[str]
    name: Mapped[LanguageMap] = mapped_column(default=dict)  # empty for the only one of an event
    description: Mapped[LanguageMap] = mapped_column(default=dict)  # a sentence beside it on the form
    approval: Mapped[str] = mapped_column(default=Approval.NONE)
    position: Mapped[int] = mapped_column(default=0)
    opens: Mapped[datetime | None] = mapped_column(WallTime)
    closes: Mapped[datetime | None] = mapped_column(WallTime)
    quotas: Mapped[list[Quota]] = relationship(secondary=ticket_type_quotas, order_by=Quota.id)
