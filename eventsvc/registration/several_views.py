"""Registering for several events of a programme: which ones, then one form for all of them, then what became of it.

Which ones stands in the address of the form, so that it can be passed on and gone back to, without a script.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from eventsvc import clock
from eventsvc.accounts.access import everyone
from eventsvc.errors import NotFound, RegistrationRefused
from eventsvc.events.places import place_line
from eventsvc.events.queries import by_slug, new_slug
from eventsvc.frame import switch_language_at
from eventsvc.i18n import _, language, ngettext, pick
from eventsvc.intake import current_settings
from eventsvc.networks import count_request
from eventsvc.questions.drawing import opened_by
from eventsvc.registration import consent, several_events, submissions
from eventsvc.registration.options import OptionFull
from eventsvc.registration.several import MOST, RefusedAt, sign_up_for_several
from eventsvc.registration.several_form import Refused, SeveralForm, refused_at
from eventsvc.registration.views import Offered, is_doubtful, offered
from eventsvc.tokens import new_form_id, receipt_of

bp = Blueprint("several", __name__)


@dataclass(frozen=True)
class Choosing:
    """A programme, and the events of it that were chosen, as things are at this moment."""

    programme: Any  # a row
    offers: list[Offered]

    @property
    def slugs(self) -> list[str]:
        return [offer.event.slug for offer in self.offers]

    @property
    def address(self) -> str:
        """Of the form for these events."""
        return url_for("several.form", slug=self.programme.slug, event=self.slugs)

    def split(self) -> "tuple[Choosing, list[Refused]]":
        """Those that can be had, and why the others cannot."""
        refusals = [(offer, offer.refusal()) for offer in self.offers]
        able = [offer for offer, refusal in refusals if refusal is None]
        refused = [refused_at(offer.event, refusal.message) for offer, refusal in refusals if refusal]
        return Choosing(self.programme, able), refused

    def form(self, sent: MultiDict[str, str] | None) -> SeveralForm:
        events = [offer.event for offer in self.offers]
        asked = [(offer.event, offer.asks) for offer in self.offers]
        return SeveralForm(sent, self.programme.id, asked, consent.consent_to_several(events))


@bp.get("/<lang:lang>/programmes/<slug>/register")
@everyone
def form(slug: str) -> ResponseReturnValue:
    programme, slugs = by_slug("programme", slug), request.args.getlist("event")
    if programme is None:
        return redirect(url_for("several.form", slug=_moved(slug), event=slugs), 301)
    if not slugs or len(slugs) > MOST or "change" in request.args:
        return _which_events(programme, slugs, wrong=_wrong(slugs) if "change" not in request.args else "")
    able, refused = _chosen(programme, slugs).split()
    if not able.offers:
        return _which_events(programme, [], refused=refused)
    if len(able.offers) == 1 and not refused:
        return redirect(url_for("registration.form", slug=able.slugs[0]), 302)
    empty = able.form(None)
    empty.left_out = refused
    return _kept_for_who_goes_back(_form_page(able, empty))


@bp.post("/<lang:lang>/programmes/<slug>/register")
@everyone
def create(slug: str) -> ResponseReturnValue:
    programme, slugs = by_slug("programme", slug), request.args.getlist("event")
    if programme is None:
        raise NotFound
    switch_language_at("several.form", slug=slug, event=slugs)
    choosing = _chosen(programme, slugs)
    if not choosing.offers or len(slugs) > MOST:
        return _which_events(programme, slugs, wrong=_wrong(choosing.slugs if len(slugs) <= MOST else slugs))
    typed = choosing.form(request.form)
    if typed.accepted():
        count_request("registration", current_settings().limit_network)
        return _send(choosing, typed)
    able, refused = choosing.split()
    return _without(able, refused) if refused else (_form_page(choosing, typed), typed.status)


@bp.get("/<lang:lang>/programmes/<slug>/registered/<receipt>")
@everyone
def result(slug: str, receipt: str) -> ResponseReturnValue:
    programme = by_slug("programme", slug)
    if programme is None:
        return redirect(url_for("several.result", slug=_moved(slug), receipt=receipt), 301)
    shown = several_events.shown(programme.id, receipt)
    return _page("result", programme, shown=shown, place_of=place_line)


def _moved(slug: str) -> str:
    if now_at := new_slug("programme", slug):
        return now_at
    raise NotFound


def _chosen(programme: Any, slugs: list[str]) -> Choosing:
    return Choosing(programme, [offered(event) for event in several_events.chosen(programme.id, slugs)])


def _send(choosing: Choosing, typed: SeveralForm) -> ResponseReturnValue:
    pairs, form_id = typed.signups(language(), consent.VERSION), str(typed.form_id.data)
    try:
        sign_up_for_several(pairs, form_id=form_id, content=typed.content, doubtful=is_doubtful(typed))
    except submissions.Repeated as repeated:
        return _another_person_page(choosing, typed), repeated.status
    except RefusedAt as refused:
        return _refused(choosing, typed, refused)
    return redirect(url_for("several.result", slug=choosing.programme.slug, receipt=receipt_of(form_id)), 303)


def _refused(choosing: Choosing, typed: SeveralForm, refused: RefusedAt) -> ResponseReturnValue:
    """Somebody was quicker, or a window closed meanwhile. Nothing was registered; all that was typed is still there."""
    now = _chosen(choosing.programme, choosing.slugs)
    able, shut = now.split()
    if shut:
        return _without(able, shut)
    part = typed.part_of(refused.event_id)
    if isinstance(refused.refusal, OptionFull):
        part.refuse_option(refused.refusal.option_limit_id)
    else:
        part.refuse_ticket_type(_("There are no places left for this. Please choose something else."))
    return _form_page(now, typed), refused.status


def _without(able: Choosing, refused: list[Refused]) -> ResponseReturnValue:
    """The same form for the events that are left, with the reasons at those that are not."""
    if not able.offers:
        return _which_events(able.programme, [], refused=refused, status=RegistrationRefused.status)
    typed = able.form(request.form)
    typed.renew_id()
    typed.left_out = refused
    return _form_page(able, typed), RegistrationRefused.status


def _form_page(choosing: Choosing, typed: SeveralForm) -> str:
    switch_language_at("several.form", slug=choosing.programme.slug, event=choosing.slugs)
    events = [offer.event for offer in choosing.offers]
    drawn = {offer.event.id: _drawn(offer) for offer in choosing.offers}
    clashes = several_events.clashes(events)
    return _page("form", choosing.programme, form=typed, choosing=choosing, drawn=drawn, clashes=clashes)


def _drawn(offer: Offered) -> dict[str, Any]:
    """What the page needs to draw what one event asks."""
    return {
        "choices": offer.choices,
        "drawing": offer.drawing(),
        "opens": opened_by(offer.asked, [choice.slug for choice in offer.choices]),
        "place": place_line(offer.event),
    }


def _another_person_page(choosing: Choosing, typed: SeveralForm) -> str:
    """The same form with other content. What it made is corrected by the links in the mail, each of its own event."""
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != "form_id"]
    fresh = new_form_id(typed.purpose, typed.subject)
    return _page("again", choosing.programme, form=typed, choosing=choosing, fresh=fresh, sent=sent)


def _wrong(slugs: list[str]) -> str:
    """What is wrong with this choice, if somebody made it."""
    if len(slugs) > MOST:
        return ngettext("Choose %(num)s event at most.", "Choose %(num)s events at most.", MOST)
    sent = request.method == "POST" or "chosen" in request.args
    return "" if slugs or not sent else _("Choose the events you want to come to.")


def _which_events(
    programme: Any, ticked: list[str], *, wrong: str = "", refused: Sequence[Refused] = (), status: int = 200
) -> Response:
    now = clock.now()
    cards = several_events.cards_of(programme.id, now)
    able = {card.slug for card in cards if several_events.can_be_chosen(card, now)}
    page = _page("events", programme, cards=cards, able=able, ticked=set(ticked), wrong=wrong, refused=refused)
    return _kept_for_who_goes_back(page, 422 if wrong else status)


def _kept_for_who_goes_back(page: str, status: int = 200) -> Response:
    """Who goes back finds what they chose and typed, and the form with its id: with another, it would be sent twice."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "private, no-cache" if status == 200 else "no-store"
    return response


def _page(template: str, programme: Any, **more: Any) -> str:
    name, tongue = pick(programme.name, language())
    return render_template(f"registration/several_{template}.html", it=programme, name=name, tongue=tongue, **more)
