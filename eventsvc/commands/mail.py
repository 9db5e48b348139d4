"""`eventsvc mail …`: the outbox."""

from collections.abc import Iterator

import click

from eventsvc.db import transaction
from eventsvc.i18n import _, ngettext
from eventsvc.intake import current_settings
from eventsvc.mail import upkeep
from eventsvc.mail.models import Lane, MessageStatus
from eventsvc.operations.opening import Unable, ready, say


@click.group()
def mail() -> None:
    """The mail that waits, and how it goes."""


@mail.command()
def status() -> None:
    """How many messages there are, what waits and why, the age of the oldest that waits, and the last error."""
    with ready():
        state = upkeep.status()
        for kind, count in state.counts.items():
            say(f"{kind.value:<10}{count:>8}")
        for line in _waiting(state):
            say(line)
        if state.last_error:
            say(_("last error: %(what)s", what=state.last_error))


def _waiting(state: upkeep.QueueState) -> Iterator[str]:
    if state.counts[MessageStatus.QUEUED] + state.counts[MessageStatus.SENDING]:
        yield _(
            "waiting: urgent %(urgent)s, for somebody who waits %(personal)s, notices %(notice)s, to many %(bulk)s",
            **{lane.name.lower(): state.lanes[lane] for lane in Lane},
        )
    if state.not_yet_due:
        yield ngettext("%(num)s of them is for later", "%(num)s of them are for later", state.not_yet_due)
    if state.oldest_waits is not None:
        minutes = int(state.oldest_waits.total_seconds() // 60)
        yield ngettext("the oldest waits for %(num)s minute", "the oldest waits for %(num)s minutes", minutes)
    if state.paused_domains:
        yield ngettext(
            "%(num)s domain takes no mail for the moment; it waits there",
            "%(num)s domains take no mail for the moment; it waits there",
            state.paused_domains,
        )
    if state.server_refuses:
        yield _("everything waits, because the mail server takes nothing: %(why)s", why=state.server_refuses)
    if state.refused_addresses:
        yield ngettext(
            "mail to %(num)s address comes back", "mail to %(num)s addresses comes back", state.refused_addresses
        )


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
        if current_settings().writes_mail_to_files:
            say(_("Mail goes to files, not to people: set EVENTSVC_MAIL_URL to send it."))


@mail.command()
def retry() -> None:
    """Try failed messages again."""
    with ready():
        with transaction():
            count = upkeep.retry_failed()
        say(ngettext("%(num)s message will be tried again.", "%(num)s messages will be tried again.", count))
