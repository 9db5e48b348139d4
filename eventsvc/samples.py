"""Made-up forms for the page of components: every kind of field, untouched and with something wrong in it."""

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, EmailField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than the stubs
from wtforms.validators import InputRequired, Optional

from eventsvc.i18n import lazy_gettext as _l
from eventsvc.registration.forms import NO_ADDRESS, NO_NAME, a_mail_address

_WAYS = [SelectChoice("hall", _l("In person")), SelectChoice("online", _l("Online"))]


class SampleForm(Form):
    """One field of each kind."""

    name = StringField(_l("Name"), [InputRequired(NO_NAME)])
    email = EmailField(_l("Mail address"), [InputRequired(NO_ADDRESS), a_mail_address])
    words = TextAreaField(_l("Questions?"), [Optional()])
    way = RadioField(
        _l("How will you take part?"), [InputRequired(_l("Choose how you will take part."))], choices=_WAYS
    )
    place = SelectField(_l("Where"), choices=_WAYS, validate_choice=False)
    consent = BooleanField(
        _l("My registration"),
        [InputRequired(_l("We need your agreement to keep your name and address for this event."))],
    )


def sample_forms() -> dict[str, SampleForm]:
    """The form as it comes, and as it comes back. Their fields have ids of their own."""
    wrong = SampleForm(MultiDict({"w-email": "ana@example", "w-words": "…"}), prefix="w-")
    wrong.validate()
    return {"untouched": SampleForm(prefix="u-"), "wrong": wrong}
