"""Made-up forms for the page of components: every kind of field and of question, untouched and with something wrong."""

from dataclasses import replace

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, EmailField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than the stubs
from wtforms.validators import InputRequired, Optional

from eventsvc.events.models import Event
from eventsvc.i18n import _, language
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.languages import LANGUAGES
from eventsvc.questions.asked import Asked
from eventsvc.questions.drawing import Drawing, Drawn
from eventsvc.questions.form import check_answers, question_fields, with_questions
from eventsvc.questions.models import Kind
from eventsvc.registration.forms import NO_ADDRESS, NO_NAME, a_mail_address

ONE_OF, NUMBER = 3, 6
_WAYS = [SelectChoice("hall", _l("In person")), SelectChoice("online", _l("Online"))]


class SampleForm(Form):
    """One field of each kind, and what an event might ask."""

    questions: list[Drawn]

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
    asked = _questions()
    drawing = Drawing(Event(languages=list(LANGUAGES), retention_days=30), asked, {1}, {})
    form = with_questions(SampleForm, question_fields(asked))
    typed = {"w-email": "ana@example", "w-words": "…", f"w-q{ONE_OF}": "online", f"w-q{NUMBER}": "…"}
    untouched, wrong = form(prefix="u-"), form(MultiDict(typed), prefix="w-")
    wrong.validate()
    check_answers(wrong, asked, "")
    for each in (untouched, wrong):
        each.questions = drawing.person(each)
    return {"untouched": untouched, "wrong": wrong}


def _questions() -> list[Asked]:
    """One of each kind, one with an option that is full, and one that waits for another."""
    here, there = _("In person"), _("Online")
    options = ({"slug": "hall", "label": {language(): here}}, {"slug": "online", "label": {language(): there}})
    label = {language(): _("How will you take part?")}
    every = [
        Asked(number, number, kind, kind, label, purpose=label, options=options, required=number > ONE_OF)
        for number, kind in enumerate(Kind, 1)
    ]
    full = replace(every[ONE_OF - 1], question_id=11, option_limits={"hall": 1})
    waiting = replace(every[0], question_id=12, depends_on_id=ONE_OF, depends_on_options=("online",))
    return [*every, full, waiting]
