"""The file for a state: its name, what it is called, and what stands in it, in one language."""

from flask import current_app

from eventsvc.calendar.entries import cancelled_prefix, entry, wording
from eventsvc.calendar.feeds import State, events_in, subject
from eventsvc.calendar.ical import calendar_file
from eventsvc.calendar.kept import File, Shelf
from eventsvc.errors import NotFound
from eventsvc.events.models import Organization, Programme, Tag
from eventsvc.i18n import _, pick
from eventsvc.intake import current_settings

SHELF = "eventsvc.calendar.shelf"


def file(state: State, language: str | None) -> File:
    """The file in this language or, with none named, with each event in its first; from the shelf where it is there."""
    shelf: Shelf = current_app.extensions[SHELF]
    write = _event_file if state.kind == "event" else _feed
    return shelf.take((state.kind, state.id, language), state, lambda: write(state, language))


def known_file(state: State, language: str | None) -> File | None:
    """The same, if it is on the shelf."""
    shelf: Shelf = current_app.extensions[SHELF]
    return shelf.look((state.kind, state.id, language), state)


def _event_file(state: State, language: str | None) -> File:
    events = events_in(state)
    if not events:  # withdrawn a moment ago
        raise NotFound
    body = calendar_file([entry(events[0], language)], refresh=None, cancelled_prefix=cancelled_prefix)
    return File(f"{events[0].slug}.ics", body, state.changed)


def _feed(state: State, language: str | None) -> File:
    tag = language or current_settings().language
    owner = subject(state)
    with wording(tag):
        name = _name(owner, tag)
        description = _("Public events of the last three months, and all that are to come.")
    entries = [entry(event, language) for event in events_in(state)]
    body = calendar_file(entries, name=name, description=description, language=tag, cancelled_prefix=cancelled_prefix)
    return File(f"{owner.slug if owner else 'all'}.ics", body, state.changed)


def _name(owner: Organization | Programme | Tag | None, tag: str) -> str:
    if owner is None:
        return current_settings().operator_name or _("Events")
    if isinstance(owner, Organization):
        return owner.name_in(tag)
    return pick(owner.name, tag)[0] or owner.slug
