"""Whose link this is: the registration behind a secret, the language its pages are in, and what can still be changed.

The secret is the authority: who has it is the person. A GET shows and never changes anything, for mail scanners open
links before people do. Every POST carries a form id bound to the secret, so no page elsewhere can send it.
"""

from flask import Blueprint, g, request, url_for

from eventsvc import clock, tokens
from eventsvc.errors import EventCancelled, NotFound, Past, Refusal
from eventsvc.events.models import EventStatus, Visibility
from eventsvc.frame import switch_language_at
from eventsvc.i18n import LANGUAGES, language, speak
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.registration import cancellation, links, offering
from eventsvc.registration.forms import OwnForm
from eventsvc.registration.models import LIVE, Registration, Status
from eventsvc.registration.notices import contact_of
from eventsvc.registration.pages import page
from eventsvc.registration.window import refuse_unless_open

bp = Blueprint("own", __name__)


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


bp.add_app_template_global(own_url)


def subject_of(secret: str) -> str:
    """What the forms on the pages of this link are about."""
    return tokens.digest(secret).hex()


def button(secret: str, *, sent: bool = False) -> OwnForm:
    """A form with nothing but a button."""
    return OwnForm(request.form if sent else None, subject_of(secret))


def hold(mine: Registration, secret: str) -> None:
    """Lock the event's quotas and read the registration as it is now, in the caller's transaction.

    Raises NotFound where the link died meanwhile: a second click must not act on what is somebody else's by now.
    """
    cancellation.lock(mine)
    if mine.secret_hash != tokens.digest(secret):
        raise NotFound


def refuse_if_fixed(mine: Registration) -> None:
    """Raises what `why_fixed` says."""
    if refusal := why_fixed(mine):
        raise refusal


def refusal_page(mine: Registration, secret: str, refusal: Refusal, advice: str = "", remedy: str = "") -> str:
    """One sentence that says why not, and what to do: with `remedy`, the page of mine that helps."""
    return page(
        "registration/refused.html",
        mine.event,
        secret=secret,
        refusal=refusal,
        advice=advice,
        remedy=remedy,
        may_return=may_return(mine),
        contact=contact_of(mine.event, language()),
    )


def may_return(mine: Registration) -> bool:
    """Has this registration ended, or does in a moment, so that its person can register again?"""
    ended = mine.status in {Status.CANCELLED, Status.EXPIRED} and mine.cancelled_by != "organizer"
    if not (ended or offering.is_over(mine)) or mine.event.visibility == Visibility.INVITATION:
        return False
    try:
        refuse_unless_open(mine.event)
    except Refusal:
        return False
    return True


def why_fixed(mine: Registration) -> Refusal | None:
    """Why nothing can be changed any more; None where it can."""
    if mine.status not in LIVE:
        return Ended()
    if mine.event.status == EventStatus.CANCELLED:
        return EventCancelled()
    return Past() if mine.event.is_past(clock.now()) else None
