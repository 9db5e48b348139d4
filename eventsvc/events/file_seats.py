"""Ticket types and limits, between an event and its file: made, brought into line, and written down again.

A file may add ticket types and change sizes. What a limit covers decides what it counts, so a known event keeps that.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from eventsvc.db import LanguageMap, db
from eventsvc.events.coverage import Shared, own_limit, room_of, shared_limits
from eventsvc.events.editing import TicketTypeSpec, add_ticket_type
from eventsvc.events.file_shape import EventEntry, TicketTypeEntry, wrong
from eventsvc.events.models import Event
from eventsvc.events.tickets import Approval, Quota, TicketType
from eventsvc.i18n import _

LATER = ("description", "approval", "opens", "closes")
"""What a file may leave out, and it stays as it is."""


def ticket_type(entry: TicketTypeEntry) -> TicketTypeSpec:
    """The ticket type that an entry means."""
    own = {name: getattr(entry, name) for name in LATER}
    return TicketTypeSpec(entry.slug, entry.name, entry.capacity, **own)


def bring_seats_into_line(path: str, event: Event, entry: EventEntry) -> set[str]:
    """The names of what changed. Raises BadFile for what a file cannot change."""
    kinds = _kinds(event)
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
    return _limits(path, entry, kinds) | _ticket_types(event, entry, kinds)


def _kinds(event: Event) -> Sequence[TicketType]:
    order = (TicketType.position, TicketType.id)
    return db.session.scalars(sa.select(TicketType).where(TicketType.event_id == event.id).order_by(*order)).all()


def _room(kinds: Sequence[TicketType]) -> Quota | None:
    """The limit over all ticket types that a file calls the capacity of the event: one without a name."""
    room = room_of(kinds)
    return room if room and not room.name else None


def _others(kinds: Sequence[TicketType]) -> list[Shared]:
    """The shared limits that are named in a file."""
    room = _room(kinds)
    return [each for each in shared_limits(kinds) if each.quota is not room]


def _limits(path: str, entry: EventEntry, kinds: Sequence[TicketType]) -> set[str]:
    room = _room(kinds)
    if (room is None) != (entry.capacity is None):
        raise wrong(f"{path}.capacity", _("a file cannot add or remove a limit over all ticket types"))
    changed = _resize(room, entry.capacity)
    if not entry.quota:
        return changed
    known = {each.quota.name: each for each in _others(kinds)}
    if set(known) != {each.name for each in entry.quota}:
        raise wrong(f"{path}.quota", _("a file cannot add or remove a limit over several ticket types"))
    there = {kind.slug for kind in kinds}
    for number, wanted in enumerate(entry.quota, 1):
        limit = known[wanted.name]
        if {kind.slug for kind in limit.kinds} != there & set(wanted.ticket_types):
            raise wrong(f"{path}.quota[{number}].ticket_types", _("a file cannot change what a limit is over"))
        changed |= _resize(limit.quota, wanted.capacity)
    return changed


def _ticket_types(event: Event, entry: EventEntry, kinds: Sequence[TicketType]) -> set[str]:
    known = {kind.slug: kind for kind in kinds}
    room, shared = _room(kinds), {each.quota.name: each.quota for each in _others(kinds)}
    changed: set[str] = set()
    for position, wanted in enumerate(entry.ticket_type):
        if kind := known.get(wanted.slug):
            changed |= _resize(own_limit(kind, kinds), wanted.capacity) | _adapt(kind, wanted, position)
        else:
            over = [shared[each.name] for each in entry.quota if wanted.slug in each.ticket_types]
            add_ticket_type(event, ticket_type(wanted), position, [room, *over] if room else over)
            changed.add("ticket_types")
    return changed


def _adapt(kind: TicketType, wanted: TicketTypeEntry, position: int) -> set[str]:
    said = [name for name in LATER if name in wanted.model_fields_set]
    values = {"name": wanted.name, "position": position} | {name: getattr(wanted, name) for name in said}
    changed = {name: value for name, value in values.items() if getattr(kind, name) != value}
    for name, value in changed.items():
        setattr(kind, name, value)
    return {"ticket_types"} if changed else set()


def _resize(quota: Quota | None, size: int | None) -> set[str]:
    """Only the size: the counters belong to registration."""
    if quota is None or quota.size == size:
        return set()
    quota.size = size
    return {"capacity"}


def seats_told(event: Event) -> dict[str, Any]:
    """The keys of a file that say the same again."""
    kinds = _kinds(event)
    if _is_plain(kinds):
        return {"capacity": kinds[0].quotas[0].size}
    room = _room(kinds)
    return {
        "capacity": room.size if room else None,
        "ticket_type": [_kind_told(kind, kinds, event.languages) for kind in kinds],
        "quota": [
            {"name": q.name, "capacity": q.size, "ticket_types": [k.slug for k in over]} for q, over in _others(kinds)
        ],
    }


def _is_plain(kinds: Sequence[TicketType]) -> bool:
    """Is there one way of attending only, about which nothing is said but how many come?"""
    first = kinds[0]
    said = (first.name, first.description, first.opens, first.closes)
    undecided = first.approval == Approval.NONE and not any(said)
    return len(kinds) == 1 and first.slug == "general" and undecided and len(first.quotas) == 1


def _kind_told(kind: TicketType, kinds: Sequence[TicketType], languages: Sequence[str]) -> dict[str, Any]:
    own = own_limit(kind, kinds)
    said = {name: getattr(kind, name) for name in LATER}
    said["description"] = _said(kind.description, languages)
    said["approval"] = None if kind.approval == Approval.NONE else kind.approval
    return {"slug": kind.slug, "name": _said(kind.name, languages), "capacity": own.size if own else None, **said}


def _said(texts: LanguageMap, languages: Sequence[str]) -> LanguageMap:
    """Without what is left from a language that the event has no more."""
    return {tag: text for tag, text in texts.items() if tag in languages}
