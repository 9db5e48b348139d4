"""The command `eventsvc`."""

import sys
from typing import NoReturn

import click

from eventsvc.commands.attendees import attendees
from eventsvc.commands.care import backup, check, keys
from eventsvc.commands.database import database
from eventsvc.commands.event import event
from eventsvc.commands.mail import mail
from eventsvc.commands.organizer import organizer
from eventsvc.commands.restore import restore
from eventsvc.commands.retention import retention
from eventsvc.commands.serve import serve, work
from eventsvc.i18n import _, speak
from eventsvc.languages import office_language
from eventsvc.operations.opening import keep_private, reason
from eventsvc.settings import spoken_language


class InReadingOrder(click.Group):
    """Lists the commands in the order in which they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=InReadingOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="eventsvc")
def cli() -> None:
    """Event registration for civil-society networks, on a server of your own."""


COMMANDS = (serve, work, database, mail, organizer, event, attendees, backup, restore, retention, keys, check)

for command in COMMANDS:
    cli.add_command(command)


def explain(command: click.Command) -> None:
    """Say in the language being spoken what a command, its options and the commands below it are for."""
    if command.help:
        command.help = _(command.help)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = _(parameter.help)
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        explain(below)


def main() -> NoReturn:
    """Run a command. Exit code 0; 1 with one line on stderr that says why; 2 where it was used wrongly."""
    keep_private()
    speak(office_language(spoken_language()))
    explain(cli)
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the one place where every error becomes a sentence
        click.echo(f"eventsvc: {reason(error)}", err=True)
        sys.exit(1)
