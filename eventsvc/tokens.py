"""Secrets in links, and the signed id that an anonymous form carries."""

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

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
    """A signed id for one shown form: what it is for, about what, random, when."""
    return _signer(purpose).dumps([subject, secrets.token_urlsafe(9)])


def is_form_id(value: str, purpose: str, subject: str) -> bool:
    """Did we sign this id for this purpose and subject, within the last 7 days?"""
    try:
        signed = _signer(purpose).loads(value, max_age=int(FORM_LIFETIME.total_seconds()))
    except BadSignature:
        return False
    return isinstance(signed, list) and len(signed) == 2 and signed[0] == subject


def receipt_of(form_id: str) -> str:
    """The name of the result page that belongs to a form id; always the same, and not to be guessed."""
    key = hashlib.sha256(b"receipt" + keyring().signing[-1].encode()).digest()
    mark = hmac.digest(key, form_id.encode(), "sha256")[:16]
    return base64.urlsafe_b64encode(mark).rstrip(b"=").decode()


def content_mark(form_id: str, content: str) -> bytes:
    """A keyed mark by which the same content of the same form is recognised again."""
    key = hashlib.sha256(b"content" + keyring().signing[-1].encode()).digest()
    return hmac.digest(key, f"{form_id}\n{content}".encode(), "sha256")
