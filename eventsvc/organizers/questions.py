"""The questions of an event: what is asked, in which order, and what is asked no more. Ready-made sets are offered."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventsvc.accounts.access import EDITORS, READERS, members
from eventsvc.db import attempt, db, transaction
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, EventStatus
from eventsvc.i18n import _, joined, language, language_name, pick
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.gate import bp, hold
from eventsvc.organizers.limit_names import label as ticket_type_label
from eventsvc.organizers.question_words import SET_NAMES, condition, kind_name, label, missing_languages
from eventsvc.questions import editing, sets
from eventsvc.questions.models import OptionLimit, Question
from eventsvc.questions.ready import SETS
from eventsvc.registration.models import Answer


@bp.get("/events/<event>/questions")
@members(READERS)
def questions(event: Event) -> str:
    every = editing.every(event)
    facts = _facts(event, every)
    left = [(name, *SET_NAMES[name]) for name, ready in SETS.items() if not sets.is_taken_in(ready, every)]
    return render_template(
        "organizers/questions.html",
        event=event,
        asked=[facts[each.id] for each in every if each.asked],
        withdrawn=[facts[each.id] for each in every if not each.asked],
        sets=left,
    )


def _facts(event: Event, every: Sequence[Question]) -> dict[int, dict[str, Any]]:
    """What the list says of each question, by id; in a fixed number of queries."""
    by_id = {each.id: each for each in every}
    answered, limits = _answered(event), _limits(event)
    types = {kind.slug: ticket_type_label(kind, event) for kind in kinds_of(event)}
    return {
        each.id: {
            "question": each,
            "version": (version := editing.current(each)),
            "label": label(version, event),
            "kind": kind_name(version.kind),
            "condition": condition(version, by_id, event),
            "types": [types[slug] for slug in version.ticket_types if slug in types],
            "of_nobody": bool(version.ticket_types) and not types.keys() & set(version.ticket_types),
            "limits": [
                (pick(option["label"], language(), event.languages)[0], limits[each.id, option["slug"]])
                for option in version.options
                if (each.id, option["slug"]) in limits
            ],
            "days": editing.kept_days(each, event),
            "answers": answered.get(each.id, 0),
            "missing": missing_languages(version, event),
        }
        for each in every
    }


def _answered(event: Event) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(Answer.question_id, sa.func.count().label("people"))
        .where(Answer.event_id == event.id)
        .group_by(Answer.question_id)
    )
    return {row.question_id: row.people for row in rows}


def _limits(event: Event) -> dict[tuple[int, str], OptionLimit]:
    rows = db.session.scalars(sa.select(OptionLimit).where(OptionLimit.event_id == event.id))
    return {(row.question_id, row.option): row for row in rows}


@bp.post("/events/<event>/questions/sets")
@members(EDITORS)
def add_set(event: Event) -> ResponseReturnValue:
    name = request.form.get("set", "")
    if name not in SETS:
        raise NotFound
    added = attempt(lambda: _add_set(event, name))
    if added.lacking:
        lacking = joined([language_name(tag) for tag in added.lacking])
        if event.status == EventStatus.DRAFT:
            flash(_("Added. Before you publish, write these questions in %(languages)s too.", languages=lacking))
        else:
            flash(_("Added, but not asked yet: first write these questions in %(languages)s too.", languages=lacking))
    else:
        flash(_("Added.") if added.questions else _("These questions are there already."))
    return _to_list(event, added.questions[0].id if added.questions else None)


def _add_set(event: Event, name: str) -> sets.Added:
    with transaction():
        hold(event)
        return sets.add(event, name)


@bp.post("/events/<event>/questions/<int:question>/position")
@members(EDITORS)
def move_question(event: Event, question: int) -> ResponseReturnValue:
    down = request.form.get("to") == "down"
    _do(event, question, lambda found: editing.move(event, found, down=down))
    return _to_list(event, question)


@bp.post("/events/<event>/questions/<int:question>/withdrawal")
@members(EDITORS)
def withdraw_question(event: Event, question: int) -> ResponseReturnValue:
    _do(event, question, lambda found: editing.withdraw(event, found))
    flash(_("The question is asked no more. What was answered stays."))
    return _to_list(event, question)


@bp.post("/events/<event>/questions/<int:question>/return")
@members(EDITORS)
def bring_question_back(event: Event, question: int) -> ResponseReturnValue:
    _do(event, question, lambda found: editing.bring_back(event, found))
    flash(_("The question is asked again."))
    return _to_list(event, question)


@bp.post("/events/<event>/questions/<int:question>/removal")
@members(EDITORS)
def remove_question(event: Event, question: int) -> ResponseReturnValue:
    _do(event, question, lambda found: editing.remove(event, found))
    flash(_("The question is removed."))
    return _to_list(event)


def _do(event: Event, question_id: int, act: Callable[[Question], object]) -> None:
    """In a transaction, with the event held and the question as it is now."""

    def unit() -> None:
        with transaction():
            hold(event)
            act(editing.one(event, question_id))

    attempt(unit)


def _to_list(event: Event, question_id: int | None = None) -> ResponseReturnValue:
    anchor = None if question_id is None else f"question-{question_id}"
    return redirect(url_for("organizers.questions", event=event.slug, _anchor=anchor), 303)
