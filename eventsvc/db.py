"""The database: SQLite or PostgreSQL, one session, one way to write, and the column types everybody shares."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar, cast

import psycopg
import sqlalchemy as sa
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event as listen
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.compiler import SQLCompiler

from eventsvc.rounds import Rounds
from eventsvc.settings import Settings
from eventsvc.turnstile import Turnstile

T = TypeVar("T")

LanguageMap = dict[str, str]
"""A public text: BCP 47 language tag to text."""


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: aware and in UTC on our side, whatever the database keeps. A naive value raises ValueError."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WallTime(sa.types.TypeDecorator[datetime]):
    """A local time as typed: naive on purpose, and only meaningful beside its zone. An aware value raises ValueError."""

    impl = sa.String(26)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError("a wall time has no zone of its own")
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Model(DeclarativeBase):
    """The base of every table. A plain one, because the extension's own base is invisible to mypy."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime,
        LanguageMap: sa.JSON,
        list[str]: sa.JSON,
        list[dict[str, Any]]: sa.JSON,
        dict[str, Any]: sa.JSON,
        bytes: sa.LargeBinary,
        str: sa.Text,
    }


def table_of(model: type[Model]) -> sa.Table:
    """The table behind a model, for statements that go past the ORM."""
    return cast("sa.Table", model.__table__)


db = SQLAlchemy(metadata=Model.metadata, session_options={"expire_on_commit": False})


def init_database(app: Flask, settings: Settings) -> None:
    """Tie the session to the configured database, and prepare every connection it will open."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.sqlalchemy_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(settings)
    db.init_app(app)
    with app.app_context():
        if settings.sqlite_file:
            app.extensions["eventsvc.turnstile"] = Turnstile(settings.sqlite_file)
            prepare_sqlite(db.engine)
        app.extensions["eventsvc.glances"] = _glances_beside(db.engine, settings)


def _engine_options(settings: Settings) -> dict[str, Any]:
    pool = {"pool_size": 10, "max_overflow": 0, "pool_timeout": 10, "hide_parameters": True}
    if settings.sqlite_file:
        return pool | {"connect_args": {"timeout": 5, "check_same_thread": False}, "poolclass": sa.pool.QueuePool}
    limits = (
        "-c lock_timeout=3000 -c statement_timeout=10000 -c idle_in_transaction_session_timeout=15000 -c timezone=UTC"
    )
    return pool | {"pool_pre_ping": True, "connect_args": {"options": limits, "connect_timeout": 5}}


def _glances_beside(engine: sa.Engine, settings: Settings) -> sa.Engine:
    """Connections of their own for glances: in autocommit, and taken without the ping that would double the round trip.

    A request that holds the session's connection may still glance; from one pool, all waiting for a second could wait
    for each other.
    """
    options = _engine_options(settings) | {"pool_size": 4, "pool_pre_ping": False, "pool_reset_on_return": None}
    glances = sa.create_engine(settings.sqlalchemy_url, isolation_level="AUTOCOMMIT", **options)
    if settings.sqlite_file:
        prepare_sqlite(glances)

    @listen.listens_for(engine, "engine_disposed")
    def _dispose(_engine: sa.Engine) -> None:
        glances.dispose()

    return glances


def prepare_sqlite(engine: sa.Engine) -> None:
    """Durable, fair and strict: WAL, FULL, foreign keys; and a writing transaction begins as one."""

    @listen.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver never says BEGIN by itself
        for pragma in (
            "busy_timeout=5000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "trusted_schema=OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @listen.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN " + connection.get_execution_options().get("sqlite_begin", "DEFERRED"))


class Again(Exception):
    """Somebody was quicker: what was prepared before the lock is stale. `attempt` does the whole unit again."""


@contextmanager
def transaction() -> Iterator[None]:
    """Everything inside is written together, or nothing is.

    Only entry points (views, commands, the courier, the clockwork) use it, once. A read that came before is ended
    first: on SQLite a transaction that read and then wants to write would work on an old snapshot. What was loaded
    before stays usable, but is not fresh: rules decide by guarded statements, never by what they remember.
    """
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("something was changed outside a transaction")
    end_reading()
    turnstile: Turnstile | None = current_app.extensions.get("eventsvc.turnstile")
    with turnstile.turn() if turnstile else nullcontext():
        try:
            if turnstile:
                session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise


def end_reading() -> None:
    """Give the connection back before something that takes long. What was loaded stays usable, but is not fresh."""
    session = db.session()
    if session.in_transaction():
        session.commit()


def core() -> sa.Connection:
    """The connection of the running transaction, for hot paths: a statement costs half of what the session takes."""
    return db.session.connection()


def attempt(work: Callable[[], T], tries: int = 5, overtaken: int = 30) -> T:
    """Do one unit of work, a whole `with transaction():`, again where another one got in its way.

    That is a unique index that decided a race (the second look then finds the winner's row), and on PostgreSQL a
    deadlock or a serialization failure: so many `tries`. Being `overtaken` (`Again`) is no fault and happens as often
    as others change the same event, so it may happen more often. The unit must be one that may be repeated.
    """
    while True:
        try:
            return work()
        except Again:
            overtaken -= 1
            if not overtaken:
                raise
        except DBAPIError as error:
            tries -= 1
            if not tries or not (isinstance(error, IntegrityError) or _sqlstate(error) in {"40001", "40P01"}):
                raise
        time.sleep(random.uniform(0, 0.04))  # noqa: S311 - jitter, no secret


def _sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def is_busy(error: DBAPIError) -> bool:
    """Did the database only ask us to come back later (locked, timed out, restarting)?"""
    state = _sqlstate(error)
    if state:
        return state in {"55P03", "57014", "40001", "40P01", "25P03"} or state[:2] in {"08", "53"} or state[:3] == "57P"
    locked = isinstance(error.orig, sqlite3.OperationalError) and "locked" in str(error.orig)
    return error.connection_invalidated or locked


class Glance:
    """One small question to the database, compiled once and asked without a transaction or the ORM.

    Rows hold what the driver returns: use it for numbers and short texts. Parameters are those of the statement.
    """

    def __init__(self, statement: sa.Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._compiled: dict[str, SQLCompiler] = {}
        self._rounds: Rounds[Sequence[Any]] = Rounds()

    def rows(self, **parameters: Any) -> Sequence[Any]:
        engine, glances = db.engine, current_app.extensions["eventsvc.glances"]
        compiled = self._compiled.get(engine.dialect.name)
        if compiled is None:
            compiled = self._statement.compile(dialect=engine.dialect)
            self._compiled[engine.dialect.name] = compiled
        values = compiled.construct_params(parameters)
        if engine.dialect.name == "sqlite":
            return self._ask(glances, compiled.string, [values[name] for name in compiled.positiontup or ()])
        sql = compiled.string
        return self._rounds.ask((engine, *values.values()), lambda: self._ask_postgresql(engine, glances, sql, values))

    def _ask_postgresql(self, engine: sa.Engine, glances: sa.Engine, sql: str, values: Any) -> Sequence[Any]:
        try:
            return self._ask(glances, sql, values)
        except psycopg.OperationalError:  # a connection that died while nobody looked; this way is pinged first
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                return connection.exec_driver_sql(sql, values).fetchall()

    @staticmethod
    def _ask(engine: sa.Engine, sql: str, values: Any) -> Sequence[Any]:
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(sql, values)
            return cursor.fetchall()
        except psycopg.OperationalError:
            connection.invalidate()
            raise
        except sqlite3.OperationalError as error:  # what went past SQLAlchemy is told in its words, as everywhere
            raise OperationalError(sql, None, error) from None
        finally:
            connection.close()
