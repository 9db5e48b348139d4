"""The questions of one event for another one like it: in their newest wording, and with nobody's answers."""

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.questions.editing import current, every
from eventsvc.questions.models import OptionLimit, Question, Version

WORDING = (
    "kind",
    "label",
    "help",
    "purpose",
    "required",
    "options",
    "limits",
    "ticket_types",
    "depends_on_options",
)


def copy(event: Event, made: Event) -> None:
    """Ask in the new event what the other one asks, in the caller's transaction; what it asks no more stays behind."""
    copies: dict[int, Question] = {}
    for question in (each for each in every(event) if each.asked):
        copies[question.id] = _copied(question, made, copies)
    limits = sa.select(OptionLimit).where(OptionLimit.event_id == event.id, OptionLimit.question_id.in_(copies))
    for row in db.session.scalars(limits):
        new = OptionLimit(event_id=made.id, question_id=copies[row.question_id].id, option=row.option, size=row.size)
        db.session.add(new)


def _copied(question: Question, made: Event, copies: dict[int, Question]) -> Question:
    version = current(question)
    earlier = copies.get(version.depends_on_id) if version.depends_on_id else None
    values = {name: getattr(version, name) for name in WORDING}
    days = question.retention_days
    new = Question(
        event_id=made.id,
        slug=question.slug,
        position=question.position,
        retention_days=None if days is None else min(days, made.retention_days),
        versions=[Version(number=1, created_at=clock.now(), depends_on_id=earlier.id if earlier else None, **values)],
    )
    db.session.add(new)
    db.session.flush()
    return new
