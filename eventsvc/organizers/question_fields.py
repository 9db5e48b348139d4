"""The form a question is written with: its texts in each language of the event, and rows of options.

It works without a script: more rows come with a button that sends the form and gets it back with all that was typed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import wtforms
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput

from eventsvc.i18n import _, language_name
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.fields import WholeNumberField, choices, clean_text, values_of
from eventsvc.organizers.wall_clock import refuse
from eventsvc.questions.arrangement import Unfit
from eventsvc.questions.models import Kind
from eventsvc.questions.wordings import LEAST_OPTIONS, MOST_OPTIONS
from eventsvc.registration.forms import clean_line

LIMIT_LABELS: dict[Kind, dict[str, Any]] = {
    Kind.SHORT_TEXT: {"most": _l("Longest answer, in characters")},
    Kind.LONG_TEXT: {"most": _l("Longest answer, in characters")},
    Kind.SEVERAL_OF: {"least": _l("At least so many options"), "most": _l("At most so many options")},
    Kind.NUMBER: {"least": _l("Smallest number"), "most": _l("Largest number")},
    Kind.DATE: {"least": _l("Earliest day"), "most": _l("Latest day")},
}
EMPTY_ROWS, MORE_ROWS = 3, 3


class SelectMultipleField(wtforms.SelectMultipleField):
    """Boxes to tick. The name of the class is by what the macros of forms know it."""

    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        if set(self.data or ()) - values_of(self):
            raise wtforms.ValidationError(_("Choose from these only."))


class DayField(DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        if not any(text.strip() for text in valuelist):
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Enter a date, such as 2027-05-14.")) from None


class QuestionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    """Everything but what depends on the event and the kind, which `question_form` adds."""

    kind = HiddenField()
    seen = HiddenField()  # what the question was when the form was opened
    rows = HiddenField(default="0")

    first_language = ""

    def say(self, unfit: Unfit) -> None:
        """Say what is unfit, beside the field where it can be put right."""
        part = f"option_0_{self.first_language}" if unfit.part == "options" else unfit.part
        if part in self:
            refuse(self[part], unfit.message)
        else:
            self.form_errors.append(unfit.message)


def _most(length: int) -> Length:
    return Length(max=length, message=_l("This text is too long: at most %(max)d characters."))


def _line(label: Any, length: int, *needed: Any) -> StringField:
    return StringField(label, [*(needed or [Optional()]), _most(length)], filters=[clean_line])


def _number(label: Any, least: int, most: int, sentence: Any) -> WholeNumberField:
    return WholeNumberField(label, [Optional(), NumberRange(least, most, sentence)])


def question_form(kind: Kind, languages: Sequence[str], rows: int) -> type[QuestionForm]:
    """The form for a question of this kind, with so many rows of options."""
    fields: dict[str, Any] = {"first_language": languages[0], **_texts(languages)}
    fields["required"] = BooleanField(_l("People must tick it") if kind == Kind.CONSENT else _l("People must answer"))
    if kind in LEAST_OPTIONS:
        for row in range(rows):
            fields |= _row(row, languages)
    for name, label in LIMIT_LABELS.get(kind, {}).items():
        fields[name] = _limit(kind, label)
    fields["condition"] = SelectMultipleField(_l("Ask it only where one of these was chosen"))
    fields["ticket_types"] = SelectMultipleField(_l("Ask it only of these ticket types"))
    fields["retention_days"] = _number(
        _l("Days after the end until the answers are erased"), 0, 1095, _l("Enter a number of days from 0 to 1095.")
    )
    return type("QuestionFormOfKind", (QuestionForm,), fields)


def _texts(languages: Sequence[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for position, tag in enumerate(languages):
        needed = [InputRequired(_l("Enter the question."))] if position == 0 else []
        fields |= {
            f"label_{tag}": _line(_l("Question"), 300, *needed),
            f"help_{tag}": TextAreaField(_l("Help"), [Optional(), _most(1000)], filters=[clean_text]),
            f"purpose_{tag}": _line(_l("What the answer is needed for"), 300),
        }
    return fields


def _row(row: int, languages: Sequence[str]) -> dict[str, Any]:
    names = {f"option_{row}_{tag}": _line(language_name(tag), 200) for tag in languages}
    size = _number(_l("Places"), 0, 1_000_000, _l("Enter a number from 0 to 1,000,000, or leave it empty."))
    return {f"option_{row}_slug": HiddenField(), **names, f"option_{row}_size": size}


def _limit(kind: Kind, label: Any) -> Field:
    if kind == Kind.DATE:
        return DayField(label, [Optional()])
    most = {Kind.NUMBER: 999_999_999, Kind.SEVERAL_OF: MOST_OPTIONS}.get(kind, 10_000)
    least = 0 if kind == Kind.NUMBER else 1
    return _number(label, least, most, _l("This number is too small or too large."))


def offer(form: QuestionForm, conditions: Sequence[tuple[str, str]], ticket_types: Mapping[str, str]) -> None:
    """Fill the choices that depend on the event."""
    form.condition.choices = choices(conditions)
    form.ticket_types.choices = choices(ticket_types.items())


def rows_asked(typed: Mapping[str, str], stored: int) -> int:
    """How many rows of options the form has: those it came with, and more where more were asked for."""
    said = typed.get("rows", "")
    there = int(said) if said.isascii() and said.isdigit() and len(said) < 4 else stored + EMPTY_ROWS
    return min(there + (MORE_ROWS if "more" in typed else 0), MOST_OPTIONS)
