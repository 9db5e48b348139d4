"""My own affairs, by the secret in my link: see, correct, cancel, take along; and asking for the link again.

The secret is the authority: who has it is the person. A GET shows and never changes anything, for mail scanners open
links before people do. Every POST carries a form id bound to the secret, so no page elsewhere can send it.
"""

import time

from flask import Blueprint, Response, current_app, json, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventsvc import clock, tokens
from eventsvc.accounts.access import everyone
from eventsvc.calendar.entries import cancelled_prefix, private_entry
from eventsvc.calendar.ical import calendar_file
from eventsvc.db import attempt, db, transaction
from eventsvc.errors import NotFound
from eventsvc.frame import switch_language_at
from eventsvc.i18n import language, said
from eventsvc.intake import current_settings
from eventsvc.mail import outbox
from eventsvc.networks import count_request
from eventsvc.registration import cancellation, correction, links, waitlist
from eventsvc.registration.correction import Correction
from eventsvc.registration.disclosure import everything_about
from eventsvc.registration.forms import CorrectionForm, MyLinkForm, OwnForm, normal_address
from eventsvc.registration.mine import own_url, registration_of, why_fixed
from eventsvc.registration.models import LIVE, Registration, Status
from eventsvc.registration.pages import page
from eventsvc.registration.people import person

bp = Blueprint("own", __name__)
bp.add_app_template_global(own_url)

ANSWER_AFTER = 0.5
"""Seconds after which a request for a link is answered: more than it takes, so that the time says nothing."""


@bp.get("/r/<secret>")
@everyone
def show(secret: str) -> str:
    mine = registration_of(secret)
    event, seated = mine.event, mine.status == Status.CONFIRMED
    return page(
        "registration/own.html",
        event,
        at=clock.now(),
        mine=mine,
        who=person(mine),
        secret=secret,
        ticket_type=said(mine.ticket_type.name, event.languages),
        join_url=event.join_url if seated and event.is_online else "",
        queue_place=waitlist.place_in_queue(mine),
        refusal=why_fixed(mine),
        data_until=event.personal_data_until.astimezone(event.starts_local.tzinfo),
        erasure=own_url("retention.erasure", secret) if "retention.erasure" in current_app.view_functions else "",
        done=request.args.get("done"),
    )


@bp.get("/r/<secret>/correction")
@everyone
def correction_form(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    if why_fixed(mine):
        return redirect(own_url("own.show", secret))
    who = person(mine)
    form = CorrectionForm(
        None, _subject(secret), bool(who.email), name=who.name, email=who.email, language=mine.language
    )
    return _correction_page(mine, secret, form)


@bp.post("/r/<secret>/correction")
@everyone
def correct(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    _refuse_if_fixed(mine)
    form = CorrectionForm(request.form, _subject(secret), mine.email is not None)
    if not form.accepted():
        return _correction_page(mine, secret, form), form.status
    email = normal_address(form.email.data) if form.email.data else None
    wanted = Correction(str(form.name.data), email, str(form.language.data))
    if attempt(lambda: _correct(mine, wanted)):
        return redirect(url_for("own.link_sent", what="moved"), 303)  # the link that led here is dead
    return redirect(own_url("own.show", secret, done="correction"), 303)


@bp.get("/r/<secret>/cancellation")
@everyone
def cancellation_form(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    if why_fixed(mine):
        return redirect(own_url("own.show", secret))
    return _cancellation_page(mine, secret, _act(secret))


@bp.post("/r/<secret>/cancellation")
@everyone
def cancel(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    form = _act(secret, sent=True)
    if not form.accepted():
        return _cancellation_page(mine, secret, form), form.status
    if mine.status in LIVE:  # sent twice it is done once, and that is no mistake
        _refuse_if_fixed(mine)
        attempt(lambda: _cancel(mine))
    return redirect(own_url("own.show", secret), 303)


@bp.get("/r/<secret>/link")
@everyone
def link_form(secret: str) -> str:
    return page("registration/new_link.html", registration_of(secret).event, secret=secret, form=_act(secret))


@bp.post("/r/<secret>/link")
@everyone
def renew_link(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    form = _act(secret, sent=True)
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


@bp.get("/<lang:lang>/my-link/<any(sent, moved):what>")
@everyone
def link_sent(what: str) -> str:
    return render_template("registration/link_sent.html", what=what)


def _refuse_if_fixed(mine: Registration) -> None:
    if refusal := why_fixed(mine):
        raise refusal


def _subject(secret: str) -> str:
    return tokens.digest(secret).hex()


def _act(secret: str, *, sent: bool = False) -> OwnForm:
    """A form with nothing but a button."""
    return OwnForm(request.form if sent else None, _subject(secret))


def _correction_page(mine: Registration, secret: str, form: CorrectionForm) -> str:
    return page("registration/correction.html", mine.event, secret=secret, form=form)


def _cancellation_page(mine: Registration, secret: str, form: OwnForm) -> str:
    return page("registration/cancellation.html", mine.event, secret=secret, mine=mine, form=form)


def _my_link_page(form: MyLinkForm) -> str:
    return render_template("registration/my_link.html", form=form)


def _correct(mine: Registration, wanted: Correction) -> bool:
    with transaction():
        return correction.correct(mine, wanted)


def _cancel(mine: Registration) -> None:
    with transaction():
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
