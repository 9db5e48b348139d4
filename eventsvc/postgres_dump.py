"""Copies of a PostgreSQL database by its own programs, pg_dump and pg_restore, where they are installed."""

import os
import shutil
import subprocess
from pathlib import Path

import sqlalchemy as sa

from eventsvc.i18n import _
from eventsvc.opening import Unable


def dump(url: str, target: Path) -> None:
    """A consistent dump in PostgreSQL's custom format. Raises Unable."""
    _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def restore(url: str, source: Path) -> None:
    """Everything in the dump, or nothing; the database must be empty. Raises Unable."""
    _run(url, "pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(source))


def empty(engine: sa.Engine) -> None:
    """Drop all tables there are."""
    tables = sa.MetaData()
    with engine.begin() as connection:
        tables.reflect(connection)
        tables.drop_all(connection)


def others(engine: sa.Engine) -> int:
    """How many other connections this database has."""
    query = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with engine.connect() as connection:
        return int(connection.exec_driver_sql(query).scalar_one())


def _run(url: str, program: str, *arguments: str) -> None:
    if not shutil.which(program):
        raise Unable(_("%(program)s is not installed: install PostgreSQL's client programs", program=program))
    where = sa.make_url(url)
    environment = dict(os.environ) | ({"PGPASSWORD": str(where.password)} if where.password else {})
    address = where.set(drivername="postgresql", password=None).render_as_string()
    done = subprocess.run(
        [program, f"--dbname={address}", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Unable(f"{program}: {_first_complaint(done.stderr)}")


def _first_complaint(said: str) -> str:
    lines = [line for line in said.splitlines() if "error" in line.lower()] or said.splitlines() or ["?"]
    return lines[0].partition("error:")[2].strip() or lines[0].strip()
