"""One person at one event: what they gave, how things stand with them, and what was done."""

from typing import Any
from uuid import UUID

from flask import render_template
from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, StringField
from wtforms.validators import InputRequired, Optional

from eventsvc.accounts.access import READERS, members
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.languages import LANGUAGE_NAMES, LANGUAGES
from eventsvc.organizers.answers_said import answers_said, asked_of
from eventsvc.organizers.attendees import refuse_if_purged
from eventsvc.organizers.companions import companies
from eventsvc.organizers.deciding import DecisionForm, may_approve
from eventsvc.organizers.fields import SelectField, choices, values_of
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp
from eventsvc.organizers.history import history
from eventsvc.organizers.limit_names import label
from eventsvc.organizers.reach import reach
from eventsvc.organizers.wall_clock import refuse
from eventsvc.registration import forgetting, waitlist
from eventsvc.registration.forms import NO_NAME, a_mail_address, a_name, clean_line, normal_address
from eventsvc.registration.models import LIVE, Registration, Status
from eventsvc.registration.people import Person, person
from eventsvc.registration.queries import one
from eventsvc.registration.states import TURNS


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


class KindForm(FlaskForm):  # type: ignore[misc]  # as above
    """Another way of attending."""

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
    return attendee_page(event, registration_of(event, registration))


def attendee_page(event: Event, found: Registration, **sent: FlaskForm) -> str:
    """Everything about one person; `sent` are forms that came back."""
    who, status = person(found), Status(found.status)
    kinds = kind_form(event, found)
    return render_template(
        "organizers/attendee.html",
        event=event,
        registration=found,
        person=who,
        reach=reach(found) if status in LIVE else [],
        kind=label(found.ticket_type, event),
        is_live=status in LIVE,
        queue_place=waitlist.place_in_queue(found),
        unconfirmed_until=found.registered_at + forgetting.KEPT,
        may_approve=may_approve(event),
        company=companies(event, [found])[found.id],
        answers=answers_said(event, [found])[found.id],
        is_asked=bool(asked_of(event, found)),
        history=history(event, found),
        may_change_kind=status in TURNS["change_type"].before and len(values_of(kinds.ticket_type)) > 1,
        **{"form": _correction_form(found, who), "decision": DecisionForm(None), "kind_form": kinds} | sent,
        wrong=next(iter(sent.values()), None),
    )


def _correction_form(found: Registration, who: Person) -> AttendeeForm:
    return AttendeeForm(None, data={"name": who.name, "email": who.email, "language": found.language})


def kind_form(event: Event, found: Registration, sent: Any = None) -> KindForm:
    """The ways of attending, with this person's own chosen, or the one that was sent."""
    form = KindForm(sent, data={"ticket_type": str(found.ticket_type_id)})
    form.ticket_type.choices = choices((str(kind.id), label(kind, event)) for kind in kinds_of(event))
    return form
