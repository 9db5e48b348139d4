"""`eventsvc event …`: events as files, and their counters."""

from collections.abc import Iterator
from pathlib import Path

import click
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.i18n import _, language, ngettext, pick
from eventsvc.operations.opening import Unable, ready, say
from eventsvc.questions.files import export_event
from eventsvc.registration import importing, recounting
from eventsvc.registration.importing import TakenIn


@click.group()
def event() -> None:
    """Events as files, and their counters."""


@event.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--publish", is_flag=True, help="Publish what is still a draft.")
@click.option("--update", is_flag=True, help="Change events that are there already; people are told what matters.")
def take_in(file: Path, publish: bool, update: bool) -> None:
    """Take in the events of FILE (TOML), all of them or none."""
    with ready():
        done = importing.import_file(file, publish=publish, update=update)
        for each in done:
            say(f"{each.imported.event.status:<10} {each.imported.event.slug}")
            for line in _announced(each):
                say(f"           {line}")
        say(ngettext("%(num)s event taken in.", "%(num)s events taken in.", len(done)))


def _announced(done: TakenIn) -> Iterator[str]:
    """What people are told of a change, and how many."""
    if done.told is None or not (done.changes and done.told.is_anybody):
        return
    for label, was, now in done.changes:
        yield f"{label}: {was} → {now}"
    yield ngettext("%(num)s person is told.", "%(num)s people are told.", done.told.reached)
    if done.told.unreachable:
        yield ngettext(
            "%(num)s person has no mail address and cannot be told: please tell them yourself.",
            "%(num)s people have no mail address and cannot be told: please tell them yourself.",
            done.told.unreachable,
        )


@event.command("list")
def all_events() -> None:
    """All events, soonest first: start, status, slug, title."""
    with ready():
        for found in db.session.scalars(sa.select(Event).order_by(Event.starts_at, Event.id)):
            title, _tag = pick(found.title, language(), found.languages)
            say(f"{found.starts_local.isoformat(timespec='minutes')}  {found.status:<10} {found.slug}  {title}")


@event.command()
@click.argument("slug")
def export(slug: str) -> None:
    """Print the event as a file that `event import` reads."""
    with ready():
        event_or_refuse(slug)
        click.echo(export_event(slug), nl=False)


@event.command()
@click.argument("slug", required=False)
@click.option("--repair", is_flag=True, help="Set the counters to what was counted.")
def recount(slug: str | None, repair: bool) -> None:
    """Compare the counters of one event, or of all, with the registrations there are."""
    with ready():
        events = [event_or_refuse(slug)] if slug else list(db.session.scalars(sa.select(Event).order_by(Event.id)))
        differences = [line for each in events for line in _recount(each, repair=repair)]
        for line in differences:
            say(line)
        if differences and not repair:
            raise Unable(_("the counters are wrong: run `eventsvc event recount --repair`"))
        say(_("The counters are right."))


def _recount(event: Event, *, repair: bool) -> list[str]:
    with transaction():
        return recounting.recount(event, repair=repair)


def event_or_refuse(slug: str) -> Event:
    """The event with this slug. Raises Unable."""
    found = db.session.scalar(sa.select(Event).where(Event.slug == slug))
    if found is None:
        raise Unable(_("there is no event %(slug)s: `eventsvc event list` shows them all", slug=slug))
    return found
