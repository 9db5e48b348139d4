"""Finding people on the list of an event by name or address.

What is sealed cannot be asked of the database: names are opened one after the other and compared in memory. A whole
address is found at once by its blind index.
"""

import unicodedata
from collections.abc import Iterator
from itertools import islice
from uuid import UUID

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.registration import roll
from eventsvc.registration.models import Registration
from eventsvc.vault import keyring

FOUND_AT_MOST = 100


def find(event: Event, text: str) -> list[UUID]:
    """The registrations whose name or address holds this text, in their order; case and accents do not matter."""
    if not (wanted := plain(text)):
        return []
    exact = _with_address(event, text) if "@" in text else []
    return exact or [entry.id for entry in islice(_matching(event, wanted), FOUND_AT_MOST)]


def plain(text: str) -> str:
    """Lower case without accents, one blank between words."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(bare.casefold().split())


def _with_address(event: Event, address: str) -> list[UUID]:
    index = keyring().of_event(event.id).index(address)
    found = sa.select(Registration.id).where(Registration.event_id == event.id, Registration.email_index == index)
    return list(db.session.scalars(found.order_by(Registration.registered_at, Registration.id)))


def _matching(event: Event, wanted: str) -> Iterator[roll.Entry]:
    return (entry for entry in roll.entries(event) if wanted in plain(entry.name) or wanted in plain(entry.email))
