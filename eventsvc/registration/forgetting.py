"""Registrations nobody confirmed: their addresses may be invented, and they keep nothing from anybody. They go soon."""

from datetime import timedelta

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
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
    """It ends, in the caller's transaction; False where somebody was quicker."""
    cancellation.lock(registration)
    if registration.status != Status.UNCONFIRMED:
        return False
    cancellation.end(registration, "forget", CLOCKWORK)
    return True
