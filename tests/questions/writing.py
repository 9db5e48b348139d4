"""Writing questions and answering them, for tests: through the same rules as everything else."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from eventsvc.questions import editing
from eventsvc.questions.answered import Answered
from eventsvc.questions.models import Kind, OptionLimit, Question
from eventsvc.questions.wordings import Choice, Wording
from eventsvc.registration import answers, options
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Registration
from eventsvc.registration.signup import sign_up


def both(text: str) -> dict[str, str]:
    """The same in both languages of the event, but not in the same words."""
    return {"en": text, "es": f"{text} (es)"}


def wording(text: str = "Food?", *labels: str | Choice, **more: Any) -> Wording:
    """A question with these options; an option is a new one, or a Choice."""
    chosen = tuple(each if isinstance(each, Choice) else Choice(both(each)) for each in labels)
    return Wording(both(text), choices=chosen, **more)


def stored(question: Question, **sizes: int | None) -> tuple[Choice, ...]:
    """The options as they are, to be sent back; limits by slug (`-` written as `_`)."""
    return tuple(
        Choice(option["label"], option["slug"], sizes.get(option["slug"].replace("-", "_")))
        for option in editing.current(question).options
    )


def ask(event: Event, text: str = "Food?", *labels: str | Choice, kind: Kind | None = None, **more: Any) -> Question:
    """A new question: one of the options where there are any, else yes or no."""
    days = more.pop("retention_days", None)
    with transaction():
        return editing.add(
            event, kind or (Kind.ONE_OF if labels else Kind.YES_NO), wording(text, *labels, **more), retention_days=days
        )


def reword(event: Event, question: Question, new: Wording, **more: Any) -> bool:
    with transaction():
        return editing.change(event, question, new, count=options.counted, **more)


def slugs(question: Question) -> list[str]:
    return [option["slug"] for option in editing.current(question).options]


def comes(event: Event, who: str, *given: tuple[Question, Any]) -> UUID:
    """Somebody registers and answers these questions in their present wording."""
    found = db.session.scalar(sa.select(TicketType.id).where(TicketType.event_id == event.id))
    assert found
    limits = {(row.question_id, row.option): row.id for row in db.session.scalars(sa.select(OptionLimit))}
    answered = []
    for question, value in given:
        chosen = value if isinstance(value, list) else [value]
        taken = tuple(limits[question.id, slug] for slug in chosen if (question.id, slug) in limits)
        answered.append(Answered(question.id, editing.current(question).id, value, taken))
    made = sign_up(event, Signup(who, f"{who}@example.org", "en", found, "1", tuple(answered))).registration_id
    assert made
    return made


def words_of(registration: UUID) -> list[tuple[int, str, str, Any]]:
    """What this person answered, in the words they were asked in: number of the wording, question, option, value."""
    found = db.session.get_one(Registration, registration)
    db.session.expire_all()
    return [
        (
            given.version.number,
            given.version.label["en"],
            next((o["label"]["en"] for o in given.version.options if o["slug"] == given.value), ""),
            given.value,
        )
        for given in answers.of(found)
    ]


def taken(question: Question) -> dict[str, tuple[int, int]]:
    """How many of each limited option are taken, and how many there are."""
    rows = db.session.scalars(
        sa.select(OptionLimit).where(OptionLimit.question_id == question.id).execution_options(populate_existing=True)
    )
    return {row.option: (row.taken, row.size) for row in rows}
