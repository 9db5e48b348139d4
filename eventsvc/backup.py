"""A copy of the database while it is in use. The key is never in it: keep that elsewhere."""

import sqlite3
from contextlib import closing
from pathlib import Path

from eventsvc import postgres_dump
from eventsvc.i18n import _
from eventsvc.intake import current_settings
from eventsvc.opening import Unable


def backup(target: Path) -> int:
    """Write a consistent copy while the service runs; its size in bytes. Raises Unable."""
    if target.exists():
        raise Unable(_("%(file)s exists already: choose another name", file=target))
    draft = target.with_name(f".{target.name}.part")
    draft.unlink(missing_ok=True)
    try:
        draft.touch(mode=0o600)
        source = current_settings().sqlite_file
        if source:
            copy_sqlite(source, draft)
        else:
            postgres_dump.dump(current_settings().database_url, draft)
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    return target.stat().st_size


def copy_sqlite(source: Path, target: Path) -> None:
    """One reading transaction: writers go on meanwhile, and are in the copy either wholly or not at all.

    The target must not exist, or be empty.
    """
    with closing(sqlite3.connect(source, isolation_level=None)) as connection:
        connection.execute("PRAGMA busy_timeout=10000")
        connection.execute("VACUUM INTO ?", [str(target)])
