"""Reading one event for its page, by Core. What changes with every registration is a query of its own, and tiny."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast
from uuid import UUID

import sqlalchemy as sa

from eventsvc.db import Glance, db
from eventsvc.events.facts import EventFacts, HandOut, Named, OrganizationFacts, Way, local
from eventsvc.events.fullness import Seats
from eventsvc.events.models import (
    Attendance,
    CoHost,
    Event,
    EventStatus,
    FormerSlug,
    Material,
    Organization,
    Programme,
    Tag,
    Visibility,
    event_tags,
)
from eventsvc.events.slugs import KINDS
from eventsvc.events.tickets import Quota, TicketType, ticket_type_quotas
from eventsvc.pictures.shown import Shown, shown
from eventsvc.zones import first_time, last_time

reachable = sa.and_(Event.status != EventStatus.DRAFT, Event.visibility != Visibility.INVITATION)
"""Has a public page."""

listed = sa.and_(Event.status != EventStatus.DRAFT, Event.visibility == Visibility.PUBLIC)
"""Stands in lists and feeds."""

_NAMED = {
    "event": reachable,
    "organization": sa.true(),
    "programme": sa.exists().where(listed, Event.programme_id == Programme.id),
    "tag": sa.exists().where(listed, event_tags.c.event_id == Event.id, event_tags.c.tag_id == Tag.id),
}
"""What may be named in public. A programme or tag that only drafts and invitations belong to is a plan of somebody's."""

_LOOK = Glance(
    sa.select(Event.uid, Event.version, TicketType.id, Quota.size, Quota.taken, Quota.waiting)
    .join(TicketType, TicketType.event_id == Event.id, isouter=True)
    .join(ticket_type_quotas, ticket_type_quotas.c.ticket_type_id == TicketType.id, isouter=True)
    .join(Quota, Quota.id == ticket_type_quotas.c.quota_id, isouter=True)
    .where(Event.slug == sa.bindparam("slug"), reachable)
)


class Look(NamedTuple):
    """What decides whether a kept page is still true."""

    uid: str
    version: int
    seats: list[Seats]


def look(slug: str) -> Look | None:
    """One tiny query; None where the event has no public page."""
    rows = _LOOK.rows(slug=slug)
    if not rows:
        return None
    return Look(rows[0][0], rows[0][1], [Seats(*row[2:]) for row in rows if row[2] is not None and row[4] is not None])


def facts(slug: str) -> EventFacts | None:
    """All that the page of one event shows; None where it has none."""
    row = db.session.execute(
        sa.select(
            Event.__table__,
            *columns_of(Organization, "host"),
            Organization.cover_id.label("host_cover_id"),
            Organization.frame_ancestors.label("host_frame_ancestors"),
            *columns_of(Programme, "programme"),
        )
        .join(Organization, Organization.id == Event.host_id)
        .join(Programme, Programme.id == Event.programme_id, isouter=True)
        .where(Event.slug == slug, reachable)
    ).first()
    if row is None:
        return None
    co_hosts, cover = _co_hosts(row.id), row.cover_id or row.host_cover_id
    pictures = shown([cover, row.host_logo_id, *(each.it_logo_id for each in co_hosts)])
    plain: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    return EventFacts(
        **plain,
        **times_in(row),
        host=organization_in(row, "host", pictures),
        programme=_other(row, "programme"),
        co_hosts=tuple(organization_in(each, "it", pictures) for each in co_hosts),
        tags=_tags(row.id),
        materials=_materials(row),
        ways=_ways(row.id, row.timezone),
        cover=pictures.get(cover),
        frame_ancestors=row.host_frame_ancestors,
    )


_PLAIN = (
    "id", "uid", "slug", "version", "status", "attendance", "visibility", "languages", "title", "summary",
    "description", "access", "contact", "interpretation", "venue", "waitlist", "waitlist_most",
    "previous_starts",
)  # fmt: skip


