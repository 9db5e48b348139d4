"""A calendar of one's own: one link to all events at which a person has a place, behind a secret.

There are no accounts: the person is a mail address. A link to one registration is passed on now and then, and must not
open a view on all the others, so what it can do is have that of the calendar mailed, replaced or stopped. The secret
travels by mail only.
"""

from typing import NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa

from eventsvc import clock, tokens
from eventsvc.db import db
from eventsvc.intake import current_settings
from eventsvc.mail.models import Message
from eventsvc.registration import notices
from eventsvc.registration.models import LIVE, PersonalFeed, Registration, Status
from eventsvc.registration.notices import Posting
from eventsvc.registration.people import person
from eventsvc.vault import SealBroken, keyring

LETTER = "own_calendar"
MAY_HAVE_ONE = tuple(status for status in LIVE if status != Status.UNCONFIRMED)
"""The statuses of a registration that keeps a calendar: not while an address may be invented."""


class Opened(NamedTuple):
    """What is sealed of a calendar."""

    address: str
    secret: str


def may_have_one(mine: Registration) -> bool:
    """Has this registration an address of its own, and is it going somewhere?"""
    return mine.email is not None and mine.status in MAY_HAVE_ONE


def of_address(address: str, *, lock: bool = False) -> PersonalFeed | None:
    """The calendar of this mail address; with `lock` as it is now, held in the caller's transaction."""
    asked = sa.select(PersonalFeed).where(PersonalFeed.owner_index == owner_index(address))
    if lock:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(asked)


def by_secret(secret: str) -> PersonalFeed | None:
    return db.session.scalar(sa.select(PersonalFeed).where(PersonalFeed.secret_hash == tokens.digest(secret)))


def owner_index(address: str) -> bytes:
    """By this the calendar of an address is found; no account of the same address has the same mark."""
    return keyring().of_service().index(f"own calendar of {address}")


def opened(feed: PersonalFeed) -> Opened:
    """Raises SealBroken where the event whose keys seal it was purged."""
    keys = keyring().of_event(feed.event_id)
    address = keys.open(feed.address, "personal_feeds.address", feed.id)
    return Opened(address, keys.open(feed.secret, "personal_feeds.secret", feed.id))


def seal(feed: PersonalFeed, event_id: int, plain: Opened) -> None:
    """Seal what is personal under the keys of this event, in the caller's transaction."""
    keys = keyring().of_event(event_id)
    feed.event_id = event_id
    feed.address = keys.seal(plain.address, "personal_feeds.address", feed.id)
    feed.secret = keys.seal(plain.secret, "personal_feeds.secret", feed.id)
    feed.secret_hash = tokens.digest(plain.secret)


def send(mine: Registration, mark: str) -> None:
    """Mail the link of the calendar, made now where there is none; in the caller's transaction.

    With the same `mark` again within the minute nothing more is sent, and after three letters within the hour neither.
    """
    feed = of_address(person(mine).email, lock=True)
    if feed is None:
        feed = _made(mine)
    elif not _opens(feed):  # what seals it was destroyed before it could go on
        _begin(feed, mine)
    _post(mine, feed, mark)


def renew(mine: Registration, mark: str) -> None:
    """Another link instead of the one there is, which ends at once; mailed as by `send`."""
    feed = of_address(person(mine).email, lock=True)
    if feed is None:
        feed = _made(mine)
    elif not _was_posted(feed, mark):  # sent twice it is renewed once
        _begin(feed, mine)
    _post(mine, feed, mark)


def stop(mine: Registration) -> None:
    """Its link is dead from now on, in the caller's transaction."""
    end(of_address(person(mine).email, lock=True))


def end(feed: PersonalFeed | None) -> None:
    if feed:
        db.session.delete(feed)
        db.session.flush()


def hold(registration_id: UUID, secret: str) -> Registration | None:
    """The registration as it is now, held in the caller's transaction; None where this link opens it no longer."""
    asked = sa.select(Registration).where(
        Registration.id == registration_id, Registration.secret_hash == tokens.digest(secret)
    )
    return db.session.scalar(asked.with_for_update().execution_options(populate_existing=True))


def url_of(secret: str) -> str:
    """Where a calendar is read."""
    return f"{current_settings().origin}/feeds/mine/{secret}.ics"


def _opens(feed: PersonalFeed) -> bool:
    try:
        return bool(opened(feed))
    except SealBroken:
        return False


def _made(mine: Registration) -> PersonalFeed:
    feed = PersonalFeed(id=uuid4(), owner_index=owner_index(person(mine).email))
    _begin(feed, mine)
    db.session.add(feed)
    db.session.flush()  # who asked at the same moment meets it here
    return feed


def _begin(feed: PersonalFeed, mine: Registration) -> None:
    seal(feed, mine.event_id, Opened(person(mine).email, tokens.new_secret()))
    feed.language, feed.created_at, feed.used_at = mine.language, clock.now(), None
    db.session.flush()


def _post(mine: Registration, feed: PersonalFeed, mark: str) -> None:
    """The limit is that of all letters somebody can make us send; no page says whether it was reached."""
    event = mine.event
    if notices.heard_enough(event, mine):
        return
    url = url_of(opened(feed).secret)
    more = {"calendar_url": url, "webcal_url": "webcal" + url[url.index("://") :]}
    posting = Posting(dedupe=_name(feed, mark))
    if letter := notices.about(event, mine, LETTER, posting=posting, **more):
        notices.post(event, letter)


def _was_posted(feed: PersonalFeed, mark: str) -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(Message.dedupe_key == _name(feed, mark)))))


def _name(feed: PersonalFeed, mark: str) -> str:
    """Of the letter: one for each form, minute and secret."""
    return f"{LETTER}:{mark}:{clock.now():%Y-%m-%dT%H:%M}:{feed.secret_hash.hex()[:16]}"
