"""The service as real processes on each database, with an application beside it that looks on.

STORM=5 makes every storm five times as large.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from eventsvc import schema, vault
from eventsvc.app import create_app
from eventsvc.db import db, transaction
from tests.factories import Cast
from tests.operations.installation import Installation
from tests.servers import postgres, site
from tests.storms.crowd import Crowd, crowd


@dataclass(frozen=True)
class Service:
    """Two web workers, and the database they work on."""

    app: Flask
    url: str
    running: site.Running

    def event(self, capacity: int) -> tuple[int, str]:
        """The id and slug of a new event with so many seats."""
        with self.app.app_context():
            made = Cast(self.app).event(capacity=capacity)
            return made.id, made.slug


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that is ready to be served; one for all storms, each of which brings an event of its own."""
    folder: Path = tmp_path_factory.mktemp("storm")
    with ExitStack() as stack:
        url = ""
        if request.param == "postgresql":
            url = stack.enter_context(postgres.database(request.getfixturevalue("postgres_server")))
        vault.make_key_file(folder / "secret.key")
        yield Installation(request.param, folder, url)


@pytest.fixture(scope="session")
def app(place: Installation) -> Iterator[Flask]:
    """An application of our own on that installation."""
    with application(place) as made:
        yield made


@contextmanager
def application(place: Installation) -> Iterator[Flask]:
    """It makes the database ready."""
    app = create_app(place.settings)
    with app.app_context():
        schema.upgrade(db.engine)
        with transaction():
            vault.verify()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def service(app: Flask, place: Installation) -> Iterator[Service]:
    with site.web(place.environment | {"EVENTSVC_WORKERS": "2"}) as running:
        yield Service(app, running.url, running)
        assert "Traceback" not in running.said()


@pytest.fixture(scope="session")
def people(app: Flask, place: Installation) -> Iterator[Crowd]:
    """Processes that call the rules on that installation."""
    settings = place.settings
    own = {"data_dir": Path(settings.data_dir), "database_url": settings.database_url, "base_url": settings.base_url}
    with crowd(**own) as found:
        yield found
