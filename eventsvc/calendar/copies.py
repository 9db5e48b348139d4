"""Copies of one event for calendars on the web: what the page of an event and a person's own page offer."""

from collections.abc import Iterator
from typing import NamedTuple

from eventsvc import clock
from eventsvc.calendar import links
from eventsvc.calendar.entries import page_of
from eventsvc.calendar.ical import Entry
from eventsvc.events.facts import EventFacts
from eventsvc.events.models import CoHost, Event
from eventsvc.events.places import place_line
from eventsvc.i18n import _, joined, language, pick


class Copy(NamedTuple):
    """A calendar on the web, and the link that puts a copy of the event there."""

    name: str
    url: str


def copies(event: Event | EventFacts) -> list[Copy]:
    """In the language being spoken. Other people's calendars are told what everybody may know: never how to join."""
    entry = _entry(event)
    return [
        Copy("Google", links.google(entry)),
        Copy("Outlook.com", links.outlook(entry)),
        Copy("Microsoft 365", links.office365(entry)),
        Copy("Yahoo", links.yahoo(entry)),
    ]


def _entry(event: Event | EventFacts) -> Entry:
    title, tag = pick(event.title, language(), event.languages)
    now = clock.now()  # these links carry neither a number nor an age
    return Entry(
        uid=event.uid,
        sequence=0,
        created=now,
        last_modified=now,
        starts=event.starts_local,
        ends=event.ends_local,
        summary=title,
        description="\n\n".join(filter(None, _words(event))),
        location=place_line(event),
        url=page_of(event, language()),
        language=tag,
    )


def _words(event: Event | EventFacts) -> Iterator[str]:
    yield pick(event.summary, language(), event.languages)[0]
    co_hosts = [each.organization if isinstance(each, CoHost) else each for each in event.co_hosts]
    names = [each.name_in(language()) for each in (event.host, *co_hosts)]
    yield _("Hosts: %(names)s", names=joined(names))
