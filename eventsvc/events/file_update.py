"""A known event, brought into line with a file: through `editing.change`, so that calendars follow."""

from typing import Any

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events import directory, editing
from eventsvc.events.coverage import own_limit, room_of
from eventsvc.events.file_shape import EventEntry, TicketTypeEntry, wrong
from eventsvc.events.models import CoHost, Event, Material
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.i18n import _


def bring_into_line(path: str, event: Event, columns: dict[str, Any], entry: EventEntry) -> set[str]:
    """The names of what changed, flushed into the caller's transaction. Raises BadFile for what a file cannot change.

    Seats that become free by a larger capacity are for the waitlist: the caller promotes.
    """
    wanted = columns | {
        "host_id": directory.organization_named(entry.host).id,
        "programme_id": directory.programme(entry.programme).id if entry.programme else None,
        "note": columns["note"] or event.note,
    }
    changed = {name for name, value in wanted.items() if getattr(event, name) != value}
    editing.change(event, **wanted)
    around = _co_hosts(event, entry) | _tags(event, entry) | _materials(event, entry) | _seats(path, event, entry)
    if around:
        editing.touch(event)
    db.session.flush()
    db.session.expire(event, ["host", "programme"])
    return changed | around


def _co_hosts(event: Event, entry: EventEntry) -> set[str]:
    wanted = [directory.organization_named(name) for name in entry.co_hosts]
    if [each.organization_id for each in event.co_hosts] == [each.id for each in wanted]:
        return set()
    known = {each.organization_id: each for each in event.co_hosts}
    event.co_hosts = [known.get(each.id) or CoHost(organization=each) for each in wanted]
    for position, each in enumerate(event.co_hosts):
        each.position = position
    return {"co_hosts"}


def _tags(event: Event, entry: EventEntry) -> set[str]:
    wanted = [directory.tag(slug) for slug in entry.tags]
    if {each.id for each in event.tags} == {each.id for each in wanted}:
        return set()
    event.tags = wanted
    return {"tags"}


def _materials(event: Event, entry: EventEntry) -> set[str]:
    if [(each.title, each.released) for each in event.materials] == [(m.title, m.released) for m in entry.material]:
        return set()
    event.materials = [Material(title=each.title, released=each.released) for each in entry.material]
    return {"materials"}


def _seats(path: str, event: Event, entry: EventEntry) -> set[str]:
    kinds = db.session.scalars(
        sa.select(TicketType).where(TicketType.event_id == event.id).order_by(TicketType.position, TicketType.id)
    ).all()
    if not entry.ticket_type and [kind.slug for kind in kinds] == ["general"]:
        return _resize(own_limit(kinds[0], kinds), entry.capacity)
    for kind in kinds:
        if kind.slug not in {each.slug for each in entry.ticket_type}:
            raise wrong(
                f"{path}.ticket_type",
                _(
                    "the event has the ticket type %(slug)s, which is not in the file; a file cannot remove it",
                    slug=kind.slug,
                ),
            )
    return _kinds(path, event, entry, {kind.slug: kind for kind in kinds})


def _kinds(path: str, event: Event, entry: EventEntry, known: dict[str, TicketType]) -> set[str]:
    room = room_of(list(known.values()))
    if (room is None) != (entry.capacity is None):
        raise wrong(f"{path}.capacity", _("a file cannot add or remove a limit over all ticket types"))
    changed = _resize(room, entry.capacity) if room else set()
    for position, wanted in enumerate(entry.ticket_type):
        if kind := known.get(wanted.slug):
            changed |= _adapt(kind, own_limit(kind, list(known.values())), wanted, position)
        else:
            changed |= _add(event, wanted, position, room)
    return changed


def _adapt(kind: TicketType, own: Quota | None, wanted: TicketTypeEntry, position: int) -> set[str]:
    changed = _resize(own, wanted.capacity)
    if (kind.name, kind.position) != (wanted.name, position):
        kind.name, kind.position = wanted.name, position
        changed.add("ticket_types")
    return changed


def _add(event: Event, wanted: TicketTypeEntry, position: int, room: Quota | None) -> set[str]:
    own = Quota(event_id=event.id, size=wanted.capacity)
    db.session.add(
        TicketType(
            event_id=event.id,
            slug=wanted.slug,
            name=wanted.name,
            position=position,
            quotas=[room, own] if room else [own],
        )
    )
    return {"ticket_types"}


def _resize(quota: Quota | None, size: int | None) -> set[str]:
    """Only the size: the counters belong to registration."""
    if quota is None or quota.size == size:
        return set()
    quota.size = size
    return {"capacity"}
