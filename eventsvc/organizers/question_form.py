"""Writing a question, and wording it anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventsvc.accounts.access import EDITORS, members
from eventsvc.db import attempt, db, transaction
from eventsvc.events.models import Event
from eventsvc.i18n import _
from eventsvc.organizers import question_reading as reading
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp, hold
from eventsvc.organizers.limit_names import label as ticket_type_label
from eventsvc.organizers.question_fields import EMPTY_ROWS, QuestionForm, offer, question_form, rows_asked
from eventsvc.organizers.question_words import KIND_NAMES, answer_names, kind_name, label
from eventsvc.organizers.wall_clock import refuse
from eventsvc.questions import editing
from eventsvc.questions.arrangement import Unfit, answers
from eventsvc.questions.models import Kind, OptionLimit, Question
from eventsvc.questions.wordings import LEAST_OPTIONS
from eventsvc.registration import options


class ChangedMeanwhile(Exception):
    """Somebody else saved the question after this form was opened."""


@dataclass(frozen=True)
class Desk:
    """What lies on the desk while a question is written: the event's questions, and the one that is open, if any."""

    event: Event
    kind: Kind
    questions: Sequence[Question]
    opened: Question | None = None

    @property
    def earlier(self) -> list[Question]:
        """The questions it may depend on: asked before it, and with something to choose."""
        asked = [each for each in self.questions if each.asked]
        before = asked if self.opened is None else [e for e in asked if e.position < self.opened.position]
        return [e for e in before if answers(editing.current(e).kind, editing.current(e).options)]

    @property
    def conditions(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What it may depend on: each earlier question, with its answers as (value, label)."""
        return [
            (
                label(editing.current(each), self.event),
                [(f"{each.id}:{slug}", name) for slug, name in answer_names(editing.current(each)).items()],
            )
            for each in self.earlier
        ]

    def form(self, rows: int, **values: Any) -> QuestionForm:
        """The form, with all that can be chosen in it."""
        form = question_form(self.kind, self.event.languages, rows)(**values)
        form.kind.data, form.rows.data = self.kind.value, str(rows)
        kinds = kinds_of(self.event)
        types = {kind.slug: ticket_type_label(kind, self.event) for kind in kinds} if len(kinds) > 1 else {}
        offer(form, [pair for _question, pairs in self.conditions for pair in pairs], types)
        if not types:
            del form.ticket_types
        return form

    def page(self, form: QuestionForm, **more: Any) -> str:
        """The form as a page."""
        return render_template(
            "organizers/question_form.html",
            event=self.event,
            question=self.opened,
            form=form,
            kind=self.kind,
            kind_name=kind_name(self.kind),
            rows=range(int(form.rows.data or 0)) if self.kind in LEAST_OPTIONS else (),
            conditions=self.conditions,
            is_answered=self.opened is not None and editing.is_answered(self.opened),
            **more,
        )


@bp.get("/events/<event>/questions/new")
@members(EDITORS)
def new_question(event: Event) -> str:
    kind = request.args.get("kind", "")
    if kind not in KIND_NAMES:
        return render_template("organizers/question_kinds.html", event=event, kinds=KIND_NAMES)
    desk = Desk(event, Kind(kind), editing.every(event))
    return desk.page(desk.form(EMPTY_ROWS))


@bp.post("/events/<event>/questions")
@members(EDITORS)
def create_question(event: Event) -> ResponseReturnValue:
    kind = request.form.get("kind", "")
    desk = Desk(event, Kind(kind) if kind in KIND_NAMES else Kind.SHORT_TEXT, editing.every(event))
    return _answer(desk, desk.form(rows_asked(request.form, 0)))


@bp.get("/events/<event>/questions/<int:question>")
@members(EDITORS)
def question(event: Event, question: int) -> str:
    desk = _desk(event, question)
    stored = reading.shown(event, _opened(desk), sizes_of(question))
    return desk.page(desk.form(_rows(desk) + EMPTY_ROWS, data=stored))


@bp.post("/events/<event>/questions/<int:question>")
@members(EDITORS)
def save_question(event: Event, question: int) -> ResponseReturnValue:
    desk = _desk(event, question)
    return _answer(desk, desk.form(rows_asked(request.form, _rows(desk))))


def _answer(desk: Desk, form: QuestionForm) -> ResponseReturnValue:
    if "more" in request.form:
        return desk.page(form)
    right = form.validate()
    if not all([_is_of_one_question(form), right]):
        return desk.page(form), 422
    try:
        saved = attempt(lambda: _save(desk, form))
    except Unfit as unfit:
        form.say(unfit)
        return _again(desk).page(form), 422
    except ChangedMeanwhile:
        now = _again(desk)
        form.seen.data = reading.state_of(_opened(now), sizes_of(_opened(now).id))
        return now.page(form, is_stale=True), 409
    flash(_("The question is added.") if desk.opened is None else _("Saved."))
    return redirect(url_for("organizers.questions", event=desk.event.slug, _anchor=f"question-{saved}"), 303)


def _is_of_one_question(form: QuestionForm) -> bool:
    chosen = {value.partition(":")[0] for value in form.condition.data or ()}
    return len(chosen) < 2 or refuse(form.condition, _("Choose answers to one question only."))


def _save(desk: Desk, form: QuestionForm) -> int:
    """The id of the question."""
    event, days = desk.event, form.retention_days.data
    with transaction():
        hold(event)
        if desk.opened is None:
            return editing.add(event, desk.kind, reading.typed(form, event, None), retention_days=days).id
        found = editing.one(event, desk.opened.id)
        if form.seen.data != reading.state_of(found, sizes_of(found.id)):
            raise ChangedMeanwhile
        wording = reading.typed(form, event, editing.current(found))
        editing.change(event, found, wording, retention_days=days, count=options.counted)
        return found.id


def _desk(event: Event, question_id: int) -> Desk:
    found = editing.one(event, question_id)
    return Desk(event, Kind(editing.current(found).kind), editing.every(event), found)


def _again(desk: Desk) -> Desk:
    """The same, as it is in the database now: what was tried is rolled back."""
    db.session.refresh(desk.event)
    if desk.opened is None:
        return Desk(desk.event, desk.kind, editing.every(desk.event))
    return _desk(desk.event, desk.opened.id)


def _opened(desk: Desk) -> Question:
    if desk.opened is None:
        raise ValueError("no question is open")
    return desk.opened


def _rows(desk: Desk) -> int:
    return len(editing.current(_opened(desk)).options)


def sizes_of(question_id: int) -> dict[str, int]:
    """The limits of its options, by slug."""
    rows = db.session.execute(
        sa.select(OptionLimit.option, OptionLimit.size).where(OptionLimit.question_id == question_id)
    )
    return {row.option: row.size for row in rows}
