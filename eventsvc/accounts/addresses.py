"""What counts as a mail address of a member."""

from email_validator import EmailNotValidError, validate_email
from wtforms import Field, Form
from wtforms.validators import StopValidation

from eventsvc.i18n import _

LONGEST = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets


class BadAddress(ValueError):
    """Mail cannot reach this address."""


def normal(address: str) -> str:
    """The address in its normal form, the domain in ASCII. Raises BadAddress."""
    try:
        checked = validate_email(address.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise BadAddress(_("This is not a mail address.")) from None
    if checked.ascii_email is None or len(checked.ascii_email) > LONGEST:
        raise BadAddress(_("This is not a mail address."))
    return checked.ascii_email


def mail_address(_form: Form, field: Field) -> None:
    """For a form: afterwards the field holds the normal form of the address."""
    try:
        field.data = normal(field.data or "")
    except BadAddress:
        raise StopValidation(_("This does not look like a mail address. Please check it for mistakes.")) from None
