"""Other answers than before: limited options change hands, and the log says which questions were answered anew."""

from collections import Counter
from collections.abc import Sequence

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

    Raises OptionFull. Who has ended keeps what they said.
    """
    cancellation.lock(registration)
    before = answers.of(registration)
    changed = _changed(before, given)
    if registration.status not in LIVE or not changed:
        return False
    _exchange_options(registration, given)
    answers.forget(registration)
    keys = keyring().of_event(registration.event_id)
    answers.add(answers.rows(keys, registration.event_id, registration.id, given))
    registration.changed_at = clock.now()
    log.write(registration, "correct", actor, note=", ".join(_slugs(changed)))
    db.session.flush()
    return True


def _changed(before: Sequence[answers.Given], given: Sequence[Answered]) -> set[int]:
    """The questions answered otherwise than before, or not any more."""
    then = {each.question.id: each.value for each in before}
    now = {each.question_id: each.value for each in given}
    return {question for question in then.keys() | now.keys() if then.get(question) != now.get(question)}


def _exchange_options(registration: Registration, given: Sequence[Answered]) -> None:
    """Only what is new is claimed: what the person has is theirs, even where it is full."""
    if registration.status not in options.HOLDING:
        return
    held = options.held_by([registration])
    wanted = Counter(limit for each in given for limit in each.option_limits)
    options.give_back(held - wanted)
    options.claim(wanted - held)


def _slugs(question_ids: set[int]) -> list[str]:
    found = sa.select(Question.slug).where(Question.id.in_(question_ids)).order_by(Question.position, Question.id)
    return list(core().scalars(found))
