"""What the people of an event answered, as a table: a column for each question, read a page of people at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from eventsvc.db import db, table_of
from eventsvc.events.models import Event
from eventsvc.questions.kinds import KINDS
from eventsvc.questions.models import Kind, Question, Version
from eventsvc.registration.answers import opened
from eventsvc.registration.models import Answer
from eventsvc.vault import Keys, keyring

_answers = table_of(Answer).c
_OF_PEOPLE = sa.select(_answers.id, _answers.registration_id, _answers.question_id, _answers.value).where(
    _answers.registration_id.in_(sa.bindparam("people", expanding=True))
)


class Column(NamedTuple):
    """A question, as the head of a column."""

    question_id: int
    slug: str
    kind: str

    @property
    def is_typed(self) -> bool:
        """Do its answers hold what people wrote themselves?"""
        return self.kind in {Kind.SHORT_TEXT, Kind.LONG_TEXT}

    def plain(self, value: Any) -> str:
        """An answer as other programs read it; empty where there is none."""
        return "" if value is None else KINDS[self.kind].plain(value)


@dataclass(frozen=True)
class AnswerSheet:
    """The questions of an event that are asked, or were and have answers, in the order of the form."""

    keys: Keys
    columns: Sequence[Column]

    def of(self, people: Sequence[UUID]) -> Mapping[UUID, Mapping[int, Any]]:
        """What each of them answered, opened, by the id of the question. One query; without questions none."""
        given: dict[UUID, dict[int, Any]] = {}
        if self.columns:
            with db.engine.connect() as connection:
                rows = connection.execute(_OF_PEOPLE, {"people": list(people)}).all()
            for row, person, question, value in rows:
                given.setdefault(person, {})[question] = opened(self.keys, row, value)
        return given


def sheet_of(event: Event) -> AnswerSheet:
    """Raises SealBroken where the event was purged."""
    answered = sa.exists().where(Answer.question_id == Question.id)
    rows = db.session.execute(
        sa.select(Question.id, Question.slug, Version.kind)  # the kind is the same in all wordings
        .join(Version, sa.and_(Version.question_id == Question.id, Version.number == 1))
        .where(Question.event_id == event.id, sa.or_(Question.asked, answered))
        .order_by(Question.position, Question.id)
    )
    return AnswerSheet(keyring().of_event(event.id), [Column(*row) for row in rows])
