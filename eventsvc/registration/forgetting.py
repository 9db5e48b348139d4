"""Registrations nobody confirmed: their addresses may be invented, or a stranger's. After two days nothing is left of them.

They hold no seat, so nobody else's registration changes with them, and nobody is told.
"""

from datetime import timedelta

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.mail.models import Message
from eventsvc.registration import cancellation
from eventsvc.registration.log import CLOCKWORK
from eventsvc.registration.models import Registration, Status

KEPT = timedelta(hours=48)
AT_ONCE = 100


def due() -> list[Registration]:
    """Those whose link has lain unused for two days, oldest first."""
    unused = sa.and_(Registration.status == Status.UNCONFIRMED, Registration.registered_at <= clock.now() - KEPT)
    return list(
        db.session.scalars(sa.select(Registration).where(unused).order_by(Registration.registered_at).limit(AT_ONCE))
    )


def forget(registration: Registration) -> bool:
    """It ends, and all that is kept of it goes, in the caller's transaction; False where somebody was quicker."""
    gone = registration.id
    if not make_room(registration):
        return False
    db.session.execute(sa.delete(Message).where(Message.registration_id == gone))
    return True


def make_room(registration: Registration) -> bool:
    """The same, but for the letters that were posted: they count towards what its address may be sent."""
    try:
        cancellation.lock(registration)
    except NotFound:
        return False
    if registration.status != Status.UNCONFIRMED:
        return False
    cancellation.end(registration, "forget", CLOCKWORK)
    db.session.delete(registration)
    db.session.flush()
    return True
