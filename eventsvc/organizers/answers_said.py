"""What people answered, as organizers read it: each question in the wording that was answered; and what they may be asked."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from eventsvc.events.models import Event
from eventsvc.i18n import language, said
from eventsvc.questions import kinds
from eventsvc.questions.asked import Asked, questions_of
from eventsvc.questions.conditions import possible
from eventsvc.registration import answers
from eventsvc.registration.models import LIVE, Registration


class Said(NamedTuple):
    """A question (it says which language it is in) and the answer, as plain text."""

    question: str
    answer: str


def answers_said(event: Event, registrations: Sequence[Registration]) -> dict[UUID, list[Said]]:
    """The answers of each of these people, in the order of the form; in one query."""
    given = answers.of_several(registrations)
    return {
        each.id: [
            Said(said(one.version.label, event.languages), kinds.said(one.value, one.version, language()))
            for one in given.get(each.id, [])
        ]
        for each in registrations
    }


def asked_of(event: Event, registration: Registration) -> tuple[Asked, ...]:
    """What this person may be asked, with nothing required; nothing where the registration has ended."""
    if registration.status not in LIVE:
        return ()
    asked = possible(questions_of(event.id, event.version), {registration.ticket_type.slug})
    return tuple(replace(question, required=False) for question in asked)
