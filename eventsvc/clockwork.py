"""What falls due: one table of chores, each claimed with a lease, so that several clockworks may run.

A claim is a guarded UPDATE: of many machines one gets the chore, and if it dies the lease runs out and another goes on.
So a chore may be begun twice, and each is made for that: it does what is due, in transactions of its own.
"""

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from eventsvc import clock
from eventsvc.chores import DUTIES, Duty
from eventsvc.db import Model, attempt, db, transaction
from eventsvc.errors import describe

LEASE = timedelta(minutes=10)
AGAIN_AFTER_FAULT = timedelta(minutes=1)
BEATS_KEPT = timedelta(days=1)
_log = logging.getLogger(__name__)


class Chore(Model):
    """One kind of chore: when it is due next, who is at it until when, and how it went last."""

    __tablename__ = "chores"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_holder: Mapped[str | None]
    done_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class Beat(Model):
    """The last sign of life of each `work` process."""

    __tablename__ = "beats"

    holder: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime]


def run_due(holder: str, duties: tuple[Duty, ...] = DUTIES) -> list[str]:
    """Do once every chore that is due and that nobody else is at; the names of those that were done. Commits.

    A chore that fails leaves its kind and place, never its words, and comes round again after a minute.
    """
    done = []
    for name in _due_names(duties):
        duty = next(duty for duty in duties if duty.name == name)
        if (duty.wanted is None or duty.wanted()) and claim(duty.name, holder) and _do(duty, holder):
            done.append(duty.name)
    return done


def claim(name: str, holder: str, lease: timedelta = LEASE) -> bool:
    """Take a chore that is due in hand; False where another one has it, or has just done it."""
    now = clock.now()
    free = sa.or_(Chore.lease_until.is_(None), Chore.lease_until < now)
    with transaction():
        return _changed(
            sa.update(Chore)
            .where(Chore.name == name, Chore.due_at <= now, free)
            .values(lease_holder=holder, lease_until=now + lease)
        )


def beat(holder: str) -> None:
    """Leave a sign of life, and forget those of processes long gone. Commits."""
    now = clock.now()
    with transaction():
        db.session.execute(sa.delete(Beat).where(Beat.beat_at < now - BEATS_KEPT))
        if not _changed(sa.update(Beat).where(Beat.holder == holder).values(beat_at=now)):
            db.session.add(Beat(holder=holder, beat_at=now))


def _due_names(duties: tuple[Duty, ...]) -> list[str]:
    """Those that are due, the longest overdue first; a chore that was never heard of is due now."""
    known = dict(db.session.execute(sa.select(Chore.name, Chore.due_at)).all())
    if new := [duty.name for duty in duties if duty.name not in known]:
        _learn(new)
        return _due_names(duties)
    now = clock.now()
    wanted = {duty.name for duty in duties}
    return sorted((name for name, due in known.items() if due <= now and name in wanted), key=lambda name: known[name])


def _learn(names: list[str]) -> None:
    def unit() -> None:
        with transaction():
            there = set(db.session.scalars(sa.select(Chore.name)))
            db.session.add_all(Chore(name=name, due_at=clock.now()) for name in names if name not in there)

    attempt(unit)


def _do(duty: Duty, holder: str) -> bool:
    try:
        more = duty.work()
    except Exception as error:  # noqa: BLE001 - whatever it is, the other chores must have their turn
        db.session.rollback()
        _log.error("chore %s: %s", duty.name, describe(error))
        _finish(duty, holder, AGAIN_AFTER_FAULT, last_error=describe(error))
        return False
    _finish(duty, holder, timedelta(0) if more else duty.every, last_error=None, done_at=clock.now())
    return True


def _finish(duty: Duty, holder: str, pause: timedelta, **values: object) -> None:
    """Give the chore back, if it is still ours: a lease that ran out was for somebody else to take."""
    given = {"due_at": clock.now() + pause, "lease_until": None, "lease_holder": None, **values}
    with transaction():
        _changed(sa.update(Chore).where(Chore.name == duty.name, Chore.lease_holder == holder).values(given))


def _changed(statement: sa.Update) -> bool:
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    return bool(result.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult
