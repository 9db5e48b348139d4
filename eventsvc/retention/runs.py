"""The ways a purge and an erasure begin: the daily chore, the command, the person's own page. These commit."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from eventsvc.db import attempt, db, transaction
from eventsvc.mail.models import Message
from eventsvc.registration import own_calendar_keys
from eventsvc.retention import erasure, journal, rules, traces
from eventsvc.retention.answers import erase_answers
from eventsvc.retention.models import Receipt
from eventsvc.retention.purge import purge
from eventsvc.vault import keyring

LETTERS_AT_ONCE = 1000
CALENDARS_AT_ONCE = 20


def run() -> list[Receipt]:
    """Purge all that is due, each event and each question in a transaction of its own; then see to the files.

    Raises StillRead where a long read kept the log from being cut; everything is erased, and the next run cuts it.
    """
    purged = [receipt for due in rules.due() if (receipt := purge_event(due.event_id))]
    erased = [receipt for due in rules.due_answers() for receipt in erase_answers_to(due.question_id)]
    forget_last_letters()
    forget_own_calendars()
    journal.catch_up()
    traces.scrub(answers=bool(erased))
    return purged + erased


def purge_event(event_id: int) -> Receipt | None:
    """Purge one event now; None where it was purged already. Its files go too, the log of the database does not."""

    def unit() -> Receipt | None:
        with transaction():
            return purge(event_id)

    with traces.mail_files_removed(Message.event_id == event_id):
        while _empty_some_letters(event_id):
            pass
        _move_own_calendars(event_id)
        receipt = attempt(unit)
        keyring().forget(event_id)
    return receipt


def erase_answers_to(question_id: int) -> list[Receipt]:
    """The answers to one question, now, batch by batch; nothing where somebody was quicker."""

    def unit() -> Receipt | None:
        with transaction():
            return erase_answers(question_id)

    written = []
    while receipt := attempt(unit):
        written.append(receipt)
    return written


def _empty_some_letters(event_id: int) -> bool:
    """Erase the text of a few letters, the bulk of all data, beforehand: others want to write meanwhile."""
    some = sa.select(Message.id).where(Message.event_id == event_id, Message.body.is_not(None)).limit(LETTERS_AT_ONCE)
    with transaction():
        emptied = sa.update(Message).where(Message.id.in_(some)).values(body=None)
        result = db.session.execute(emptied.execution_options(synchronize_session=False))
    return bool(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult


def _move_own_calendars(event_id: int) -> None:
    """Calendars whose people are registered elsewhere go on a few at a time: to look for where takes a while."""
    there = own_calendar_keys.of_event(event_id)

    def unit(some: Sequence[UUID]) -> None:
        with transaction():
            own_calendar_keys.move(some, event_id)

    for start in range(0, len(there), CALENDARS_AT_ONCE):
        attempt(partial(unit, there[start : start + CALENDARS_AT_ONCE]))


def forget_own_calendars() -> int:
    """Delete calendars whose people are registered nowhere any more, should any have been left; how many."""

    def unit(feed_id: UUID) -> bool:
        with transaction():
            return own_calendar_keys.look_after(feed_id)

    unneeded = [each for each in own_calendar_keys.every() if not own_calendar_keys.is_needed(each)]
    return sum(not attempt(partial(unit, each)) for each in unneeded)


def erase_on_request(registration_id: UUID) -> Receipt | None:
    """What a person asked for, with everything that follows; None where it was done already."""

    def unit() -> Receipt | None:
        with transaction():
            return erasure.erase(registration_id)

    with traces.mail_files_removed(Message.registration_id == registration_id):
        receipt = attempt(unit)
    journal.catch_up()
    return receipt


def letters_to_forget() -> bool:
    """Are there letters to erased people that have left meanwhile?"""
    return bool(db.session.scalar(sa.select(sa.exists().where(erasure.last_letters_done()))))


def forget_last_letters() -> int:
    """Delete those, and their files; how many."""
    with traces.mail_files_removed(erasure.last_letters_done()), transaction():
        return erasure.forget_last_letters()
