"""My events in my calendar: the page on which its link is asked for, replaced or stopped.

It never shows that link: whoever holds the link to one registration would see all the others. What is asked for is
mailed, and the page is the same whether a letter was written or there were enough of them within the hour.
"""

from collections.abc import Callable
from datetime import timedelta

from flask import redirect, request
from flask.typing import ResponseReturnValue

from eventsvc import tokens
from eventsvc.accounts.access import everyone
from eventsvc.db import attempt, transaction
from eventsvc.errors import NotFound
from eventsvc.i18n import date_text, span_text
from eventsvc.registration import own_calendar
from eventsvc.registration.forms import OwnForm
from eventsvc.registration.mine import bp, button, own_url, registration_of
from eventsvc.registration.models import PersonalFeed, Registration
from eventsvc.registration.pages import page
from eventsvc.registration.people import person

HOUR = timedelta(hours=1)


@bp.get("/r/<secret>/calendar")
@everyone
def own_calendar_page(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    if not own_calendar.may_have_one(mine):
        return redirect(own_url("own.show", secret))
    return _page(mine, secret, button(secret))


@bp.post("/r/<secret>/calendar")
@everyone
def send_own_calendar(secret: str) -> ResponseReturnValue:
    return _act(secret, "sent", own_calendar.send)


@bp.post("/r/<secret>/calendar/renewal")
@everyone
def renew_own_calendar(secret: str) -> ResponseReturnValue:
    return _act(secret, "renewed", own_calendar.renew)


@bp.post("/r/<secret>/calendar/end")
@everyone
def stop_own_calendar(secret: str) -> ResponseReturnValue:
    return _act(secret, "stopped", lambda mine, _mark: own_calendar.stop(mine))


def _act(secret: str, done: str, act: Callable[[Registration, str], None]) -> ResponseReturnValue:
    mine = registration_of(secret)
    if not own_calendar.may_have_one(mine):
        return redirect(own_url("own.show", secret), 303)
    form = button(secret, sent=True)
    if not form.accepted():
        return _page(mine, secret, form), form.status
    mark = tokens.receipt_of(str(request.form["form_id"]))
    attempt(lambda: _do(mine, secret, lambda held: act(held, mark)))
    return redirect(own_url("own.own_calendar_page", secret, done=done), 303)


def _do(mine: Registration, secret: str, act: Callable[[Registration], None]) -> None:
    with transaction():
        held = own_calendar.hold(mine.id, secret)
        if held is None or not own_calendar.may_have_one(held):
            raise NotFound
        act(held)


def _page(mine: Registration, secret: str, form: OwnForm) -> str:
    who = person(mine)
    feed = own_calendar.of_address(who.email)
    return page(
        "registration/own_calendar.html",
        mine.event,
        secret=secret,
        form=form,
        who=who,
        feed=feed,
        since=feed and date_text(feed.created_at.astimezone(mine.event.starts_local.tzinfo)),
        used=feed and _used(mine, feed),
        done=request.args.get("done"),
    )


def _used(mine: Registration, feed: PersonalFeed) -> str:
    """The hour of its last use in words, in the zone of the event; empty where there was none."""
    if feed.used_at is None:
        return ""
    hour = feed.used_at.astimezone(mine.event.starts_local.tzinfo)
    return span_text(hour, hour + HOUR)
