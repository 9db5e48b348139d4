"""The ways a purge and an erasure begin: the daily chore, the command, the person's own page. These commit."""

from uuid import UUID

import sqlalchemy as sa

from eventsvc.db import attempt, db, transaction
from eventsvc.mail.models import Message
from eventsvc.retention import erasure, journal, rules, traces
from eventsvc.retention.models import Receipt
from eventsvc.retention.purge import purge
from eventsvc.vault import keyring


def run() -> list[Receipt]:
    """Purge all that is due, each event in a transaction of its own; then see to what is left in the files.

    Raises StillRead where a long read kept the log from being cut; everything is erased, and the next run cuts it.
    """
    written = [receipt for due in rules.due() if (receipt := purge_event(due.event_id))]
    forget_last_letters()
    journal.catch_up()
    traces.scrub()
    return written


def purge_event(event_id: int) -> Receipt | None:
    """Purge one event now; None where it was purged already. Its files go too, the log of the database does not."""
    letters = traces.message_ids(Message.event_id == event_id)

    def unit() -> Receipt | None:
        with transaction():
            return purge(event_id)

    receipt = attempt(unit)
    keyring().forget(event_id)
    traces.remove_mail_files(letters)
    return receipt


def erase_on_request(registration_id: UUID) -> Receipt | None:
    """What a person asked for, with everything that follows; None where it was done already."""
    letters = traces.message_ids(Message.registration_id == registration_id)

    def unit() -> Receipt | None:
        with transaction():
            return erasure.erase(registration_id)

    receipt = attempt(unit)
    traces.remove_mail_files(letters)
    journal.catch_up()
    return receipt


def letters_to_forget() -> bool:
    """Are there letters to erased people that have left meanwhile?"""
    return bool(db.session.scalar(sa.select(sa.exists().where(erasure.last_letters_done()))))


def forget_last_letters() -> int:
    """Delete those, and their files; how many."""
    letters = traces.message_ids(erasure.last_letters_done())
    with transaction():
        count = erasure.forget_last_letters()
    traces.remove_mail_files(letters)
    return count
