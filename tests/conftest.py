"""What every test may ask for. A test that names `app`, `client`, `cast` or `context` runs on both databases."""

import gc
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser as RealBrowser

from eventsvc import clock, schema, vault
from eventsvc.app import create_app
from eventsvc.db import Model, db, transaction
from eventsvc.i18n import speaking
from eventsvc.settings import Settings, load_settings
from tests.factories import Cast
from tests.linting import browse
from tests.servers import chromium, postgres
from tests.servers.missing import required

__all__ = ["browse"]

KEPT = {"vault_check", "event_keys", "alembic_version"}


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Thousands of tests are found and all of them stay: looking through them for garbage takes as long as finding them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with required(postgres.server()) as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings for a fresh service on each of the two databases."""
    data = tmp_path_factory.mktemp("data")
    with ExitStack() as stack:
        url = ""
        if request.param == "postgresql":
            url = stack.enter_context(postgres.database(request.getfixturevalue("postgres_server")))
        vault.make_key_file(data / "secret.key")
        yield load_settings(data_dir=data, database_url=url, base_url="http://localhost", quickest_form=0)


@pytest.fixture(scope="session")
def _application(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        if settings.sqlite_file:
            _wait_for_no_disk(db.engine)
        schema.upgrade(db.engine)
        with transaction():
            vault.verify()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(_application: Flask) -> Iterator[Flask]:
    """The application on an empty database."""
    yield _application
    with _application.app_context():
        _empty()


def _wait_for_no_disk(engine: sa.Engine) -> None:
    """As PostgreSQL here. What outlives a crash is proven on installations of their own, which do wait."""

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")


def _empty() -> None:
    """Delete what a test left; most tables are empty, and one question tells which."""
    db.session.rollback()
    with transaction():
        if db.engine.dialect.name == "postgresql":
            db.session.execute(sa.text("SET LOCAL statement_timeout = 0"))  # it may have left a hundred thousand rows
        filled = set(db.session.scalars(_filled()))
        for table in _emptied():
            if table.name in filled:
                db.session.execute(table.delete())
    vault.keyring().forget()


@cache
def _emptied() -> list[sa.Table]:
    """Those that refer to others first. The keys of an event go with it."""
    return [table for table in reversed(Model.metadata.sorted_tables) if table.name not in KEPT]


@cache
def _filled() -> sa.TextClause:
    """The names of those with a row."""
    each = (f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM {table.name})" for table in _emptied())  # noqa: S608 - our own names
    return sa.text(" UNION ALL ".join(each))


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """The language last spoken in one test is not heard in the next."""
    with speaking("en"):
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def cast(app: Flask) -> Cast:
    return Cast(app)


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """A pushed application context, for tests of rules. Never together with requests of a client."""
    with app.app_context():
        yield app
        db.session.rollback()


class Clock:
    """The time as the service sees it; moves only when told."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **amount: float) -> None:
        self.moment += timedelta(**amount)


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stop the clock now; `stopped_clock.forward(hours=1)` moves it."""
    stopped = Clock(clock.now())
    monkeypatch.setattr(clock, "now", stopped)
    return stopped


@pytest.fixture(scope="session")
def browser() -> Iterator[RealBrowser]:
    """A real one, for all that need one: it takes a second to start."""
    with required(chromium.launch()) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
