"""The forms behind my link, beside the one for correcting name and address."""

from typing import Any

from wtforms import EmailField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than the stubs
from wtforms.validators import InputRequired

from eventsvc.i18n import lazy_gettext as _l
from eventsvc.languages import LANGUAGE_NAMES, LANGUAGES
from eventsvc.registration.forms import NO_ADDRESS, OwnForm, a_mail_address, a_name, clean_line, one_of_them

NO_NAME = _l("Enter the name of the person who comes instead. It may be an alias.")


class HandoverForm(OwnForm):
    """Who comes instead."""

    name = StringField(_l("Name of the other person"), [InputRequired(NO_NAME), a_name], filters=[clean_line])
    email = EmailField(_l("Mail address of the other person"), [InputRequired(NO_ADDRESS), a_mail_address])
    language = RadioField(
        _l("Language of mails to the other person"),
        [InputRequired(_l("Choose one of these.")), one_of_them],
        choices=[SelectChoice(tag, LANGUAGE_NAMES[tag]) for tag in LANGUAGES],
        validate_choice=False,
    )


class TicketTypeForm(OwnForm):
    """How one takes part from now on."""

    ticket_type = RadioField(
        _l("How will you take part?"),
        [InputRequired(_l("Choose how you will take part.")), one_of_them],
        validate_choice=False,
    )

    def __init__(self, typed: Any, subject: str, ways: list[tuple[str, str]]) -> None:
        """`ways` are slugs and labels."""
        super().__init__(typed, subject)
        self.ticket_type.choices = [SelectChoice(slug, label) for slug, label in ways]
