"""Event files: what they name is made, or with `update` brought into line. All of it or nothing.

Start here; `file_shape` says what may stand in a file, `file_checks` what must fit, `file_update` what may change.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events import directory, editing, file_update
from eventsvc.events.editing import EventSpec, SharedLimit
from eventsvc.events.file_checks import check, occurrences
from eventsvc.events.file_seats import ticket_type
from eventsvc.events.file_shape import BadFile, EventEntry, EventFile, read, wrong
from eventsvc.events.models import Event, EventStatus
from eventsvc.events.slugs import is_taken
from eventsvc.i18n import _, language_name

Gaps = Callable[[Event], list[tuple[str, str]]]
"""Names the texts that an event lacks, as (language, field)."""


@dataclass(frozen=True)
class Imported:
    """One event of a file: made, or changed in these columns; `matters` where people's calendars need an update."""

    event: Event
    is_new: bool
    changed: frozenset[str] = frozenset()
    matters: bool = False


More = Callable[[str, Event, EventEntry], AbstractSet[str]]
"""Takes in the rest of an entry, by its path in the file; the names of what changed. Raises BadFile."""


def _nothing_more(path: str, _event: Event, entry: EventEntry) -> AbstractSet[str]:
    if entry.question:
        raise NotImplementedError(f"{path}.question")
    return frozenset()


def import_file(source: Path | str, *, publish: bool = False, update: bool = False) -> list[Event]:
    """Take in the file at a path, or a text, in the caller's transaction. Raises BadFile; then nothing may be kept."""
    return [imported.event for imported in apply(read(source), publish=publish, update=update)]


def apply(
    file: EventFile,
    *,
    publish: bool = False,
    update: bool = False,
    gaps: Gaps = editing.gaps,
    more: More = _nothing_more,
) -> list[Imported]:
    """The same with a file already read, and with what changed: telling people is the business of registration.

    `gaps` tells what an event lacks: whoever knows of more texts than we do says so. `more` takes in what we do not
    know of: the questions.
    """
    check(file)
    directory.take_in(file, update=update)
    for entry in file.event:
        if entry.session:
            directory.programme(entry.slug, entry.title, update=update)
    done = [_with(more, path, entry, _take(path, entry, update=update)) for path, entry in occurrences(file)]
    for imported in done:
        if publish or imported.event.status == EventStatus.PUBLISHED:
            refuse_gaps(imported.event, gaps)
        if publish and imported.event.status == EventStatus.DRAFT:
            editing.publish(imported.event)
    db.session.flush()
    return done


def _with(more: More, path: str, entry: EventEntry, imported: Imported) -> Imported:
    return replace(imported, changed=imported.changed | more(path, imported.event, entry))


def refuse_gaps(event: Event, gaps: Gaps = editing.gaps) -> None:
    """Raises BadFile, naming each language and field, where a language of the event lacks a text."""
    if found := gaps(event):
        named = ", ".join(f"{language_name(tag)}: {field}" for tag, field in found)
        raise BadFile(_("%(slug)s cannot be published: texts are missing (%(gaps)s).", slug=event.slug, gaps=named))


def _take(path: str, entry: EventEntry, *, update: bool) -> Imported:
    known = db.session.scalar(sa.select(Event).where(Event.slug == entry.slug).with_for_update())
    if known is None:
        if is_taken("event", entry.slug):
            raise wrong(f"{path}.slug", _("%(slug)s was the address of another event", slug=entry.slug))
        return Imported(editing.create(_spec(entry)), is_new=True)
    if not update:
        raise wrong(f"{path}.slug", _("%(slug)s is there already; say --update to change it", slug=entry.slug))
    sequence = known.sequence
    changed = file_update.bring_into_line(path, known, columns(entry), entry)
    return Imported(known, is_new=False, changed=frozenset(changed), matters=known.sequence > sequence)


def columns(entry: EventEntry) -> dict[str, Any]:
    """The plain columns of the event that an entry means."""
    same = ("languages", "title", "summary", "description", "access", "contact", "starts", "ends", "timezone",
            "attendance", "visibility", "interpretation", "registration_opens", "registration_closes", "join_url",
            "waitlist", "confirms_address", "party_most", "promote_late", "retention_days")  # fmt: skip
    return {name: getattr(entry, name) for name in same} | {
        "starts_fold": entry.starts_fold or 0,
        "ends_fold": entry.ends_fold or 0,
        "venue": entry.venue.model_dump(exclude_defaults=True),
        "note": entry.kind,
        "waitlist_most": entry.waitlist_most or None,
        "offer_hours": entry.offer_hours or None,
    }


def _spec(entry: EventEntry) -> EventSpec:
    return EventSpec(
        slug=entry.slug,
        host=directory.organization_named(entry.host),
        co_hosts=[directory.organization_named(name) for name in entry.co_hosts],
        programme=directory.programme(entry.programme) if entry.programme else None,
        tags=[directory.tag(slug) for slug in entry.tags],
        materials=[(material.title, material.released) for material in entry.material],
        ticket_types=[ticket_type(kind) for kind in entry.ticket_type],
        shared_limits=[SharedLimit(each.name, each.capacity, tuple(each.ticket_types)) for each in entry.quota],
        capacity=entry.capacity,
        **columns(entry),
    )
