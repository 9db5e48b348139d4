"""What every test may ask for. A test that names `app`, `client`, `cast` or `context` runs on both databases."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from eventsvc import clock, schema, vault
from eventsvc.app import create_app
from eventsvc.db import Model, db, transaction
from eventsvc.i18n import speaking
from eventsvc.settings import Settings, load_settings
from tests.factories import Cast
from tests.linting import browse
from tests.servers import postgres
from tests.servers.missing import required

__all__ = ["browse"]

KEPT = {"vault_check", "event_keys", "alembic_version"}


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


def _empty() -> None:
    db.session.rollback()
    with transaction():
        db.session.execute(sa.delete(vault.EventKeyRow).where(vault.EventKeyRow.event_id.is_not(None)))
        for table in reversed(Model.metadata.sorted_tables):
            if table.name not in KEPT:
                db.session.execute(table.delete())
    vault.keyring().forget()


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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
