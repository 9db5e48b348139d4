"""The page of an event, kept rendered in this process while it is true.

It is a function of the event's version, the language, the words for how full it is, and how many of the moments at
which it changes by itself have passed. One tiny query asks for the first and the third; nothing here is ever stale.
"""

from collections import OrderedDict
from datetime import datetime
from typing import NamedTuple, TypeVar

from flask import current_app, render_template

from eventsvc import clock
from eventsvc.events import fullness, queries
from eventsvc.events.facts import EventFacts
from eventsvc.i18n import language
from eventsvc.packing import Kept

Value = TypeVar("Value")
MOST_PAGES = 1024
"""Some fifteen kilobytes each."""


class Shelf(OrderedDict[object, Value]):
    """A bounded number of things; the one not asked for the longest makes room for the newest."""

    def find(self, key: object) -> Value | None:
        try:
            self.move_to_end(key)
            return self[key]
        except KeyError:
            return None

    def put(self, key: object, value: Value) -> Value:
        self[key] = value
        while len(self) > MOST_PAGES:
            self.popitem(last=False)
        return value


class Pages:
    """What one application keeps."""

    def __init__(self) -> None:
        self.facts: Shelf[EventFacts] = Shelf()
        self.rendered: Shelf[Kept] = Shelf()
        self.lists: Shelf[tuple[object, Kept]] = Shelf()  # by address, each with the state it was true in


class Seen(NamedTuple):
    """An event at this moment, and how full each of its ticket types is."""

    event: EventFacts
    words: dict[int, fullness.Fullness]
    at: datetime

    @property
    def state(self) -> tuple[object, ...]:
        """What every page around the event is a function of: another one whenever one of them would be."""
        event = self.event
        return (event.uid, event.version, language(), tuple(sorted(self.words.items())), event.phase(self.at))


def see(slug: str) -> Seen | None:
    """The event with this slug, by one tiny query; None where it has no public page."""
    looked = queries.look(slug)
    if looked is None:
        return None
    pages: Pages = current_app.extensions["eventsvc.pages"]
    event = pages.facts.find((looked.uid, looked.version)) or _read(pages, slug)
    if event is None:
        return None
    return Seen(
        event, fullness.by_ticket_type(looked.seats, waitlist=event.waitlist, most=event.waitlist_most), clock.now()
    )


def event_page(slug: str) -> Kept | None:
    """The page in the language being spoken; None where the event has no public page."""
    seen = see(slug)
    if seen is None:
        return None
    pages: Pages = current_app.extensions["eventsvc.pages"]
    state = seen.state
    return pages.rendered.find(state) or pages.rendered.put(state, Kept(_render(seen).encode()))


def keep(html: str) -> Kept:
    """A rendered page as it is sent; packed only once, as long as it stays the same."""
    pages: Pages = current_app.extensions["eventsvc.pages"]
    page = Kept(html.encode())
    return pages.rendered.find(page.etag) or pages.rendered.put(page.etag, page)


def _read(pages: Pages, slug: str) -> EventFacts | None:
    event = queries.facts(slug)
    return event and pages.facts.put((event.uid, event.version), event)


def _render(seen: Seen) -> str:
    return render_template(
        "events/event.html",
        event=seen.event,
        words=seen.words,
        overall=fullness.overall(seen.words.values()),
        standing=seen.event.standing(seen.at),
        at=seen.at,
    )
