"""What is due to go: the personal data of an event, so many days after its end; the answers to a question earlier."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event, EventStatus
from eventsvc.questions.lasting import answers_until
from eventsvc.questions.models import Question
from eventsvc.registration.models import Answer, Registration


class Due(NamedTuple):
    """An event whose personal data have had their time."""

    event_id: int
    slug: str
    until: datetime
    registrations: int


def due(at: datetime | None = None) -> list[Due]:
    """Everything that is to be purged now, the longest overdue first.

    A draft nobody registered for holds nothing, and may yet be moved to another day.
    """
    at = at or clock.now()
    over = [event for event in _ended(at) if event.personal_data_until <= at]
    people = _registrations([event.id for event in over])
    found = [
        Due(event.id, event.slug, event.personal_data_until, people.get(event.id, 0))
        for event in over
        if event.status != EventStatus.DRAFT or people.get(event.id)
    ]
    return sorted(found, key=lambda due: (due.until, due.event_id))


class DueAnswers(NamedTuple):
    """A question whose answers have had their time; the people who gave them stay registered."""

    question_id: int
    event_slug: str
    question_slug: str
    until: datetime
    answers: int


def due_answers(at: datetime | None = None) -> list[DueAnswers]:
    """Questions with an end of their own whose answers are to be erased now, the longest overdue first.

    Those of an event that is due as a whole are not among them: they go with it.
    """
    at = at or clock.now()
    found = [
        DueAnswers(question.id, event.slug, question.slug, answers_until(question, event), number)
        for question, event, number in _answered(at)
        if answers_until(question, event) <= at < event.personal_data_until
    ]
    return sorted(found, key=lambda due: (due.until, due.question_id))


def _answered(at: datetime) -> list[tuple[Question, Event, int]]:
    """Questions with an end of their own at events that are over, where there are answers, and how many."""
    counted = sa.select(Answer.question_id, sa.func.count().label("number")).group_by(Answer.question_id).subquery()
    query = (
        sa.select(Question, Event, counted.c.number)
        .join(Event, Event.id == Question.event_id)
        .join(counted, counted.c.question_id == Question.id)
    )
    over = (Event.purged_at.is_(None), Event.ends_at <= at, Question.retention_days.is_not(None))
    return [(question, event, number) for question, event, number in db.session.execute(query.where(*over))]


def _ended(at: datetime) -> Sequence[Event]:
    return db.session.scalars(sa.select(Event).where(Event.purged_at.is_(None), Event.ends_at <= at)).all()


def _registrations(event_ids: list[int]) -> dict[int, int]:
    counted = sa.select(Registration.event_id, sa.func.count()).where(Registration.event_id.in_(event_ids))
    return dict(db.session.execute(counted.group_by(Registration.event_id)).all())
