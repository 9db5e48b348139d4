"""One person at one event: what they gave, and what an organizer may do for them."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, StringField
from wtforms.validators import InputRequired, Optional

from eventsvc import clock
from eventsvc.accounts.access import EDITORS, READERS, account, members
from eventsvc.db import attempt, transaction
from eventsvc.errors import Full, NotFound, Refusal
from eventsvc.events.models import Event, EventStatus
from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.intake import current_settings
from eventsvc.languages import LANGUAGE_NAMES, LANGUAGES, negotiate
from eventsvc.organizers.attendees import refuse_if_purged
from eventsvc.organizers.fields import SelectField, choices, clean_text
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp
from eventsvc.organizers.limit_names import label
from eventsvc.organizers.wall_clock import refuse
from eventsvc.registration import cancellation, correction, links, log, waitlist
from eventsvc.registration.drafting import Signup
from eventsvc.registration.forms import NO_NAME, a_mail_address, a_name, clean_line, normal_address
from eventsvc.registration.models import LIVE, Registration
from eventsvc.registration.people import person
from eventsvc.registration.queries import one
from eventsvc.registration.signup import AlreadyThere, add, find_live


class NotOpenToAny(Refusal):
    sentence = _l("People can be added while an event is published and not over.")


class AttendeeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    """A person, as an organizer types them: the address may be left out."""

    name = StringField(_l("Name"), [InputRequired(NO_NAME), a_name], filters=[clean_line])
    email = EmailField(_l("Mail address"), [Optional(), a_mail_address], filters=[clean_line])
    language = RadioField(
        _l("Language of the letters"),
        choices=choices((tag, LANGUAGE_NAMES[tag]) for tag in LANGUAGES),
        validate_choice=False,
    )

    @property
    def address(self) -> str | None:
        return normal_address(self.email.data) if self.email.data else None

    def has_language(self) -> bool:
        return self.language.data in LANGUAGES or refuse(self.language, _("Choose one of these."))


class NewAttendeeForm(AttendeeForm):
    ticket_type = SelectField(_l("Ticket type"))


def registration_of(event: Event, registration: UUID) -> Registration:
    """The registration with this id, if it is this event's. Raises NotFound, and Gone after the purge."""
    refuse_if_purged(event)
    found = one(event, registration)
    if found is None:
        raise NotFound
    return found


@bp.get("/events/<event>/attendees/<uuid:registration>")
@members(READERS)
def attendee(event: Event, registration: UUID) -> str:
    found = registration_of(event, registration)
    who = person(found)
    form = AttendeeForm(data={"name": who.name, "email": who.email, "language": found.language})
    return _page(event, found, form)


def _page(event: Event, found: Registration, form: AttendeeForm) -> str:
    return render_template(
        "organizers/attendee.html",
        event=event,
        registration=found,
        person=person(found),
        form=form,
        kind=label(found.ticket_type, event),
        is_live=found.status in LIVE,
        queue_place=waitlist.place_in_queue(found),
    )


@bp.post("/events/<event>/attendees/<uuid:registration>/correction")
@members(EDITORS)
def correct(event: Event, registration: UUID) -> ResponseReturnValue:
    found = registration_of(event, registration)
    form = AttendeeForm()
    if not all([form.validate(), form.has_language()]):
        return _page(event, found, form), 422
    present = find_live(event, form.address) if form.address else None
    if present is not None and present.id != found.id:
        refuse(form.email, str(AlreadyThere.sentence))
        return _page(event, found, form), 422
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


def _to_page(event: Event, found: Registration) -> ResponseReturnValue:
    return redirect(url_for("organizers.attendee", event=event.slug, registration=found.id), 303)


@bp.get("/events/<event>/attendees/new")
@members(EDITORS)
def new_attendee(event: Event) -> str:
    return _new_page(
        event, _new_form(event, data={"language": negotiate(event.languages, current_settings().language)})
    )


@bp.post("/events/<event>/attendees")
@members(EDITORS)
def add_attendee(event: Event) -> ResponseReturnValue:
    if event.status != EventStatus.PUBLISHED or event.is_past(clock.now()):
        raise NotOpenToAny
    form = _new_form(event)
    if not all([form.validate(), form.has_language()]):
        return _new_page(event, form), 422
    try:
        made = add(
            event,
            Signup(str(form.name.data), form.address, form.language.data, int(form.ticket_type.data), ""),
            log.organizer(account().id),
        )
    except (AlreadyThere, Full) as refusal:
        refuse(form.email if isinstance(refusal, AlreadyThere) else form.ticket_type, refusal.message)
        return _new_page(event, form), 422
    flash(_("Added."))
    return redirect(url_for("organizers.attendee", event=event.slug, registration=made), 303)


def _new_form(event: Event, **values: object) -> NewAttendeeForm:
    form = NewAttendeeForm(**values)
    form.ticket_type.choices = choices((str(kind.id), label(kind, event)) for kind in kinds_of(event))
    return form


def _new_page(event: Event, form: NewAttendeeForm) -> str:
    refuse_if_purged(event)
    return render_template("organizers/new_attendee.html", event=event, form=form)
