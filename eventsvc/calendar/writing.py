"""The file for a state: its name, what it is called, and what stands in it, in one language."""

from collections.abc import Sequence

from eventsvc.calendar.choices import choice_words
from eventsvc.calendar.editions import Wanted, edition
from eventsvc.calendar.entries import cancelled_prefix, entry, wording
from eventsvc.calendar.feeds import State, events_in, subject
from eventsvc.calendar.ical import calendar_file
from eventsvc.calendar.kept import File
from eventsvc.calendar.sound import sound
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, Organization, Programme, Tag
from eventsvc.i18n import _, pick
from eventsvc.intake import current_settings


def file(state: State, language: str | None) -> File:
    """The file in this language or, with none named, with each event in its first. May commit (`editions`)."""
    if state.kind == "event":
        return edition(Wanted(state, language, lambda: _event_file(state, language)))
    return edition(
        Wanted(
            state,
            language,
            lambda: _feed(state, language, events_in(state)),
            lambda: _feed(state, language, _sound(events_in(state), language)),
        )
    )


def _sound(events: Sequence[Event], language: str | None) -> Sequence[Event]:
    """Those of which a good file can be written."""

    def write(each: Sequence[Event]) -> bytes:
        entries = [entry(event, language) for event in each]
        return calendar_file(entries, refresh=None, cancelled_prefix=cancelled_prefix)

    return sound(write, events)


def _event_file(state: State, language: str | None) -> File:
    events = events_in(state)
    if not events:  # withdrawn a moment ago
        raise NotFound
    body = calendar_file([entry(events[0], language)], refresh=None, cancelled_prefix=cancelled_prefix)
    return File(f"{events[0].slug}.ics", body, state.changed)


def _feed(state: State, language: str | None, events: Sequence[Event]) -> File:
    tag = language or current_settings().language
    owner = subject(state)
    with wording(tag):
        name = " · ".join([_name(owner, tag), *choice_words(state.chosen, events)])
        description = _("Public events of the last three months, and all that are to come.")
    entries = [entry(event, language) for event in events]
    body = calendar_file(entries, name=name, description=description, language=tag, cancelled_prefix=cancelled_prefix)
    return File(f"{owner.slug if owner else 'all'}.ics", body, state.changed)


def _name(owner: Organization | Programme | Tag | None, tag: str) -> str:
    if owner is None:
        return current_settings().operator_name or _("Events")
    if isinstance(owner, Organization):
        return owner.name_in(tag)
    return pick(owner.name, tag)[0] or owner.slug
