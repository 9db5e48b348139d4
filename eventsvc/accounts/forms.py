"""The shape of what people type to sign in."""

from flask_wtf import FlaskForm
from wtforms import EmailField, StringField
from wtforms.validators import DataRequired, Length

from eventsvc.accounts.addresses import mail_address
from eventsvc.i18n import lazy_gettext as _l


def stripped(text: str | None) -> str:
    return (text or "").strip()


def _address_field() -> EmailField:
    asked = DataRequired(_l("Enter your mail address."))
    return EmailField(_l("Mail address"), filters=[stripped], validators=[asked, mail_address])


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is published without types
    email = _address_field()


class SetupForm(FlaskForm):  # type: ignore[misc]  # as above
    """The first owner and the organization they act for."""

    organization = StringField(
        _l("Organization"),
        filters=[stripped],
        validators=[
            DataRequired(_l("Enter the name of your organization.")),
            Length(max=200, message=_l("This name is too long: at most 200 characters.")),
        ],
    )
    email = _address_field()