def times_in(row: Any) -> dict[str, Any]:
    """When the event in a row starts and ends, and when its registration opens and closes; aware, in its zone."""
    starts, ends = local(row.starts, row.timezone, row.starts_fold), local(row.ends, row.timezone, row.ends_fold)
    closes = row.registration_closes and last_time(row.registration_closes, row.timezone)
    return {
        "starts_local": starts,
        "ends_local": ends,
        "opens_at": row.registration_opens and first_time(row.registration_opens, row.timezone),
        "closes_at": closes or (starts if row.attendance == Attendance.IN_PERSON else ends),
    }


def columns_of(model: type[Organization | Programme | Tag], prefix: str) -> list[sa.Label[Any]]:
    """What a page names of it, to be read back by `organization_in` or `_other`."""
    columns: list[Any] = [model.slug]
    if model is Organization:
        columns += [getattr(Organization, name) for name in (*_OF_ORGANIZATION, "logo_id")]
    else:
        columns += [cast("type[Programme]", model).name]
    return [column.label(f"{prefix}_{column.key}") for column in columns]


_OF_ORGANIZATION = ("names", "name", "abbreviation", "accent")


def organization_in(row: Any, prefix: str, pictures: Mapping[UUID, Shown] | None = None) -> Named:
    """The organization in a row; with its logo where the pictures hold it."""
    slug, names, name, abbreviation, accent = (getattr(row, f"{prefix}_{key}") for key in ("slug", *_OF_ORGANIZATION))
    logo = (pictures or {}).get(getattr(row, f"{prefix}_logo_id"))
    return Named(slug, names, name, abbreviation, logo, accent)


def _other(row: Any, prefix: str) -> Named | None:
    slug = getattr(row, f"{prefix}_slug")
    return Named(slug, getattr(row, f"{prefix}_name")) if slug else None


def _co_hosts(event_id: int) -> Sequence[Any]:
    return db.session.execute(
        sa.select(*columns_of(Organization, "it"))
        .join(CoHost, CoHost.organization_id == Organization.id)
        .where(CoHost.event_id == event_id)
        .order_by(CoHost.position, Organization.name)
    ).all()


def _tags(event_id: int) -> tuple[Named, ...]:
    rows = db.session.execute(
        sa.select(Tag.slug, Tag.name)
        .join(event_tags, event_tags.c.tag_id == Tag.id)
        .where(event_tags.c.event_id == event_id)
        .order_by(Tag.slug)
    )
    return tuple(Named(row.slug, row.name) for row in rows)


def _materials(event: Any) -> tuple[HandOut, ...]:
    rows = db.session.execute(
        sa.select(Material.title, Material.released).where(Material.event_id == event.id).order_by(Material.id)
    )
    starts = local(event.starts, event.timezone, event.starts_fold)
    return tuple(
        HandOut(row.title, last_time(row.released, event.timezone) if row.released else starts) for row in rows
    )


def _ways(event_id: int, zone: str) -> tuple[Way, ...]:
    rows = db.session.execute(
        sa.select(TicketType.id, TicketType.name, TicketType.opens, TicketType.closes)
        .where(TicketType.event_id == event_id)
        .order_by(TicketType.position, TicketType.id)
    )
    return tuple(
        Way(row.id, row.name, row.opens and first_time(row.opens, zone), row.closes and last_time(row.closes, zone))
        for row in rows
    )


def by_slug(kind: str, slug: str) -> Any | None:
    """The organization, programme or tag with this slug, as a row; None where it may not be named in public."""
    table = KINDS[kind].__table__
    return db.session.execute(sa.select(table).where(table.c.slug == slug, _NAMED[kind])).first()


def organization(slug: str) -> OrganizationFacts | None:
    """The organization with this slug, with its pictures."""
    row = by_slug("organization", slug)
    if row is None:
        return None
    pictures = shown([row.logo_id, row.cover_id])
    plain = {name: getattr(row, name) for name in OrganizationFacts._fields if name not in {"logo", "cover"}}
    return OrganizationFacts(**plain, logo=pictures.get(row.logo_id), cover=pictures.get(row.cover_id))


def new_slug(kind: str, former: str) -> str | None:
    """Where a slug that was used before leads now, if what it leads to may be named in public."""
    model = KINDS[kind]
    query = sa.select(model.slug).join(FormerSlug, FormerSlug.target_id == model.id)
    return db.session.scalar(query.where(FormerSlug.kind == kind, FormerSlug.slug == former, _NAMED[kind]))
