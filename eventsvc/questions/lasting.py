"""When answers go: with all the rest, or with an end of their own that comes earlier."""

from datetime import datetime, timedelta

from eventsvc.events.models import Event
from eventsvc.questions.editing import kept_days
from eventsvc.questions.models import Question


def answers_until(question: Question, event: Event) -> datetime:
    """The moment from which the answers to this question are to be erased, in UTC."""
    return event.ends_at + timedelta(days=kept_days(question, event))
