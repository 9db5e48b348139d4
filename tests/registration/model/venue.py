"""The event on a real database, emptied for each history, and an observer with a connection of its own.

The observer sees what was committed, and asks past everything that the service puts between itself and its tables.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import psycopg
import sqlalchemy as sa

from eventsvc import vault
from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.questions.answered import Answered
from eventsvc.questions.models import Kind, OptionLimit, Question, Version
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Registration
from tests.conftest import Clock
from tests.factories import Cast
from tests.registration.model.arriving import Newcomer
from tests.registration.model.house import KINDS, LIMITS, SCARCE, House, Rules

DAY = datetime(2030, 1, 14, 12, tzinfo=UTC)
START = datetime(2030, 2, 13, 18)  # noqa: DTZ001 - as typed, in the zone of the event
MAILBOXES = ("ana", "ben", "cleo", "dan", "eva", "fay", "gil", "hana", "ivo", "jo", "kim", "leo")
OPTIONS = (SCARCE, "choir")


class Line(Protocol):
    """A connection of either driver, as far as it is used here."""

    def execute(self, query: Any, params: Any = ..., /) -> Any: ...
    def close(self) -> None: ...


class Venue:
    """The one event in which all histories happen."""

    def __init__(self, clock: Clock, observer: Line) -> None:
        self.clock, self.observer = clock, observer
        self.mark = "?" if isinstance(observer, sqlite3.Connection) else "%s"
        clock.moment = DAY
        kinds: list[tuple[str, int | None]] = [(kind, None) for kind in KINDS]
        self.event: Event = Cast(None).event(timezone="America/Bogota", starts=START, kinds=kinds, capacity=9)  # type: ignore[arg-type]  # inside a context it needs no app
        with transaction():
            self.event.mail_from = "rsvp@example.org"
            self.limits = dict(zip(LIMITS, self._limits(), strict=True))
            self.question, self.version, self.pottery = self._question()
            editing.touch(self.event)
        self.kinds = {kind.slug: kind for kind in db.session.scalars(sa.select(TicketType))}
        keys = vault.keyring().of_event(self.event.id)
        self.keys, self.index = keys, {keys.index(f"{who}@example.org"): who for who in MAILBOXES}

    def _limits(self) -> list[int]:
        """One over the three ways of being in the room, one over each of them, one over the online one."""
        quotas = db.session.scalars(sa.select(Quota).order_by(Quota.id)).all()
        online = db.session.scalars(sa.select(TicketType).where(TicketType.slug == "online")).one()
        online.quotas = [quotas[-1]]
        return [quota.id for quota in quotas]

    def _question(self) -> tuple[int, int, int]:
        options = [{"slug": slug, "label": {"en": slug, "es": slug}} for slug in OPTIONS]
        label = {"en": "Workshop", "es": "Taller"}
        version = Version(kind=Kind.ONE_OF, label=label, options=options, created_at=DAY)
        question = Question(event_id=self.event.id, slug="workshop", versions=[version])
        db.session.add(question)
        db.session.flush()
        limit = OptionLimit(event_id=self.event.id, question_id=question.id, option=SCARCE, size=0)
        db.session.add(limit)
        db.session.flush()
        return question.id, version.id, limit.id

    def opens(self, sizes: dict[str, int | None], workshop: int, rules: Rules) -> House:
        """A new history: nobody is there, it is a month before the start."""
        db.session.rollback()
        self.clock.moment = DAY
        self.ask_all("BEGIN", "DELETE FROM submissions", "DELETE FROM messages", "DELETE FROM registrations")
        self.ask_all("DELETE FROM calendar_states", "DELETE FROM erasures", "DELETE FROM receipts")
        for limit, size in sizes.items():
            self.set("quotas", {"size": size, "taken": 0, "waiting": 0, "last_number": 0}, self.limits[limit])
        self.set("option_limits", {"size": workshop, "taken": 0}, self.pottery)
        self.set("events", columns_of(rules) | {"sequence_floor": 0}, self.event.id)
        for slug, kind in self.kinds.items():
            self.set("ticket_types", {"approval": rules.approval(slug)}, kind.id)
        self.ask_all("COMMIT")
        db.session.rollback()  # what was read before is stale
        return House(self.event.starts_at, DAY, dict(sizes), workshop, rules)

    def ask_all(self, *statements: str) -> None:
        """Past the service, which forgets nobody in a moment."""
        for statement in statements:
            self.observer.execute(statement)

    def set(self, table: str, values: dict[str, Any], row: int) -> None:
        """Columns of one row, past the service."""
        columns = ", ".join(f"{name} = {self.mark}" for name in values)
        self.observer.execute(f"UPDATE {table} SET {columns} WHERE id = {self.mark}", [*values.values(), row])  # noqa: S608 - names from above

    def signup(self, typed: Newcomer) -> Signup:
        email = typed.mailbox and f"{typed.mailbox}@example.org"
        return Signup(typed.name, email, "en", self.kinds[typed.kind].id, "1", self.answered(typed.workshop))

    def answered(self, workshop: str | None) -> tuple[Answered, ...]:
        limits = (self.pottery,) if workshop == SCARCE else ()
        return (Answered(self.question, self.version, workshop, limits),) if workshop else ()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """What the observer sees."""
        found: list[tuple[Any, ...]] = self.observer.execute(query).fetchall()
        return found

    def registration(self, row: Any) -> Registration:
        """As the service reads it."""
        return db.session.get_one(Registration, row if isinstance(row, UUID) else UUID(row))

    def stamp(self, moment: datetime | None) -> Any:
        """As the database keeps it."""
        if moment is None or not isinstance(self.observer, sqlite3.Connection):
            return moment
        return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def columns_of(rules: Rules) -> dict[str, Any]:
    """The rules as columns of the event."""
    return {
        "waitlist": rules.waitlist,
        "waitlist_most": rules.most,
        "waitlist_paused": rules.paused,
        "promote_late": rules.late,
        "offer_hours": rules.hours,
        "confirms_address": rules.confirms,
        "party_most": rules.party_most,
    }


@contextmanager
def observer() -> Iterator[Line]:
    """A connection past the service; on SQLite nothing waits for the disk meanwhile."""
    db.session.rollback()
    url = db.engine.url
    if db.engine.dialect.name == "sqlite":
        line: Line = sqlite3.connect(str(url.database), isolation_level=None)
        line.execute("PRAGMA foreign_keys=ON")
        line.execute("PRAGMA synchronous=OFF")
        with closing(db.engine.raw_connection()) as service:  # the pool gives the same one to everybody
            for pragma in ("synchronous=OFF", "wal_autocheckpoint=50000"):
                service.cursor().execute(f"PRAGMA {pragma}").fetchall()
    else:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        line = psycopg.connect(plain, autocommit=True, options="-c timezone=UTC")
    try:
        yield line
    finally:
        line.close()
        db.session.rollback()
        db.engine.dispose()  # what comes after waits for the disk again
