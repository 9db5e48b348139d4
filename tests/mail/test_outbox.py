"""The outbox: sealed, in the transaction of what it tells, once for one key."""

from contextlib import suppress
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from eventsvc import clock, vault
from eventsvc.db import db, transaction
from eventsvc.mail import outbox
from eventsvc.mail.models import Message
from eventsvc.settings import Settings
from tests.factories import Cast
from tests.mail.conftest import LETTER, PostRoom


def test_a_message_of_a_transaction_that_fails_was_never_posted(room: PostRoom):
    message = outbox.prepare(room.envelope(), LETTER)
    with suppress(ZeroDivisionError), transaction():
        outbox.post(message)
        _ = 1 / 0
    assert room.statuses() == {}


def test_the_same_dedupe_key_posts_once(room: PostRoom):
    for _ in range(2):
        room.post("ana@example.org", dedupe_key="confirm:1:0")
    room.post("ana@example.org", dedupe_key="confirm:1:1")
    assert room.statuses() == {"queued": 2}


def test_letters_to_one_address_are_counted_by_event(context: Flask):
    room = PostRoom()
    event, other = (Cast(context).event() for _ in range(2))
    keys = vault.keyring().of_event(event.id)
    since = clock.now() - timedelta(hours=1)

    room.post("Ana@Example.org", "ana@example.org", "bea@example.org", event_id=event.id, keys=keys)

    assert outbox.recent_letters(event.id, keys.index("ana@example.org"), since) == 2
    assert outbox.recent_letters(event.id, keys.index("ana@example.org"), clock.now() + timedelta(hours=1)) == 0
    assert outbox.recent_letters(other.id, keys.index("ana@example.org"), since) == 0


def test_neither_address_nor_words_can_be_read_in_the_database(room: PostRoom, settings: Settings):
    room.post("unmistakable@example.org")

    if settings.sqlite_file:
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        stored = settings.sqlite_file.read_bytes()
        assert b"rsvp" not in stored
    else:
        stored = repr(db.session.execute(sa.text("SELECT messages::text FROM messages")).all()).encode()
    assert b"unmistakable" not in stored
    assert b"You have a place" not in stored


def test_a_message_is_good_for_three_days_unless_said_otherwise(room: PostRoom):
    ends = clock.now() + timedelta(minutes=30)
    (usual,) = room.post("ana@example.org")
    (short,) = room.post("ana@example.org", expires_at=ends)

    message = room.message(usual)
    assert message.expires_at - message.created_at == timedelta(days=3)
    assert db.session.scalar(sa.select(Message.expires_at).where(Message.id == short)) == ends
