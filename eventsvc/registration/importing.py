"""Event files for events that people have registered for: who is concerned hears of a change, who waits moves up."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc.db import attempt, db, transaction
from eventsvc.events import files
from eventsvc.events.file_checks import occurrences
from eventsvc.events.file_shape import EventFile, read
from eventsvc.events.files import Imported
from eventsvc.events.models import Event
from eventsvc.questions import files as question_files
from eventsvc.questions.gaps import gaps
from eventsvc.registration import announcements, cancellation, options, quotas
from eventsvc.registration.audience import Audience, audience
from eventsvc.registration.differences import Difference, differences, snapshot


class TakenIn(NamedTuple):
    """One event of a file; what of its change is announced, and to whom: None where nobody has to be told."""

    imported: Imported
    told: Audience | None = None
    changes: Sequence[Difference] = ()


def import_file(source: Path, *, publish: bool, update: bool) -> list[TakenIn]:
    """The whole unit, in a transaction of its own. Raises BadFile; then nothing of it is kept."""
    file = read(source)
    return attempt(lambda: _take_in(file, publish=publish, update=update))


def _take_in(file: EventFile, *, publish: bool, update: bool) -> list[TakenIn]:
    with transaction():
        before = {event.id: _remembered(event) for event in _known(file)} if update else {}
        done = apply(file, publish=publish, update=update)
        return [TakenIn(each) if each.is_new else _follow_up(each, before[each.event.id]) for each in done]


def apply(file: EventFile, *, publish: bool = False, update: bool = False) -> list[Imported]:
    """Events with their questions, in the caller's transaction; nobody hears of what changed. Raises BadFile."""
    asked = partial(question_files.take_in, count=options.counted)
    return files.apply(file, publish=publish, update=update, gaps=gaps, more=asked)


def _known(file: EventFile) -> list[Event]:
    slugs = [entry.slug for _path, entry in occurrences(file)]
    return list(db.session.scalars(sa.select(Event).where(Event.slug.in_(slugs)).order_by(Event.id)))


def _remembered(event: Event) -> dict[str, Any]:
    """Holds the quotas, so that nobody gets a seat with the old facts in the letter."""
    quotas.lock(event)
    return snapshot(event)


def _follow_up(imported: Imported, before: Mapping[str, Any]) -> TakenIn:
    done = TakenIn(imported)
    if imported.matters and announcements.announce_change(imported.event, before):
        done = TakenIn(imported, audience(imported.event), differences(imported.event, before))
    if "capacity" in imported.changed:
        cancellation.move_queue(imported.event)
    return done
