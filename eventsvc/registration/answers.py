"""What people answered: sealed beside the registration, each in the wording it answered."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa

from eventsvc.db import core, db, table_of
from eventsvc.questions.answered import Answered
from eventsvc.questions.models import OptionLimit, Question, Version
from eventsvc.registration.models import Answer, Registration
from eventsvc.vault import Keys, keyring

_answers = table_of(Answer)
_INSERT = sa.insert(_answers)
AT_ONCE = 500


class Given(NamedTuple):
    """An answer, opened, with the wording it answered."""

    question: Question
    version: Version
    value: Any


def rows(keys: Keys, event_id: int, registration_id: UUID, answered: Iterable[Answered]) -> list[dict[str, Any]]:
    """The columns of these answers, sealed."""
    return [_row(keys, event_id, registration_id, each) for each in answered]


def _row(keys: Keys, event_id: int, registration_id: UUID, answered: Answered) -> dict[str, Any]:
    row = uuid4()
    return {
        "id": row,
        "event_id": event_id,
        "registration_id": registration_id,
        "question_id": answered.question_id,
        "version_id": answered.version_id,
        "value": keys.seal(json.dumps(answered.value, ensure_ascii=False), "answers.value", row),
    }


def add(prepared: Sequence[dict[str, Any]]) -> None:
    """Write them, in the caller's transaction."""
    if prepared:
        core().execute(_INSERT, prepared)


def of(registration: Registration) -> list[Given]:
    """What this person answered, in the order of the form."""
    return of_several([registration]).get(registration.id, [])


def of_several(registrations: Sequence[Registration]) -> dict[UUID, list[Given]]:
    """What each of these people of one event answered, by registration, in the order of the form; in one query."""
    given: dict[UUID, list[Given]] = {}
    if not registrations:
        return given
    keys = keyring().of_event(registrations[0].event_id)
    found = db.session.execute(
        sa.select(Answer, Question, Version)
        .join(Question, Question.id == Answer.question_id)
        .join(Version, Version.id == Answer.version_id)
        .where(Answer.registration_id.in_([each.id for each in registrations]))
        .order_by(Question.position, Question.id)
    )
    for answer, question, version in found:
        value = opened(keys, answer.id, answer.value)
        given.setdefault(answer.registration_id, []).append(Given(question, version, value))
    return given


def opened(keys: Keys, row: UUID, sealed: bytes) -> Any:
    """The value of one answer."""
    return json.loads(keys.open(sealed, "answers.value", row))


def limits_chosen(registration_ids: Sequence[UUID]) -> Iterator[int]:
    """The id of each limited option that these people chose, once for each of them."""
    limits = {
        (question, option): limit
        for limit, question, option in core().execute(
            sa.select(OptionLimit.id, OptionLimit.question_id, OptionLimit.option).where(
                OptionLimit.event_id.in_(
                    sa.select(Registration.event_id).where(Registration.id.in_(list(registration_ids[:1])))
                )
            )
        )
    }
    questions = {question for question, _option in limits}
    if not questions:
        return
    for start in range(0, len(registration_ids), AT_ONCE):
        some = registration_ids[start : start + AT_ONCE]
        found = core().execute(
            sa.select(_answers).where(_answers.c.registration_id.in_(some), _answers.c.question_id.in_(questions))
        )
        for row in found:
            value = opened(keyring().of_event(row.event_id), row.id, row.value)
            for option in value if isinstance(value, list) else [value]:
                if limit := limits.get((row.question_id, option)):
                    yield limit


def forget(registration: Registration, questions: Collection[int] | None = None) -> int:
    """Delete what this person answered, or only to these questions, in the caller's transaction; how many answers."""
    theirs = sa.delete(_answers).where(_answers.c.registration_id == registration.id)
    if questions is not None:
        theirs = theirs.where(_answers.c.question_id.in_(questions))
    return core().execute(theirs).rowcount
