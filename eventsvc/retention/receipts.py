"""The proof that something was erased: what, how many, when. Each receipt carries the hash of the one before, so that
none can be changed or taken away unseen.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.retention.models import Receipt

FIRST = b"\0" * 32


def write(event_uid: str, reason: str, counts: Mapping[str, Any]) -> Receipt:
    """Add a receipt to the chain, in the caller's transaction."""
    if db.engine.dialect.name == "postgresql":  # two at once would both follow the same one
        db.session.execute(sa.text("LOCK TABLE receipts IN SHARE ROW EXCLUSIVE MODE"))
    last = db.session.scalar(sa.select(Receipt.hash).order_by(Receipt.id.desc()).limit(1))
    receipt = Receipt(
        event_uid=event_uid, reason=reason, counts=dict(counts), erased_at=clock.now(), previous_hash=last or FIRST
    )
    receipt.hash = digest(receipt)
    db.session.add(receipt)
    db.session.flush()
    return receipt


def digest(receipt: Receipt) -> bytes:
    """The hash over all that a receipt says, and the hash of the one before."""
    said = [receipt.event_uid, receipt.reason, receipt.counts, receipt.erased_at.astimezone(UTC).isoformat()]
    return hashlib.sha256(receipt.previous_hash + json.dumps(said, sort_keys=True).encode()).digest()


def broken() -> int | None:
    """The id of the first receipt that does not follow from the one before; None where the chain holds."""
    previous = FIRST
    for receipt in db.session.scalars(sa.select(Receipt).order_by(Receipt.id)):
        if receipt.previous_hash != previous or receipt.hash != digest(receipt):
            return receipt.id
        previous = receipt.hash
    return None


def find(reference: str) -> Receipt | None:
    """The receipt with this hash, in hexadecimal."""
    try:
        wanted = bytes.fromhex(reference)
    except ValueError:
        return None
    return db.session.scalar(sa.select(Receipt).where(Receipt.hash == wanted))
