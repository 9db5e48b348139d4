"""`eventsvc attendees …`: the list of an event."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TextIO

import click
import sqlalchemy as sa

from eventsvc.commands.event import event_or_refuse
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.operations.opening import ready
from eventsvc.registration.exporting import FORMATS
from eventsvc.registration.models import Registration, Status

NOTICEABLE = 2000
"""Registrations from which on writing them takes long enough for a progress bar."""

LINE_END = {"csv": "\r\n", "json": "\n"}
"""Between registrations, and nowhere inside of one."""


@click.group()
def attendees() -> None:
    """Who is coming."""


@attendees.command()
@click.argument("slug")
@click.option("--format", "kind", type=click.Choice(sorted(FORMATS)), required=True)
@click.option("--status", "statuses", type=click.Choice([s.value for s in Status]), multiple=True, help="Only these.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file, instead of standard output.")
def export(slug: str, kind: str, statuses: tuple[str, ...], output: Path | None) -> None:
    """Write the list of the event SLUG: names and mail addresses in the clear. Keep it safe."""
    with ready():
        event = event_or_refuse(slug)
        wanted = [Status(status) for status in statuses]
        length = _number(event, wanted)
        quiet = length < NOTICEABLE or not sys.stderr.isatty()
        with _target(output) as target, click.progressbar(length=length, file=sys.stderr, hidden=quiet) as bar:
            for piece in FORMATS[kind](event, wanted):
                target.write(piece)
                bar.update(piece.count(LINE_END[kind]))


def _target(output: Path | None) -> AbstractContextManager[TextIO]:
    """CSV brings its own line ends."""
    if output is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # a real stream has it
        return nullcontext(sys.stdout)
    return output.open("w", encoding="utf-8", newline="")


def _number(event: Event, statuses: list[Status]) -> int:
    query = sa.select(sa.func.count()).where(Registration.event_id == event.id)
    return db.session.scalar(query.where(Registration.status.in_(statuses)) if statuses else query) or 0
