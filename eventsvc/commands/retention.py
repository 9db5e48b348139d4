"""`eventsvc retention …`: data that have had their time."""

import click

from eventsvc.i18n import ngettext
from eventsvc.operations.opening import ready, say
from eventsvc.retention import rules, runs


@click.group()
def retention() -> None:
    """Personal data that have had their time."""


@retention.command()
@click.option("--dry-run", is_flag=True, help="Only say what is due.")
def run(dry_run: bool) -> None:
    """Erase the personal data of events whose day has come; the clockwork does it daily."""
    with ready():
        due = rules.due()
        for each in due:
            say(f"{each.until.date().isoformat()}  {each.slug}  {each.registrations}")
        if dry_run:
            say(ngettext("%(num)s event is due.", "%(num)s events are due.", len(due)))
        else:
            say(ngettext("%(num)s event purged.", "%(num)s events purged.", len(runs.run())))
