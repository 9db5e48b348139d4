"""Questions made up for a test, and a form that asks them."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, StringField

from eventsvc.questions.answered import Answered
from eventsvc.questions.asked import Asked
from eventsvc.questions.field import QuestionField
from eventsvc.questions.form import check_answers, question_fields, read_answers, with_questions

_numbers = count(1)


class NameAndConsent(Form):
    name = StringField("Name")
    consent = BooleanField("I agree")


def question(kind: str, label: str = "", *options: str, **values: Any) -> Asked:
    """A question with a number of its own; options are slugs, and their labels in two languages the same with a capital."""
    number = values.pop("number", None) or next(_numbers)
    text = label or f"Question {number}"
    labels = {slug: slug.capitalize() for slug in options}
    return Asked(
        question_id=number,
        version_id=1000 + number,
        slug=f"question-{number}",
        kind=kind,
        label={"en": text, "es": f"¿{text}?"},
        options=tuple({"slug": slug, "label": {"en": label, "es": f"{label} (es)"}} for slug, label in labels.items()),
        **values,
    )


def sent(
    asked: Sequence[Asked],
    typed: Mapping[str, Any] | None,
    *prefixes: str,
    given: Mapping[int, Any] | None = None,
) -> Form:
    """The form as it came back, or, with None, as it is given out; for several people by their prefixes."""
    fields: dict[str, Any] = {}
    for prefix in prefixes or ("",):
        fields |= question_fields(asked, prefix, given)
    form_class = with_questions(NameAndConsent, fields)
    return form_class(None if typed is None else MultiDict(typed))


def field(form: Form, name: str) -> QuestionField:
    found = form[name]
    assert isinstance(found, QuestionField)
    return found


def answers(
    asked: Sequence[Asked], typed: Mapping[str, Any], ticket_type: str = "general"
) -> dict[int, Any] | list[str]:
    """The values by question; or, where something is wrong, the sentences."""
    form = sent(asked, typed)
    form.validate()
    if not check_answers(form, asked, ticket_type):
        return [str(error) for each in form for error in each.errors]
    return {answer.question_id: answer.value for answer in read_answers(form, asked, ticket_type)}


def limits_of(answered: Sequence[Answered]) -> list[tuple[int, ...]]:
    return [answer.option_limits for answer in answered]
