"""The person behind a registration: sealing and opening what is personal."""

from typing import NamedTuple
from uuid import UUID

from eventsvc import tokens
from eventsvc.registration.models import Registration
from eventsvc.vault import Keys, keyring


class Person(NamedTuple):
    """Who registered: name as typed, mail address if there is one, and the secret of the link."""

    name: str
    email: str
    secret: str


def person(registration: Registration) -> Person:
    """Open what is sealed. Raises SealBroken where the event was purged."""
    keys = keyring().of_event(registration.event_id)
    row = registration.id
    email = keys.open(registration.email, "registrations.email", row) if registration.email else ""
    return Person(
        keys.open(registration.name, "registrations.name", row),
        email,
        keys.open(registration.secret, "registrations.secret", row),
    )


def sealed_name(keys: Keys, row: UUID, name: str) -> dict[str, bytes]:
    return {"name": keys.seal(name, "registrations.name", row)}


def sealed_address(keys: Keys, row: UUID, email: str | None) -> dict[str, bytes | None]:
    """The columns of an address: sealed, and its blind index."""
    if not email:
        return {"email": None, "email_index": None}
    return {"email": keys.seal(email, "registrations.email", row), "email_index": keys.index(email)}


def sealed_secret(keys: Keys, row: UUID, secret: str) -> dict[str, bytes]:
    """The columns of a secret: its digest for looking up, sealed for the next letter."""
    return {"secret": keys.seal(secret, "registrations.secret", row), "secret_hash": tokens.digest(secret)}


def masked(email: str) -> str:
    """`a…@example.org`: enough to see a typing mistake, too little to learn an address."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
