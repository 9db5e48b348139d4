"""A copy of the database while it is in use. The key is never in it: keep that elsewhere."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from eventsvc import clock
from eventsvc.i18n import _
from eventsvc.intake import current_settings
from eventsvc.operations import postgres_dump
from eventsvc.operations.opening import Unable

SET_ASIDE_FOR = timedelta(days=7)


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


def drop_old() -> None:
    """Delete what upgrades and restores set aside a week ago: it holds people whose data have had their time since."""
    settings = current_settings()
    aside = list(settings.data_dir.glob("before-restore.dump"))
    if settings.sqlite_file:
        aside += settings.sqlite_file.parent.glob(f"{settings.sqlite_file.name}.before-*")
    for copy in aside:
        if clock.now().timestamp() - copy.stat().st_mtime > SET_ASIDE_FOR.total_seconds():
            copy.unlink()


def copy_sqlite(source: Path, target: Path) -> None:
    """One reading transaction: writers go on meanwhile, and are in the copy either wholly or not at all.

    The target must not exist, or be empty.
    """
    with closing(sqlite3.connect(source, isolation_level=None)) as connection:
        connection.execute("PRAGMA busy_timeout=10000")
        connection.execute("VACUUM INTO ?", [str(target)])
