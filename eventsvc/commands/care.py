"""Commands that look after an installation: `backup`, `check`, `keys`."""

import sys
from pathlib import Path

import click

from eventsvc.i18n import _, ngettext
from eventsvc.operations import backup as copies
from eventsvc.operations import doctor, rotation
from eventsvc.operations.finding import Verdict
from eventsvc.operations.opening import ready, say

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write a consistent copy of the database to FILE, while the service runs. The key is not in it."""
    with ready():
        size = copies.backup(file)
    say(_("%(file)s written, %(size)s kB. Keep the key elsewhere.", file=file, size=(size + 999) // 1000))


@click.command()
def check() -> None:
    """Look at configuration, database, key, mail and DNS, and say what should be done."""
    failed = False
    for finding in doctor.examine():
        say(f"{finding.verdict:<5} {finding.text}")
        failed = failed or finding.verdict == Verdict.FAIL
    sys.exit(int(failed))


@click.group()
def keys() -> None:
    """The master keys."""


@keys.command()
def rotate() -> None:
    """Seal all event keys with the newest of EVENTSVC_SECRET_KEYS; older ones are then not needed any more."""
    with ready():
        total = rotation.number_of_keys()
        with click.progressbar(length=total, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            for count in rotation.rotate():
                bar.update(count)
    say(
        ngettext("%(num)s key sealed by the newest master key.", "%(num)s keys sealed by the newest master key.", total)
    )
