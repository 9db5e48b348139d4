"""An application for tests that look at questions."""

from collections.abc import Iterator

import pytest
from flask import Flask

from eventsvc import schema, vault
from eventsvc.app import create_app
from eventsvc.db import db
from eventsvc.settings import load_settings


@pytest.fixture(scope="session")
def one_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """On one database only: what a page looks like is no matter of the other."""
    data = tmp_path_factory.mktemp("looking")
    vault.make_key_file(data / "secret.key")
    made = create_app(load_settings(data_dir=data, base_url="http://localhost"))
    with made.app_context():
        schema.upgrade(db.engine)
    yield made
    with made.app_context():
        db.engine.dispose()
