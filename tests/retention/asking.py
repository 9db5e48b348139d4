"""Questions of an event, and people who answer them, for tests of what becomes of the answers."""

from typing import Any

import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.questions import asked, editing
from eventsvc.questions.answered import Answered
from eventsvc.questions.models import Kind, OptionLimit, Question
from eventsvc.questions.wordings import Choice, Wording
from eventsvc.registration import options
from eventsvc.registration.drafting import Signup
from eventsvc.registration.signup import Outcome, sign_up
from tests.registration.journal import ticket_type


def ask(event: Event, slug: str, *choices: tuple[str, int | None], days: int | None = None, **more: Any) -> Question:
    """A question of the event, about text or, where there are choices (slug, size), several of them."""
    label = {"en": f"{slug.title()}?", "es": f"¿{slug.title()}?"}
    offered = tuple(Choice({"en": name.title(), "es": f"{name.title()} (es)"}, name, size) for name, size in choices)
    kind = more.pop("kind", Kind.SEVERAL_OF if choices else Kind.SHORT_TEXT)
    with transaction():
        held = db.session.get_one(Event, event.id)
        return editing.add(held, kind, Wording(label, choices=offered, **more), retention_days=days, slug=slug)


def answered(event: Event, **values: Any) -> tuple[Answered, ...]:
    """Answers by the slug of the question, in the wording that is asked now."""
    version = db.session.scalar(sa.select(Event.version).where(Event.id == event.id)) or 0
    by_slug = {each.slug: each for each in asked.questions_of(event.id, version)}
    return tuple(_answered(by_slug[slug.replace("_", "-")], value) for slug, value in values.items())


def _answered(question: asked.Asked, value: Any) -> Answered:
    chosen = value if isinstance(value, list) else [value]
    limits = tuple(question.option_limits[each] for each in chosen if each in question.option_limits)
    return Answered(question.question_id, question.version_id, value, limits)


def person(event: Event, who: str, *, email: str | None = "", **values: Any) -> Signup:
    """Who signs up, with these answers; without an address where `email` is None."""
    address = f"{who}@example.org" if email == "" else email
    return Signup(who.title(), address, "en", ticket_type(event).id, "1", answered(event, **values))


def together(event: Event, *people: Signup) -> Outcome:
    """They register on one form, whatever session the event was read in."""
    return sign_up(db.session.get_one(Event, event.id), *people)


def taken(event: Event) -> dict[str, int]:
    """How many places of each limited option are taken, as the counters have it; they must be as the answers have it."""
    rows = db.session.execute(
        sa.select(OptionLimit.id, OptionLimit.option, OptionLimit.taken).where(OptionLimit.event_id == event.id)
    ).all()
    counted = options.counted(event)
    assert {row.id: row.taken for row in rows if row.taken} == dict(counted)
    return {row.option: row.taken for row in rows}
