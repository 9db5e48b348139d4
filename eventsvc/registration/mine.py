"""Whose link this is: the registration behind a secret, the language its pages are in, and what can still be changed."""

from flask import g, request, url_for

from eventsvc import clock
from eventsvc.errors import EventCancelled, NotFound, Past, Refusal
from eventsvc.events.models import EventStatus
from eventsvc.frame import LANGUAGE_NAMES, LanguageLink
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
    g.language_links = [LanguageLink(tag, name, _here(secret, tag)) for tag, name in LANGUAGE_NAMES.items()]
    return mine


def _here(secret: str, tag: str) -> str:
    """This page in that language; where this one only answers a form, my page."""
    shows = request.method == "GET" and request.endpoint and request.url_rule
    return url_for(request.endpoint if shows else "own.show", secret=secret, lang=tag)  # type: ignore[arg-type]  # one of both


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
