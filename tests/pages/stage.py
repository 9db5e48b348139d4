"""The service whose pages are looked at: a real one where everything is announced, one where nothing is, and the
applications behind both in this process, for who needs no network between.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventsvc import vault
from eventsvc.app import create_app
from eventsvc.db import db, transaction
from eventsvc.schema import bring_up_to_date
from eventsvc.settings import load_settings
from tests.factories import Cast
from tests.pages import people, scenery
from tests.pages.inventory import Page
from tests.servers import site
from tests.servers.https import Certificate

OPTIONS = {
    "mail_url": "smtp://127.0.0.1:9",  # nothing is delivered here, and no page says that mail goes to files
    "operator_name": "Alianza Americas",
    "operator_contact": "events@example.org",
    "limit_network": "1",
    "trusted_proxies": "1",
    "workers": "1",
}
CROWD = {"X-Forwarded-For": "203.0.113.9"}
"""Without it a request comes from this machine, which may send as much as it likes."""


@dataclass(frozen=True)
class Stage:
    """Where the pages are. `url` and `empty_url` are empty where no server runs."""

    app: Flask
    empty_app: Flask
    words: dict[str, str]
    url: str = ""
    empty_url: str = ""
    records: dict[str, TestResponse] = field(default_factory=dict)

    def path(self, page: Page, language: str) -> str:
        return page.path.format(lang=language, **self.words)

    def address(self, page: Page, language: str) -> str:
        return (self.empty_url if page.empty else self.url) + self.path(page, language)

    def values(self, page: Page) -> dict[str, str]:
        return {name: value.format(**self.words) for name, value in (page.sends or {}).items()}

    def fetch(self, page: Page, language: str = "en") -> TestResponse:
        """The answer of the application in this process."""
        if page.recorded:
            return self.record(page, language)
        client = (self.empty_app if page.empty else self.app).test_client()
        for _again in range(2 if page.crowd else 1):
            answer = self._ask(client, page, language)
        return answer

    def record(self, page: Page, language: str) -> TestResponse:
        """What is answered while somebody else has held the database for too long."""
        if language not in self.records:
            with closing(sqlite3.connect(_database(self.app))) as other:
                other.execute("BEGIN IMMEDIATE")
                self.records[language] = self._ask(self.app.test_client(), page, language)
        return self.records[language]

    def _ask(self, client: FlaskClient, page: Page, language: str) -> TestResponse:
        path, headers = self.path(page, language), CROWD if page.crowd else {}
        if page.sends is None:
            return client.get(path, headers=headers)
        return client.post(path, data=self.values(page), headers=headers)


@contextmanager
def applications(folder: Path) -> Iterator[Stage]:
    """Everything announced, everybody registered; no server."""
    with application(folder / "full") as app, application(folder / "empty") as empty:
        scenery.build(Cast(app))
        words = people.come(app.test_client())
        with app.app_context():
            people.break_something()
        yield Stage(app, empty, words)


@contextmanager
def services(folder: Path, certificate: Certificate | None = None) -> Iterator[Stage]:
    """The same behind real web workers."""
    with (
        applications(folder) as stage,
        site.web(_environment(folder / "full"), certificate=certificate) as full,
        site.web(_environment(folder / "empty"), certificate=certificate) as empty,
    ):
        yield Stage(stage.app, stage.empty_app, stage.words, full.url, empty.url, stage.records)


@contextmanager
def application(data: Path) -> Iterator[Flask]:
    """One on a fresh SQLite file, which gives up waiting for others after a moment instead of seconds."""
    data.mkdir()
    vault.make_key_file(data / "secret.key")
    app = create_app(load_settings(data_dir=data, base_url="http://localhost", **OPTIONS))
    with app.app_context():

        @sa.event.listens_for(db.engine, "connect")
        def _impatient(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA busy_timeout=100")

        bring_up_to_date()
        with transaction():
            vault.verify()
        db.session.remove()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


def _database(app: Flask) -> Path:
    file = app.extensions["eventsvc.settings"].sqlite_file
    assert isinstance(file, Path)
    return file


def _environment(data: Path) -> dict[str, str]:
    return {"EVENTSVC_DATA_DIR": str(data)} | {f"EVENTSVC_{name.upper()}": value for name, value in OPTIONS.items()}
