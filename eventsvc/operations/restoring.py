"""Putting a copy of the database in place of the database.

The copy is older than what was erased since. So everything the journal of erasures holds (`retention/journal`), and
what the replaced database knows of them, is erased again before the service may start.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from eventsvc import schema, vault
from eventsvc.db import db
from eventsvc.i18n import _
from eventsvc.operations import occupancy, postgres_dump
from eventsvc.operations.backup import backup
from eventsvc.operations.opening import Unable, opened, require_fit
from eventsvc.retention import journal
from eventsvc.sentences import N_
from eventsvc.settings import Settings

SQLITE_MAGIC, POSTGRES_MAGIC = b"SQLite format 3\0", b"PGDMP"


def restore(source: Path, settings: Settings) -> Path | None:
    """Replace the database by this copy. Where the replaced one was kept, or None where there was none.

    Raises Unable, WrongKey, WrongSchema; the database is then as it was.
    """
    with source.open("rb") as file:
        magic = file.read(16)
    if not magic.startswith(SQLITE_MAGIC if settings.sqlite_file else POSTGRES_MAGIC):
        raise Unable(_("%(file)s is not a backup of this kind of database", file=source))
    if settings.sqlite_file:
        return _restore_sqlite(source, settings, settings.sqlite_file)
    return _restore_postgres(source, settings)


def _restore_sqlite(source: Path, settings: Settings, target: Path) -> Path | None:
    with _alone(target), _draft_of(target) as draft:
        if target.exists():
            _learn_erasures(settings)
        shutil.copyfile(source, draft)
        draft.chmod(0o600)
        with opened(settings.model_copy(update={"database_url": f"sqlite:///{draft}"})):
            _make_fit()
        kept = _keep(target)
        draft.replace(target)
        _write_through(target.parent)
        return kept


def _write_through(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _restore_postgres(source: Path, settings: Settings) -> Path | None:
    kept = settings.data_dir / "before-restore.dump"
    with opened(settings) as app:
        if postgres_dump.others(db.engine):
            raise Unable(_("the service is running: stop it first"))
        if not vault.keyring().opens(vault.VaultCheck(sealed=postgres_dump.check_value(source))):
            raise vault.WrongKey(N_("the key does not belong to this database: set the key this copy was made with"))
        had_tables = schema.state(db.engine) != schema.State.EMPTY
        if had_tables:
            _learn_erasures(settings)
            kept.unlink(missing_ok=True)
            backup(kept)
        postgres_dump.empty(db.engine)
        postgres_dump.restore(settings.database_url, source)
        app.extensions["eventsvc.keyring"].forget()
        _make_fit()
    return kept if had_tables else None


def _make_fit() -> None:
    """The newest schema, the right key, and nothing that was erased."""
    schema.bring_up_to_date()
    require_fit()
    journal.replay()


def _learn_erasures(settings: Settings) -> None:
    """What the database that goes knows of erasures must outlive it; one that cannot be read has told us earlier."""
    try:
        with opened(settings):
            journal.catch_up()
    except DBAPIError:
        return


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with occupancy.alone_with(target):
            yield
    except occupancy.Occupied:
        raise Unable(_("the service is running: stop it first")) from None


@contextmanager
def _draft_of(target: Path) -> Iterator[Path]:
    draft = target.with_name(f"{target.name}.restoring")
    try:
        yield draft
    finally:
        for left in target.parent.glob(f"{draft.name}*"):
            left.unlink()


def _keep(target: Path) -> Path | None:
    """Fold the log of the old file into it, and give it a second name; one that is broken keeps its log beside it."""
    if not target.exists():
        return None
    kept = target.with_name(f"{target.name}.before-restore")
    for name in (kept, Path(f"{kept}-wal")):
        name.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError:
        if Path(f"{target}-wal").exists():
            Path(f"{target}-wal").rename(f"{kept}-wal")
    Path(f"{target}-shm").unlink(missing_ok=True)
    os.link(target, kept)
    os.utime(kept)  # its week begins now
    return kept
