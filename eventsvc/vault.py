"""The keyring: personal values are sealed before they reach the database.

Each event has a random data key and a random index key; the service has one such pair of its own (for accounts). They
lie in `event_keys`, sealed by the master key, which is never in the database. Destroying an event's row there makes
every copy of its personal data unreadable.

A sealed value is `version (1) | key id (4) | nonce (12) | ciphertext and tag (16)`, AES-256-GCM. Its associated data
name the column and the row, so that a value moved elsewhere does not open. Plaintext is padded to steps of 32 bytes.
"""

import base64
import binascii
import hmac
import os
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from eventsvc.db import Model, db
from eventsvc.sentences import N_, Told
from eventsvc.settings import BadSetting, Settings

VERSION = b"\x01"
STEP = 32
AT_ONCE = 1000
"""Rows asked for in one question."""
CHECK_PHRASE = b"eventsvc master key"


class SealBroken(Exception):
    """A sealed value does not open: wrong key, or it was moved or altered. Carries no data."""


class WrongKey(Told):
    """The master key is missing, or is not the one this database was made with. The message says what to do."""


class EventKeyRow(Model):
    """The two keys of an event (or, with no event, of the service), sealed together by the master key."""

    __tablename__ = "event_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), unique=True)
    sealed: Mapped[bytes]


class VaultCheck(Model):
    """One row that only the right master key opens."""

    __tablename__ = "vault_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]


@dataclass(frozen=True)
class Keys:
    """The opened keys of one event, or of the service."""

    id: int
    data_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.data_key)

    def seal(self, text: str, place: str, row: UUID) -> bytes:
        """Seal a text for one place (`registrations.name`) in one row."""
        return self.seal_bytes(text.encode(), place, row)

    def open(self, sealed: bytes, place: str, row: UUID) -> str:
        """The text again. Raises SealBroken."""
        return self.open_bytes(sealed, place, row).decode()

    def seal_bytes(self, value: bytes, place: str, row: UUID) -> bytes:
        nonce = os.urandom(12)
        padded = value + b"\x80" + b"\0" * (-(len(value) + 1) % STEP)
        return VERSION + self.id.to_bytes(4, "big") + nonce + self._cipher.encrypt(nonce, padded, _bound_to(place, row))

    def open_bytes(self, sealed: bytes, place: str, row: UUID) -> bytes:
        if sealed[:1] != VERSION or sealed[1:5] != self.id.to_bytes(4, "big"):
            raise SealBroken(place)
        try:
            padded = self._cipher.decrypt(sealed[5:17], sealed[17:], _bound_to(place, row))
        except InvalidTag:
            raise SealBroken(place) from None
        return padded.rstrip(b"\0")[:-1]

    def index(self, address: str) -> bytes:
        """The blind index of a mail address: equal for two spellings of one address, meaningless without the key."""
        return hmac.digest(self.index_key, canonical(address).encode(), "sha256")


def canonical(address: str) -> str:
    """The form in which two spellings of a mail address are equal: NFKC, case folded."""
    return unicodedata.normalize("NFKC", address.strip()).casefold()


def _bound_to(place: str, row: UUID) -> bytes:
    return place.encode() + b"|" + row.bytes


