"""`eventsvc mail …`: the outbox."""

import click

from eventsvc.db import transaction
from eventsvc.i18n import _, ngettext
from eventsvc.mail import upkeep
from eventsvc.operations.opening import Unable, ready, say


@click.group()
def mail() -> None:
    """The mail that waits, and how it goes."""


@mail.command()
def status() -> None:
    """How many messages there are, the age of the oldest that waits, and the last error."""
    with ready():
        state = upkeep.status()
        for kind, count in state.counts.items():
            say(f"{kind.value:<10}{count:>8}")
        if state.oldest_waits is not None:
            minutes = int(state.oldest_waits.total_seconds() // 60)
            say(ngettext("the oldest waits for %(num)s minute", "the oldest waits for %(num)s minutes", minutes))
        if state.last_error:
            say(_("last error: %(what)s", what=state.last_error))


@mail.command()
@click.argument("address")
def test(address: str) -> None:
    """Post a test message to ADDRESS; `work` sends it."""
    with ready():
        try:
            with transaction():
                upkeep.post_test(address)
        except ValueError:
            raise Unable(_("%(address)s is not a mail address", address=address)) from None
        say(_("Posted. `eventsvc mail status` shows whether it has left."))


@mail.command()
def retry() -> None:
    """Try failed messages again."""
    with ready():
        with transaction():
            count = upkeep.retry_failed()
        say(ngettext("%(num)s message will be tried again.", "%(num)s messages will be tried again.", count))
