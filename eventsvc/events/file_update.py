"""A known event, brought into line with a file: through `editing.change`, so that calendars follow."""

from typing import Any

from eventsvc.db import db
from eventsvc.events import directory, editing
from eventsvc.events.file_seats import bring_seats_into_line
from eventsvc.events.file_shape import EventEntry
from eventsvc.events.models import CoHost, Event, Material

LATER = {"waitlist_most", "offer_hours", "confirms_address", "party_most", "promote_late", "retention_days"}
"""Rules that a file may leave out, and they stay as they are."""


def bring_into_line(path: str, event: Event, columns: dict[str, Any], entry: EventEntry) -> set[str]:
    """The names of what changed, flushed into the caller's transaction. Raises BadFile for what a file cannot change.

    Seats that become free by a larger capacity are for the waitlist: the caller promotes.
    """
    wanted = columns | {
        "host_id": directory.organization_named(entry.host).id,
        "programme_id": directory.programme(entry.programme).id if entry.programme else None,
        "note": columns["note"] or event.note,
    }
    for name in LATER - entry.model_fields_set:
        del wanted[name]
    changed = {name for name, value in wanted.items() if getattr(event, name) != value}
    editing.change(event, **wanted)
    around = _co_hosts(event, entry) | _tags(event, entry) | _materials(event, entry)
    around |= bring_seats_into_line(path, event, entry)
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