class Keyring:
    """The master keys, newest first, and the event keys opened so far in this process."""

    def __init__(self, masters: list[bytes]) -> None:
        if not masters:
            raise WrongKey(N_("no key: set EVENTSVC_SECRET_KEYS or EVENTSVC_KEY_FILE"))
        self._masters = [AESGCM(derive(master, "wrapping")) for master in masters]
        self.signing = [derive(master, "signing").hex() for master in masters]  # newest first
        self._opened: dict[int | None, Keys] = {}

    def of_event(self, event_id: int) -> Keys:
        """The keys of an event. Raises SealBroken where they were destroyed by a purge."""
        return self._of(event_id)

    def of_service(self) -> Keys:
        """The keys for what belongs to no event: accounts, sign-in letters."""
        return self._of(None)

    def of_events(self, event_ids: Sequence[int]) -> dict[int, Keys]:
        """The keys of many events, asked for together; those that a purge destroyed are left out."""
        new = [each for each in event_ids if each not in self._opened]
        for start in range(0, len(new), AT_ONCE):
            wanted = EventKeyRow.event_id.in_(new[start : start + AT_ONCE])
            self._opened |= {
                row.event_id: self._unwrap(row) for row in db.session.scalars(sa.select(EventKeyRow).where(wanted))
            }
        return {each: self._opened[each] for each in event_ids if each in self._opened}

    def _of(self, event_id: int | None) -> Keys:
        keys = self._opened.get(event_id)
        if keys is None:
            row = db.session.scalar(sa.select(EventKeyRow).where(EventKeyRow.event_id.is_not_distinct_from(event_id)))
            if row is None:
                raise SealBroken("the keys were destroyed")
            keys = self._opened[event_id] = self._unwrap(row)
        return keys

    def forget(self, event_id: int | None = None) -> None:
        """Drop opened keys from memory: those of an event, or all."""
        if event_id is None:
            self._opened.clear()
        else:
            self._opened.pop(event_id, None)

    def make(self, event_id: int | None) -> None:
        """Make the keys of a new event (already flushed), or of the service, in the caller's transaction."""
        db.session.add(EventKeyRow(event_id=event_id, sealed=self._wrap(secrets.token_bytes(64), _owner(event_id))))

    def reseal(self, row: EventKeyRow) -> bool:
        """Seal this row by the newest master key; False where it already was."""
        both = self._open_with_any(row.sealed, _owner(row.event_id))
        if both == self._try(self._masters[0], row.sealed, _owner(row.event_id)):
            return False
        row.sealed = self._wrap(both, _owner(row.event_id))
        return True

    def make_check(self) -> VaultCheck:
        return VaultCheck(id=1, sealed=self._wrap(CHECK_PHRASE, b"vault_check"))

    def opens(self, check: VaultCheck) -> bool:
        return any(self._try(master, check.sealed, b"vault_check") == CHECK_PHRASE for master in self._masters)

    def _unwrap(self, row: EventKeyRow) -> Keys:
        both = self._open_with_any(row.sealed, _owner(row.event_id))
        return Keys(row.id, both[:32], both[32:])

    def _open_with_any(self, sealed: bytes, owner: bytes) -> bytes:
        for master in self._masters:
            if (opened := self._try(master, sealed, owner)) is not None:
                return opened
        raise SealBroken("event_keys")

    def _wrap(self, value: bytes, owner: bytes) -> bytes:
        nonce = os.urandom(12)
        return VERSION + nonce + self._masters[0].encrypt(nonce, value, owner)

    @staticmethod
    def _try(master: AESGCM, sealed: bytes, owner: bytes) -> bytes | None:
        try:
            return master.decrypt(sealed[1:13], sealed[13:], owner)
        except InvalidTag:
            return None


def _owner(event_id: int | None) -> bytes:
    return b"event_keys|" + (b"service" if event_id is None else str(event_id).encode())


def derive(master: bytes, purpose: str) -> bytes:
    """A key of its own for one purpose (HKDF-SHA256)."""
    return HKDF(SHA256(), 32, None, f"eventsvc {purpose}".encode()).derive(master)


def keyring() -> Keyring:
    """The keyring of the running application."""
    ring: Keyring = current_app.extensions["eventsvc.keyring"]
    return ring


def key_path(settings: Settings) -> Path:
    return Path(settings.key_file) if settings.key_file else settings.data_dir / "secret.key"


def load_masters(settings: Settings) -> list[bytes]:
    """The configured master keys, newest first; on SQLite one is made where there is none.

    Raises WrongKey or BadSetting with a sentence that says what to do.
    """
    if given := settings.secret_keys.get_secret_value():
        return [_parse(part, "EVENTSVC_SECRET_KEYS") for part in given.split(",")]
    path = key_path(settings)
    if path.exists():
        return [_parse(line, str(path)) for line in path.read_text(errors="replace").split()]
    if settings.sqlite_file is None:
        raise WrongKey(
            N_("no key: on PostgreSQL set EVENTSVC_SECRET_KEYS or EVENTSVC_KEY_FILE; none is made by itself")
        )
    if settings.sqlite_file.exists() and settings.sqlite_file.stat().st_size:
        raise WrongKey(N_("there is a database but no key: put back %(file)s, or set EVENTSVC_SECRET_KEYS"), file=path)
    return [_parse(make_key_file(path), str(path))]


def make_key_file(path: Path) -> str:
    """Write a new master key, readable by its owner only; an existing file is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was quicker, and its key is the one
        return path.read_text()
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return text


def _parse(text: str, source: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text.strip() + "=" * (-len(text.strip()) % 4))
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != 32:
        raise BadSetting(N_("a key is 32 bytes in base64url; this one is not"), source)
    return key


def verify() -> None:
    """Compare the master key with the database; a database without a check gets one. Raises WrongKey.

    Runs in a transaction of the caller, before anything is served.
    """
    check = db.session.get(VaultCheck, 1)
    if check is None:
        db.session.add(keyring().make_check())
        keyring().make(None)
    elif not keyring().opens(check):
        raise WrongKey(
            N_("the key does not belong to this database: set the right EVENTSVC_SECRET_KEYS or EVENTSVC_KEY_FILE")
        )
