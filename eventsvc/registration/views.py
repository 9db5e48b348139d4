"""Registering: the form, what becomes of it, and the page that says so.

The pages know no list: for an address that is registered already they are the same as for a new one.
"""

import sqlalchemy as sa
from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from eventsvc.accounts.access import everyone
from eventsvc.db import db
from eventsvc.errors import Full, NotFound, RegistrationRefused, StaleForm
from eventsvc.events.fullness import Fullness
from eventsvc.events.models import Event
from eventsvc.events.queries import new_slug, reachable
from eventsvc.frame import switch_language_at
from eventsvc.i18n import _, language
from eventsvc.intake import current_settings
from eventsvc.networks import count_request
from eventsvc.registration import consent, submissions
from eventsvc.registration.forms import SignupForm, normal_address
from eventsvc.registration.offers import Offer, best, offers_of
from eventsvc.registration.pages import page
from eventsvc.registration.second_sending import correct_submission
from eventsvc.registration.signup import Signup, refuse_unless_open, sign_up
from eventsvc.tokens import new_form_id, receipt_of

bp = Blueprint("registration", __name__)


@bp.get("/<lang:lang>/events/<slug>/register")
@everyone
def form(slug: str) -> ResponseReturnValue:
    event = _event(slug)
    if event.slug != slug:
        return redirect(url_for("registration.form", slug=event.slug), 301)
    offers = offers_of(event)
    if refusal := _refusal(event, offers):
        return _closed_page(event, refusal), 200
    response = make_response(_form_page(event, offers, _form(event, offers, typed=False)))
    # Who goes back must find the form they sent, with its id: with another, a correction would be a second person.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.post("/<lang:lang>/events/<slug>/register")
@everyone
def create(slug: str) -> ResponseReturnValue:
    event = _event(slug)
    switch_language_at("registration.form", slug=event.slug)
    offers = offers_of(event)
    typed = _form(event, offers, typed=True)
    if typed.accepted():
        count_request("registration", current_settings().limit_network)
        return _send(event, offers, typed)
    if refusal := _refusal(event, offers):
        return _closed_page(event, refusal), refusal.status
    return _form_page(event, offers, typed), typed.status


@bp.get("/<lang:lang>/events/<slug>/registered/<receipt>")
@everyone
def result(slug: str, receipt: str) -> ResponseReturnValue:
    event = _event(slug)
    shown = submissions.shown(event, receipt)
    if shown is None:
        raise NotFound
    return page("registration/result.html", event, shown=shown)


def _event(slug: str) -> Event:
    """The event that has or had this slug, with its host, if it is open to everyone. Raises NotFound."""
    query = sa.select(Event).where(reachable, Event.purged_at.is_(None)).options(joinedload(Event.host))
    event = db.session.scalar(query.where(Event.slug == slug))
    if event is None and (now := new_slug("event", slug)):
        event = db.session.scalar(query.where(Event.slug == now))
    if event is None:
        raise NotFound
    return event


def _refusal(event: Event, offers: list[Offer]) -> RegistrationRefused | None:
    """Why nobody can register at this moment; None where somebody can."""
    try:
        refuse_unless_open(event)
    except RegistrationRefused as refusal:
        return refusal
    return Full() if best(offers) == Fullness.FULL else None


def _form(event: Event, offers: list[Offer], *, typed: bool) -> SignupForm:
    kinds = [(offer.slug, offer.label) for offer in offers]
    return SignupForm(request.form if typed else None, event.uid, kinds, consent.consent_text(event))


def _form_page(event: Event, offers: list[Offer], signup: SignupForm) -> str:
    return page("registration/form.html", event, form=signup, fullness=best(offers))


def _closed_page(event: Event, refusal: RegistrationRefused) -> str:
    return page("registration/closed.html", event, refusal=refusal)


def _send(event: Event, offers: list[Offer], typed: SignupForm) -> ResponseReturnValue:
    form_id = str(typed.form_id.data)
    unit = correct_submission if request.form.get("meant") == "correction" else sign_up
    try:
        unit(event, _signup(offers, typed), form_id=form_id, content=typed.content)
    except submissions.Repeated as repeated:
        return _which_page(event, typed), repeated.status
    except StaleForm:
        typed.refuse_as_stale()
        return _form_page(event, offers, typed), typed.status
    except RegistrationRefused as refusal:
        return _refused_page(event, typed, refusal), refusal.status
    return redirect(url_for("registration.result", slug=event.slug, receipt=receipt_of(form_id)), 303)


def _signup(offers: list[Offer], typed: SignupForm) -> Signup:
    return Signup(
        name=str(typed.name.data),
        email=normal_address(str(typed.email.data)),
        language=language(),
        ticket_type_id=next(offer.ticket_type.id for offer in offers if offer.slug == typed.chosen_ticket_type),
        consent_version=consent.VERSION,
    )


def _which_page(event: Event, typed: SignupForm) -> str:
    """The same form with other content: is it a correction, or another person? Both ways carry what was typed."""
    fresh = new_form_id(typed.purpose, typed.subject)
    return page("registration/which.html", event, form=typed, fresh=fresh)


def _refused_page(event: Event, typed: SignupForm, refusal: RegistrationRefused) -> str:
    """Somebody was quicker, or the window closed meanwhile; where another way is open, the form stays."""
    offers = offers_of(event)
    if not isinstance(refusal, Full) or typed.only_ticket_type or best(offers) == Fullness.FULL:
        return _closed_page(event, refusal)
    typed.ticket_type.errors = [_("There are no places left for this. Please choose something else.")]
    return _form_page(event, offers, typed)
