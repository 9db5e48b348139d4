"""What was erased, written down beside the database and not in it: a restored backup must forget the same things again.

One line for each purged event, each question whose answers went and each erased registration, in
`<data>/erasures.log`: when, what, its id. No personal data. The tables `receipts` and `erasures` are the source; `catch_up` copies from them what the file does not hold yet,
and is called after the commit of every purge and erasure, and whenever the service starts.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.intake import current_settings
from eventsvc.questions.models import Question
from eventsvc.registration.models import Answer, Registration
from eventsvc.retention import traces
from eventsvc.retention.answers import REASON, erase_answers
from eventsvc.retention.erasure import erase
from eventsvc.retention.models import Erasure, Receipt
from eventsvc.retention.purge import purge
from eventsvc.vault import keyring

_LINE = re.compile(r"\S+ (event|registration) ([0-9a-f-]{36})|\S+ (answers) ([0-9a-f-]{36}/[a-z0-9-]+)")


class Entry(NamedTuple):
    kind: str  # "event": purged; "answers": to one question; "registration": erased on request
    id: str  # the event's UID, UID/slug of the question, the registration's UUID


class Owed(NamedTuple):
    """What the journal says is gone, and this database still holds."""

    events: list[Event]
    registrations: list[Registration]
    questions: list[Question]


def path() -> Path:
    return current_settings().data_dir / "erasures.log"


def catch_up() -> int:
    """Write down what the tables know and the file does not; how many lines that were."""
    known = set(read(path()))
    new = [(at, entry) for at, entry in _in_tables() if entry not in known]
    if new:
        _append(f"{at} {entry.kind} {entry.id}\n" for at, entry in new)
    return len(new)


def replay() -> Owed:
    """Erase again what the journal says is gone and this database still holds; before anything is served.

    Nobody is mailed because of it but people who move up in a queue. Returns what was still here.
    """
    still_here = owed(read(path()))
    for event in still_here.events:
        with transaction():
            purge(event.id)
        keyring().forget(event.id)
    for question in still_here.questions:
        while True:
            with transaction():
                if erase_answers(question.id) is None:
                    break
    for registration in still_here.registrations:
        with transaction():
            erase(registration.id, tell=False)
    traces.scrub(answers=bool(still_here.questions))
    return still_here


def read(file: Path) -> list[Entry]:
    """The entries of a journal; a line cut short by a crash is left out."""
    lines = file.read_text().splitlines() if file.exists() else []
    return [Entry(found[1] or found[3], found[2] or found[4]) for line in lines if (found := _LINE.fullmatch(line))]


def owed(entries: Iterable[Entry]) -> Owed:
    """Events, registrations and answers that these entries say are gone, and that are still here."""
    wanted = list(entries)
    uids = [entry.id for entry in wanted if entry.kind == "event"]
    ids = [UUID(entry.id) for entry in wanted if entry.kind == "registration"]
    events = db.session.scalars(sa.select(Event).where(Event.uid.in_(uids), Event.purged_at.is_(None)))
    registrations = db.session.scalars(sa.select(Registration).where(Registration.id.in_(ids)))
    return Owed(list(events), list(registrations), _questions(entry.id for entry in wanted if entry.kind == "answers"))


def _questions(ids: Iterable[str]) -> list[Question]:
    """Of an event that was put off after its end, and is still to come, people may have answered anew."""
    wanted = set(ids)
    rows = db.session.execute(
        sa.select(Question, Event.uid)
        .join(Event, Event.id == Question.event_id)
        .where(Event.uid.in_({each.partition("/")[0] for each in wanted}), Event.ends_at <= clock.now())
        .where(sa.exists().where(Answer.question_id == Question.id))
    )
    return [question for question, uid in rows if f"{uid}/{question.slug}" in wanted]


def _in_tables() -> Iterator[tuple[str, Entry]]:
    purges = sa.select(Receipt.event_uid, Receipt.erased_at).where(Receipt.reason == "retention")
    for uid, at in db.session.execute(purges.order_by(Receipt.id)):
        yield at.isoformat(), Entry("event", uid)
    answers = sa.select(Receipt.event_uid, Receipt.counts, Receipt.erased_at).where(Receipt.reason == REASON)
    for uid, counts, at in db.session.execute(answers.order_by(Receipt.id)):
        yield at.isoformat(), Entry("answers", f"{uid}/{counts['question']}")
    for row, at in db.session.execute(sa.select(Erasure.registration_id, Erasure.erased_at)):
        yield at.isoformat(), Entry("registration", str(row))


def _append(lines: Iterable[str]) -> None:
    handle = os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a") as file:
        file.write("\n")  # ends a line that a crash cut short; empty ones mean nothing
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
