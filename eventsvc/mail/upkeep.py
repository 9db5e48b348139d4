"""What an operator asks of the post room: how it goes, a test, failed ones again; and bodies have an end date."""

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.intake import current_settings
from eventsvc.languages import office_language
from eventsvc.mail.letters import render
from eventsvc.mail.models import Message, MessageStatus
from eventsvc.mail.outbox import GIVE_UP_AFTER, TABLE, Envelope, post, prepare
from eventsvc.vault import keyring

BODIES_KEPT = timedelta(days=7)
_WAITING = (MessageStatus.QUEUED.value, MessageStatus.SENDING.value)
_col = TABLE.c


class QueueState(NamedTuple):
    """How the outbox stands at one moment."""

    counts: dict[MessageStatus, int]  # every status, also those of which there are none
    waiting_since: datetime | None  # when the oldest message that still waits was posted
    last_error: str | None  # code and kind
    last_error_at: datetime | None

    @property
    def oldest_waits(self) -> timedelta | None:
        """The age of the oldest waiting message."""
        return None if self.waiting_since is None else clock.now() - self.waiting_since


def status() -> QueueState:
    """How the outbox stands."""
    counted = db.session.execute(sa.select(_col.status, sa.func.count()).group_by(_col.status)).all()
    counts = dict.fromkeys(MessageStatus, 0) | {MessageStatus(status): number for status, number in counted}
    since = db.session.scalar(sa.select(sa.func.min(_col.created_at)).where(_col.status.in_(_WAITING)))
    failure = db.session.execute(
        sa.select(_col.last_error, _col.tried_at)
        .where(_col.last_error.is_not(None))
        .order_by(_col.tried_at.desc().nulls_last())
        .limit(1)
    ).first()
    return QueueState(counts, since, *(failure or (None, None)))


def retry_failed() -> int:
    """Queue failed messages again as if they were new, in the caller's transaction; how many there were.

    Those that were dropped stay: what they say is no longer so. Those that perhaps arrived stay as well.
    """
    now = clock.now()
    again = {
        "status": MessageStatus.QUEUED.value,
        "tries": 0,
        "uncertain_tries": 0,
        "next_try_at": now,
        "expires_at": now + GIVE_UP_AFTER,
        "last_error": None,
    }
    failed = sa.and_(_col.status == MessageStatus.FAILED.value, _col.body.is_not(None))
    return _changed(sa.update(TABLE).where(failed).values(again))


def post_test(address: str) -> Message:
    """Post a test letter, in the caller's transaction. Raises ValueError where this is no address."""
    settings = current_settings()
    language = office_language(settings.language)
    envelope = Envelope(
        letter="test",
        language=language,
        to=address,
        event_id=None,
        keys=keyring().of_service(),
        sender_name="",
        sender=settings.sender,
    )
    message = prepare(envelope, render("test", language))
    post(message)
    return message


def erase_old_bodies(limit: int = 500) -> int:
    """Erase the text of up to so many messages that are done since 7 days, in the caller's transaction; how many."""
    done_at = sa.func.coalesce(_col.sent_at, _col.tried_at, _col.created_at)
    old = (
        sa.select(_col.id)
        .where(_col.body.is_not(None), _col.status.not_in(_WAITING), done_at < clock.now() - BODIES_KEPT)
        .limit(limit)
    )
    return _changed(sa.update(TABLE).where(_col.id.in_(old)).values(body=None))


def _changed(statement: sa.Update) -> int:
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]  # every UPDATE's result has it
