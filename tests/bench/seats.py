"""The transaction that gives a seat, by our rules, against the same SQL through the bare driver.

The limit is no second implementation: the statements that `register` and the record of the form send are overheard in
transactions that are then undone, and sent again through sqlite3 or psycopg on connections that are held open.
"""

import gc
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle, islice
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
import sqlalchemy as sa
from sqlalchemy import event as listen

from eventsvc import tokens
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from eventsvc.mail.models import Message
from eventsvc.registration import submissions
from eventsvc.registration.drafting import Draft, Signup, prepare, register
from eventsvc.registration.notices import Sealed
from tests.bench.figures import Figure, Run, in_turns
from tests.bench.plan import Plan
from tests.bench.stage import Stage

MARK = 0.5
SPREAD = 100
AT_ONCE = {"sqlite": 1, "postgresql": 4}
"""Threads. SQLite has one writer at a time anyway, and a driver that fights for its lock measures the fight."""


class Statement(NamedTuple):
    """As the driver gets it; `many`: once for each of its rows."""

    sql: str
    parameters: Any
    many: bool


class Prepared(NamedTuple):
    """What one person brings to the counter: everything that is done before the lock."""

    event: Event
    draft: Draft
    entry: dict[str, object]


def figures(stage: Stage, plan: Plan) -> Iterator[Figure]:
    """One hot row, as when one event opens; and a hundred, as on a summit's first day."""
    many = 5 if plan.is_quick else SPREAD
    ids = [stage.event(f"Seats {n}")[0] for n in range(many)]
    for name, chosen in (("one hot row", ids[:1]), (f"{many} rows", ids)):
        bench = Bench(stage, chosen, round(plan.seats))
        Bench(stage, chosen, 2 * len(chosen)).by_rules()  # what happens only once: statements compiled, a sender fixed
        ours, driver = in_turns(plan.times, bench.by_rules, bench.by_driver)
        threads = AT_ONCE[stage.kind]
        note = f"{threads} at once; runs {ours.said()} and {driver.said()}; {bench.statements} statements each"
        limit = f"the same SQL through bare {'sqlite3' if stage.kind == 'sqlite' else 'psycopg'}"
        yield Figure(f"seat transaction, {name}, {stage.kind}", ours.rate, "/s", driver.rate, limit, MARK, note=note)


@dataclass
class Bench:
    stage: Stage
    event_ids: Sequence[int]
    number: int
    statements: int = 0

    def by_rules(self) -> Run:
        """`register` and the record of the form, each in its transaction."""
        with self.stage.app.app_context():
            waiting = list(self._people())
        return Run(self._timed([partial(self._register, share) for share in _shares(waiting, self.stage.kind)]))

    def by_driver(self) -> Run:
        with self.stage.app.app_context():
            overheard = [_overhear(each) for each in self._people()]
        self.statements = len(overheard[0])
        shares = _shares(overheard, self.stage.kind)
        with _connections(self.stage, len(shares)) as lines:
            return Run(self._timed([partial(_send, *pair) for pair in zip(lines, shares, strict=True)]))

    def _register(self, share: Sequence[Prepared]) -> None:
        with self.stage.app.app_context():
            for event, draft, entry in share:
                with transaction():
                    registration_id, status = register(event, draft)
                    submissions.record(entry, outcome=status, registration_id=registration_id)

    def _timed(self, jobs: Sequence[Callable[[], None]]) -> float:
        """All of them at once, in threads; transactions a second."""
        start = threading.Barrier(len(jobs) + 1)

        def run(job: Callable[[], None]) -> None:
            start.wait()
            job()

        gc.collect()
        gc.freeze()  # so many people waiting at once are the bench's own doing: nobody has to look through them
        with ThreadPoolExecutor(len(jobs)) as threads:
            done = [threads.submit(run, job) for job in jobs]
            start.wait()
            begun = time.perf_counter()
            for each in done:
                each.result()
            took = time.perf_counter() - begun
        gc.unfreeze()
        return self.number / took

    def _people(self) -> Iterator[Prepared]:
        """So many people with everything ready: one letter is rendered for each event, and copied under new names."""
        masters = [_master(event_id) for event_id in self.event_ids]
        db.session.commit()
        for event, draft, entry in islice(cycle(masters), self.number):
            yield Prepared(event, _another(draft), entry | _fresh("form_hash", "receipt_hash") | {"row": uuid4()})


