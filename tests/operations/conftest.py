"""Installations of the service, empty and ready, on each database."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from eventsvc import schema, vault
from eventsvc.db import db, transaction
from tests.operations.installation import Installation
from tests.servers import postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """A folder with a key, and a database without tables."""
    with ExitStack() as stack:
        url = ""
        if request.param == "postgresql":
            url = stack.enter_context(postgres.database(request.getfixturevalue("postgres_server")))
        folder = tmp_path / "data"
        vault.make_key_file(folder / "secret.key")
        yield Installation(request.param, folder, url)


@pytest.fixture
def place(empty: Installation) -> Installation:
    """A database at the newest schema, with its key."""
    with empty.application():
        schema.upgrade(db.engine)
        with transaction():
            vault.verify()
    return empty


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Installation:
    """A SQLite installation that was never used: not even its folder is there."""
    return Installation("sqlite", tmp_path / "data")
