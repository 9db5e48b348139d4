"""Other answers than before: limited options change hands, and the log says which questions were answered anew.

An answer that stays keeps its row, and with it the wording it answered. What is not asked any more is not touched.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import core, db
from eventsvc.questions.answered import Answered
from eventsvc.questions.models import Question
from eventsvc.registration import answers, cancellation, log, options
from eventsvc.registration.log import Actor
from eventsvc.registration.models import LIVE, Registration
from eventsvc.vault import keyring


def rewrite(registration: Registration, given: Sequence[Answered], actor: Actor) -> bool:
    """From now on these are the answers, in the caller's transaction; False where they are the same as before.

    Raises OptionFull; then all of it has to be rolled back. Who has ended keeps what they said.
    """
    cancellation.lock(registration)
    now = {each.question_id: each for each in given}
    changed = _changed(answers.of(registration), now)
    if registration.status not in LIVE or not changed:
        return False
    held = options.held_by([registration])
    answers.forget(registration, changed)
    keys = keyring().of_event(registration.event_id)
    anew = [each for question, each in now.items() if question in changed]
    answers.add(answers.rows(keys, registration.event_id, registration.id, anew))
    _exchange_options(registration, held)
    registration.changed_at = clock.now()
    log.write(registration, "correct", actor, note=", ".join(_slugs(changed)))
    db.session.flush()
    return True


def _changed(before: Sequence[answers.Given], now: Mapping[int, Answered]) -> set[int]:
    """The questions answered otherwise than before, or in another wording, or not any more."""
    then = {each.question.id: (each.value, each.version.id) for each in before if each.question.asked}
    new = {question: (each.value, each.version_id) for question, each in now.items()}
    return {question for question in then.keys() | new.keys() if then.get(question) != new.get(question)}


def _exchange_options(registration: Registration, held: Mapping[int, int]) -> None:
    """Only what is new is claimed: what the person has is theirs, even where it is full."""
    before, after = Counter(held), options.held_by([registration])
    options.give_back(before - after)
    options.claim(after - before)


def _slugs(question_ids: set[int]) -> list[str]:
    found = sa.select(Question.slug).where(Question.id.in_(question_ids)).order_by(Question.position, Question.id)
    return list(core().scalars(found))
