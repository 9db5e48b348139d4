"""A service of one's own, whose every byte can be looked at: its folder, and the files of its database."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from eventsvc import vault
from eventsvc.app import create_app
from eventsvc.db import db, transaction
from eventsvc.settings import load_settings
from tests.servers import postgres


class House:
    """The service, and where it keeps things."""

    def __init__(self, kind: str, folder: Path, url: str) -> None:
        self.kind = kind
        self.folder = folder
        self.settings = load_settings(data_dir=folder, database_url=url, base_url="http://localhost")
        self.app = open_on(self.settings)

    def files(self) -> dict[str, bytes]:
        """Everything in the folder but the key: on SQLite that is the database with its log, too."""
        found = (path for path in self.folder.rglob("*") if path.is_file() and path.name != "secret.key")
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}

    def server_files(self) -> dict[str, bytes]:
        """Every file of the PostgreSQL server: tables, write-ahead log, its own log. Nothing on SQLite."""
        if self.kind == "sqlite":
            return {}
        with db.engine.connect() as connection:
            root = Path(connection.scalar(sa.text("SHOW data_directory")) or "")
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
        found: dict[str, bytes] = {}
        for folder, _folders, files in os.walk(root):  # another test's database may go just now
            for path in (Path(folder) / name for name in files):
                with suppress(FileNotFoundError):
                    found[str(path.relative_to(root))] = path.read_bytes() if path.is_file() else b""
        return found

    def rows(self) -> bytes:
        """Every value of every table, one after the other."""
        names = sa.inspect(db.engine).get_table_names()
        with db.engine.connect() as connection:
            values = (
                v
                for name in names
                for row in connection.execute(sa.select(sa.text("*")).select_from(sa.table(name)))
                for v in row
            )
            return b"\0".join(v if isinstance(v, bytes) else str(v).encode() for v in values)


def open_on(settings) -> Flask:
    app = create_app(settings)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        db.create_all()
        with transaction():
            vault.verify()
    return app


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    with ExitStack() as stack:
        url = ""
        if request.param == "postgresql":
            url = stack.enter_context(postgres.database(request.getfixturevalue("postgres_server")))
        folder = tmp_path / "data"
        vault.make_key_file(folder / "secret.key")
        made = House(request.param, folder, url)
        with made.app.app_context():
            yield made
            db.session.remove()
            db.engine.dispose()
