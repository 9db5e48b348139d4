"""What is asked of one person, by how they take part; what they still owe; and what is not asked of them any more."""

from collections.abc import Sequence

from eventsvc.questions.answered import Answered
from eventsvc.questions.asked import Asked, questions_of
from eventsvc.questions.conditions import possible, shown
from eventsvc.questions.kinds import kind_of
from eventsvc.registration import answers, rewriting
from eventsvc.registration.answers import Given
from eventsvc.registration.log import Actor
from eventsvc.registration.models import Registration


def asked_of(registration: Registration) -> tuple[Asked, ...]:
    """The questions this person may come to be asked; which of them, their answers decide."""
    event = registration.event
    return possible(questions_of(event.id, event.version), [registration.ticket_type.slug])


def is_owed(registration: Registration, given: Sequence[Given]) -> bool:
    """Is there a question that has to be answered, and was not?"""
    answered = {each.question.id for each in given}
    return any(each.required and each.question_id not in answered for each in _shown(registration, given))


def forget_unasked(registration: Registration, actor: Actor) -> bool:
    """Answers to what is not asked of who attends in this way go, and with them the options they held.

    In the caller's transaction; False where there are none.
    """
    given = answers.of(registration)
    here = {each.question_id for each in _shown(registration, given)}
    kept = [Answered(each.question.id, each.version.id, each.value) for each in given if each.question.id in here]
    return len(kept) < len(given) and rewriting.rewrite(registration, kept, actor)


def _shown(registration: Registration, given: Sequence[Given]) -> tuple[Asked, ...]:
    chosen = {each.question.id: kind_of(each.version).chosen(each.value) for each in given}
    return shown(asked_of(registration), registration.ticket_type.slug, chosen)
