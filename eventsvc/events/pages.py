"""The page of an event, kept rendered in this process while it is true.

It is a function of the event's version, the language, the words for how full it is, and how many of the moments at
which it changes by itself have passed. One tiny query asks for the first and the third; nothing here is ever stale.
"""

import hashlib
from collections import OrderedDict
from typing import NamedTuple, TypeVar

from flask import current_app, render_template

from eventsvc import clock
from eventsvc.events import fullness, queries
from eventsvc.events.facts import EventFacts
from eventsvc.i18n import language

Value = TypeVar("Value")
MOST_PAGES = 512
"""Some ten kilobytes each."""


class Kept(NamedTuple):
    """A rendered page and the mark of its content."""

    body: bytes
    etag: str


class Shelf(OrderedDict[object, Value]):
    """A bounded number of things; the oldest makes room for the newest."""

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


def event_page(slug: str) -> Kept | None:
    """The page in the language being spoken; None where the event has no public page."""
    seen = queries.look(slug)
    if seen is None:
        return None
    pages: Pages = current_app.extensions["eventsvc.pages"]
    event = pages.facts.get((seen.uid, seen.version)) or _read(pages, slug)
    if event is None:
        return None
    words = fullness.by_ticket_type(seen.seats, waitlist=event.waitlist)
    now = clock.now()
    key = (event.uid, event.version, language(), tuple(sorted(words.items())), event.phase(now))
    return pages.rendered.get(key) or pages.rendered.put(key, keep(_render(event, words)))


def _read(pages: Pages, slug: str) -> EventFacts | None:
    event = queries.facts(slug)
    return event and pages.facts.put((event.uid, event.version), event)


def keep(html: str) -> Kept:
    """A rendered page with its mark."""
    body = html.encode()
    return Kept(body, hashlib.blake2s(body, digest_size=12).hexdigest())


def _render(event: EventFacts, words: dict[int, fullness.Fullness]) -> str:
    now = clock.now()
    return render_template(
        "events/event.html",
        event=event,
        words=words,
        overall=fullness.overall(words.values()),
        standing=event.standing(now),
        at=now,
    )
