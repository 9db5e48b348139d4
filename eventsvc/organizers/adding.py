"""A person added by hand: no more is asked than a name; what the form asks can be entered afterwards."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from eventsvc import clock
from eventsvc.accounts.access import EDITORS, account, members
from eventsvc.errors import Full, Refusal
from eventsvc.events.models import Event, EventStatus
from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.intake import current_settings
from eventsvc.languages import negotiate
from eventsvc.organizers.attendee import AttendeeForm
from eventsvc.organizers.attendees import refuse_if_purged
from eventsvc.organizers.fields import SelectField, choices
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp
from eventsvc.organizers.limit_names import label
from eventsvc.organizers.wall_clock import refuse
from eventsvc.registration import log
from eventsvc.registration.drafting import Signup
from eventsvc.registration.signup import AlreadyThere, add


class NotOpenToAny(Refusal):
    sentence = _l("People can be added while an event is published and not over.")


class NewAttendeeForm(AttendeeForm):
    ticket_type = SelectField(_l("Ticket type"))


@bp.get("/events/<event>/attendees/new")
@members(EDITORS)
def new_attendee(event: Event) -> str:
    return _page(event, _form(event, data={"language": negotiate(event.languages, current_settings().language)}))


@bp.post("/events/<event>/attendees")
@members(EDITORS)
def add_attendee(event: Event) -> ResponseReturnValue:
    if event.status != EventStatus.PUBLISHED or event.is_past(clock.now()):
        raise NotOpenToAny
    form = _form(event)
    if not all([form.validate(), form.has_language()]):
        return _page(event, form), 422
    try:
        made = add(
            event,
            Signup(str(form.name.data), form.address, form.language.data, int(form.ticket_type.data), ""),
            log.organizer(account().id),
        )
    except (AlreadyThere, Full) as refusal:
        refuse(form.email if isinstance(refusal, AlreadyThere) else form.ticket_type, refusal.message)
        return _page(event, form), 422
    flash(_("Added."))
    return redirect(url_for("organizers.attendee", event=event.slug, registration=made), 303)


def _form(event: Event, **values: object) -> NewAttendeeForm:
    form = NewAttendeeForm(**values)
    form.ticket_type.choices = choices((str(kind.id), label(kind, event)) for kind in kinds_of(event))
    return form


def _page(event: Event, form: NewAttendeeForm) -> str:
    refuse_if_purged(event)
    return render_template("organizers/new_attendee.html", event=event, form=form)
