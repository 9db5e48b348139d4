"""The schedule of letters as a form: each on or off, how long before or after, and the links of the last one."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, Form, URLField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation

from eventsvc.events.models import Event
from eventsvc.i18n import _, date_text
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.fields import WholeNumberField, web_address
from eventsvc.registration.forms import clean_line
from eventsvc.reminders import schedule
from eventsvc.reminders.models import ReminderKind
from eventsvc.reminders.schedule import AFTERWARDS, DAY_BEFORE, HOUR_BEFORE, Plan

UNIT = {DAY_BEFORE: 60, HOUR_BEFORE: 1, AFTERWARDS: 60}
"""Minutes in what is asked for: hours, minutes, hours."""

_DAY = _l("Enter a number of hours from 2 to 336 (two weeks).")
_HOUR = _l("Enter a number of minutes from 10 to 720 (twelve hours).")
_AFTER = _l("Enter a number of hours from 0 to 336 (two weeks).")
_LONG = _l("This text is too long: at most %(max)d characters.")


def secure_address(_form: Form, field: Field) -> None:
    """A link to a page that nobody on the way can read along: https only."""
    web_address(_form, field)
    if field.data and not field.data.startswith("https://"):
        raise StopValidation(_("Enter a whole address that begins with https://"))


def _number(label: Any, kind: ReminderKind, sentence: Any) -> WholeNumberField:
    least, most = (bounds[kind] // UNIT[kind] for bounds in (schedule.LEAST, schedule.MOST))
    return WholeNumberField(label, [InputRequired(sentence), NumberRange(least, most, sentence)])


def _link(label: Any) -> URLField:
    return URLField(label, [Optional(), Length(max=1000, message=_LONG), secure_address], filters=[clean_line])


class ScheduleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    """Two fields for each kind of letter, named after it."""

    day_before_on = BooleanField(_l("Remind people before the event"))
    day_before = _number(_l("Hours before the start"), DAY_BEFORE, _DAY)
    hour_before_on = BooleanField(_l("Remind people shortly before the start"))
    hour_before = _number(_l("Minutes before the start"), HOUR_BEFORE, _HOUR)
    afterwards_on = BooleanField(_l("Thank people afterwards"))
    afterwards = _number(_l("Hours after the end"), AFTERWARDS, _AFTER)
    material_url = _link(_l("Link to the material"))
    survey_url = _link(_l("Link to a survey"))

    @classmethod
    def of(cls, event: Event) -> "ScheduleForm":
        """As it stands."""
        values: dict[str, Any] = {}
        for plan in schedule.plans(schedule.times_of(event)):
            values |= {f"{plan.kind}_on": plan.enabled, plan.kind.value: plan.minutes // UNIT[plan.kind]}
            if plan.kind is AFTERWARDS:
                values |= {"material_url": plan.material_url, "survey_url": plan.survey_url}
        return cls(data=values)

    def plans(self) -> list[Plan]:
        """What was typed, once it is valid."""
        return [self._plan(kind) for kind in ReminderKind]

    def fits(self, event: Event) -> bool:
        """Is there still somebody to write to when it comes to that? Says so beside the field where not."""
        of = schedule.times_of(event)
        late = [plan for plan in self.plans() if plan.enabled and plan.due_at(of) >= event.personal_data_until]
        for plan in late:
            erased = event.personal_data_until.astimezone(event.starts_local.tzinfo)
            sentence = _("The personal data are erased before that, on %(date)s.", date=date_text(erased))
            self[plan.kind.value].errors = [sentence]
        return not late

    def _plan(self, kind: ReminderKind) -> Plan:
        links = (self.material_url.data or "", self.survey_url.data or "") if kind is AFTERWARDS else ()
        return Plan(kind, bool(self[f"{kind}_on"].data), int(self[kind.value].data) * UNIT[kind], *links)
