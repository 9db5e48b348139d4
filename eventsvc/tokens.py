"""Secrets in links, and the signed id that an anonymous form carries."""

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from eventsvc import clock
from eventsvc.vault import keyring

FORM_LIFETIME = timedelta(days=7)


def new_secret() -> str:
    """128 random bits, fit for a path: 22 signs."""
    return secrets.token_urlsafe(16)


def digest(secret: str) -> bytes:
    """What is stored for looking a secret up."""
    return hashlib.sha256(secret.encode()).digest()


def _signer(purpose: str) -> URLSafeTimedSerializer:
    # itsdangerous signs with the last key of a list and accepts all of them.
    return URLSafeTimedSerializer(keyring().signing[::-1], salt=purpose)


def new_form_id(purpose: str, subject: str) -> str:
    """A signed id for one shown form: what it is for, about what, random, when; always of the same length."""
    return _signer(purpose).dumps([subject, secrets.token_urlsafe(9), int(clock.now().timestamp() * 1000)])


def is_form_id(value: str, purpose: str, subject: str) -> bool:
    """Did we sign this id for this purpose and subject, within the last 7 days?"""
    return _signed(value, purpose, subject) is not None


def shown_for(value: str, purpose: str, subject: str) -> timedelta:
    """How long ago this form was made; no time at all where the id is not ours."""
    made = _signed(value, purpose, subject)
    return clock.now() - datetime.fromtimestamp(made / 1000, UTC) if made else timedelta()


def _signed(value: str, purpose: str, subject: str) -> int | None:
    """When we signed this id, in milliseconds; None where we did not, or too long ago."""
    try:
        signed = _signer(purpose).loads(value, max_age=int(FORM_LIFETIME.total_seconds()))
    except BadSignature:
        return None
    match signed:
        case [str(about), str(), int(made)] if about == subject:
            return made
    return None


def receipt_of(form_id: str) -> str:
    """The name of the result page that belongs to a form id; always the same, and not to be guessed."""
    key = hashlib.sha256(b"receipt" + keyring().signing[-1].encode()).digest()
    mark = hmac.digest(key, form_id.encode(), "sha256")[:16]
    return base64.urlsafe_b64encode(mark).rstrip(b"=").decode()


def content_mark(form_id: str, content: str) -> bytes:
    """A keyed mark by which the same content of the same form is recognised again."""
    key = hashlib.sha256(b"content" + keyring().signing[-1].encode()).digest()
    return hmac.digest(key, f"{form_id}\n{content}".encode(), "sha256")
