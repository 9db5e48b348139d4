"""Making and changing an event. Every change that a page could show raises `version`; one of time, place, way of
attending or status raises `sequence` too (RFC 5546 section 2.1.4), so that calendars take it over.
"""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import LanguageMap, db
from eventsvc.events.models import CoHost, Event, EventStatus, Material, Organization, Programme, Tag
from eventsvc.events.tickets import Approval, Quota, TicketType
from eventsvc.vault import keyring
from eventsvc.zones import RELEASE, local_instant

CALENDAR_FIELDS = (
    "starts",
    "starts_fold",
    "ends",
    "ends_fold",
    "timezone",
    "attendance",
    "venue",
    "join_url",
    "status",
)
"""A change of one of these is one that people reconsider: SEQUENCE rises."""


@dataclass(frozen=True)
class TicketTypeSpec:
    """A ticket type to make, with a quota of its own. Without a capacity it has no limit."""

    slug: str = "general"
    name: LanguageMap = field(default_factory=dict)
    capacity: int | None = None
    description: LanguageMap = field(default_factory=dict)
    approval: str = Approval.NONE
    opens: datetime | None = None
    closes: datetime | None = None


@dataclass(frozen=True)
class SharedLimit:
    """A limit over several ticket types, named by their slugs; but for the room over all, which is `capacity`."""

    name: str
    size: int | None
    ticket_types: tuple[str, ...]


@dataclass(frozen=True)
class EventSpec:
    """All that makes an event. Times are wall times in `timezone`; texts are maps from language to text."""

    slug: str
    languages: list[str]
    title: LanguageMap
    starts: datetime
    ends: datetime
    timezone: str
    attendance: str
    host: Organization
    starts_fold: int = 0
    ends_fold: int = 0
    visibility: str = "public"
    summary: LanguageMap = field(default_factory=dict)
    description: LanguageMap = field(default_factory=dict)
    access: LanguageMap = field(default_factory=dict)
    contact: LanguageMap = field(default_factory=dict)
    interpretation: list[str] = field(default_factory=list)
    registration_opens: datetime | None = None
    registration_closes: datetime | None = None
    venue: dict[str, Any] = field(default_factory=dict)
    join_url: str = ""
    capacity: int | None = None  # over all ticket types; with none given, of the only one
    waitlist: bool = True
    waitlist_most: int | None = None
    offer_hours: int | None = None
    confirms_address: bool = False
    party_most: int = 1
    promote_late: bool = False
    retention_days: int = 30
    note: str = ""
    ticket_types: list[TicketTypeSpec] = field(default_factory=list)
    shared_limits: list[SharedLimit] = field(default_factory=list)
    co_hosts: list[Organization] = field(default_factory=list)
    programme: Programme | None = None
    tags: list[Tag] = field(default_factory=list)
    materials: list[tuple[LanguageMap, datetime | None]] = field(default_factory=list)


def create(spec: EventSpec) -> Event:
    """A new draft with its keys, ticket types and quotas, flushed into the caller's transaction.

    Raises MissingTime where a wall time does not exist in the zone.
    """
    now = clock.now()
    event = Event(
        uid=str(uuid.uuid4()),
        slug=spec.slug,
        status=EventStatus.DRAFT,
        host_id=spec.host.id,
        created_at=now,
        changed_at=now,
        starts_at=local_instant(spec.starts, spec.timezone, spec.starts_fold),
        ends_at=local_instant(spec.ends, spec.timezone, spec.ends_fold),
        zone_release=RELEASE,
        co_hosts=[CoHost(organization=o, position=i) for i, o in enumerate(spec.co_hosts)],
        programme_id=spec.programme.id if spec.programme else None,
        tags=list(spec.tags),
        materials=[Material(title=title, released=released) for title, released in spec.materials],
        **{name: getattr(spec, name) for name in PLAIN_FIELDS},
    )
    db.session.add(event)
    db.session.flush()  # its id is needed for the keys and the quotas
    keyring().make(event.id)
    _add_ticket_types(event, spec)
    db.session.flush()
    return event


PLAIN_FIELDS = (
    "attendance",
    "visibility",
    "languages",
    "title",
    "summary",
    "description",
    "access",
    "contact",
    "interpretation",
    "starts",
    "starts_fold",
    "ends",
    "ends_fold",
    "timezone",
    "registration_opens",
    "registration_closes",
    "venue",
    "join_url",
    "waitlist",
    "waitlist_most",
    "offer_hours",
    "confirms_address",
    "party_most",
    "promote_late",
    "retention_days",
    "note",
)
"""Columns of an event that are set as they are given."""


def _add_ticket_types(event: Event, spec: EventSpec) -> None:
    if not spec.ticket_types:
        quota = Quota(event_id=event.id, size=spec.capacity)
        db.session.add(TicketType(event_id=event.id, slug="general", quotas=[quota]))
        return
    room = [] if spec.capacity is None else [Quota(event_id=event.id, size=spec.capacity)]
    shared = [(each, Quota(event_id=event.id, name=each.name, size=each.size)) for each in spec.shared_limits]
    db.session.add_all([*room, *(quota for _, quota in shared)])
    db.session.flush()  # they are older than those of one ticket type: by that the two are told apart
    for position, kind in enumerate(spec.ticket_types):
        over = [*room, *(quota for limit, quota in shared if kind.slug in limit.ticket_types)]
        add_ticket_type(event, kind, position, over)


