"""Which words a reader gets: the organizers' own ones where there are any in that language, else the usual ones."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app

from eventsvc.db import core, table_of
from eventsvc.events.models import Event
from eventsvc.events.pages import Shelf
from eventsvc.i18n import date_text, number_text, time_text, zone_text
from eventsvc.languages import LANGUAGES, primary
from eventsvc.letters.editable import LETTERS
from eventsvc.letters.models import LetterText
from eventsvc.letters.placeholders import fill, fill_apart, harmless, named_in
from eventsvc.mail.headers import one_line
from eventsvc.mail.letters import OwnWords, Piece

SHELF = "eventsvc.letters.wordings"
_table = table_of(LetterText)
_BY_EVENT = sa.select(_table.c.letter, _table.c.language, _table.c.subject, _table.c.text).where(
    _table.c.event_id == sa.bindparam("event")
)
_PIECES = re.compile(r"(?P<link>https://[^\s<>\"{}]*[^\s<>\"{}.,;:!?)\]'»”…،؛؟])|(?P<break>\n)")


class Wording(NamedTuple):
    """A subject and a text as organizers wrote them; an empty one stands for the usual one."""

    subject: str = ""
    text: str = ""

    @property
    def placeholders(self) -> set[str]:
        return named_in(self.subject) | named_in(self.text)


Wordings = Mapping[tuple[str, str], Wording]
"""By letter and language."""


def wordings(event: Event) -> Wordings:
    """All of the event's, kept in this process while they are true: one query for each version of the event."""
    shelf: Shelf[tuple[Wordings]] = current_app.extensions.setdefault(SHELF, Shelf())
    # The time of the change beside the version: of a change that was rolled back the version comes again.
    key = (event.uid, event.version, event.changed_at)
    found = shelf.find(key) or shelf.put(key, (_read(event),))
    return found[0]


def _read(event: Event) -> Wordings:
    rows = core().execute(_BY_EVENT, {"event": event.id})
    return {(row.letter, row.language): Wording(row.subject, row.text) for row in rows}


def slots(event: Event, read: Iterable[str] = ()) -> list[str]:
    """The languages to write in: those of the event, as the interface has them, and those that its readers `read`."""
    of_event = [primary(tag) if primary(tag) in LANGUAGES else tag for tag in event.languages]
    return list(dict.fromkeys([*of_event, *(tag for tag in LANGUAGES if tag in set(read))]))


def chosen(event: Event, letter: str, language: str, written: Wordings) -> tuple[str, Wording] | None:
    """The own words for a reader of this language, and the language they are in; None: the usual ones.

    Readers choose among the languages of the interface. An event in another one besides, such as Arabic, has words in
    it for those who read none of its other languages.
    """
    if letter not in LETTERS:
        return None
    if found := written.get((letter, language)):
        return language, found
    if language in slots(event):
        return None
    elsewhere = (tag for tag in slots(event) if tag not in LANGUAGES)
    return next(((tag, found) for tag in elsewhere if (found := written.get((letter, tag)))), None)


def filled(letter: str, tag: str, wording: Wording, told: Mapping[str, Any]) -> OwnWords:
    """These words for the reader to whom the letter tells this, whose language is spoken.

    Cannot fail: a placeholder for something that the letter does not tell is left out.
    """
    values = _values(letter, told)
    text = fill_apart(wording.text, values).strip()
    subject = one_line(fill(wording.subject, values))
    return OwnWords(subject, text, [list(_pieces(each)) for each in re.split(r"\n\s*\n", text) if each.strip()], tag)


def _values(letter: str, told: Mapping[str, Any]) -> dict[str, str]:
    values = {
        "name": harmless(str(told.get("name") or "")),
        "title": str(told.get("title") or ""),
        "starts": _moment(told.get("starts")),
        "place": str(told.get("place") or ""),
        "organization": str(told.get("organization") or ""),
        "ticket_type": str(told.get("ticket_type") or ""),
        "queue_place": number_text(told["queue_place"]) if told.get("queue_place") else "",
        "offer_until": _moment(told.get("offer_until")),
    }
    return {name: one_line(values[name]) for name in LETTERS[letter].placeholders}


def _moment(moment: Any) -> str:
    return f"{date_text(moment)}, {time_text(moment)} ({zone_text(moment)})" if moment else ""


def _pieces(paragraph: str) -> Iterable[Piece]:
    end = 0
    for found in _PIECES.finditer(paragraph):
        if found.start() > end:
            yield Piece(paragraph[end : found.start()])
        yield Piece(found[0], found.lastgroup or "")
        end = found.end()
    if end < len(paragraph):
        yield Piece(paragraph[end:])


def uses(event: Event, letter: str, placeholder: str) -> bool:
    """Do the event's own words for this letter, in any language, have this placeholder?"""
    return any(name == letter and placeholder in each.placeholders for (name, _tag), each in wordings(event).items())
