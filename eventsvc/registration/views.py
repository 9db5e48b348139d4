"""Registering: the form, what becomes of it, and the page that says so.

The pages know no list: for an address that is registered already they are the same as for a new one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from eventsvc.accounts.access import everyone
from eventsvc.db import db
from eventsvc.errors import NotFound, RegistrationRefused, StaleForm
from eventsvc.events.fullness import Fullness
from eventsvc.events.models import Event
from eventsvc.events.pages import see
from eventsvc.events.queries import new_slug, reachable
from eventsvc.frame import switch_language_at
from eventsvc.i18n import _, language
from eventsvc.intake import current_settings
from eventsvc.networks import count_request
from eventsvc.questions.asked import Asked, full_options, questions_of
from eventsvc.questions.drawing import Drawing, opened_by
from eventsvc.registration import consent, form_page, submissions
from eventsvc.registration.choices import Choice, best, choices_of, why_closed
from eventsvc.registration.forms import SignedForm
from eventsvc.registration.options import OptionFull
from eventsvc.registration.pages import page
from eventsvc.registration.parties import PartyTooLarge
from eventsvc.registration.result_page import result_page
from eventsvc.registration.second_sending import correct_submission
from eventsvc.registration.signup import sign_up
from eventsvc.registration.signup_form import Asks, SignupForm, signup_form, with_one_more, without
from eventsvc.registration.window import full, refuse_unless_open
from eventsvc.tokens import new_form_id, receipt_of, shown_for

bp = Blueprint("registration", __name__)


@dataclass(frozen=True)
class Offered:
    """An event and what its form asks, as things are at this moment."""

    event: Event
    choices: list[Choice]
    asked: tuple[Asked, ...]
    full: frozenset[int]  # options with no places left

    @cached_property
    def asks(self) -> Asks:
        return Asks(self.choices, self.asked, self.event.party_most)

    def form(self, sent: MultiDict[str, str] | None) -> SignupForm:
        return signup_form(sent, self.event.uid, self.asks, consent.consent_text(self.event))

    def drawing(self) -> Drawing:
        return Drawing(self.event, self.asked, self.full, {choice.slug: choice.name for choice in self.choices})

    def refusal(self) -> RegistrationRefused | None:
        """Why nobody can register at this moment; None where somebody can."""
        try:
            refuse_unless_open(self.event)
        except RegistrationRefused as refusal:
            return refusal
        return why_closed(self.choices) or (full(self.event) if best(self.choices) == Fullness.FULL else None)


def offered(event: Event) -> Offered:
    asked = questions_of(event.id, event.version)
    return Offered(event, choices_of(event), asked, full_options(event.id, asked))


@dataclass(frozen=True)
class Flow:
    """From the form to its result, at one place of the site.

    `name` is that of its blueprint, which has the endpoints `form`, `create` and `result`, and may put another `frame`
    around the pages than `base.html`.
    """

    name: str

    def form(self, slug: str) -> ResponseReturnValue:
        seen = see(slug)
        full = seen and full_options(seen.event.id, questions_of(seen.event.id, seen.event.version))
        shown = seen and form_page.kept(self.name, seen, full or frozenset())
        if shown is None:
            event = event_at(slug)
            if event.slug != slug:
                return redirect(url_for(f"{self.name}.form", slug=event.slug), 301)
            offer = offered(event)
            shown = form_page.form_page(self._newcomers_page(offer), event.uid)
            if seen:
                form_page.keep(self.name, seen, event, offer.choices, offer.full, shown)
        return shown.answer(request)

    def create(self, slug: str) -> ResponseReturnValue:
        event = event_at(slug)
        switch_language_at(f"{self.name}.form", slug=event.slug)
        offer = offered(event)
        if (wanted := _other_number(event)) is not None:
            return self._form_page(offer, offer.form(wanted))
        typed = offer.form(request.form)
        if typed.accepted():
            count_request("registration", current_settings().limit_network, len(typed.everybody))
            return self._send(offer, typed)
        if refusal := offer.refusal():
            return self._closed_page(event, refusal), refusal.status
        return self._form_page(offer, typed), typed.status

    def result(self, slug: str, receipt: str) -> ResponseReturnValue:
        seen = see(slug)
        if seen is None:  # another slug leads here now
            event = event_at(slug)
            return self._result_page(event, submissions.shown(event.id, receipt))
        shown = submissions.shown(seen.event.id, receipt)
        return result_page(self.name, seen, shown, receipt, lambda: event_at(slug), self._result_page)

    def _result_page(self, event: Event, shown: submissions.Shown) -> str:
        return self._page("result", event, shown=shown)

    def _newcomers_page(self, offer: Offered) -> str:
        """What everybody gets who asks for the form, with a gap for its id."""
        if refusal := offer.refusal():
            return self._closed_page(offer.event, refusal)
        empty = offer.form(None)
        empty.form_id.data = form_page.GAP
        return self._form_page(offer, empty)

    def _send(self, offer: Offered, typed: SignupForm) -> ResponseReturnValue:
        event, form_id = offer.event, str(typed.form_id.data)
        people = typed.signups(language(), consent.VERSION)
        correcting = request.form.get("meant") == "correction"
        unit: Callable[..., Any] = correct_submission if correcting else sign_up
        try:
            unit(event, *people, form_id=form_id, content=typed.content, doubtful=is_doubtful(typed))
        except submissions.Repeated as repeated:
            return self._which_page(event, typed, repeated), repeated.status
        except StaleForm:
            typed.refuse_as_stale()
            return self._form_page(offer, typed), typed.status
        except RegistrationRefused as refusal:
            return self._refused_page(event, typed, refusal), refusal.status
        return redirect(url_for(f"{self.name}.result", slug=event.slug, receipt=receipt_of(form_id)), 303)

    def _form_page(self, offer: Offered, signup: SignupForm) -> str:
        return self._page(
            "form",
            offer.event,
            form=signup,
            fullness=best(offer.choices),
            choices=offer.choices,
            drawing=offer.drawing(),
            opens=opened_by(offer.asked, [choice.slug for choice in offer.choices]),
        )

    def _closed_page(self, event: Event, refusal: RegistrationRefused) -> str:
        return self._page("closed", event, refusal=refusal)

    def _which_page(self, event: Event, typed: SignupForm, repeated: submissions.Repeated) -> str:
        """The same form with other content: is it a correction, or another person? Both ways carry what was typed."""
        sent = [(name, value) for name, value in request.form.items(multi=True) if name not in {"form_id", "meant"}]
        fresh = new_form_id(typed.purpose, typed.subject)
        correctable = not typed.guests and not repeated.is_of_a_party
        return self._page("which", event, form=typed, fresh=fresh, sent=sent, correctable=correctable)

    def _refused_page(self, event: Event, typed: SignupForm, refusal: RegistrationRefused) -> str:
        """Somebody was quicker, or a window closed meanwhile; where another way is open, the form stays."""
        offer = offered(event)
        if closed := offer.refusal():
            return self._closed_page(event, closed)
        if isinstance(refusal, OptionFull):
            typed.refuse_option(refusal.option_limit_id)
        elif isinstance(refusal, PartyTooLarge) or typed.only_ticket_type:
            typed.name.errors = [refusal.message]
        else:
            shut = [choice.slug for choice in offer.choices if not choice.is_open]
            typed.refuse_ticket_types(_("There are no places left for this. Please choose something else."), full=shut)
        if not typed.is_wrong:
            typed.name.errors = [refusal.message]
        return self._form_page(offer, typed)

    def _page(self, template: str, event: Event, **more: Any) -> str:
        return page(f"registration/{template}.html", event, flow=self.name, **more)


def is_doubtful(typed: SignedForm) -> bool:
    """Was this sent by a program? A person does not see the trap, and needs a moment for the form."""
    quickest = timedelta(seconds=current_settings().quickest_form)
    return typed.is_trapped or shown_for(str(typed.form_id.data), typed.purpose, typed.subject) < quickest


def _other_number(event: Event) -> MultiDict[str, str] | None:
    """What was typed, for one person more or without one, where such a button was pressed."""
    if "more" in request.form:
        return with_one_more(request.form, event.party_most)
    number = request.form.get("without", "")
    return without(request.form, int(number), event.party_most) if number.isdecimal() and len(number) < 4 else None


flow = Flow("registration")


@bp.get("/<lang:lang>/events/<slug>/register")
@everyone
def form(slug: str) -> ResponseReturnValue:
    return flow.form(slug)


@bp.post("/<lang:lang>/events/<slug>/register")
@everyone
def create(slug: str) -> ResponseReturnValue:
    return flow.create(slug)


@bp.get("/<lang:lang>/events/<slug>/registered/<receipt>")
@everyone
def result(slug: str, receipt: str) -> ResponseReturnValue:
    return flow.result(slug, receipt)


def event_at(slug: str) -> Event:
    """The event that has or had this slug, with its host, if it is open to everyone. Raises NotFound."""
    query = sa.select(Event).where(reachable, Event.purged_at.is_(None)).options(joinedload(Event.host))
    event = db.session.scalar(query.where(Event.slug == slug))
    if event is None and (now := new_slug("event", slug)):
        event = db.session.scalar(query.where(Event.slug == now))
    if event is None:
        raise NotFound
    return event
