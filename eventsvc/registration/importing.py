"""Event files for events that people have registered for: who is concerned hears of a change, who waits moves up."""

from functools import partial
from pathlib import Path
from typing import Any

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


def import_file(source: Path, *, publish: bool, update: bool) -> list[Imported]:
    """The whole unit, in a transaction of its own. Raises BadFile; then nothing of it is kept."""
    file = read(source)
    return attempt(lambda: _take_in(file, publish=publish, update=update))


def _take_in(file: EventFile, *, publish: bool, update: bool) -> list[Imported]:
    with transaction():
        before = {event.id: _remembered(event) for event in _known(file)} if update else {}
        done = apply(file, publish=publish, update=update)
        for imported in done:
            if not imported.is_new:
                _follow_up(imported, before[imported.event.id])
    return done


def apply(file: EventFile, *, publish: bool = False, update: bool = False) -> list[Imported]:
    """Events with their questions, in the caller's transaction; nobody hears of what changed. Raises BadFile."""
    asked = partial(question_files.take_in, count=options.counted)
    return files.apply(file, publish=publish, update=update, gaps=gaps, more=asked)


def _known(file: EventFile) -> list[Event]:
    slugs = [entry.slug for _path, entry in occurrences(file)]
    return list(db.session.scalars(sa.select(Event).where(Event.slug.in_(slugs)).order_by(Event.id)))


def _remembered(event: Event) -> tuple[dict[str, Any], str]:
    """Holds the quotas, so that nobody gets a seat with the old facts in the letter."""
    quotas.lock(event)
    return announcements.snapshot(event), event.join_url


def _follow_up(imported: Imported, remembered: tuple[dict[str, Any], str]) -> None:
    before, old_link = remembered
    if imported.matters:
        announcements.announce_change(imported.event, before, old_link)
    if "capacity" in imported.changed:
        cancellation.move_queue(imported.event)
