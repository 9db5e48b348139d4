"""Signed-in browsers. The cookie holds a secret, the row behind it decides: deleting the row signs out everywhere.

A session ends 12 hours after it was last used, and 7 days after it began.
"""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, session
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import clock
from eventsvc.accounts.models import Account, LoginSession
from eventsvc.db import db, transaction
from eventsvc.tokens import digest, new_secret

IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
SEEN_STEP = timedelta(minutes=5)
"""How exactly it is written down when a session was used last: a page view need not write."""

_COOKIE_KEY = "login"


def init_sessions(app: Flask) -> None:
    app.config.update(PERMANENT_SESSION_LIFETIME=ABSOLUTE, SESSION_REFRESH_EACH_REQUEST=False)


def begin(account_id: UUID) -> str:
    """Write a new session, in the caller's transaction; the secret goes into the cookie with `remember`.

    The one this browser had before ends.
    """
    _delete_current()
    now = clock.now()
    secret = new_secret()
    db.session.execute(sa.delete(LoginSession).where(_over(now - IDLE, now)))
    db.session.add(
        LoginSession(
            secret_hash=digest(secret), account_id=account_id, created_at=now, seen_at=now, expires_at=now + ABSOLUTE
        )
    )
    return secret


def remember(secret: str) -> None:
    """Put a begun session into the browser's cookie, in place of everything that was there."""
    session.clear()
    session[_COOKIE_KEY] = secret
    session.permanent = True


def current_account() -> Account | None:
    """The account this browser is signed in to, with its memberships; None where its session is over or unknown."""
    secret = session.get(_COOKIE_KEY)
    if not isinstance(secret, str):
        return None
    now = clock.now()
    found = db.session.scalar(
        sa.select(LoginSession)
        .where(LoginSession.secret_hash == digest(secret), ~_over(now - IDLE, now))
        .options(joinedload(LoginSession.account).options(selectinload(Account.memberships)))
    )
    if found is None:
        return None
    if now - found.seen_at > SEEN_STEP:
        _note_use(found.secret_hash)
    return found.account


def end() -> None:
    """Delete the session of this browser, in the caller's transaction. The cookie is worthless afterwards."""
    _delete_current()
    session.clear()


def _delete_current() -> None:
    secret = session.get(_COOKIE_KEY)
    if isinstance(secret, str):
        db.session.execute(sa.delete(LoginSession).where(LoginSession.secret_hash == digest(secret)))


def _over(last_use: object, now: object) -> sa.ColumnElement[bool]:
    return sa.or_(LoginSession.expires_at <= now, LoginSession.seen_at <= last_use)


def _note_use(secret_hash: bytes) -> None:
    with transaction():
        db.session.execute(
            sa.update(LoginSession)
            .where(LoginSession.secret_hash == secret_hash)
            .values(seen_at=clock.now())
            .execution_options(synchronize_session=False)
        )
