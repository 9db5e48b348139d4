"""Addresses to which mail does not get through, by event: learned from what servers answer, forgotten when one gets through.

Letters to many are not sent to them any more; a letter that answers what somebody just did is always tried. What is our
own fault (policy, 5.7.x) says nothing about an address and is not kept here.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from eventsvc import clock
from eventsvc.db import db, table_of
from eventsvc.mail.models import RefusedAddress
from eventsvc.mail.outcomes import Kind, Outcome

ADDRESS, SOFT = "address", "soft"
SOFT_TIMES, SOFT_OVER = 3, timedelta(days=7)
SOFT_FORGOTTEN = timedelta(days=90)

_TABLE = table_of(RefusedAddress)
_col = _TABLE.c


class Refusal(NamedTuple):
    """What is known of one address."""

    event_id: int
    recipient_index: bytes
    kind: str
    times: int
    first_at: datetime
    last_at: datetime
    note: str

    @property
    def suppresses(self) -> bool:
        """Is it no use to send there? A mailbox that is full or asleep has a week and three tries to come back."""
        if self.kind == ADDRESS:
            return True
        return self.times >= SOFT_TIMES and self.last_at - self.first_at >= SOFT_OVER and not self.is_old

    @property
    def is_old(self) -> bool:
        """A full mailbox of last season says nothing about this one."""
        return self.kind == SOFT and self.last_at < clock.now() - SOFT_FORGOTTEN


def among(addresses: Iterable[tuple[int | None, bytes]]) -> dict[tuple[int, bytes], Refusal]:
    """What is known of these addresses, by event and blind index; those of which nothing is known are left out."""
    wanted = {(event, index) for event, index in addresses if event is not None}
    if not wanted:
        return {}
    events, indexes = {event for event, _index in wanted}, {index for _event, index in wanted}
    found = sa.select(*(_col[name] for name in Refusal._fields)).where(
        _col.event_id.in_(events), _col.recipient_index.in_(indexes)
    )
    rows = (Refusal(*row) for row in db.session.execute(found))
    return {(row.event_id, row.recipient_index): row for row in rows if (row.event_id, row.recipient_index) in wanted}


def indexes_of(event_id: int) -> sa.Select[tuple[bytes]]:
    """The blind indexes of the addresses of one event to which mail comes back, as a query."""
    fresh = sa.or_(_col.kind == ADDRESS, _col.last_at >= clock.now() - SOFT_FORGOTTEN)
    return sa.select(_col.recipient_index).where(_col.event_id == event_id, fresh)


def number() -> int:
    """How many addresses there are to which mail comes back, in all events."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(_TABLE)) or 0


def learn(event_id: int | None, recipient_index: bytes, outcome: Outcome, *, known: bool) -> None:
    """Keep what this end of a try says about the address, in the caller's transaction.

    `known` says whether something was known before: of the many that get through, nothing is to be forgotten.
    """
    if event_id is None:
        return
    if outcome.kind in {Kind.ADDRESS, Kind.SOFT}:
        _count(event_id, recipient_index, outcome)
    elif outcome.kind is Kind.SENT and known:
        forget(event_id, recipient_index)


def forget(event_id: int, recipient_index: bytes | None) -> int:
    """Nothing is held against this address any more, in the caller's transaction; how many rows went."""
    return _done(sa.delete(_TABLE).where(_col.event_id == event_id, _col.recipient_index == recipient_index))


def forget_old() -> None:
    """Mailboxes that were full three months ago, in the caller's transaction."""
    db.session.execute(sa.delete(_TABLE).where(_col.kind == SOFT, _col.last_at < clock.now() - SOFT_FORGOTTEN))


def _count(event_id: int, recipient_index: bytes, outcome: Outcome) -> None:
    now = clock.now()
    kind = ADDRESS if outcome.kind is Kind.ADDRESS else SOFT
    mine = sa.and_(_col.event_id == event_id, _col.recipient_index == recipient_index)
    stale = sa.and_(mine, _col.kind == SOFT, _col.last_at < now - SOFT_FORGOTTEN)
    db.session.execute(sa.delete(_TABLE).where(stale))
    again = {"times": _col.times + 1, "last_at": now, "note": outcome.note, "kind": _harder(kind)}
    if _done(sa.update(_TABLE).where(mine).values(again)):
        return
    first = {"event_id": event_id, "recipient_index": recipient_index, "kind": kind, "times": 1}
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    dated = {"first_at": now, "last_at": now, "note": outcome.note}
    db.session.execute(insert(_TABLE).values(first | dated).on_conflict_do_nothing())


def _harder(kind: str) -> object:
    """A mailbox that is not there is not full either."""
    return ADDRESS if kind == ADDRESS else _col.kind


def _done(statement: sa.Update | sa.Delete) -> int:
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]  # every such result has it
