"""The forms people register and correct with: they check the shape of what was typed; the rules check its truth.

These are plain forms without a session: each carries a signed id instead, which needs no cookie.
"""

from typing import Any

from email_validator import EmailNotValidError, ValidatedEmail, validate_email
from wtforms import EmailField, Field, Form, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than the stubs
from wtforms.validators import InputRequired, Optional, StopValidation

from eventsvc import tokens
from eventsvc.i18n import _
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.languages import LANGUAGE_NAMES, LANGUAGES
from eventsvc.questions import cleaning

LONGEST_NAME = 120
LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets
NO_NAME = _l("Enter a name for the badge. It may be an alias.")
NO_ADDRESS = _l("Enter your mail address, such as ana@example.org.")


def clean_line(text: str | None) -> str:
    """One line as typed, without what cannot be seen and would do harm; a field that was not sent is empty."""
    return cleaning.clean_line(text or "")


def normal_address(typed: str) -> str:
    """The address as mail programs take it, its domain in ASCII and lower case. Raises EmailNotValidError."""
    return _checked(typed).ascii_email or ""


def _checked(typed: str, *, smtputf8: bool = False) -> ValidatedEmail:
    return validate_email(typed.strip(), check_deliverability=False, allow_smtputf8=smtputf8)


def a_name(_form: Form, field: Field) -> None:
    """Something to call a person by; signs that cannot be seen are no name."""
    if cleaning.says_nothing(field.data or ""):
        raise StopValidation(str(NO_NAME))
    if len(field.data) > LONGEST_NAME:
        raise StopValidation(
            _("This name is too long. Please shorten it to %(length)s characters.", length=LONGEST_NAME)
        )


def a_mail_address(_form: Form, field: Field) -> None:
    """An address that mail can reach, as far as its shape tells."""
    address = (field.data or "").strip()
    if not address:
        raise StopValidation(str(NO_ADDRESS))
    if len(address) > LONGEST_ADDRESS:
        raise StopValidation(_("This mail address is too long. Please check it."))
    if "@" not in address:
        raise StopValidation(_("A mail address has an @ in it, such as ana@example.org."))
    try:
        normal_address(address)
    except EmailNotValidError:
        raise StopValidation(_why_refused(address)) from None


def _why_refused(address: str) -> str:
    try:
        _checked(address, smtputf8=True)
    except EmailNotValidError:
        return _("This does not look like a mail address. Please check it for mistakes.")
    return _("We cannot send mail to an address with such letters before the @. Please give another one.")


def one_of_them(_form: Form, field: RadioField) -> None:
    if field.data not in {option.data for option in field}:
        raise StopValidation(_("Choose one of these."))


class SignedForm(Form):
    """A form with a signed id: made by us, for one purpose, about one subject, within the last seven days."""

    purpose = ""
    is_stale = False
    form_id = HiddenField()

    def __init__(self, typed: Any, subject: str, **values: Any) -> None:
        self.subject = subject
        super().__init__(typed, data=values)
        if typed is None:
            self.renew_id()

    def renew_id(self) -> None:
        self.form_id.data = tokens.new_form_id(self.purpose, self.subject)

    def accepted(self) -> bool:
        """Is everything right? A form that is not ours, or too old, gets a new id and says so by `is_stale`."""
        if not tokens.is_form_id(self.form_id.data or "", self.purpose, self.subject):
            self.refuse_as_stale()
        return self.validate() and not self.is_stale

    def refuse_as_stale(self) -> None:
        self.is_stale = True
        self.renew_id()

    @property
    def is_trapped(self) -> bool:
        """Was a field filled in that no person sees? Most forms have none."""
        return False

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows this form again."""
        return 400 if self.is_stale else 422


class OwnForm(SignedForm):
    """One of my own affairs; its subject is the digest of the secret in my link."""

    purpose = "own"


class CorrectionForm(OwnForm):
    """Name, address and language of a registration. One without an address of its own may stay so."""

    name = StringField(_l("Name"), [InputRequired(NO_NAME), a_name], filters=[clean_line])
    email = EmailField(_l("Mail address"), [InputRequired(NO_ADDRESS), a_mail_address])
    language = RadioField(
        _l("Language of mails to you"),
        [InputRequired(_l("Choose one of these.")), one_of_them],
        choices=[SelectChoice(tag, LANGUAGE_NAMES[tag]) for tag in LANGUAGES],
        validate_choice=False,
    )

    def __init__(self, typed: Any, subject: str, has_address: bool, **values: Any) -> None:
        super().__init__(typed, subject, **values)
        if not has_address:
            self.email.validators = [Optional(), a_mail_address]
            self.email.flags.required = False


class MyLinkForm(SignedForm):
    """Asking for one's own link by mail."""

    purpose = "my-link"

    email = EmailField(_l("Mail address"), [InputRequired(NO_ADDRESS), a_mail_address])