def _master(event_id: int) -> Prepared:
    event = db.session.get_one(Event, event_id)
    kind = db.session.scalars(sa.select(TicketType.id).where(TicketType.event_id == event_id)).one()
    draft = prepare(event, Signup("Ana Pérez", f"{uuid4().hex}@example.org", "en", kind, "1"))
    form_id = tokens.new_form_id("registration", event.uid)
    return Prepared(event, draft, submissions.prepare(event, form_id, "content", "ana@example.org"))


def _another(draft: Draft) -> Draft:
    """The same person with another name, as far as the database can tell."""
    row, address = uuid4(), _fresh("email_index")["email_index"]
    [person] = draft.people
    return replace(
        draft,
        people=[person | _fresh("secret_hash") | {"id": row, "email_index": address}],
        answers=[answer | {"id": uuid4(), "registration_id": row} for answer in draft.answers],
        letters={
            status: [_copied(each, row, address) for each in letters] for status, letters in draft.letters.items()
        },
    )


def _copied(sealed: Sealed, row: UUID, address: bytes) -> Sealed:
    columns = {column.key: getattr(sealed.message, column.key) for column in Message.__table__.columns}
    message = Message(**columns | {"id": uuid4(), "registration_id": row, "recipient_index": address})
    return Sealed(message, sealed.step and sealed.step._replace(address_index=address))


def _fresh(*names: str) -> dict[str, Any]:
    return {name: tokens.digest(tokens.new_secret()) for name in names}


def _shares(things: Sequence[Any], kind: str) -> list[Sequence[Any]]:
    return [things[start :: AT_ONCE[kind]] for start in range(AT_ONCE[kind])]


def _overhear(person: Prepared) -> list[Statement]:
    """The statements of one transaction, as the driver gets them; nothing of it stays."""
    heard: list[Statement] = []

    def hear(_connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:
        heard.append(Statement(sql, parameters, many))

    listen.listen(db.engine, "before_cursor_execute", hear)
    try:
        registration_id, status = register(person.event, person.draft)
        submissions.record(person.entry, outcome=status, registration_id=registration_id)
    finally:
        listen.remove(db.engine, "before_cursor_execute", hear)
        db.session.rollback()
    return [each for each in heard if not each.sql.startswith("BEGIN")]


def _send(line: Any, transactions: Sequence[Sequence[Statement]]) -> None:
    cursor = line.cursor()
    for statements in transactions:
        cursor.execute("BEGIN IMMEDIATE" if isinstance(line, sqlite3.Connection) else "BEGIN")
        for sql, parameters, many in statements:
            (cursor.executemany if many else cursor.execute)(sql, parameters)
            if cursor.description:
                cursor.fetchall()
        cursor.execute("COMMIT")


@contextmanager
def _connections(stage: Stage, number: int) -> Iterator[list[Any]]:
    """As the service opens them, and nothing in between."""
    lines: list[Any] = []
    for _ in range(number):
        if stage.kind == "sqlite":
            line = sqlite3.connect(str(stage.settings.sqlite_file), isolation_level=None, check_same_thread=False)
            for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=5000"):
                line.execute(f"PRAGMA {pragma}")
            lines.append(line)
        else:
            url = stage.settings.database_url.replace("postgresql+psycopg", "postgresql", 1)
            lines.append(psycopg.connect(url, autocommit=True, options="-c timezone=UTC"))
    try:
        yield lines
    finally:
        for line in lines:
            line.close()
