"""Fields and checks of the back office's forms, with sentences in the reader's language."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

import wtforms
from wtforms import DateTimeLocalField, Field, Form, IntegerField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than the stubs
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from eventsvc.i18n import _
from eventsvc.registration.forms import clean_line

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DIRECTION_TRICKS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def choices(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """What a field offers: values and what they are called."""
    return [SelectChoice(value, label) for value, label in pairs]


class WallTimeField(DateTimeLocalField):
    """A local date and time as typed, to the minute."""

    def __init__(self, label: str, validators: list[Any], **options: Any) -> None:
        super().__init__(label, validators, format=FORMATS, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Enter a date and a time, such as 2027-05-14T18:30.")) from None
        if self.data is not None:
            self.data = self.data.replace(second=0)


class WholeNumberField(IntegerField):
    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and not valuelist[0].strip():
            self.data = None
            return
        if valuelist and not re.fullmatch(r"[0-9]{1,9}", valuelist[0].strip()):
            self.data = None
            raise ValueError(_("Enter a whole number, such as 60."))
        super().process_formdata(valuelist)


class SelectField(wtforms.SelectField):
    def pre_validate(self, form: BaseForm) -> None:
        if str(self.data) not in values_of(self):
            raise StopValidation(_("Choose one of these."))


def values_of(field: wtforms.SelectField) -> set[str]:
    """The values a field offers."""
    return {str(choice.value) for choice in cast("list[Any]", field.choices or [])}


def clean_text(text: str | None) -> str:
    """Several lines as typed, without control signs and direction tricks; ends of lines are plain newlines."""
    plain = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n").replace("\r", "\n")
    kept = (sign for sign in plain if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})
    return _DIRECTION_TRICKS.sub("", "".join(kept)).strip()


def is_language(tag: str) -> bool:
    """Is this the shape of a BCP 47 tag?"""
    return len(tag) <= 35 and _TAG.fullmatch(tag) is not None


def words(text: str) -> list[str]:
    """The parts of a list typed with commas, each once, in order."""
    return list(dict.fromkeys(filter(None, (clean_line(part) for part in text.split(",")))))


def lines(text: str) -> list[str]:
    """The lines that are not empty, each once, in order."""
    return list(dict.fromkeys(filter(None, (clean_line(line) for line in text.splitlines()))))


def web_address(_form: Form, field: Field) -> None:
    """A link to a page: http or https, nothing else."""
    typed = field.data or ""
    if not typed:
        return
    try:
        parts = urlsplit(typed)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"[\s\\<>\"]", typed)
    except ValueError:
        good = False
    if not good:
        raise StopValidation(_("Enter a whole address that begins with https://"))


def language_list(_form: Form, field: Field) -> None:
    """Language tags with commas between."""
    if wrong := [tag for tag in words(field.data or "") if not is_language(tag)]:
        raise StopValidation(_("%(tag)s is not a language code. Codes are short, such as es or pt-BR.", tag=wrong[0]))


def a_title(_form: Form, field: Field) -> None:
    """Something that can be read: signs that cannot be seen are no title."""
    if not any(unicodedata.category(sign)[0] not in "CZ" for sign in field.data or ""):
        raise StopValidation(_("Enter a title."))


def sensible_year(_form: Form, field: Field) -> None:
    moment: datetime | None = field.data
    if moment and not 1990 <= moment.year <= 2200:
        raise StopValidation(_("Check the year: it lies too far away."))
