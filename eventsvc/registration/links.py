"""The secret link: whose it is, sending it again, replacing it."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from eventsvc import clock, tokens
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.mail import outbox
from eventsvc.mail.models import Message
from eventsvc.registration import notices
from eventsvc.registration.models import LIVE, Registration
from eventsvc.registration.people import sealed_secret
from eventsvc.vault import SealBroken, keyring


def by_secret(secret: str) -> Registration | None:
    """The registration this secret opens, with its event."""
    return db.session.scalar(
        sa.select(Registration)
        .where(Registration.secret_hash == tokens.digest(secret))
        .options(joinedload(Registration.event).joinedload(Event.host), joinedload(Registration.ticket_type))
    )


def letters_with_links(email: str) -> list[Message]:
    """For each live registration of this address at an event that is not over: its link, ready to be posted.

    The blind index is another one in each event, so this asks for all upcoming events at once.
    """
    upcoming = db.session.scalars(sa.select(Event.id).where(Event.ends_at > clock.now(), Event.purged_at.is_(None)))
    wanted = [index for event_id in upcoming.all() if (index := _index(event_id, email))]
    found = db.session.scalars(
        sa.select(Registration)
        .where(Registration.email_index.in_(wanted), Registration.status.in_(LIVE))
        .options(joinedload(Registration.event))
    ).all()
    return [letter for registration in found if (letter := notices.my_link(registration.event, registration))]


def _index(event_id: int, email: str) -> bytes | None:
    try:
        return keyring().of_event(event_id).index(email)
    except SealBroken:
        return None


def send_again(registration: Registration) -> bool:
    """Post the link of one registration, in the caller's transaction; False without an address, or too often."""
    letter = notices.my_link(registration.event, registration)
    if letter:
        outbox.post(letter)
    return letter is not None


def renew(registration: Registration) -> str:
    """A new secret instead of the old one, in the caller's transaction. Returns it for the page of its holder."""
    secret = tokens.new_secret()
    keys = keyring().of_event(registration.event_id)
    for column, value in sealed_secret(keys, registration.id, secret).items():
        setattr(registration, column, value)
    return secret
