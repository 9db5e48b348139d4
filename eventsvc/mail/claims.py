"""Who has which message in hand. Any number of couriers may ask, on any number of machines.

A claim is a lease on a queued message. A courier that dies before the final dot leaves a lease that runs out; one that
dies at the dot leaves a message `sending`, of which nobody knows whether it arrived: it goes once more, then no more.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import UTCDateTime, core, db
from eventsvc.mail import pauses
from eventsvc.mail.models import MessageStatus
from eventsvc.mail.outbox import TABLE
from eventsvc.mail.outcomes import Kind, Outcome, delay

LEASE = timedelta(minutes=5)  # longer than one mail can take, with every step at its time-out
MOST_UNCERTAIN_TRIES = 2

_col = TABLE.c
_QUEUED = _col.status == MessageStatus.QUEUED.value
_SENDING = _col.status == MessageStatus.SENDING.value
_FREE = {"lease_until": None, "lease_holder": None}

_NOW, _HOLDER = sa.bindparam("now", type_=UTCDateTime()), sa.bindparam("holder", type_=sa.Text())
_THIS = _col.id == sa.bindparam("message", type_=sa.Uuid())
_HELD = sa.and_(_THIS, _QUEUED, _col.lease_holder == _HOLDER, _col.lease_until > _NOW)
# The two statements of every mail, built once: building them takes longer than doing what they say.
_HOLD = (
    sa.update(TABLE)
    .where(_HELD)
    .values(
        status=MessageStatus.SENDING.value,
        tried_at=_NOW,
        lease_until=sa.bindparam("until", type_=UTCDateTime()),
    )
)
# What was sent is sent, even where the lease had run out in the meantime.
_SENT = (
    sa.update(TABLE)
    .where(_THIS, _col.status.in_([MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.UNCERTAIN]))
    .values(
        status=MessageStatus.SENT.value,
        sent_at=_NOW,
        tried_at=_NOW,
        tries=sa.bindparam("tried", type_=sa.Integer()),
        last_error=None,
        domain_mark=None,
        **_FREE,
    )
)


class LeaseLost(Exception):
    """Somebody else has the message now; it is theirs."""


class Parcel(NamedTuple):
    """A claimed message, as it lies in the database."""

    id: UUID
    event_id: int | None
    letter: str
    lane: int
    recipient: bytes
    recipient_index: bytes
    domain_mark: bytes | None
    body: bytes | None
    message_id: str
    tries: int
    uncertain_tries: int
    created_at: datetime
    expires_at: datetime


_PARCEL = [_col[name] for name in Parcel._fields]


def anything_due() -> bool:
    """Is there something to claim? A read, so that an idle courier disturbs no writer."""
    now = clock.now()
    stale = sa.and_(_SENDING, _col.lease_until < now)
    return bool(db.session.scalar(sa.select(sa.exists().where(sa.or_(_is_due(now), stale)))))


def claim(holder: str, limit: int, lease: timedelta = LEASE) -> Sequence[Parcel]:
    """Take up to so many due messages in hand, the most urgent first, in the caller's transaction.

    Those to a domain that has to be left in peace are passed over.
    """
    now = clock.now()
    _return_from_the_dead(now)
    due = sa.select(*_PARCEL).where(_is_due(now)).order_by(_col.lane, _col.next_try_at).limit(limit)
    parcels = [Parcel(*row) for row in db.session.execute(due.with_for_update(skip_locked=True))]
    if parcels:
        chosen = sa.update(TABLE).where(_col.id.in_([parcel.id for parcel in parcels]), _is_due(now))
        _write(chosen, lease_holder=holder, lease_until=now + lease)
    return parcels


def release(holder: str, claimed: Sequence[UUID]) -> None:
    """Give back which of these were not begun. By their ids: a look for the holder would go through all that waits."""
    _write(sa.update(TABLE).where(_col.id.in_(claimed), _QUEUED, _col.lease_holder == holder), **_FREE)


def hold_at_the_dot(parcel: Parcel, holder: str, lease: timedelta = LEASE) -> None:
    """From here on it may arrive. Raises LeaseLost where it is no longer ours, or no longer there."""
    now = clock.now()
    values = {"message": parcel.id, "holder": holder, "now": now, "until": now + lease}
    changed = core().execute(_HOLD, values).rowcount
    if not changed:
        raise LeaseLost


def is_there(parcel: Parcel) -> bool:
    """Or was it deleted while it was in hand? In the caller's transaction; it stays until the commit."""
    row = sa.select(_col.id).where(_col.id == parcel.id)
    return core().scalar(row.with_for_update()) is not None


def record(parcel: Parcel, outcome: Outcome, holder: str) -> MessageStatus:
    """Write down how it went, in the caller's transaction; the status that follows."""
    now = clock.now()
    if outcome.kind is Kind.SENT:
        core().execute(_SENT, {"message": parcel.id, "now": now, "tried": parcel.tries + 1})
        return MessageStatus.SENT
    values: dict[str, Any] = {"last_error": outcome.note or None, "tried_at": now} | _FREE
    if outcome.kind is Kind.SUPPRESSED:
        del values["tried_at"]
    after = _after(parcel, outcome, now)
    _write(sa.update(TABLE).where(_col.id == parcel.id, _col.lease_holder == holder), **values | after)
    return MessageStatus(after["status"])


def _after(parcel: Parcel, outcome: Outcome, now: datetime) -> dict[str, Any]:
    """Status, tries and next try of a message that was not sent, or not for sure."""
    if outcome.stops_the_queue:
        return {"status": MessageStatus.QUEUED.value}
    if outcome.kind is Kind.SUPPRESSED:
        return {"status": MessageStatus.DROPPED.value, "domain_mark": None}
    tries = parcel.tries + 1
    uncertain = parcel.uncertain_tries + (outcome.kind is Kind.UNCERTAIN)
    next_try = now + delay(tries, outcome.kind)
    again = outcome.kind in {Kind.TEMPORARY, Kind.SOFT, Kind.UNCERTAIN} and uncertain < MOST_UNCERTAIN_TRIES
    if again and next_try < parcel.expires_at:
        status = MessageStatus.QUEUED
    elif uncertain:
        status = MessageStatus.UNCERTAIN
    elif outcome.kind in {Kind.EXPIRED, Kind.UNREADABLE}:
        status = MessageStatus.DROPPED
    else:
        status = MessageStatus.FAILED
    mark = parcel.domain_mark if status is MessageStatus.QUEUED else None
    counted = {"tries": tries, "uncertain_tries": uncertain, "next_try_at": next_try}
    return {"status": status.value, "domain_mark": mark} | counted


def _return_from_the_dead(now: datetime) -> None:
    """Nothing stays `sending` for ever."""
    once_more = _col.uncertain_tries + 1 < MOST_UNCERTAIN_TRIES
    _write(
        sa.update(TABLE).where(_SENDING, _col.lease_until < now),
        status=sa.case((once_more, MessageStatus.QUEUED.value), else_=MessageStatus.UNCERTAIN.value),
        domain_mark=sa.case((once_more, _col.domain_mark), else_=None),
        uncertain_tries=_col.uncertain_tries + 1,
        tries=_col.tries + 1,
        last_error="courier ended at dot: uncertain",
        **_FREE,
    )


def _is_due(now: datetime) -> sa.ColumnElement[bool]:
    free = sa.or_(_col.lease_until.is_(None), _col.lease_until < now)
    return sa.and_(_QUEUED, _col.next_try_at <= now, free, ~pauses.keeps_waiting(now))


def _write(statement: sa.Update, **values: Any) -> int:
    return core().execute(statement.values(values)).rowcount
