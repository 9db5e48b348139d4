"""The page with the form, kept rendered in this process while it is true; only the id in its form is new each time.

It is a function of the same things as the page of the event, asked for by the same tiny query. Of an event that is
over nothing is kept: one day it is purged, and then this page is gone.
"""

import secrets
from typing import NamedTuple

from flask import Request, Response, current_app

from eventsvc import packing, tokens
from eventsvc.events.models import Event
from eventsvc.events.pages import Seen, Shelf
from eventsvc.packing import Gapped, Kept
from eventsvc.registration.choices import Choice
from eventsvc.registration.consent import VERSION

SHELF = "eventsvc.registration.form_pages"
GAP = f"form-id-{secrets.token_hex(16)}"
"""Stands where the id of the form will; nobody can have written it anywhere else."""


class FormPage(NamedTuple):
    """A page with a form for this subject; or without one, where nobody can register."""

    subject: str
    page: Gapped | Kept

    def answer(self, asked: Request) -> Response:
        """Who goes back must find the form they sent, with its id: with another, a correction would be a second person."""
        if isinstance(self.page, Kept):
            return packing.answer(asked, self.page, "no-store")
        form_id = tokens.new_form_id("registration", self.subject)
        return packing.filled(asked, self.page, form_id, "private, no-cache")


def form_page(html: str, subject: str) -> FormPage:
    """A page with GAP in its form, or without a form."""
    before, gap, after = html.partition(GAP)
    if not gap:
        return FormPage("", Kept(before.encode()))
    width = len(tokens.new_form_id("registration", subject))
    return FormPage(subject, Gapped(before.encode(), after.encode(), width))


def kept(face: str, seen: Seen, full: frozenset[int]) -> FormPage | None:
    """The page as this face of the service shows it (there is a page, and one for frames), if it is on the shelf.

    `full` are the options of its questions that have no places left.
    """
    return _shelf().find(_key(face, seen, full))


def keep(face: str, seen: Seen, event: Event, choices: list[Choice], full: frozenset[int], page: FormPage) -> None:
    """Put it on the shelf, if it shows what was seen and not something newer."""
    words = {choice.ticket_type.id: choice.fullness for choice in choices}
    if (event.uid, event.version, words) == (seen.event.uid, seen.event.version, seen.words) and not seen.event.is_past(
        seen.at
    ):
        _shelf().put(_key(face, seen, full), page)


def _key(face: str, seen: Seen, full: frozenset[int]) -> tuple[object, ...]:
    return (face, VERSION, seen.state, full)


def _shelf() -> Shelf[FormPage]:
    shelf: Shelf[FormPage] = current_app.extensions.setdefault(SHELF, Shelf())
    return shelf
