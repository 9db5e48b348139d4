"""What an organizer may do for one person: correct, decide, send the link, change the way of attending, cancel."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from eventsvc.accounts.access import EDITORS, account, members
from eventsvc.db import attempt, transaction
from eventsvc.errors import Full, Refusal
from eventsvc.events.models import Event
from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.attendee import AttendeeForm, attendee_page, kind_form, registration_of
from eventsvc.organizers.deciding import RULES, DecisionForm, decide, say_what_became
from eventsvc.organizers.fields import clean_text
from eventsvc.organizers.gate import bp
from eventsvc.organizers.wall_clock import refuse
from eventsvc.registration import cancellation, correction, links, log, switching
from eventsvc.registration.models import Registration
from eventsvc.registration.signup import AlreadyThere, find_live
from eventsvc.registration.states import Impossible


class KindFixed(Refusal):
    sentence = _l("The ticket type of this registration cannot be changed now. Nothing was changed.")


@bp.post("/events/<event>/attendees/<uuid:registration>/correction")
@members(EDITORS)
def correct(event: Event, registration: UUID) -> ResponseReturnValue:
    found = registration_of(event, registration)
    form = AttendeeForm()
    if not all([form.validate(), form.has_language()]):
        return attendee_page(event, found, form=form), 422
    present = find_live(event, form.address) if form.address else None
    if present is not None and present.id != found.id:
        refuse(form.email, str(AlreadyThere.sentence))
        return attendee_page(event, found, form=form), 422
    wanted = correction.Correction(str(form.name.data), form.address, form.language.data)
    attempt(lambda: _correct(found, wanted))
    flash(_("Saved."))
    return _to_page(event, found)


def _correct(found: Registration, wanted: correction.Correction) -> None:
    with transaction():
        correction.correct(found, wanted, log.organizer(account().id))


@bp.post("/events/<event>/attendees/<uuid:registration>/link")
@members(EDITORS)
def send_link(event: Event, registration: UUID) -> ResponseReturnValue:
    found = registration_of(event, registration)
    with transaction():
        sent = links.send_again(found)
    if sent:
        flash(_("The link is on its way."))
    else:
        flash(_("Nothing was sent: there is no address, or it was sent three letters within the last hour."))
    return _to_page(event, found)


@bp.post("/events/<event>/attendees/<uuid:registration>/cancellation")
@members(EDITORS)
def cancel_registration(event: Event, registration: UUID) -> ResponseReturnValue:
    found = registration_of(event, registration)
    note = clean_text(request.form.get("note"))[:2000]
    if attempt(lambda: _cancel(found, note)):
        flash(_("The registration is cancelled. Whoever was first in line moves up."))
    else:
        flash(_("This registration had ended already. Nothing was changed."))
    return _to_page(event, found)


def _cancel(found: Registration, note: str) -> bool:
    with transaction():
        return cancellation.cancel(found, log.organizer(account().id), note)


@bp.post("/events/<event>/attendees/<uuid:registration>/decision")
@members(EDITORS)
def decide_one(event: Event, registration: UUID) -> ResponseReturnValue:
    found = registration_of(event, registration)
    form, asked = DecisionForm(), request.form.get("decision", "")
    right = form.validate()
    if asked not in RULES:
        right = refuse(form.note, _("Press one of the two buttons, Approve or Decline."))
    if not right:
        return attendee_page(event, found, decision=form), 422
    say_what_became(decide(event, [found.id], asked, str(form.note.data)))
    return _to_page(event, found)


@bp.post("/events/<event>/attendees/<uuid:registration>/ticket-type")
@members(EDITORS)
def change_kind(event: Event, registration: UUID) -> ResponseReturnValue:
    found = registration_of(event, registration)
    form = kind_form(event, found, request.form)
    if not form.validate():
        return attendee_page(event, found, kind_form=form), 422
    wanted, before = int(form.ticket_type.data), found.ticket_type_id
    try:
        attempt(lambda: _change_kind(found, wanted))
    except Impossible:
        raise KindFixed from None
    except Full:
        refuse(form.ticket_type, _("There is no place left in this way. Nothing was changed."))
        return attendee_page(event, found, kind_form=form), 422
    flash(_("Saved.") if wanted != before else _("Nothing was changed."))
    return _to_page(event, found)


def _change_kind(found: Registration, kind: int) -> None:
    with transaction():
        switching.change_type(found, kind, log.organizer(account().id))


def _to_page(event: Event, found: Registration) -> ResponseReturnValue:
    return redirect(url_for("organizers.attendee", event=event.slug, registration=found.id), 303)
