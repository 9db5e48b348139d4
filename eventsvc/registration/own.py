"""My own affairs, by the secret in my link: see how it stands, cancel, take along; and asking for the link again."""

import time

from flask import Response, json, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventsvc.accounts.access import everyone
from eventsvc.calendar.entries import cancelled_prefix, private_entry
from eventsvc.calendar.ical import calendar_file
from eventsvc.db import attempt, db, transaction
from eventsvc.errors import NotFound
from eventsvc.frame import switch_language_at
from eventsvc.i18n import language
from eventsvc.intake import current_settings
from eventsvc.mail import outbox
from eventsvc.networks import count_request
from eventsvc.registration import cancellation, handover, links, offering, own_standing
from eventsvc.registration.disclosure import everything_about
from eventsvc.registration.forms import MyLinkForm, OwnForm, normal_address
from eventsvc.registration.mine import bp, button, hold, own_url, refuse_if_fixed, registration_of, why_fixed
from eventsvc.registration.models import LIVE, Registration, Status
from eventsvc.registration.pages import page

ANSWER_AFTER = 0.5
"""Seconds after which a request for a link is answered: more than it takes, so that the time says nothing."""


@bp.get("/r/<secret>")
@everyone
def show(secret: str) -> str:
    mine = registration_of(secret)
    facts = own_standing.facts_of(mine, secret)
    return page("registration/own.html", mine.event, form=button(secret), done=request.args.get("done"), **facts)


@bp.get("/r/<secret>/cancellation")
@everyone
def cancellation_form(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    if why_fixed(mine):
        return redirect(own_url("own.show", secret))
    if mine.status == Status.OFFERED and not offering.is_over(mine):
        return redirect(own_url("own.offer", secret))  # it is asked there whether they come
    return _cancellation_page(mine, secret, button(secret))


@bp.post("/r/<secret>/cancellation")
@everyone
def cancel(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    form = button(secret, sent=True)
    if not form.accepted():
        return _cancellation_page(mine, secret, form), form.status
    if mine.status in LIVE:  # sent twice it is done once, and that is no mistake
        refuse_if_fixed(mine)
        attempt(lambda: _cancel(mine, secret))
    return redirect(own_url("own.show", secret), 303)


@bp.get("/r/<secret>/link")
@everyone
def link_form(secret: str) -> str:
    return page("registration/new_link.html", registration_of(secret).event, secret=secret, form=button(secret))


@bp.post("/r/<secret>/link")
@everyone
def renew_link(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    form = button(secret, sent=True)
    if not form.accepted():
        return page("registration/new_link.html", mine.event, secret=secret, form=form), form.status
    return redirect(own_url("own.show", attempt(lambda: _renew(mine)), done="link"), 303)


@bp.get("/r/<secret>/data.json")
@everyone
def data(secret: str) -> Response:
    told = json.dumps(everything_about(registration_of(secret)), ensure_ascii=False, indent=2)
    return _download(told + "\n", "application/json", "registration.json")


@bp.get("/r/<secret>/event.ics")
@everyone
def calendar(secret: str) -> Response:
    """Only for who has a place: nothing that looks booked while waiting."""
    mine = registration_of(secret)
    if mine.status != Status.CONFIRMED:
        raise NotFound
    entry = private_entry(mine.event, language())
    file = calendar_file([entry], refresh=None, cancelled_prefix=cancelled_prefix)
    return _download(file.decode(), "text/calendar; charset=utf-8", f"{mine.event.slug}.ics")


@bp.get("/<lang:lang>/my-link")
@everyone
def my_link() -> str:
    return _my_link_page(MyLinkForm(None, ""))


@bp.post("/<lang:lang>/my-link")
@everyone
def send_my_link() -> ResponseReturnValue:
    """The same page after the same time for every address; whether it is known is told to that address only."""
    asked_at = time.monotonic()
    form = MyLinkForm(request.form, "")
    switch_language_at("own.my_link")
    if not form.accepted():
        return _my_link_page(form), form.status
    count_request("registration", current_settings().limit_network)
    _post_links(normal_address(str(form.email.data)))
    time.sleep(max(0.0, asked_at + ANSWER_AFTER - time.monotonic()))
    return redirect(url_for("own.link_sent", what="sent"), 303)


@bp.get("/<lang:lang>/my-link/<any(sent, moved, handed):what>")
@everyone
def link_sent(what: str) -> str:
    return render_template("registration/link_sent.html", what=what)


def _cancellation_page(mine: Registration, secret: str, form: OwnForm) -> str:
    to_others = handover.may_be_handed_over(mine)
    return page("registration/cancellation.html", mine.event, secret=secret, mine=mine, form=form, to_others=to_others)


def _my_link_page(form: MyLinkForm) -> str:
    return render_template("registration/my_link.html", form=form)


def _cancel(mine: Registration, secret: str) -> None:
    with transaction():
        hold(mine, secret)
        cancellation.cancel(mine)


def _renew(mine: Registration) -> str:
    """The new secret; it is also mailed, so that the person knows wherever it was renewed from."""
    with transaction():
        db.session.refresh(mine, ["secret", "secret_hash"], with_for_update=True)
        secret = links.renew(mine)
        db.session.flush()  # the letter reads it
        links.send_again(mine)
    return secret


def _post_links(email: str) -> None:
    if letters := links.letters_with_links(email):
        with transaction():
            for letter in letters:
                outbox.post(letter)


def _download(body: str, kind: str, name: str) -> Response:
    return Response(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
