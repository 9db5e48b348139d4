"""Ways to pass an event on: links to messengers and mail that carry the words and the address, and nothing to follow by.

Signal has none on purpose (its makers declined every proposal of one), so for Signal there is the link to copy.
"""

from typing import NamedTuple
from urllib.parse import quote, urlencode

from eventsvc.events.facts import EventFacts
from eventsvc.events.models import EventStatus
from eventsvc.events.places import place_line
from eventsvc.i18n import _, date_text, language, offset_text, pick, time_text
from eventsvc.intake import current_settings


class Ways(NamedTuple):
    """Addresses. The short one is for reading and printing; the page is the same in the language being spoken."""

    short: str
    page: str
    whatsapp: str
    telegram: str
    mail: str
    title: str
    words: str

    @property
    def short_words(self) -> str:
        """The short link as people read it, without `https://`."""
        return self.short.partition("://")[2]


def ways(event: EventFacts) -> Ways:
    """In the language being spoken: whoever opens the page is met in the language of the message."""
    page, title, words = page_address(event.slug), _title(event), _words(event)
    letter = f"{words}\n\n{page}\n".replace("\n", "\r\n")  # line ends as a mailto link has them (RFC 6068 section 5)
    return Ways(
        short=short_address(event.slug),
        page=page,
        whatsapp="https://wa.me/?" + _query(text=f"{words}\n{page}"),
        telegram="https://t.me/share/url?" + _query(url=page, text=words),
        mail="mailto:?" + _query(subject=title, body=letter),
        title=title,
        words=words,
    )


def short_address(slug: str) -> str:
    return f"{current_settings().origin}/e/{slug}"


def page_address(slug: str) -> str:
    """Of the page of an event, in the language being spoken."""
    return f"{current_settings().origin}/{language()}/events/{slug}"


def _title(event: EventFacts) -> str:
    title = pick(event.title, language(), event.languages)[0]
    return f"{_('Cancelled:')} {title}" if event.status == EventStatus.CANCELLED else title


def _words(event: EventFacts) -> str:
    starts = event.starts_local
    when = f"{date_text(starts)}, {time_text(starts)} ({offset_text(starts)})"
    return "\n".join(filter(None, (_title(event), when, place_line(event))))


def _query(**fields: str) -> str:
    return urlencode(fields, quote_via=quote, safe="")
