"""Are the counters what the registrations and their answers say? Those of the quotas, and those of limited options."""

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.questions.lasting import answers_until
from eventsvc.questions.models import OptionLimit, Question
from eventsvc.registration import options, quotas


def recount(event: Event, *, repair: bool = False) -> list[str]:
    """Where they differ, in words; with `repair` they are set right. In the caller's transaction."""
    return quotas.recount(event, repair=repair) + _options(event, repair=repair)


def _options(event: Event, *, repair: bool) -> list[str]:
    """Of a question whose answers have had their time, the counters stay as the record of how many chose what."""
    if event.purged_at:
        return []
    limits = [(limit, question) for limit, question in _limits(event) if clock.now() < answers_until(question, event)]
    counted = options.counted(event) if limits else {}
    differences = []
    for limit, question in limits:
        chosen = counted.get(limit.id, 0)
        if limit.taken != chosen:
            differences.append(f"{event.slug}, {question.slug}/{limit.option}: taken {limit.taken}, counted {chosen}")
            if repair:
                limit.taken = chosen
    return differences


def _limits(event: Event) -> list[tuple[OptionLimit, Question]]:
    """Held until the commit: who asks for approval takes an option without a seat."""
    rows = db.session.execute(
        sa.select(OptionLimit, Question)
        .join(Question, Question.id == OptionLimit.question_id)
        .where(OptionLimit.event_id == event.id)
        .order_by(OptionLimit.id)
        .with_for_update(of=OptionLimit)
        .execution_options(populate_existing=True)
    )
    return [(limit, question) for limit, question in rows]
