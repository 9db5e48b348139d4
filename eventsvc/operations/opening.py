"""Opening the service, for a command or for a web server: the same looks at schema and key, and the same one-line refusals."""

import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from eventsvc import schema, vault
from eventsvc.app import create_app
from eventsvc.db import db, transaction
from eventsvc.errors import Refusal, describe
from eventsvc.i18n import _, speak
from eventsvc.intake import current_settings
from eventsvc.languages import office_language
from eventsvc.operations import occupancy
from eventsvc.sentences import Told
from eventsvc.settings import Settings, load_settings, spoken_language

BOOT_FAILED = 4
"""The exit code by which gunicorn's master knows that starting this worker again would not help."""


class Unable(Exception):
    """A command cannot do what it was asked. The message is one sentence that says what to do."""


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Flask]:
    """The application with its database, whatever state that is in."""
    settings = settings or load_settings()
    speak(office_language(settings.language))
    app = create_app(settings)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def ready() -> Iterator[Flask]:
    """The application on a database whose schema and key fit; a new SQLite file is made."""
    with opened() as app:
        if current_settings().sqlite_file and schema.state(db.engine) == schema.State.EMPTY:
            schema.bring_up_to_date()
        require_fit()
        yield app


def require_fit() -> None:
    """Refuse a schema or a key that does not fit. Raises WrongSchema, WrongKey."""
    schema.require_current(db.engine)
    with transaction():
        vault.verify()


def web() -> Flask:
    """The application for a web server's worker. Where it cannot be served: one line on stderr, and the process ends."""
    keep_private()
    begin_log()
    speak(office_language(spoken_language()))
    try:
        with opened() as app:
            require_fit()
            occupy_or_refuse()
        return app
    except Exception as error:  # noqa: BLE001 - whatever it is, an operator reads one line
        click.echo(f"eventsvc: {reason(error)}", err=True)
        _end_apart_from_the_others()


def _end_apart_from_the_others() -> NoReturn:
    """gunicorn's master stumbles (with a traceback) where two workers fail at once; one that it ends itself is no matter.

    So the first to take a name in common ends with the exit code, and the others wait for the master to end them.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with socket.socket(socket.AF_UNIX) as name:
        try:
            name.bind(f"\0eventsvc-{os.getppid()}")
        except OSError:
            time.sleep(10)
        time.sleep(1)
        sys.exit(BOOT_FAILED)


def occupy_or_refuse() -> None:
    """Count among those that use the database, so that nobody replaces it meanwhile. Raises Unable."""
    file = current_settings().sqlite_file
    try:
        if file:
            occupancy.occupy(file)
    except occupancy.Occupied:
        raise Unable(_("a backup is being restored: start again when that is done")) from None


def keep_private() -> None:
    """Whatever this process writes is for its own user."""
    os.umask(0o077)


def begin_log() -> None:
    """Warnings and errors go to stderr with their time."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)


def reason(error: BaseException) -> str:
    """Why it did not work, as one line for the operator. An error we did not foresee shows its kind and place only."""
    if isinstance(error, Refusal):
        return error.message
    if isinstance(error, Told):  # BadSetting, WrongKey
        return error.told(_)
    if isinstance(error, schema.WrongSchema | schema.RowsLost | Unable):
        return str(error)
    if isinstance(error, DBAPIError):
        return _("the database does not answer: %(why)s", why=str(error.orig).strip().partition("\n")[0])
    if isinstance(error, OSError):
        return _("%(what)s: %(why)s", what=error.filename or "-", why=error.strerror or str(error))
    return _("something went wrong on our side: %(what)s", what=describe(error))


def say(text: str) -> None:
    """A line for the operator, at once also where the output goes to a file."""
    click.echo(text)
