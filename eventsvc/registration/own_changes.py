"""Changing my registration by my link: name, address and language; how I take part; who comes instead of me."""

from collections.abc import Sequence

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from eventsvc import tokens
from eventsvc.accounts.access import everyone
from eventsvc.db import attempt, transaction
from eventsvc.errors import NotFound, Refusal
from eventsvc.i18n import _, said
from eventsvc.registration import correction, handover, links, submissions, switching
from eventsvc.registration.correction import Correction
from eventsvc.registration.forms import CorrectionForm, normal_address
from eventsvc.registration.handover import NotToHandOver, OwnAddress, Successor
from eventsvc.registration.mine import (
    bp,
    hold,
    own_url,
    refusal_page,
    refuse_if_fixed,
    registration_of,
    subject_of,
    why_fixed,
)
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.own_forms import HandoverForm, TicketTypeForm
from eventsvc.registration.pages import page
from eventsvc.registration.people import person


@bp.get("/r/<secret>/correction")
@everyone
def correction_form(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    if why_fixed(mine):
        return redirect(own_url("own.show", secret))
    who = person(mine)
    form = CorrectionForm(
        None, subject_of(secret), bool(who.email), name=who.name, email=who.email, language=mine.language
    )
    return _page("correction", mine, secret, form=form)


@bp.post("/r/<secret>/correction")
@everyone
def correct(secret: str) -> ResponseReturnValue:
    if links.by_secret(secret) is None:
        return _dead(secret, "moved")
    mine = registration_of(secret)
    refuse_if_fixed(mine)
    form = CorrectionForm(request.form, subject_of(secret), mine.email is not None)
    if not form.accepted():
        return _page("correction", mine, secret, form=form), form.status
    email = normal_address(form.email.data) if form.email.data else None
    wanted = Correction(str(form.name.data), email, str(form.language.data))
    try:
        moved = attempt(lambda: _correct(mine, secret, wanted))
    except NotFound:
        return _dead(secret, "moved")
    if moved:
        return redirect(url_for("own.link_sent", what="moved"), 303)  # the link that led here is dead
    return redirect(own_url("own.show", secret, done="correction"), 303)


@bp.get("/r/<secret>/ticket-type")
@everyone
def ticket_type_form(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    ways = switching.ways(mine)
    if why_fixed(mine) or not ways:
        return redirect(own_url("own.show", secret))
    return _ticket_type_page(mine, secret, _ticket_type_form(mine, secret, ways))


@bp.post("/r/<secret>/ticket-type")
@everyone
def change_ticket_type(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    refuse_if_fixed(mine)
    ways = switching.ways(mine)
    form = _ticket_type_form(mine, secret, ways, sent=True)
    accepted, done = form.accepted(), form.ticket_type.data == mine.ticket_type.slug
    if not accepted and (form.is_stale or not done):
        return _ticket_type_page(mine, secret, form), form.status
    if not done:  # sent twice it is done once
        kind = next(way.ticket_type.id for way in ways if way.ticket_type.slug == form.ticket_type.data)
        try:
            attempt(lambda: _switch(mine, secret, kind))
        except Refusal as refusal:
            form.ticket_type.errors = [refusal.message]
            return _ticket_type_page(mine, secret, form), refusal.status
    return redirect(own_url("own.show", secret, done="correction"), 303)


@bp.get("/r/<secret>/handover")
@everyone
def handover_form(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    if why_fixed(mine):
        return redirect(own_url("own.show", secret))
    if not handover.may_be_handed_over(mine):
        return refusal_page(mine, secret, NotToHandOver())
    return _page("handover", mine, secret, form=HandoverForm(None, subject_of(secret), language=mine.language))


@bp.post("/r/<secret>/handover")
@everyone
def hand_over(secret: str) -> ResponseReturnValue:
    """The same answer whether or not the other address was known; that is told to its owner only."""
    if links.by_secret(secret) is None:
        return _dead(secret, "handed")
    mine = registration_of(secret)
    refuse_if_fixed(mine)
    form = HandoverForm(request.form, subject_of(secret))
    if not form.accepted():
        return _page("handover", mine, secret, form=form), form.status
    email = normal_address(str(form.email.data))
    try:
        attempt(lambda: _hand_over(mine, secret, Successor(str(form.name.data), email, str(form.language.data))))
    except OwnAddress as refusal:
        form.email.errors = [refusal.message]
        return _page("handover", mine, secret, form=form), refusal.status
    except NotToHandOver as refusal:
        return refusal_page(mine, secret, refusal), refusal.status
    except NotFound:
        return _dead(secret, "handed")
    return redirect(url_for("own.link_sent", what="handed"), 303)


def _page(template: str, mine: Registration, secret: str, **more: object) -> str:
    return page(f"registration/{template}.html", mine.event, secret=secret, mine=mine, **more)


def _ticket_type_page(mine: Registration, secret: str, form: TicketTypeForm) -> str:
    now = said(mine.ticket_type.name, mine.event.languages)
    return _page("ticket_type", mine, secret, form=form, now_taking_part=now)


def _ticket_type_form(
    mine: Registration, secret: str, ways: Sequence[switching.Way], *, sent: bool = False
) -> TicketTypeForm:
    labels = [(way.ticket_type.slug, _label(mine, way)) for way in ways]
    return TicketTypeForm(request.form if sent else None, subject_of(secret), labels)


def _label(mine: Registration, way: switching.Way) -> str:
    name = said(way.ticket_type.name, mine.event.languages) or way.ticket_type.slug
    if way.leads_to is None:
        return _("%(name)s – no places left", name=name)
    return _("%(name)s – waitlist", name=name) if way.leads_to == Status.WAITLISTED else name


def _dead(secret: str, what: str) -> ResponseReturnValue:
    """A link that opens nothing: did it die of this very form? Sent twice it is done once, and that is no mistake."""
    form_id = request.form.get("form_id", "")
    if tokens.is_form_id(form_id, HandoverForm.purpose, subject_of(secret)) and submissions.find(form_id):
        return redirect(url_for("own.link_sent", what=what), 303)
    raise NotFound


def _remember(mine: Registration, status: str) -> None:
    """For `_dead`, in the caller's transaction. It holds nothing of anybody."""
    form_id = str(request.form["form_id"])
    submissions.record(submissions.prepare(mine.event, form_id, "", ""), outcome=Status(status), registration_id=None)


def _correct(mine: Registration, secret: str, wanted: Correction) -> bool:
    with transaction():
        hold(mine, secret)
        moved = correction.correct(mine, wanted)
        if moved:
            _remember(mine, mine.status)
    return moved


def _switch(mine: Registration, secret: str, ticket_type_id: int) -> None:
    with transaction():
        hold(mine, secret)
        switching.change_type(mine, ticket_type_id)


def _hand_over(mine: Registration, secret: str, successor: Successor) -> None:
    with transaction():
        hold(mine, secret)
        handover.hand_over(mine, successor)
        _remember(mine, Status.CONFIRMED)
