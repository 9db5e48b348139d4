"""Registering: the form, what becomes of it, and the page that says so.

The pages know no list: for an address that is registered already they are the same as for a new one.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from eventsvc.accounts.access import everyone
from eventsvc.db import db
from eventsvc.errors import Full, NotFound, RegistrationRefused, StaleForm
from eventsvc.events.fullness import Fullness
from eventsvc.events.models import Event
from eventsvc.events.pages import see
from eventsvc.events.queries import new_slug, reachable
from eventsvc.frame import switch_language_at
from eventsvc.i18n import _, language
from eventsvc.intake import current_settings
from eventsvc.networks import count_request
from eventsvc.registration import consent, form_page, submissions
from eventsvc.registration.choices import Choice, best, choices_of
from eventsvc.registration.drafting import Signup
from eventsvc.registration.forms import SignupForm, normal_address
from eventsvc.registration.pages import page
from eventsvc.registration.result_page import result_page
from eventsvc.registration.second_sending import correct_submission
from eventsvc.registration.signup import sign_up
from eventsvc.registration.window import refuse_unless_open
from eventsvc.tokens import new_form_id, receipt_of

bp = Blueprint("registration", __name__)


@dataclass(frozen=True)
class Flow:
    """From the form to its result, at one place of the site.

    `name` is that of its blueprint, which has the endpoints `form`, `create` and `result`, and may put another `frame`
    around the pages than `base.html`.
    """

    name: str

    def form(self, slug: str) -> ResponseReturnValue:
        seen = see(slug)
        shown = seen and form_page.kept(self.name, seen)
        if shown is None:
            event = event_at(slug)
            if event.slug != slug:
                return redirect(url_for(f"{self.name}.form", slug=event.slug), 301)
            choices = choices_of(event)
            shown = form_page.form_page(self._newcomers_page(event, choices), event.uid)
            if seen:
                form_page.keep(self.name, seen, event, choices, shown)
        return shown.answer(request)

    def create(self, slug: str) -> ResponseReturnValue:
        event = event_at(slug)
        switch_language_at(f"{self.name}.form", slug=event.slug)
        choices = choices_of(event)
        typed = _form(event, choices, request.form)
        if typed.accepted():
            count_request("registration", current_settings().limit_network)
            return self._send(event, choices, typed)
        if refusal := _refusal(event, choices):
            return self._closed_page(event, refusal), refusal.status
        return self._form_page(event, choices, typed), typed.status

    def result(self, slug: str, receipt: str) -> ResponseReturnValue:
        seen = see(slug)
        if seen is None:  # another slug leads here now
            event = event_at(slug)
            return self._result_page(event, submissions.shown(event.id, receipt))
        shown = submissions.shown(seen.event.id, receipt)
        return result_page(self.name, seen, shown, receipt, lambda: event_at(slug), self._result_page)

    def _result_page(self, event: Event, shown: submissions.Shown) -> str:
        return self._page("result", event, shown=shown)

    def _newcomers_page(self, event: Event, choices: list[Choice]) -> str:
        """What everybody gets who asks for the form, with a gap for its id."""
        if refusal := _refusal(event, choices):
            return self._closed_page(event, refusal)
        empty = _form(event, choices, None)
        empty.form_id.data = form_page.GAP
        return self._form_page(event, choices, empty)

    def _send(self, event: Event, choices: list[Choice], typed: SignupForm) -> ResponseReturnValue:
        form_id = str(typed.form_id.data)
        unit = correct_submission if request.form.get("meant") == "correction" else sign_up
        try:
            unit(event, _signup(choices, typed), form_id=form_id, content=typed.content)
        except submissions.Repeated as repeated:
            return self._which_page(event, typed), repeated.status
        except StaleForm:
            typed.refuse_as_stale()
            return self._form_page(event, choices, typed), typed.status
        except RegistrationRefused as refusal:
            return self._refused_page(event, typed, refusal), refusal.status
        return redirect(url_for(f"{self.name}.result", slug=event.slug, receipt=receipt_of(form_id)), 303)

    def _form_page(self, event: Event, choices: list[Choice], signup: SignupForm) -> str:
        return self._page("form", event, form=signup, fullness=best(choices))

    def _closed_page(self, event: Event, refusal: RegistrationRefused) -> str:
        return self._page("closed", event, refusal=refusal)

    def _which_page(self, event: Event, typed: SignupForm) -> str:
        """The same form with other content: is it a correction, or another person? Both ways carry what was typed."""
        fresh = new_form_id(typed.purpose, typed.subject)
        return self._page("which", event, form=typed, fresh=fresh)

    def _refused_page(self, event: Event, typed: SignupForm, refusal: RegistrationRefused) -> str:
        """Somebody was quicker, or the window closed meanwhile; where another way is open, the form stays."""
        choices = choices_of(event)
        if not isinstance(refusal, Full) or typed.only_ticket_type or best(choices) == Fullness.FULL:
            return self._closed_page(event, refusal)
        typed.ticket_type.errors = [_("There are no places left for this. Please choose something else.")]
        return self._form_page(event, choices, typed)

    def _page(self, template: str, event: Event, **more: Any) -> str:
        return page(f"registration/{template}.html", event, flow=self.name, **more)


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


def _refusal(event: Event, choices: list[Choice]) -> RegistrationRefused | None:
    """Why nobody can register at this moment; None where somebody can."""
    try:
        refuse_unless_open(event)
    except RegistrationRefused as refusal:
        return refusal
    return Full() if best(choices) == Fullness.FULL else None


def _form(event: Event, choices: list[Choice], sent: MultiDict[str, str] | None) -> SignupForm:
    kinds = [(choice.slug, choice.label) for choice in choices]
    return SignupForm(sent, event.uid, kinds, consent.consent_text(event))


def _signup(choices: list[Choice], typed: SignupForm) -> Signup:
    return Signup(
        name=str(typed.name.data),
        email=normal_address(str(typed.email.data)),
        language=language(),
        ticket_type_id=next(choice.ticket_type.id for choice in choices if choice.slug == typed.chosen_ticket_type),
        consent_version=consent.VERSION,
    )
