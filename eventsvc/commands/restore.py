"""`eventsvc restore`."""

from pathlib import Path

import click

from eventsvc.i18n import _
from eventsvc.operations import restoring
from eventsvc.operations.opening import say
from eventsvc.settings import load_settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Put the copy FILE in place of the database, and erase again what was erased since."""
    kept = restoring.restore(file, load_settings())
    say(_("%(file)s restored.", file=file))
    if kept:
        say(_("What was there before is in %(file)s: delete it when all is well.", file=kept))
