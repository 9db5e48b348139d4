"""My answers to the organizers' questions, by my link: correcting them, or giving them for the first time."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from eventsvc.accounts.access import everyone
from eventsvc.db import attempt, transaction
from eventsvc.errors import NotFound
from eventsvc.i18n import said
from eventsvc.questions.answered import Answered
from eventsvc.questions.asked import Asked, full_options
from eventsvc.questions.drawing import Drawing
from eventsvc.questions.form import check_answers, question_fields, read_answers, refuse_option, with_questions
from eventsvc.registration import answers, rewriting
from eventsvc.registration.asking import asked_of
from eventsvc.registration.forms import OwnForm
from eventsvc.registration.log import ATTENDEE
from eventsvc.registration.mine import bp, hold, own_url, refuse_if_fixed, registration_of, subject_of, why_fixed
from eventsvc.registration.models import Registration
from eventsvc.registration.options import OptionFull
from eventsvc.registration.pages import page


@bp.get("/r/<secret>/answers")
@everyone
def answers_form(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    asked = _asked(mine)
    if why_fixed(mine):
        return redirect(own_url("own.show", secret))
    given = _given(mine)
    return _page(mine, secret, asked, given, _form(secret, asked, given))


@bp.post("/r/<secret>/answers")
@everyone
def change_answers(secret: str) -> ResponseReturnValue:
    mine = registration_of(secret)
    asked, given = _asked(mine), _given(mine)
    refuse_if_fixed(mine)
    form, kind = _form(secret, asked, given, sent=True), mine.ticket_type.slug
    accepted = form.accepted()
    if not (check_answers(form, asked, kind) and accepted):
        return _page(mine, secret, asked, given, form), form.status
    try:
        attempt(lambda: _rewrite(mine, secret, read_answers(form, asked, kind)))
    except OptionFull as refusal:
        refuse_option(form, asked, refusal.option_limit_id)
        return _page(mine, secret, asked, given, form), refusal.status
    return redirect(own_url("own.show", secret, done="correction"), 303)


def _asked(mine: Registration) -> tuple[Asked, ...]:
    """Raises NotFound where nothing is asked."""
    asked = asked_of(mine)
    if not asked:
        raise NotFound
    return asked


def _given(mine: Registration) -> dict[int, Any]:
    return {each.question.id: each.value for each in answers.of(mine)}


def _form(secret: str, asked: Sequence[Asked], given: Mapping[int, Any], *, sent: bool = False) -> OwnForm:
    form_class = with_questions(OwnForm, question_fields(asked, given=given))
    return form_class(request.form if sent else None, subject_of(secret))


def _page(mine: Registration, secret: str, asked: Sequence[Asked], given: Mapping[int, Any], form: OwnForm) -> str:
    """An option that is full stays open to who has it."""
    event, kind = mine.event, mine.ticket_type
    names = {kind.slug: said(kind.name, event.languages) or kind.slug}
    drawing = Drawing(event, asked, full_options(event.id, asked), names)
    return page(
        "registration/answers.html",
        event,
        secret=secret,
        form=form,
        drawn=drawing.person(form, given=given),
        is_first=not given,
    )


def _rewrite(mine: Registration, secret: str, answered: Sequence[Answered]) -> None:
    with transaction():
        hold(mine, secret)
        rewriting.rewrite(mine, answered, ATTENDEE)