def add_ticket_type(event: Event, spec: TicketTypeSpec, position: int, over: Sequence[Quota]) -> None:
    """One more way of attending, under these limits and one of its own; flushed by the caller."""
    own = Quota(event_id=event.id, size=spec.capacity)
    columns = {name: getattr(spec, name) for name in ("slug", "name", "description", "approval", "opens", "closes")}
    db.session.add(TicketType(event_id=event.id, position=position, quotas=[*over, own], **columns))


def change(event: Event, **values: Any) -> bool:
    """Set these columns; True where the calendar entry is another one now (SEQUENCE rose).

    The event must have been read in this transaction. Raises MissingTime where a wall time does not exist.
    """
    changed = {name for name, value in values.items() if getattr(event, name) != value}
    if not changed:
        return False
    announced, until_now = event.starts_local, event.starts_at
    for name in changed:
        setattr(event, name, values[name])
    event.starts_at = local_instant(event.starts, event.timezone, event.starts_fold)
    event.ends_at = local_instant(event.ends, event.timezone, event.ends_fold)
    event.zone_release = max(event.zone_release, RELEASE)
    if event.status == EventStatus.PUBLISHED and event.starts_at != until_now:
        event.previous_starts = _moved_from(event.previous_starts, announced, event.starts_at)
    matters = event.status != EventStatus.DRAFT and not changed.isdisjoint(CALENDAR_FIELDS)
    touch(event, sequence=matters)
    return matters


STARTS_KEPT = 5


def _moved_from(previous: Sequence[str], announced: datetime, now: datetime) -> list[str]:
    """The starts that were announced before, the oldest first. An event that is back at one of them never left it.

    Of many, the first and the last ones.
    """
    everything = [*previous, announced.isoformat()]
    instants = [datetime.fromisoformat(each) for each in everything]
    if now in instants:
        return everything[: instants.index(now)]
    return everything if len(everything) <= STARTS_KEPT else [everything[0], *everything[1 - STARTS_KEPT :]]


def touch(event: Event, *, sequence: bool = False) -> None:
    """Something about the event changed: whatever was kept of its pages and files is stale."""
    event.version += 1
    event.changed_at = clock.now()
    if sequence:
        event.sequence += 1


def touch_events_of(*conditions: sa.ColumnElement[bool]) -> None:
    """The same for every event that meets the conditions: a host was renamed, a programme got another name."""
    db.session.execute(
        sa.update(Event)
        .where(*conditions)
        .values(version=Event.version + 1, changed_at=clock.now())
        .execution_options(synchronize_session="fetch")
    )


def touch_organization(organization: Organization) -> None:
    """Something that pages show of an organization changed: what was kept of its events and co-hosted ones is stale."""
    organization.version = (organization.version or 1) + 1
    db.session.flush()
    co_hosted = sa.select(CoHost.event_id).where(CoHost.organization_id == organization.id)
    touch_events_of(sa.or_(Event.host_id == organization.id, Event.id.in_(co_hosted)))


def gaps(event: Event) -> list[tuple[str, str]]:
    """Texts that a language of the event lacks while another one has them, as (language, field).

    A field is a column, `ticket_type.<slug>` or `material.<number>`. Publishing is refused while there are any.
    """
    texts: dict[str, LanguageMap] = {name: getattr(event, name) for name in TEXTS}
    texts |= {f"ticket_type.{kind.slug}": kind.name for kind in _named_ticket_types(event)}
    texts |= {f"material.{number}": each.title for number, each in enumerate(event.materials, 1)}
    return [
        (tag, name)
        for tag in event.languages
        for name, text in texts.items()
        if not text.get(tag) and (name == "title" or any(text.values()))
    ]


TEXTS = ("title", "summary", "description", "access", "contact")
"""Columns that hold a public text per language."""


def _named_ticket_types(event: Event) -> Sequence[TicketType]:
    return db.session.scalars(
        sa.select(TicketType).where(TicketType.event_id == event.id).order_by(TicketType.position, TicketType.id)
    ).all()


def publish(event: Event) -> None:
    """Make a draft public. Whether its texts are complete is asked before."""
    event.status = EventStatus.PUBLISHED
    event.published_at = event.published_at or clock.now()
    touch(event)


def cancel(event: Event) -> None:
    """The event will not take place. Telling people is the business of registration."""
    event.status = EventStatus.CANCELLED
    event.cancelled_at = clock.now()
    touch(event, sequence=True)


def unguessable(slug: str) -> str:
    """Six random signs more, for events that are not listed."""
    return f"{slug[:53].rstrip('-')}-{''.join(secrets.choice('abcdefghjkmnpqrstuvwxyz23456789') for _ in range(6))}"
