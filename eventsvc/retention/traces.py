"""What a DELETE leaves behind, and how it goes: bytes in the log of the database, in its free space, in files of mail.

SQLite overwrites what it deletes (`secure_delete`), but its write-ahead log still holds the old pages: the log is
folded in and cut to nothing. PostgreSQL keeps dead rows until VACUUM, and the bytes of a page's free space until they
are written over; its own log holds what was written until its segments are recycled, and an archive of them longer.
There the proof is the key: `event_keys` is written anew, without the row that opened all the others. Where only answers
went, and the key of their event is still needed, `answers` is written anew.
"""

import mailbox
import re
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, cast

import psycopg
import sqlalchemy as sa
from flask import current_app

from eventsvc.db import db
from eventsvc.intake import current_settings
from eventsvc.mail.models import Message
from eventsvc.turnstile import Turnstile

TABLES = (
    "registrations",
    "messages",
    "submissions",
    "calendar_states",
    "announcements",
    "answers",
    "offers",
    "log_lines",
    "personal_feeds",
)
ANEW = ("event_keys", "personal_feeds")
"""Written anew each time: what opens all the rest, and marks made with a key that stays."""
LOOKS, PAUSE, TRIES = 20, 0.1, 3


class StillRead(Exception):
    """Somebody reads on in an old state of the database, for longer than we wait. The next run tries again."""


def scrub(*, answers: bool = False) -> None:
    """Take deleted rows out of the files of the database; after the commit, outside any transaction.

    `answers`: some were erased whose key stays.
    """
    db.session.close()  # a read of ours would hold on to the old state
    if db.engine.dialect.name == "sqlite":
        _cut_log()
    else:
        _vacuum([*ANEW, "answers"] if answers else ANEW)


def _cut_log() -> None:
    turnstile: Turnstile = current_app.extensions["eventsvc.turnstile"]
    for _look in range(LOOKS):
        with turnstile.turn():  # no writer meanwhile; readers are done in a moment
            if _checkpoint():
                return
        time.sleep(PAUSE)
    raise StillRead


def _checkpoint() -> bool:
    with closing(db.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=50")
        try:
            busy, *_pages = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute("PRAGMA busy_timeout=5000")
        return not busy


def _vacuum(anew: Sequence[str]) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # nobody gets it afterwards, whatever happens: others may not take as long
        connection.exec_driver_sql("SET statement_timeout = 0")
        newest = connection.scalar(sa.text("SELECT CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text)"))
        for table in anew:
            _write_anew(connection, table, newest)
        connection.exec_driver_sql(f"VACUUM {', '.join(TABLES)}")


def _write_anew(connection: sa.Connection, table: str, newest: str) -> None:
    """Once more where dead rows were kept."""
    line = cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)
    kept: list[str] = []

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        kept.extend(re.findall(r"\A\d+", notice.message_detail or ""))  # dead rows; the words are the server's language

    line.add_notice_handler(hear)
    try:
        for _try in range(TRIES):
            kept.clear()
            _wait_for_others(connection, newest)
            connection.exec_driver_sql(f"VACUUM (FULL, VERBOSE) {table}")
            if kept == ["0"]:
                return
    finally:
        line.remove_notice_handler(hear)


ALL_GONE = sa.text(
    "SELECT pg_snapshot_xmin(pg_current_snapshot()) >= CAST(:newest AS xid8) AND NOT EXISTS (SELECT 1 FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND age(backend_xmin) > age(CAST(CAST(:newest AS xid8) AS xid)))"
)


def _wait_for_others(connection: sa.Connection, newest: str) -> None:
    """Whoever reads here in a state of before, or has been writing anywhere on the server since, keeps dead rows alive,
    which would be written anew with the rest.

    `newest` is the number of the next transaction after ours. Not for long: somebody may never end.
    """
    for _look in range(LOOKS):
        if connection.scalar(ALL_GONE, {"newest": newest}):
            return
        time.sleep(PAUSE)


@contextmanager
def mail_files_removed(condition: sa.ColumnElement[bool]) -> Iterator[None]:
    """Around deleting these messages: their files go first, for after a crash nobody would know which they were.

    And once more afterwards, for what the courier wrote meanwhile.
    """
    ids = message_ids(condition)
    remove_mail_files(ids)
    yield
    remove_mail_files(ids)


def message_ids(condition: sa.ColumnElement[bool]) -> list[str]:
    """Of messages that were written to files; empty where mail goes to a server. Ask before they are deleted."""
    if not current_settings().writes_mail_to_files:
        return []
    return list(db.session.scalars(sa.select(Message.message_id).where(condition)))


def remove_mail_files(ids: Collection[str]) -> int:
    """Remove the files of these messages; how many. What went to a mail server is in other people's hands."""
    folder = current_settings().data_dir / "mail"
    if not ids or not folder.is_dir():
        return 0
    wanted = {f"<{each}>" for each in ids}
    box = mailbox.Maildir(folder, create=False)
    found = [key for key in box.keys() if _message_id(box, key) in wanted]  # noqa: SIM118 - a mailbox is no dict
    for key in found:
        box.discard(key)
    return len(found)


def _message_id(box: mailbox.Maildir, key: str) -> str:
    """Empty where the file is gone: another machine removes at the same time."""
    try:
        return str(box.get_message(key)["Message-ID"]).strip()
    except (KeyError, FileNotFoundError):
        return ""
