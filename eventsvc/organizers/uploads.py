"""Pictures that members upload: the field, and what becomes of the file. A file cannot be kept in a form that is shown again."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import Length, Optional

from eventsvc.db import end_reading
from eventsvc.i18n import _, language_name
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.wall_clock import refuse
from eventsvc.pictures.apart import apart
from eventsvc.pictures.making import MOST_BYTES, Made, make
from eventsvc.pictures.unfit import Unfit
from eventsvc.registration.forms import clean_line

MOST_SENT = MOST_BYTES + 1_000_000
"""Of a whole form with a picture in it, in bytes. One with two is as a rule far below that too."""

ACCEPTED = "image/jpeg,image/png,image/webp,image/gif,image/avif"
"""Phones turn what is not on this list into what is."""


def picture_field(label: str) -> Any:
    """A field for a file."""
    return FileField(label, [Optional()], render_kw={"accept": ACCEPTED})


def alt_fields(languages: Iterable[str]) -> dict[str, StringField]:
    """A field for what a picture shows, in words, in each of these languages."""
    checks = [Optional(), Length(max=300, message=_l("This text is too long: at most %(max)d characters."))]
    return {f"alt_{tag}": StringField(language_name(tag), checks, filters=[clean_line]) for tag in languages}


def alt_typed(form: FlaskForm, languages: Iterable[str]) -> dict[str, str]:
    """What the picture shows, in each language in which it was said."""
    return {tag: form[f"alt_{tag}"].data for tag in languages if form[f"alt_{tag}"].data}


def made_of(form: FlaskForm, **kinds: str) -> dict[str, Made] | None:
    """The pictures made of what was uploaded, by the name of their field, which is given with its kind.

    None where one is refused; why stands beside its field. Takes long: nothing of the database is held.
    """
    end_reading()
    made: dict[str, Made] = {}
    for name, kind in kinds.items():
        if form[name].data:
            try:
                made[name] = apart(make, kind, form[name].data.read())
            except Unfit as unfit:
                refuse(form[name], unfit.message)
    return None if form.errors else made


def ask_again(form: FlaskForm, *names: str) -> None:
    """Say beside each of these fields that the file chosen there is not kept."""
    for name in names:
        if form[name].data and not form[name].errors:
            refuse(
                form[name], _("The form could not be saved, and a file cannot be kept in it: please choose it again.")
            )
