"""`eventsvc db …`: the schema."""

import click

from eventsvc import schema
from eventsvc.db import db
from eventsvc.operations.opening import Unable, opened, say


@click.group("db")
def database() -> None:
    """The schema of the database."""


@database.command()
def upgrade() -> None:
    """Bring the schema to the newest version."""
    with opened():
        schema.bring_up_to_date()
        say(schema.sentence(schema.state(db.engine)))


@database.command()
def check() -> None:
    """Is the schema the newest version?"""
    with opened():
        found = schema.state(db.engine)
        if found != schema.State.CURRENT:
            raise Unable(schema.sentence(found))
        say(schema.sentence(found))
