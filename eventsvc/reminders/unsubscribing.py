"""Who wants no reminders, and the link in each of them that says so without signing in (RFC 8058).

The link is bound to the registration and opens nothing else of it. It is signed, and kept nowhere; where a place was
handed on, the links of the one who had it before are dead.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from itsdangerous import BadSignature, URLSafeSerializer

from eventsvc import clock
from eventsvc.db import core, db, table_of
from eventsvc.intake import current_settings
from eventsvc.registration.models import LogLine, Registration
from eventsvc.reminders import withdrawing
from eventsvc.vault import keyring

_registrations = table_of(Registration)


def links_of(registrations: Sequence[UUID]) -> dict[UUID, str]:
    """The links of these, found together."""
    hands, signer, path = _hands(registrations), _signer(), f"{current_settings().origin}/unsubscribe"
    return {row: f"{path}/{signer.dumps([row.hex, hands.get(row, 0)])}" for row in registrations}


def link_of(registration: Registration) -> str:
    return links_of([registration.id])[registration.id]


def by_token(token: str) -> Registration | None:
    """Whose link this is; None where it is not ours, where it is somebody else's place by now, or where all is erased."""
    try:
        signed = _signer().loads(token)
    except BadSignature:
        return None
    match signed:
        case [str(row), int(hands)]:
            found = db.session.get(Registration, UUID(row), populate_existing=True)
            return found if found and _hands([found.id]).get(found.id, 0) == hands else None
    return None


def unsubscribe(registration: Registration) -> None:
    """No reminders from here on, and no letter afterwards; in the caller's transaction. What waits to leave stays."""
    _write(registration, sa.func.coalesce(_registrations.c.unsubscribed_at, clock.now()))
    withdrawing.withdraw_from(registration.id)


def subscribe_again(registration: Registration) -> None:
    """In the caller's transaction. What went to the others meanwhile is not sent once more."""
    _write(registration, sa.null())


def _write(registration: Registration, value: sa.ColumnElement[Any]) -> None:
    """By a statement: what was loaded before is not fresh, and may be gone."""
    row = sa.update(_registrations).where(_registrations.c.id == registration.id)
    core().execute(row.values(unsubscribed_at=value))
    db.session.expire(registration, ["unsubscribed_at"])


def _signer() -> URLSafeSerializer:
    # itsdangerous signs with the last key of a list and accepts all of them.
    return URLSafeSerializer(keyring().signing[::-1], salt="unsubscribe")


def _hands(registrations: Sequence[UUID]) -> dict[UUID, int]:
    """How often each of these places was handed on; those that never were are not in it."""
    handed = sa.select(LogLine.registration_id, sa.func.count()).where(
        LogLine.registration_id.in_(registrations), LogLine.verb == "hand_over"
    )
    return dict(db.session.execute(handed.group_by(LogLine.registration_id)).all())
