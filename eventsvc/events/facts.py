"""What a public page shows of one event: read once per version, kept without the ORM.

Templates take these and `models.Event` alike: both have the same names for time, place and texts.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from eventsvc.db import LanguageMap
from eventsvc.events.models import Attendance, EventStatus
from eventsvc.pictures.shown import Shown


class Standing(StrEnum):
    """Whether one can register at a moment, and if not, why not."""

    CANCELLED = "cancelled"
    PAST = "past"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    OPEN = "open"


class Timed(Protocol):
    """What decides by the clock whether one can register: an event's page and its card in a list have it alike."""

    @property
    def status(self) -> str: ...
    @property
    def opens_at(self) -> datetime | None: ...
    @property
    def closes_at(self) -> datetime: ...
    def is_past(self, at: datetime) -> bool: ...


def standing(event: Timed, at: datetime) -> Standing:
    """Whether one can register at this moment, as far as the clock decides it."""
    if event.status == EventStatus.CANCELLED:
        return Standing.CANCELLED
    if event.is_past(at):
        return Standing.PAST
    if event.opens_at and at < event.opens_at:
        return Standing.NOT_YET
    return Standing.CLOSED if at >= event.closes_at else Standing.OPEN


class Named(NamedTuple):
    """Something with a page of its own: an organization, a programme, a tag."""

    slug: str
    name: LanguageMap
    original: str = ""  # how an organization writes itself, whatever the language
    abbreviation: str = ""
    logo: Shown | None = None  # of an organization, where its events or itself are shown; lists do without
    accent: str = ""  # "#rrggbb" as the organization chose it

    def name_in(self, tag: str) -> str:
        return self.name.get(tag) or self.original


class OrganizationFacts(NamedTuple):
    """An organization as its own page shows it; the names are those of `models.Organization`."""

    id: int
    slug: str
    version: int
    name: str
    names: LanguageMap
    abbreviation: str
    country: str
    website: str
    contact: str
    accent: str
    frame_ancestors: list[str]
    logo: Shown | None
    cover: Shown | None

    def name_in(self, tag: str) -> str:
        return self.names.get(tag) or self.name


class HandOut(NamedTuple):
    """A material, and the moment from which it is there, aware in the event's zone."""

    title: LanguageMap
    released: datetime


class Way(NamedTuple):
    """A ticket type as a page names it."""

    id: int
    name: LanguageMap
    opens: datetime | None = None  # aware, in the event's zone; None: with the event
    closes: datetime | None = None


@dataclass(frozen=True)
class EventFacts:
    """One event. Wall times are aware, in the event's zone."""

    id: int
    uid: str
    slug: str
    version: int
    status: str
    attendance: str
    visibility: str
    languages: list[str]
    title: LanguageMap
    summary: LanguageMap
    description: LanguageMap
    access: LanguageMap
    contact: LanguageMap
    interpretation: list[str]
    starts_local: datetime
    ends_local: datetime
    previous_starts: list[str]  # with offset, the oldest first
    opens_at: datetime | None
    closes_at: datetime
    venue: dict[str, Any]
    waitlist: bool
    waitlist_most: int | None
    host: Named
    programme: Named | None
    co_hosts: tuple[Named, ...]
    tags: tuple[Named, ...]
    materials: tuple[HandOut, ...]
    ways: tuple[Way, ...]
    cover: Shown | None  # its own, else the host's
    frame_ancestors: list[str]  # the host's: web origins that may show the event in a frame

    @property
    def is_online(self) -> bool:
        return self.attendance != Attendance.IN_PERSON

    def is_past(self, at: datetime) -> bool:
        return self.ends_local <= at

    @property
    def closes_local(self) -> datetime:
        return self.closes_at.astimezone(self.starts_local.tzinfo)

    def standing(self, at: datetime) -> Standing:
        """Whether one can register at this moment, as far as the clock decides it."""
        return standing(self, at)

    @cached_property
    def _turning_points(self) -> list[float]:
        moments = [self.starts_local, self.ends_local, self.opens_at, self.closes_at]
        moments += [moment for way in self.ways for moment in (way.opens, way.closes)]
        return sorted(m.timestamp() for m in (*moments, *(handout.released for handout in self.materials)) if m)

    def phase(self, at: datetime) -> int:
        """How many of the moments at which the page changes by itself have passed."""
        return bisect_right(self._turning_points, at.timestamp())


def local(wall: datetime, zone: str, fold: int = 0) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone), fold=fold)
