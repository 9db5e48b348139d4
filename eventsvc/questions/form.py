"""The questions on a form: a field for each, what is wrong with what was typed, and the answers.

On a form for several people the fields of each have a prefix of their own: `q12` is asked of the contact, `p2-q12` of
the second person.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from wtforms import Form
from wtforms.fields.core import UnboundField

from eventsvc.i18n import _, pick
from eventsvc.i18n import language as spoken
from eventsvc.questions.answered import Answered
from eventsvc.questions.asked import Asked
from eventsvc.questions.conditions import shown
from eventsvc.questions.field import Mistake, QuestionField
from eventsvc.questions.kinds import kind_of

AnyForm = TypeVar("AnyForm", bound=Form)
Fields = dict[str, "UnboundField[QuestionField]"]


def name_of(question_id: int, prefix: str = "") -> str:
    """The name of a question's field on the form."""
    return f"{prefix}q{question_id}"


def question_fields(asked: Sequence[Asked], prefix: str = "", given: Mapping[int, Any] | None = None) -> Fields:
    """The fields of one person by name. `given` are values answered earlier, by the id of their question."""
    values = given or {}
    return {
        name_of(question.question_id, prefix): kind_of(question).field(question, values.get(question.question_id))
        for question in asked
    }


def with_questions(form_class: type[AnyForm], fields: Mapping[str, Any], *, before: str = "consent") -> type[AnyForm]:
    """A form that has these fields as well, standing before the one named (its last ones follow as they stood)."""
    own = sorted(
        ((name, each) for name in dir(form_class) if isinstance(each := getattr(form_class, name, None), UnboundField)),
        key=lambda pair: pair[1].creation_counter,
    )
    names = [name for name, _each in own]
    last = own[names.index(before) :] if before in names else []
    again = {name: UnboundField(each.field_class, *each.args, **each.kwargs) for name, each in last}
    return type(form_class.__name__, (form_class,), {**fields, **again})


def check_answers(form: Form, asked: Sequence[Asked], ticket_type: str, prefix: str = "", who: str = "") -> bool:
    """Is everything right that was typed where something is asked? What is wrong stands at the field.

    To be called after `form.validate()`, which empties the errors of all fields. `who` names the person in the summary
    of errors, on a form for several.
    """
    right = True
    for question, field in _asked_fields(form, asked, ticket_type, prefix):
        try:
            kind_of(question).answer(field.typed, question)
        except Mistake as mistake:
            field.refuse(str(mistake), who)
            right = False
    return right


def read_answers(form: Form, asked: Sequence[Asked], ticket_type: str, prefix: str = "") -> tuple[Answered, ...]:
    """The answers of one person; only what is asked and was answered. The form must have been found right."""
    return tuple(
        Answered(question.question_id, question.version_id, value, _limits(question, value))
        for question, field in _asked_fields(form, asked, ticket_type, prefix)
        if (value := kind_of(question).answer(field.typed, question)) is not None
    )


def refuse_option(form: Form, asked: Sequence[Asked], option_limit_id: int, prefix: str = "", who: str = "") -> bool:
    """Say at the question that an option has no places left, if this person chose it; False where not."""
    for question in asked:
        field: Any = form[name] if (name := name_of(question.question_id, prefix)) in form else None
        limited = [slug for slug, limit_id in question.option_limits.items() if limit_id == option_limit_id]
        kind = kind_of(question)
        if field is not None and set(limited) & set(kind.marked(field.typed, question)):
            named = kind.said_option(limited[0], question, spoken())
            field.refuse(
                _("There are no places left for “%(option)s”. Please choose something else.", option=named), who
            )
            return True
    return False


def _asked_fields(
    form: Form, asked: Sequence[Asked], ticket_type: str, prefix: str
) -> list[tuple[Asked, QuestionField]]:
    """What this person is asked, by what was typed, right or wrong; each with its field."""
    fields: dict[int, Any] = {
        question.question_id: form[name]
        for question in asked
        if (name := name_of(question.question_id, prefix)) in form
    }
    here = [question for question in asked if question.question_id in fields]
    chosen = {
        question.question_id: kind_of(question).marked(fields[question.question_id].typed, question)
        for question in here
    }
    return [(question, fields[question.question_id]) for question in shown(here, ticket_type, chosen)]


def _limits(question: Asked, value: Any) -> tuple[int, ...]:
    chosen = kind_of(question).chosen(value)
    return tuple(sorted(question.option_limits[slug] for slug in chosen if slug in question.option_limits))


def label_of(question: Asked) -> str:
    """The question in the language being spoken, as plain text."""
    return pick(question.label, spoken())[0]
