"""Is the schema of the database the one this code was written for, and how does it become so?

Every revision runs in one transaction with the check that nothing was lost: the rows of every table that was there
before are counted again afterwards. A revision that means to change them says so in `rows_change = {"table"}`.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from eventsvc.db import Model, db
from eventsvc.i18n import _
from eventsvc.settings import PACKAGE
from eventsvc.turnstile import Turnstile

MIGRATIONS = PACKAGE / "migrations"
ADVISORY_LOCK = 7_310_579_202_611  # any number, the same in every version: one migration at a time


class State(StrEnum):
    EMPTY = "empty"
    BEHIND = "behind"
    CURRENT = "current"
    AHEAD = "ahead"
    FOREIGN = "foreign"


class WrongSchema(Exception):
    """The database is not at the version of the code. The message says what to do."""


class RowsLost(Exception):
    """A revision changed the number of rows of a table without saying so; everything was rolled back."""


def state(engine: sa.Engine) -> State:
    """How the schema of this database stands to the code."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current is None:
            tables = set(sa.inspect(connection).get_table_names())
            return State.FOREIGN if tables - {"alembic_version"} else State.EMPTY
    if current == known_revisions()[0]:
        return State.CURRENT
    return State.BEHIND if current in known_revisions() else State.AHEAD


@cache
def known_revisions() -> tuple[str, ...]:
    """All revisions of this code, the newest first; read once, for it takes 30 ms."""
    return tuple(step.revision for step in ScriptDirectory.from_config(configuration()).walk_revisions())


def require_current(engine: sa.Engine) -> None:
    """Raises WrongSchema, with what to do, unless code and database fit."""
    found = state(engine)
    if found != State.CURRENT:
        raise WrongSchema(sentence(found))


def sentence(found: State) -> str:
    """What to tell the operator about a schema in this state."""
    return {
        State.CURRENT: _("the database is at the newest version"),
        State.EMPTY: _("the database is empty: run `eventsvc db upgrade`"),
        State.BEHIND: _("the database is older than this program: run `eventsvc db upgrade`"),
        State.AHEAD: _("the database is newer than this program: install the version of eventsvc that last used it"),
        State.FOREIGN: _("the database holds tables that are not ours: set EVENTSVC_DATABASE_URL to an empty one"),
    }[found]


def upgrade(engine: sa.Engine, target: str = "head", **options: Any) -> None:
    """Bring the schema forward, whole or not at all. Raises WrongSchema, RowsLost."""
    found = state(engine)
    if found in {State.AHEAD, State.FOREIGN}:
        raise WrongSchema(sentence(found))
    migrate(engine, lambda config: command.upgrade(config, target), **options)


def bring_up_to_date() -> None:
    """Bring the running application's database forward; a SQLite file is copied first. Raises WrongSchema, RowsLost."""
    turnstile: Turnstile | None = current_app.extensions.get("eventsvc.turnstile")
    with turnstile.turn() if turnstile else nullcontext():
        found = state(db.engine)
        if found == State.BEHIND and turnstile:
            copy_before(db.engine)
        if found != State.CURRENT:
            upgrade(db.engine)


def copy_before(engine: sa.Engine) -> None:
    """A copy of the SQLite file beside it; that of the last upgrade is replaced."""
    file = Path(engine.url.database or "")
    copy = file.with_name(f"{file.name}.before-upgrade")
    copy.unlink(missing_ok=True)
    with closing(engine.raw_connection()) as connection:  # not inside a transaction, where SQLite refuses it
        connection.cursor().execute("VACUUM INTO ?", (str(copy),))
    copy.chmod(0o600)


def migrate(engine: sa.Engine, step: Callable[[Config], None], **options: Any) -> None:
    """Run one Alembic command in a transaction of its own, one process at a time."""
    config = configuration(**options)
    with _migrating(engine) as connection:
        config.attributes["connection"] = connection
        config.attributes["guard"] = RowGuard(connection)
        step(config)


def configuration(**options: str) -> Config:
    """Alembic without its ini file."""
    config = Config()
    for name, value in {"script_location": str(MIGRATIONS), **options}.items():
        config.set_main_option(name, value.replace("%", "%%"))
    return config


def configuration_of(config: Config) -> dict[str, Any]:
    """How every migration is run and every difference looked for; asked by `migrations/env.py`."""
    guard = config.attributes.get("guard")
    return {
        "connection": config.attributes["connection"],
        "target_metadata": Model.metadata,
        "compare_type": True,
        "render_as_batch": config.attributes.get("batch", True),
        "render_item": _render_plain_type,
        "on_version_apply": guard and guard.look_again,
    }


def _render_plain_type(kind: str, item: Any, _context: Any) -> str | bool:
    """A revision must not import our column types: they may change, what it did may not."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, sa.types.TypeDecorator) else False


class RowGuard:
    """Counts the rows of every table after each revision and compares."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._before = self._count()

    def look_again(self, *, step: Any, **_more: Any) -> None:
        """Raises RowsLost where a table has not as many rows as before the revision."""
        after = self._count()
        meant: frozenset[str] = getattr(step.up_revision.module, "rows_change", frozenset())
        lost = [name for name in self._before.keys() & after if self._before[name] != after[name] and name not in meant]
        if lost:
            raise RowsLost(
                _(
                    "%(step)s: %(tables)s: this upgrade would have changed how many rows there are; nothing was changed",
                    step=step.up_revision_id,
                    tables=", ".join(sorted(lost)),
                )
            )
        self._before = after

    def _count(self) -> dict[str, int]:
        names = set(sa.inspect(self._connection).get_table_names()) - {"alembic_version"}
        query = sa.select(sa.func.count())
        return {name: self._connection.scalar(query.select_from(sa.table(name))) or 0 for name in names}


@contextmanager
def _migrating(engine: sa.Engine) -> Iterator[sa.Connection]:
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:
            _set_foreign_keys(connection, "OFF")  # rebuilding a table would empty those that point to it
        try:
            with connection.execution_options(sqlite_begin="IMMEDIATE").begin():
                if not sqlite:
                    _wait_for_other_migrations(connection)
                yield connection
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                    raise RowsLost(_("this upgrade would have left rows that point to nothing; nothing was changed"))
        finally:
            if sqlite:
                _set_foreign_keys(connection, "ON")


def _set_foreign_keys(connection: sa.Connection, value: str) -> None:
    """Outside a transaction, where alone SQLite listens to it."""
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={value}")
    cursor.close()


def _wait_for_other_migrations(connection: sa.Connection) -> None:
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
    connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
