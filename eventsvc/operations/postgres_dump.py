"""Copies of a PostgreSQL database by its own programs, pg_dump and pg_restore, where they are installed."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import sqlalchemy as sa

from eventsvc.i18n import _
from eventsvc.operations.opening import Unable


def dump(url: str, target: Path) -> None:
    """A consistent dump in PostgreSQL's custom format. Raises Unable."""
    _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def restore(url: str, source: Path) -> None:
    """Everything in the dump, or nothing; the database must be empty. Raises Unable."""
    _run(url, "pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(source))


def check_value(source: Path) -> bytes:
    """The sealed value of `vault_check` in a dump, read without a database; empty where there is none. Raises Unable."""
    said = _run_program("pg_restore", "--data-only", "--table=vault_check", "--file=-", str(source))
    found = re.search(r"^1\t\\\\x([0-9a-f]+)$", said, re.MULTILINE)
    return bytes.fromhex(found[1]) if found else b""


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
    where = sa.make_url(url)
    address = where.set(drivername="postgresql", password=None).render_as_string()
    _run_program(program, f"--dbname={address}", *arguments, password=str(where.password or ""))


def _run_program(program: str, *arguments: str, password: str = "") -> str:
    """What it printed. The password goes by the environment: arguments can be seen by everybody on the machine."""
    if not shutil.which(program):
        raise Unable(_("%(program)s is not installed: install PostgreSQL's client programs", program=program))
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unable(f"{program}: {_first_complaint(done.stderr)}")
    return done.stdout


def _first_complaint(said: str) -> str:
    lines = [line for line in said.splitlines() if "error" in line.lower()] or said.splitlines() or ["?"]
    return lines[0].partition("error:")[2].strip() or lines[0].strip()
