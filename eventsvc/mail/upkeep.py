"""What an operator asks of the post room: how it goes, a test, failed ones again; and bodies have an end date."""

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db, table_of
from eventsvc.intake import current_settings
from eventsvc.languages import office_language
from eventsvc.mail import pauses, refused
from eventsvc.mail.letters import render
from eventsvc.mail.models import Lane, Message, MessageStatus, RefusedAddress
from eventsvc.mail.outbox import GIVE_UP_AFTER, TABLE, Envelope, post, prepare
from eventsvc.mail.outcomes import Kind
from eventsvc.vault import keyring

BODIES_KEPT = timedelta(days=7)
OVERDUE = timedelta(minutes=30)
"""A message that nobody has tried so long after its time says that something is wrong with the courier or the server."""

_WAITING = (MessageStatus.QUEUED.value, MessageStatus.SENDING.value)
_col = TABLE.c


class QueueState(NamedTuple):
    """How the outbox stands at one moment."""

    counts: dict[MessageStatus, int]  # every status, also those of which there are none
    waiting_since: datetime | None  # since when the oldest of those waits that could have left
    last_error: str | None  # code and kind
    last_error_at: datetime | None
    lanes: dict[Lane, int]  # of those that wait
    not_yet_due: int  # of those that wait: their time is still to come
    paused_domains: int
    refused_addresses: int
    server_refuses: str  # why everything waits, code and kind; empty where our mail server takes mail

    @property
    def oldest_waits(self) -> timedelta | None:
        """The age of the oldest waiting message."""
        return None if self.waiting_since is None else clock.now() - self.waiting_since


def status() -> QueueState:
    """How the outbox stands."""
    counted = db.session.execute(sa.select(_col.status, sa.func.count()).group_by(_col.status)).all()
    counts = dict.fromkeys(MessageStatus, 0) | {MessageStatus(status): number for status, number in counted}
    due = sa.or_(_col.tries > 0, _col.next_try_at <= clock.now())
    began = sa.case((_col.tries == 0, _col.next_try_at), else_=_col.created_at)
    since = db.session.scalar(sa.select(sa.func.min(began)).where(_col.status.in_(_WAITING), due))
    failure = db.session.execute(
        sa.select(_col.last_error, _col.tried_at)
        .where(_col.last_error.is_not(None))
        .order_by(_col.tried_at.desc().nulls_last())
        .limit(1)
    ).first()
    waiting = pauses.now_waiting()
    return QueueState(
        counts=counts,
        waiting_since=since,
        last_error=failure[0] if failure else None,
        last_error_at=failure[1] if failure else None,
        lanes=_lanes(),
        not_yet_due=_not_yet_due(),
        paused_domains=waiting.domains,
        refused_addresses=refused.number(),
        server_refuses=waiting.server,
    )


class Trouble(NamedTuple):
    """Why mail does not leave: both are false where it does."""

    refused: bool = False  # our mail server does not want us: somebody has to act
    overdue: bool = False  # mail that is due is not even tried


def trouble() -> Trouble:
    """Does mail leave? One small question, for pages."""
    now = clock.now()
    tried = sa.and_(_col.status == MessageStatus.QUEUED.value, _col.lane.in_([int(lane) for lane in Lane]))
    overdue = sa.exists().where(tried, _col.next_try_at < now - OVERDUE, ~pauses.keeps_waiting(now))
    waits = sa.exists().where(tried, _col.next_try_at <= now)
    found = db.session.execute(sa.select(overdue, waits, pauses.reason_of_all())).one()
    return Trouble(bool(found[1]) and pauses.is_for_people(found[2]), bool(found[0]))


def refused_for_our_sake() -> int:
    """How many mails of the last week failed by policy: no fault of their addresses."""
    mine = sa.and_(_col.status == MessageStatus.FAILED.value, _col.last_error.endswith(f": {Kind.POLICY.value}"))
    return db.session.scalar(sa.select(sa.func.count()).where(mine, _col.tried_at > clock.now() - BODIES_KEPT)) or 0


def _lanes() -> dict[Lane, int]:
    counted = sa.select(_col.lane, sa.func.count()).where(_col.status.in_(_WAITING)).group_by(_col.lane)
    return dict.fromkeys(Lane, 0) | {Lane(lane): number for lane, number in db.session.execute(counted)}


def _not_yet_due() -> int:
    later = sa.and_(_col.status == MessageStatus.QUEUED.value, _col.tries == 0, _col.next_try_at > clock.now())
    return db.session.scalar(sa.select(sa.func.count()).where(later)) or 0


def retry_failed() -> int:
    """Queue failed messages again as if they were new, in the caller's transaction; how many there were.

    Those that were dropped stay: what they say is no longer so. Those that perhaps arrived stay as well. What was held
    against their addresses is forgotten: perhaps it was our own server that said so.
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
    held = table_of(RefusedAddress)
    theirs = sa.and_(_col.event_id == held.c.event_id, _col.recipient_index == held.c.recipient_index)
    db.session.execute(sa.delete(held).where(sa.exists().where(failed, theirs)))
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
    """Erase the text of up to so many messages that are done since 7 days, in the caller's transaction; how many.

    What was learned of domains and addresses ends with its own time.
    """
    pauses.forget_old()
    refused.forget_old()
    done_at = sa.func.coalesce(_col.sent_at, _col.tried_at, _col.created_at)
    old = (
        sa.select(_col.id)
        .where(_col.body.is_not(None), _col.status.not_in(_WAITING), done_at < clock.now() - BODIES_KEPT)
        .limit(limit)
    )
    return _changed(sa.update(TABLE).where(_col.id.in_(old)).values(body=None))


def _changed(statement: sa.Update) -> int:
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]  # every UPDATE's result has it
