"""What is true of an event file as a whole: languages, times and names that must fit each other."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from eventsvc.events.file_question_checks import check_questions, check_quotas
from eventsvc.events.file_shape import EventEntry, EventFile, Occasion, refuse_twins, wrong
from eventsvc.events.slugs import LONGEST
from eventsvc.i18n import _
from eventsvc.zones import DoubledTime, MissingTime, local_instant

Placed = tuple[str, EventEntry]
"""A path in the file, and the event that stands there."""


def occurrences(file: EventFile) -> Iterator[Placed]:
    """One event each; those of a series with what they take from it, in order."""
    for number, entry in enumerate(file.event, 1):
        if not entry.session:
            yield f"event[{number}]", entry
        for position, session in enumerate(entry.session, 1):
            own = {name: value for name, value in session if value not in (None, {})}
            folds = {"starts_fold": session.starts_fold, "ends_fold": session.ends_fold}
            made = {"slug": f"{entry.slug}-{position}", "programme": entry.slug, "session": []}
            yield f"event[{number}].session[{position}]", entry.model_copy(update=own | folds | made)


def check(file: EventFile) -> None:
    """Raises BadFile with the first thing that does not fit."""
    refuse_twins("event", (entry.slug for entry in file.event), "slug")
    refuse_twins("organization", (entry.name for entry in file.organization), "name")
    refuse_twins("programme", (entry.slug for entry in file.programme), "slug")
    refuse_twins("tag", (entry.slug for entry in file.tag), "slug")
    for number, entry in enumerate(file.event, 1):
        path = f"event[{number}]"
        _check_texts(path, entry.languages, entry)
        _check_times(path, entry)
        _check_hosts(path, entry)
        _check_ticket_types(path, entry)
        check_quotas(path, entry)
        check_questions(path, entry)
    for path, entry in occurrences(file):
        _check_texts(path, entry.languages, entry)
        _check_times(path, entry)
        if len(entry.slug) > LONGEST:
            raise wrong(f"{path}.slug", _("is too long for an event with sessions"))


def _check_ticket_types(path: str, entry: EventEntry) -> None:
    refuse_twins(f"{path}.ticket_type", (kind.slug for kind in entry.ticket_type), "slug")
    for number, kind in enumerate(entry.ticket_type, 1):
        own = f"{path}.ticket_type[{number}]"
        if not kind.name and len(entry.ticket_type) > 1:
            raise wrong(f"{own}.name", _("is missing"))
        _check_window(own, entry.timezone, "opens", kind.opens, "closes", kind.closes)


def _check_texts(path: str, languages: list[str], entry: Occasion) -> None:
    for field, texts in _texts_of(entry):
        for tag in texts:
            if tag not in languages:
                raise wrong(f"{path}.{field}.{tag}", _("is not one of the event's languages"))
    if not entry.title.get(languages[0]):
        raise wrong(f"{path}.title.{languages[0]}", _("is missing: it is the event's first language"))


def _texts_of(entry: Any) -> Iterator[tuple[str, dict[str, str]]]:
    for field in ("title", "summary", "description", "access", "contact"):
        yield field, getattr(entry, field, {})
    for number, kind in enumerate(getattr(entry, "ticket_type", ()), 1):
        yield f"ticket_type[{number}].name", kind.name
        yield f"ticket_type[{number}].description", kind.description
    for number, material in enumerate(getattr(entry, "material", ()), 1):
        yield f"material[{number}].title", material.title


def _check_times(path: str, entry: EventEntry) -> None:
    starts = _instant(f"{path}.starts", entry.starts, entry.timezone, entry.starts_fold)
    ends = _instant(f"{path}.ends", entry.ends, entry.timezone, entry.ends_fold)
    if ends <= starts:
        raise wrong(f"{path}.ends", _("is not after the start"))
    _check_window(
        path,
        entry.timezone,
        "registration_opens",
        entry.registration_opens,
        "registration_closes",
        entry.registration_closes,
    )
    for number, material in enumerate(entry.material, 1):
        if material.released:
            _instant(f"{path}.material[{number}].released", material.released, entry.timezone, 0)


def _check_window(
    path: str, zone: str, opening: str, opens: datetime | None, closing: str, closes: datetime | None
) -> None:
    for name, moment in ((opening, opens), (closing, closes)):
        if moment:  # it must exist; of two it is the first that opens and the second that closes (zones)
            _instant(f"{path}.{name}", moment, zone, 0)
    if opens and closes and closes <= opens:
        raise wrong(f"{path}.{closing}", _("is not after the opening"))


def _instant(path: str, moment: datetime, zone: str, fold: int | None) -> datetime:
    try:
        return local_instant(moment, zone, fold)
    except MissingTime:
        raise wrong(path, _("the clocks in %(zone)s skip this time on that day", zone=zone)) from None
    except DoubledTime:
        sentence = _(
            "the clocks in %(zone)s show this time twice on that day; add %(key)s = 0 for the first or 1 for the second",
            zone=zone,
            key=f"{path.rpartition('.')[2]}_fold",
        )
        raise wrong(path, sentence) from None


def _check_hosts(path: str, entry: EventEntry) -> None:
    if entry.host in entry.co_hosts:
        raise wrong(f"{path}.co_hosts", _("%(name)s is the host already", name=entry.host))
    refuse_twins(f"{path}.co_hosts", entry.co_hosts, "name")
