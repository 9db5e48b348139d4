"""Reminders, or none: behind the link in each of them, and behind my link.

The first of these links is a key of its own: mail programs post to it by themselves when somebody presses their
"unsubscribe" (RFC 8058), without a cookie and without having seen the page. A GET only shows.
"""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from eventsvc import clock
from eventsvc.accounts.access import everyone
from eventsvc.db import attempt, transaction
from eventsvc.errors import NotFound
from eventsvc.events.models import EventStatus
from eventsvc.frame import switch_language_at
from eventsvc.i18n import LANGUAGES, language, speak
from eventsvc.registration.mine import button, hold, own_url, registration_of
from eventsvc.registration.models import Registration
from eventsvc.registration.pages import page
from eventsvc.reminders import unsubscribing

bp = Blueprint("reminders", __name__)


@bp.get("/unsubscribe/<token>")
@everyone
def unsubscription(token: str) -> str:
    return _page(_reader(token), token)


@bp.post("/unsubscribe/<token>")
@everyone
def unsubscribe(token: str) -> str:
    """Whatever the body says, and however often: the answer is 200 and the state the same."""
    reader = _reader(token)
    attempt(lambda: _unsubscribe(reader))
    return _page(reader, token)


@bp.post("/unsubscribe/<token>/return")
@everyone
def subscribe_again(token: str) -> ResponseReturnValue:
    reader = _reader(token)
    attempt(lambda: _subscribe_again(reader))
    own = language() if language() != reader.language else None
    return redirect(url_for("reminders.unsubscription", token=token, lang=own), 303)


@bp.get("/r/<secret>/reminders")
@everyone
def mine(secret: str) -> str:
    own = registration_of(secret)
    return page("reminders/own.html", own.event, mine=own, secret=secret, form=button(secret))


@bp.post("/r/<secret>/reminders")
@everyone
def switch(secret: str) -> ResponseReturnValue:
    """To what the button said, not to the other state: sent twice it stays so."""
    own = registration_of(secret)
    form = button(secret, sent=True)
    if not form.accepted():
        return page("reminders/own.html", own.event, mine=own, secret=secret, form=form), form.status
    attempt(lambda: _switch(own, secret, wanted=request.form.get("wanted") == "yes"))
    return redirect(own_url("own.show", secret), 303)


def _reader(token: str) -> Registration:
    """Whose link this is; from here on their language is spoken, or the one asked for. Raises NotFound."""
    found = unsubscribing.by_token(token)
    if found is None:
        raise NotFound
    wished = request.args.get("lang", found.language)
    speak(wished if wished in LANGUAGES else found.language)
    switch_language_at("reminders.unsubscription", token=token)
    return found


def _page(reader: Registration, token: str) -> str:
    event = reader.event
    ahead = event.status == EventStatus.PUBLISHED and not event.is_past(clock.now())
    own = language() if language() != reader.language else None
    return page("reminders/unsubscribe.html", event, reader=reader, token=token, tag=own, ahead=ahead)


def _unsubscribe(reader: Registration) -> None:
    with transaction():
        unsubscribing.unsubscribe(reader)


def _subscribe_again(reader: Registration) -> None:
    with transaction():
        unsubscribing.subscribe_again(reader)


def _switch(own: Registration, secret: str, *, wanted: bool) -> None:
    with transaction():
        hold(own, secret)
        (unsubscribing.subscribe_again if wanted else unsubscribing.unsubscribe)(own)
