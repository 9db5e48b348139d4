"""Which domains get no mail for a while, and whether our own mail server takes any. For all couriers on all machines.

A domain whose server says not now (421, 4.7.x), is silent or takes very long waits; the others go on. The wait grows
while it goes on, with jitter, and a mail that gets through ends it. A letter that somebody waits for is tried all the
same, but only two minutes after the last failure: one try for each such stretch, not one for each letter.
"""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from eventsvc import clock
from eventsvc.db import db, table_of
from eventsvc.mail.models import DomainPause, Lane, Message
from eventsvc.mail.outcomes import Kind, kind_of

SLOW = 10.0
"""Seconds that a healthy server stays under."""

SHORTEST, LONGEST = timedelta(seconds=30), timedelta(minutes=30)
PERSONAL_WAITS = timedelta(minutes=2)
KEPT = timedelta(days=3)
OUR_SERVER = b""
"""The mark under which the queue as a whole waits; no domain has it."""

_TABLE = table_of(DomainPause)
_col, _message = _TABLE.c, table_of(Message).c


def keeps_waiting(now: datetime) -> sa.ColumnElement[bool]:
    """Of a message: does its domain's pause hold it back at this moment?

    The domains are read once, not once for each message that may stand before the first one that may go.
    """
    lasting = sa.select(_col.mark).where(_col.until > now)
    fresh = lasting.where(_col.failed_at > now - PERSONAL_WAITS)
    others = sa.and_(_message.lane > int(Lane.PERSONAL), _message.domain_mark.in_(lasting))
    held = sa.or_(others, _message.domain_mark.in_(fresh))
    return sa.and_(_message.domain_mark.is_not(None), held)


def among(marks: Iterable[bytes]) -> set[bytes]:
    """Those of these marks that have paused, also where the time is over: nothing has got through since."""
    return set(db.session.scalars(sa.select(_col.mark).where(_col.mark.in_(set(marks)))))


def begin(mark: bytes, reason: str) -> None:
    """The domain waits from now on, in the caller's transaction; longer than the last time where that is over.

    A failure in the middle of a pause (a mail that was in hand already, a personal letter) makes it no longer.
    """
    now = clock.now()
    known = db.session.execute(sa.select(_col.until, _col.times).where(_col.mark == mark).with_for_update()).first()
    if known is None:
        _insert(mark, reason, now, until=now + _length(1))
        return
    values: dict[str, object] = {"failed_at": now, "reason": reason}
    if known.until <= now:
        values |= {"times": known.times + 1, "until": now + _length(known.times + 1)}
    db.session.execute(sa.update(_TABLE).where(_col.mark == mark).values(values))


def hold_everything(reason: str, until: datetime) -> None:
    """Our own mail server takes nothing, in the caller's transaction: for people to see, no courier asks."""
    now = clock.now()
    values = {"until": until, "failed_at": now, "reason": reason, "times": _col.times + 1}
    if not _changed(sa.update(_TABLE).where(_col.mark == OUR_SERVER).values(values)):
        _insert(OUR_SERVER, reason, now, until)


def end(mark: bytes) -> None:
    """Mail gets through again, in the caller's transaction."""
    db.session.execute(sa.delete(_TABLE).where(_col.mark == mark))


def forget_old() -> None:
    """Pauses of domains to which nothing went for days, in the caller's transaction."""
    db.session.execute(sa.delete(_TABLE).where(_col.until < clock.now() - KEPT))


class Pauses(NamedTuple):
    """What waits at this moment, for people to see."""

    domains: int
    server: str  # why our own mail server takes nothing: code and kind; empty where it does


def now_waiting() -> Pauses:
    """How many domains wait, and our own server."""
    domains = sa.select(sa.func.count()).where(_col.mark != OUR_SERVER, _col.until > clock.now())
    server = sa.select(_col.reason).where(_col.mark == OUR_SERVER)
    return Pauses(db.session.scalar(domains) or 0, db.session.scalar(server) or "")


def reason_of_all() -> sa.ScalarSelect[str]:
    """Why everything waits, as part of a query; NULL where our mail server takes mail."""
    return sa.select(_col.reason).where(_col.mark == OUR_SERVER).scalar_subquery()


def is_for_people(reason: str | None) -> bool:
    """Has somebody to act, or will waiting mend it?"""
    return kind_of(reason) is Kind.CONFIGURATION


def _length(times: int) -> timedelta:
    """Half a minute at first, twice as long each time, and never the same for all."""
    longest = min(LONGEST, SHORTEST * (1 << min(times, 10)))
    return longest * random.uniform(0.5, 1)  # noqa: S311 - jitter, no secret


def _insert(mark: bytes, reason: str, now: datetime, until: datetime) -> None:
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    values = {"mark": mark, "until": until, "failed_at": now, "times": 1, "reason": reason}
    db.session.execute(insert(_TABLE).values(values).on_conflict_do_nothing())


def _changed(statement: sa.Update) -> bool:
    return bool(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]  # every UPDATE's result has it
