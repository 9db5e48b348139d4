"""The answers of one person, changed by an organizer: what was told by phone, or a mistake.

Nothing is required here: who corrects one answer need not invent another. What is left as it stands keeps the wording
that the person answered.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from eventsvc.accounts.access import EDITORS, account, members
from eventsvc.db import attempt, transaction
from eventsvc.errors import Refusal
from eventsvc.events.models import Event
from eventsvc.i18n import _, language
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.answers_said import asked_of
from eventsvc.organizers.attendee import registration_of
from eventsvc.organizers.gate import bp
from eventsvc.organizers.limit_names import label
from eventsvc.questions.answered import Answered
from eventsvc.questions.asked import Asked, full_options
from eventsvc.questions.conditions import shown
from eventsvc.questions.drawing import Drawing
from eventsvc.questions.field import Mistake
from eventsvc.questions.form import check_answers, name_of, question_fields, read_answers, refuse_option, with_questions
from eventsvc.questions.kinds import kind_of
from eventsvc.registration import answers, log, rewriting
from eventsvc.registration.answers import Given
from eventsvc.registration.models import Registration
from eventsvc.registration.options import OptionFull
from eventsvc.registration.people import person


class NotToChange(Refusal):
    sentence = _l("This registration has ended, or nothing is asked of this person. Nothing was changed.")


@bp.get("/events/<event>/attendees/<uuid:registration>/answers")
@members(EDITORS)
def answers_form(event: Event, registration: UUID) -> str:
    found, asked = _to_change(event, registration)
    return _page(event, found, asked, _form(asked, answers.of(found)))


@bp.post("/events/<event>/attendees/<uuid:registration>/answers")
@members(EDITORS)
def change_answers(event: Event, registration: UUID) -> ResponseReturnValue:
    found, asked = _to_change(event, registration)
    before, kind = answers.of(found), found.ticket_type.slug
    form = _form(asked, before)
    right = form.validate()
    if not (check_answers(form, asked, kind) and right):
        return _page(event, found, asked, form), 422
    given = _given(form, asked, kind, before)
    try:
        changed = attempt(lambda: _rewrite(found, given))
    except OptionFull as full:
        refuse_option(form, asked, full.option_limit_id)
        return _page(event, found, asked, form), 422
    flash(_("Saved.") if changed else _("Nothing was changed."))
    return redirect(url_for("organizers.attendee", event=event.slug, registration=registration), 303)


def _to_change(event: Event, registration: UUID) -> tuple[Registration, tuple[Asked, ...]]:
    found = registration_of(event, registration)
    asked = asked_of(event, found)
    if not asked:
        raise NotToChange
    return found, asked


def _form(asked: Sequence[Asked], before: Iterable[Given]) -> FlaskForm:
    return with_questions(FlaskForm, question_fields(asked, given=_values(before)))()


def _values(before: Iterable[Given]) -> dict[int, Any]:
    return {each.question.id: each.value for each in before}


def _given(form: FlaskForm, asked: Sequence[Asked], kind: str, before: Iterable[Given]) -> list[Answered]:
    """What was typed; and the answers that nobody touched, as they were given."""
    typed = {each.question_id: each for each in read_answers(form, asked, kind)}
    earlier = {each.question.id: each for each in before}
    marked = {q.question_id: kind_of(q).marked(form[name_of(q.question_id)].typed, q) for q in asked}
    for question in shown(asked, kind, marked):
        one, new = earlier.get(question.question_id), typed.get(question.question_id)
        if one and (new.value if new else None) == _untouched(question, one.value):
            typed[question.question_id] = Answered(one.question.id, one.version.id, one.value)
    return list(typed.values())


def _untouched(question: Asked, value: Any) -> Any:
    """What an answer given earlier becomes when its field is sent as it stood there; an option may be gone by now."""
    kind = kind_of(question)
    known = {option.slug for option in kind.options(question, language())}
    stood = [each for each in kind.typed(value) if each in known or not known]
    try:
        return kind.read(stood, question)
    except Mistake:
        return None


def _rewrite(found: Registration, given: Sequence[Answered]) -> bool:
    with transaction():
        return rewriting.rewrite(found, given, log.organizer(account().id))


def _page(event: Event, found: Registration, asked: Sequence[Asked], form: FlaskForm) -> str:
    names = {found.ticket_type.slug: label(found.ticket_type, event)}
    drawing = Drawing(event, asked, full_options(event.id, asked), names)
    return render_template(
        "organizers/answers_form.html",
        event=event,
        registration=found,
        person=person(found),
        form=form,
        drawn=drawing.person(form, given=_values(answers.of(found))),
    )
