"""The services whose pages are looked at: one where everything is announced, one where nothing is, a demonstration;
and the applications behind them in this process, for who needs no network between.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
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
    "quickest_form": "0",
}
PLACES: dict[str, tuple[str, dict[str, str]]] = {
    "full": ("full", {}),
    "empty": ("empty", {}),
    "demo": ("full", {"demo": "true"}),
}
"""The folder of each service, and what is set for it alone; the demonstration shows the same events."""
CROWD = {"X-Forwarded-For": "203.0.113.9"}
"""Without it a request comes from this machine, which may send as much as it likes."""


@dataclass(frozen=True)
class Stage:
    """The applications by name ("full", "empty", "demo"), and the addresses of their servers, where some run."""

    apps: dict[str, Flask]
    words: dict[str, str]
    urls: dict[str, str] = field(default_factory=dict)
    records: dict[str, TestResponse] = field(default_factory=dict)

    def path(self, page: Page, language: str) -> str:
        return page.path.format(lang=language, **self.words)

    def address(self, page: Page, language: str) -> str:
        return self.urls[page.at] + self.path(page, language)

    def values(self, page: Page) -> dict[str, str]:
        return {name: value.format(**self.words) for name, value in (page.sends or {}).items()}

    def fetch(self, page: Page, language: str = "en") -> TestResponse:
        """The answer of the application in this process."""
        if page.recorded:
            return self.record(page, language)
        client = self.apps[page.at].test_client()
        for _again in range(2 if page.crowd else 1):
            answer = self._ask(client, page, language)
        return answer

    def record(self, page: Page, language: str) -> TestResponse:
        """What is answered while somebody else has held the database for too long."""
        if language not in self.records:
            with closing(sqlite3.connect(_database(self.apps["full"]))) as other:
                other.execute("BEGIN IMMEDIATE")
                self.records[language] = self._ask(self.apps["full"].test_client(), page, language)
        return self.records[language]

    def _ask(self, client: FlaskClient, page: Page, language: str) -> TestResponse:
        path, headers = self.path(page, language), CROWD if page.crowd else {}
        if page.sends is None:
            return client.get(path, headers=headers)
        return client.post(path, data=self.values(page), headers=headers)


@contextmanager
def applications(folder: Path) -> Iterator[Stage]:
    """Everything announced, everybody registered; no server."""
    with ExitStack() as stack:
        apps = {name: stack.enter_context(application(folder, name)) for name in PLACES}
        scenery.build(Cast(apps["full"]))
        words = people.come(apps["full"].test_client())
        with apps["full"].app_context():
            people.break_something()
        yield Stage(apps, words)


@contextmanager
def services(folder: Path, certificate: Certificate | None = None) -> Iterator[Stage]:
    """The same behind real web workers."""
    with applications(folder) as stage, ExitStack() as stack:
        running = {
            name: stack.enter_context(site.web(_environment(folder, name), certificate=certificate)) for name in PLACES
        }
        yield replace(stage, urls={name: server.url for name, server in running.items()})


@contextmanager
def application(folder: Path, name: str) -> Iterator[Flask]:
    """One on its SQLite file, which gives up waiting for others after a moment instead of seconds."""
    data, more = _place(folder, name)
    if not data.exists():
        data.mkdir()
        vault.make_key_file(data / "secret.key")
    app = create_app(load_settings(data_dir=data, base_url="http://localhost", **OPTIONS, **more))
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


def _place(folder: Path, name: str) -> tuple[Path, dict[str, str]]:
    where, more = PLACES[name]
    return folder / where, more


def _environment(folder: Path, name: str) -> dict[str, str]:
    data, more = _place(folder, name)
    options = {f"EVENTSVC_{option.upper()}": value for option, value in (OPTIONS | more).items()}
    return {"EVENTSVC_DATA_DIR": str(data)} | options
