"""An event as organizers ask it in earnest: five questions, two ways of attending in one room; and people who answer them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.editing import touch
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.questions import editing
from eventsvc.questions.answered import Answered
from eventsvc.questions.asked import Asked, questions_of
from eventsvc.questions.form import name_of
from eventsvc.questions.models import Kind
from eventsvc.questions.wordings import Choice, Wording
from tests.bench.stage import Stage

ROOM = 1_000_000
WORKSHOPS = ("Wages", "Visas", "Health")
GIVEN = ("no", WORKSHOPS[0], "Centro de los Derechos del Migrante", "A seat near the door", "yes")
"""Answers to the five, as people give them: the workshop has a limit, all others have none."""


def asking_event(stage: Stage, title: str) -> tuple[int, str]:
    """The id and slug of an event with five questions and two ticket types under one limit."""
    event_id, slug = stage.event(title, capacity=ROOM)
    with stage.app.app_context(), transaction():
        event = db.session.get_one(Event, event_id)
        room = db.session.scalars(sa.select(Quota).where(Quota.event_id == event_id)).one()
        name = {"en": "Press", "es": "Prensa"}
        db.session.add(TicketType(event_id=event_id, slug="press", name=name, position=1, quotas=[room]))
        for kind, label, options in (
            (Kind.YES_NO, "Do you need interpretation?", ()),
            (Kind.ONE_OF, "Which workshop?", WORKSHOPS),
            (Kind.SHORT_TEXT, "Organization", ()),
            (Kind.LONG_TEXT, "What do you need to take part?", ()),
            (Kind.CONSENT, "I agree to be photographed.", ()),
        ):
            choices = tuple(Choice(_both(option), size=ROOM) for option in options)
            editing.add(event, kind, Wording(_both(label), choices=choices))
        touch(event)
    return event_id, slug


def _both(text: str) -> dict[str, str]:
    return {"en": text, "es": f"{text} (es)"}


def answered(asked: Sequence[Asked]) -> tuple[Answered, ...]:
    """What one person answers."""
    return tuple(_answered(question, value) for question, value in zip(asked, GIVEN, strict=True))


def _answered(question: Asked, value: str) -> Answered:
    slugs = {option["label"]["en"]: option["slug"] for option in question.options}
    said: Any = slugs.get(value, value == "yes" if value in {"yes", "no"} else value)
    limits = tuple(limit for option, limit in question.option_limits.items() if option == said)
    return Answered(question.question_id, question.version_id, said, limits)


def typed(stage: Stage, event_id: int) -> dict[str, str]:
    """The same as the fields of the form."""
    with stage.app.app_context():
        event = db.session.get_one(Event, event_id)
        asked = questions_of(event_id, event.version)
        said = {each.question_id: each.value for each in answered(asked)}
        fields = {name_of(q.question_id): said[q.question_id] for q in asked}
        return {"ticket_type": "general"} | {name: _as_typed(value) for name, value in fields.items()}


def _as_typed(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value))
