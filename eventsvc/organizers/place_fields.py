"""What the forms about places have in common: sizes, names, and names in every language of the event."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.fields import WholeNumberField, clean_text
from eventsvc.organizers.wall_clock import refuse
from eventsvc.registration.forms import clean_line

MOST = 1_000_000
_TOO_LONG = _l("This text is too long: at most %(max)d characters.")


def size_field(label: str) -> WholeNumberField:
    """How many places; empty for no limit."""
    in_range = NumberRange(0, MOST, _l("Enter a number from 0 to 1,000,000, or leave it empty."))
    return WholeNumberField(label, [Optional(), in_range])


def name_field(label: str, *checks: Any) -> StringField:
    return StringField(label, [*(checks or [Optional()]), Length(max=100, message=_TOO_LONG)], filters=[clean_line])


def sentence_field(label: str) -> TextAreaField:
    return TextAreaField(label, [Optional(), Length(max=500, message=_TOO_LONG)], filters=[clean_text])


def typed(form: FlaskForm, name: str, languages: Iterable[str]) -> dict[str, str]:
    """What was typed into this field, by language; without what was left empty."""
    return {tag: form[f"{name}_{tag}"].data for tag in languages if form[f"{name}_{tag}"].data}


def is_whole(form: FlaskForm, name: str, languages: Iterable[str], sentence: str) -> bool:
    """Is it there in every language? Says the sentence beside each field where it is not."""
    empty = [form[f"{name}_{tag}"] for tag in languages if not form[f"{name}_{tag}"].data]
    for field in empty:
        refuse(field, sentence)
    return not empty
