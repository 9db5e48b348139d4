"""The last good copy of each calendar file, in the database: for every process on every machine, and after a restart.

Only files that anybody may have are kept here, whole feeds and single events, so nothing in the table is a secret, and
nothing that could not be written again. That is why asking for a calendar may write to it, where no other GET writes
anything: whoever asks first after a change spares all others the work. Where the table cannot be written (a busy
database, one that is only read), the reader gets the file all the same.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from eventsvc import clock
from eventsvc.calendar.feeds import all_open, owners_of
from eventsvc.calendar.kept import File
from eventsvc.calendar.models import CalendarFile
from eventsvc.db import db, table_of, transaction
from eventsvc.errors import describe

LEASE = timedelta(seconds=10)
"""So long whoever writes a file is waited for; then another one may try."""
_TABLE = table_of(CalendarFile)
_log = logging.getLogger(__name__)


class Copy(NamedTuple):
    """A file, and the digest of what it was written from."""

    digest: str
    file: File


def read(key: str) -> Copy | None:
    """The last good copy, whatever it was written from."""
    wanted = (_TABLE.c.state, _TABLE.c.name, _TABLE.c.body, _TABLE.c.changed)
    row = db.session.execute(sa.select(*wanted).where(_TABLE.c.key == key)).one_or_none()
    return row and Copy(row.state, File.unpacked(row.name, row.body, row.changed))


def claim(key: str, digest: str) -> bool:
    """Take the next writing after this copy in hand; False where somebody else is at it, or has done it. Commits."""
    now = clock.now()
    free = sa.or_(_TABLE.c.lease_until.is_(None), _TABLE.c.lease_until <= now)
    taken = sa.update(_TABLE).where(_TABLE.c.key == key, _TABLE.c.state == digest, free).values(lease_until=now + LEASE)
    return _write(lambda: _rows(taken) > 0, otherwise=True)


def keep(key: str, copy: Copy) -> None:
    """Put it in the place of the one before, and give the lease back. Commits."""
    file = copy.file
    row = {"state": copy.digest, "name": file.name, "body": file.packed, "changed": file.changed}
    row |= {"written_at": clock.now(), "lease_until": None}
    insert = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert
    kept = insert(_TABLE).values(key=key, **row).on_conflict_do_update(index_elements=["key"], set_=row)
    _write(lambda: _rows(kept) > 0, otherwise=False)


def sweep() -> bool:
    """Let go of copies that nobody can be given any more: of what is gone, and with an event that is withdrawn. Commits.

    They are not given out before either (`editions`); but nothing of an event that was taken back is to stay anywhere.
    """
    gone = list(_gone())
    if gone:
        with transaction():
            db.session.execute(sa.delete(_TABLE).where(_TABLE.c.key.in_(gone)))
    return False


def _gone() -> Iterable[str]:
    owners = owners_of()
    for key in db.session.scalars(sa.select(_TABLE.c.key).order_by(_TABLE.c.key)).all():
        kind, owner, _language = key.split(":")
        if int(owner) not in owners[kind] or (kind != "event" and _holds_what_is_withdrawn(kind, key)):
            yield key


def _holds_what_is_withdrawn(kind: str, key: str) -> bool:
    copy = read(key)
    return copy is not None and not all_open(kind, copy.file.uids)


def _write(work: Callable[[], bool], *, otherwise: bool) -> bool:
    try:
        with transaction():
            return work()
    except (SQLAlchemyError, OSError) as error:
        _log.warning("a calendar file could not be stored: %s", describe(error))
        return otherwise


def _rows(statement: Any) -> int:
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]  # a statement that writes gives a CursorResult
