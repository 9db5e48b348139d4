"""`eventsvc organizer …`: accounts, for whoever holds the machine."""

import click

from eventsvc.accounts import signing_in
from eventsvc.accounts.addresses import BadAddress, normal
from eventsvc.accounts.models import Role
from eventsvc.db import attempt, transaction
from eventsvc.i18n import _, language
from eventsvc.intake import current_settings
from eventsvc.operations.opening import Unable, ready, say
from eventsvc.organizers import founding


@click.group()
def organizer() -> None:
    """People with an account."""


@organizer.command()
@click.argument("email")
@click.option("--organization", required=True, help="Its name; made if there is none.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.OWNER.value, show_default=True)
def add(email: str, organization: str, role: str) -> None:
    """Give EMAIL a role in an organization; account and organization are made if need be."""
    with ready():
        try:
            address = normal(email)
        except BadAddress:
            raise Unable(_("%(address)s is not a mail address", address=email)) from None
        attempt(lambda: _add(address, organization, Role(role)))
        say(_("%(address)s is now %(role)s of %(name)s.", address=address, role=role, name=organization))


def _add(address: str, organization: str, role: Role) -> None:
    with transaction():
        founding.add_member(address, organization, role, language())


@organizer.command("sign-in-link")
@click.argument("email")
def sign_in_link(email: str) -> None:
    """Print a one-time link that signs EMAIL in, for when mail does not work yet."""
    with ready():
        try:
            with transaction():
                path = signing_in.make_sign_in_link(email)
        except signing_in.NoAccount:
            raise Unable(_("nobody with this address has an account: `eventsvc organizer add`")) from None
        say(current_settings().origin + path)
