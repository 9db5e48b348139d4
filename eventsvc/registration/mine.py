"""Whose link this is: the registration behind a secret, the language its pages are in, and what can still be changed."""

from flask import g, request, url_for

from eventsvc import clock
from eventsvc.errors import EventCancelled, NotFound, Past, Refusal
from eventsvc.events.models import EventStatus
from eventsvc.frame import switch_language_at
from eventsvc.i18n import LANGUAGES, language, speak
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.registration import links
from eventsvc.registration.models import LIVE, Registration


class Ended(Refusal):
    code = "ended"
    sentence = _l("This registration has ended and can no longer be changed.")


def registration_of(secret: str) -> Registration:
    """The registration this secret opens; from here on its language is spoken, or the one asked for. Raises NotFound."""
    mine = links.by_secret(secret)
    if mine is None:
        raise NotFound
    wished = request.args.get("lang", mine.language)
    speak(wished if wished in LANGUAGES else mine.language)
    g.own_language = mine.language
    here = request.endpoint if request.method in {"GET", "HEAD"} and request.endpoint else "own.show"
    switch_language_at(here, secret=secret)
    return mine


def own_url(endpoint: str, secret: str, done: str | None = None) -> str:
    """A page of mine, in the language that was asked for; `done` is what the page before has done."""
    tag = language() if language() != g.own_language else None
    return url_for(endpoint, secret=secret, lang=tag, done=done)


def why_fixed(mine: Registration) -> Refusal | None:
    """Why nothing can be changed any more; None where it can."""
    if mine.status not in LIVE:
        return Ended()
    if mine.event.status == EventStatus.CANCELLED:
        return EventCancelled()
    return Past() if mine.event.is_past(clock.now()) else None
