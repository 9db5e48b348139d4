"""What people answered to a question that has an end of its own goes; the people stay registered.

The counters of limited options stay as they are: how many chose the workshop is no secret, and the event is over.
"""

import sqlalchemy as sa

from eventsvc.db import core, db, table_of
from eventsvc.events.models import Event
from eventsvc.questions.models import Question
from eventsvc.registration.models import Answer
from eventsvc.retention import receipts
from eventsvc.retention.models import Receipt

REASON = "answers"
"""What the receipt of it says."""

AT_ONCE = 5000
"""Others want to write meanwhile. Each batch has a receipt of its own, so that a crash between them loses none."""

_answers = table_of(Answer)


def erase_answers(question_id: int) -> Receipt | None:
    """Erase a batch of answers to this question, in the caller's transaction; None where there are none (any more)."""
    question = db.session.get(Question, question_id)
    if question is None:
        return None
    event = db.session.get_one(Event, question.event_id)
    some = sa.select(_answers.c.id).where(_answers.c.question_id == question_id).limit(AT_ONCE)
    erased = core().execute(sa.delete(_answers).where(_answers.c.id.in_(some))).rowcount
    if not erased:
        return None
    return receipts.write(event.uid, REASON, {"answers": erased, "question": question.slug})
