"""An event, who hosts it, and what it belongs to."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import LanguageMap, Model, WallTime
from eventsvc.zones import first_time, last_time


class EventStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Attendance(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"


class Visibility(StrEnum):
    PUBLIC = "public"
    UNLISTED = "unlisted"
    INVITATION = "invitation"


def one_of(column: str, values: type[StrEnum]) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({', '.join(repr(v.value) for v in values)})", f"known_{column}")


class Organization(Model):
    """A host. `name` is how it writes itself; `names` holds it per language where it has several."""

    __tablename__ = "organizations"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    names: Mapped[LanguageMap] = mapped_column(default=dict)
    abbreviation: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    accent: Mapped[str] = mapped_column(default="")  # "#rrggbb" as chosen; pages correct its contrast
    logo_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("pictures.id"))
    cover_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("pictures.id"))
    frame_ancestors: Mapped[list[str]] = mapped_column(default=list)  # web origins that may show its events in a frame
    version: Mapped[int] = mapped_column(default=1)

    def name_in(self, tag: str) -> str:
        return self.names.get(tag) or self.name


class Programme(Model):
    __tablename__ = "programmes"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[LanguageMap]
    version: Mapped[int] = mapped_column(default=1)


class Tag(Model):
    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[LanguageMap]


class FormerSlug(Model):
    """A slug that was used before: pages redirect from it, calendar files answer at it for ever."""

    __tablename__ = "former_slugs"

    kind: Mapped[str] = mapped_column(primary_key=True)  # "event", "organization", "programme", "tag"
    slug: Mapped[str] = mapped_column(primary_key=True)
    target_id: Mapped[int]


event_tags = sa.Table(
    "event_tags",
    Model.metadata,
    sa.Column("event_id", sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("tag_id", sa.ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class CoHost(Model):
    """An organization attached to an event beside the host."""

    __tablename__ = "co_hosts"
    __table_args__ = (sa.CheckConstraint("role IN ('co_host', 'co_sponsor')", "known_role"),)

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organizations.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(default="co_host")
    position: Mapped[int]
    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)  # nobody wants one without it


class Material(Model):
    """Something handed out with an event. Without a time of its own it is released when the event starts."""

    __tablename__ = "materials"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    title: Mapped[LanguageMap]
    released: Mapped[datetime | None] = mapped_column(WallTime)


class Event(Model):
    """One occurrence. Its time is stored as typed; `starts_at` and `ends_at` are derived from it and only for looking up.

    `version` rises with every change that a page could show, `sequence` with every change of time, place or status.
    """

    __tablename__ = "events"
    __table_args__ = (
        one_of("status", EventStatus),
        one_of("attendance", Attendance),
        one_of("visibility", Visibility),
        sa.CheckConstraint("ends_at > starts_at", "ends_after_start"),
        sa.Index("ix_events_listed", "status", "visibility", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)  # a UUID, the same in every file and mail for ever
    slug: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    sequence: Mapped[int] = mapped_column(default=0)
    sequence_floor: Mapped[int] = mapped_column(default=0)  # calendars of people who were erased saw a lower SEQUENCE
    status: Mapped[str]
    attendance: Mapped[str]
    visibility: Mapped[str]
    languages: Mapped[list[str]]  # the first one is the event's own
    title: Mapped[LanguageMap]
    summary: Mapped[LanguageMap] = mapped_column(default=dict)
    description: Mapped[LanguageMap] = mapped_column(default=dict)  # Markdown
    access: Mapped[LanguageMap] = mapped_column(default=dict)
    contact: Mapped[LanguageMap] = mapped_column(default=dict)  # a mail address, or words that hold one
    interpretation: Mapped[list[str]] = mapped_column(default=list)  # languages

    starts: Mapped[datetime] = mapped_column(WallTime)
    starts_fold: Mapped[int] = mapped_column(default=0)
    ends: Mapped[datetime] = mapped_column(WallTime)
    ends_fold: Mapped[int] = mapped_column(default=0)
    timezone: Mapped[str]  # IANA name
    previous_starts: Mapped[list[str]] = mapped_column(default=list)  # with offset; where it was moved after publishing
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    zone_release: Mapped[str] = mapped_column(default="")  # newest zone data that the two were derived under
    registration_opens: Mapped[datetime | None] = mapped_column(WallTime)
    registration_closes: Mapped[datetime | None] = mapped_column(WallTime)

    venue: Mapped[dict[str, Any]] = mapped_column(default=dict)  # name, street, locality, region, postal_code, country
    join_url: Mapped[str] = mapped_column(default="")  # for confirmed people only
    waitlist: Mapped[bool] = mapped_column(default=True)
    waitlist_most: Mapped[int | None]  # so many people wait for one limit at most; None: no end
    waitlist_paused: Mapped[bool] = mapped_column(default=False)  # nobody moves up until the organizer says so
    offer_hours: Mapped[int | None]  # who moves up is asked, and has so long to accept; None: moves up at once
    confirms_address: Mapped[bool] = mapped_column(default=False)  # no seat before the mailed link was used
    party_most: Mapped[int] = mapped_column(default=1)  # so many people may register on one form
    promote_late: Mapped[bool] = mapped_column(default=False)  # also in the last two hours before an in-person event
    mail_from: Mapped[str | None]  # ORGANIZER of every invitation; fixed when the first letter is posted
    retention_days: Mapped[int] = mapped_column(default=30)  # personal data go this many days after the end
    purged_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")  # for the organizers only
    cover_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("pictures.id"))  # without one of its own: the host's

    host_id: Mapped[int] = mapped_column(sa.ForeignKey("organizations.id"), index=True)
    programme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("programmes.id"), index=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]  # LAST-MODIFIED
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    host: Mapped[Organization] = relationship()
    programme: Mapped[Programme | None] = relationship()
    co_hosts: Mapped[list[CoHost]] = relationship(order_by=CoHost.position, cascade="all, delete-orphan")
    tags: Mapped[list[Tag]] = relationship(secondary=event_tags, order_by=Tag.slug)
    materials: Mapped[list[Material]] = relationship(order_by=Material.id, cascade="all, delete-orphan")

    @property
    def starts_local(self) -> datetime:
        """The start, aware, in the event's zone."""
        return self.starts.replace(tzinfo=ZoneInfo(self.timezone), fold=self.starts_fold)

    @property
    def ends_local(self) -> datetime:
        return self.ends.replace(tzinfo=ZoneInfo(self.timezone), fold=self.ends_fold)

    @property
    def opens_at(self) -> datetime | None:
        """When registration opens, aware; None: from publishing on."""
        return self.registration_opens and first_time(self.registration_opens, self.timezone)

    @property
    def closes_at(self) -> datetime:
        """When registration closes, aware: as set, else at the start, or at the end where one can join online."""
        if self.registration_closes:
            return last_time(self.registration_closes, self.timezone)
        return self.starts_at if self.attendance == Attendance.IN_PERSON else self.ends_at

    @property
    def closes_local(self) -> datetime:
        """The same in the event's zone."""
        return self.closes_at.astimezone(ZoneInfo(self.timezone))

    @property
    def personal_data_until(self) -> datetime:
        return self.ends_at + timedelta(days=self.retention_days)

    @property
    def is_online(self) -> bool:
        return self.attendance != Attendance.IN_PERSON

    def is_past(self, at: datetime) -> bool:
        return self.ends_at <= at
