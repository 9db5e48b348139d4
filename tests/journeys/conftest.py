"""The service as a person meets it: real processes, a real browser, mail in the demo's mailbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from eventsvc import vault
from eventsvc.app import create_app
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Registration
from eventsvc.registration.people import person
from eventsvc.registration.signup import sign_up
from eventsvc.schema import bring_up_to_date
from eventsvc.settings import load_settings
from tests.calendar.conftest import agenda, judge, other_reader
from tests.factories import Cast
from tests.registration import journal
from tests.servers import postgres, site
from tests.servers.https import Certificate, certificate

__all__ = ["agenda", "judge", "other_reader"]

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@dataclass(frozen=True)
class Service:
    """A running service, and the cast that fills its database."""

    url: str
    cast: Cast
    app: Flask
    certificate: Certificate | None = None

    def comes(self, event: Event, who: str) -> None:
        """Somebody else registers meanwhile."""
        with self.app.app_context():
            journal.comes(db.session.get_one(Event, event.id), who)

    def many_come(self, event: Event, number: int, kind: str | None = None) -> None:
        """So many others register in the same way of attending, as many on each form as may."""
        with self.app.app_context():
            fresh = db.session.get_one(Event, event.id)
            way = journal.ticket_type(fresh, kind).id
            names = [f"Person {each}" for each in range(1, number + 1)]
            for first in range(0, number, fresh.party_most):
                address = f"{uuid4().hex}@example.org"
                party = [Signup(name, None, "es", way, "1") for name in names[first : first + fresh.party_most]]
                sign_up(fresh, replace(party[0], email=address), *party[1:])

    def statuses(self, event: Event) -> list[tuple[str, str]]:
        with self.app.app_context():
            return journal.statuses(event)

    def people(self, event: Event) -> list[tuple[str, str]]:
        """(name, status) of everybody, also of who has no address, in the order of registration."""
        with self.app.app_context():
            rows = db.session.scalars(
                sa.select(Registration)
                .where(Registration.event_id == event.id)
                .order_by(Registration.registered_at, Registration.position)
            )
            return [(person(row).name, row.status) for row in rows]


@pytest.fixture(autouse=True)
def _everybody_leaves(request: pytest.FixtureRequest) -> Iterator[None]:
    """Windows left open would keep the lines of a shared site busy, and its end waiting."""
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()


@contextmanager
def service(
    data: Path, database_url: str = "", trusted: Certificate | None = None, *, quickest_form: int = 0
) -> Iterator[Service]:
    """Web workers on a fresh, upgraded database; mail goes into the demo's mailbox."""
    vault.make_key_file(data / "secret.key")
    app = create_app(load_settings(data_dir=data, database_url=database_url))
    with app.app_context():
        bring_up_to_date()
        with transaction():
            vault.verify()
        db.session.remove()
    environment = {
        "EVENTSVC_DATA_DIR": str(data),
        "EVENTSVC_DATABASE_URL": database_url,
        "EVENTSVC_DEMO": "true",
        "EVENTSVC_QUICKEST_FORM": str(quickest_form),
    }
    with site.web(environment, certificate=trusted) as running:
        yield Service(running.url, Cast(app), app, trusted)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def plain_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Over http, on SQLite; one for all journeys that bring events of their own."""
    with service(tmp_path_factory.mktemp("plain")) as running:
        yield running


@pytest.fixture(scope="session")
def https_site(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[Service]:
    """Over https, on PostgreSQL; one for all journeys that bring events of their own."""
    with (
        certificate() as trusted,
        postgres.database(postgres_server) as url,
        service(tmp_path_factory.mktemp("https"), url, trusted) as running,
    ):
        yield running


def visitor(browser: Browser, locale: str, viewport: Any, *, script: bool = False, **more: Any) -> BrowserContext:
    """A browser of somebody's own. Without script, as in the safest setting of careful people."""
    made = browser.new_context(
        locale=locale,
        viewport=viewport,
        java_script_enabled=script,
        ignore_https_errors=True,  # the authority was made a moment ago
        timezone_id="America/Chicago",
        **more,
    )
    made.set_default_timeout(10_000)
    return made


def problem(page: Page) -> str:
    """The error summary."""
    return page.locator(".problem:visible").inner_text()
