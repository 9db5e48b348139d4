"""The chores of the house: what comes round, how often, and which feature does it. `clockwork` sees that it is done.

Each commits by itself, may be begun twice, and returns True where there is more to do at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from eventsvc import batches, clock
from eventsvc.accounts.models import LoginSession, SignInLink
from eventsvc.accounts.sessions import IDLE
from eventsvc.calendar import stored
from eventsvc.db import Model, db, transaction
from eventsvc.events.models import Event
from eventsvc.mail import upkeep
from eventsvc.mail.models import Message, MessageStatus
from eventsvc.registration import (
    announcements,
    answering,
    cancellation,
    forgetting,
    offering,
    rederiving,
    submissions,
    waitlist,
)
from eventsvc.registration.models import Announcement, Registration, Status
from eventsvc.reminders import due, reminding, withdrawing
from eventsvc.reminders.due import Due
from eventsvc.reminders.models import ReminderRun
from eventsvc.retention import runs, traces

BODIES_AT_ONCE = 500
LINKS_KEPT = timedelta(days=1)  # after their time, so that a used link can still say that it was used
SERVICE_LETTERS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Duty:
    """How a chore is done. `wanted` is a look that writes nothing, for those that come round often."""

    name: str
    every: timedelta
    work: Callable[[], bool]
    wanted: Callable[[], bool] | None = None


def announce() -> bool:
    """Tell the next people what changed: a batch of each urgent announcement; where nobody is left of those, of the others."""

    def unit(announcement: Announcement, *, apart: bool = False) -> int:
        with transaction():
            return announcements.carry_on(announcement, apart=apart)

    if withdrawing.anything_waits():  # also of those whose turn comes later: what is not true any more must not leave
        with transaction():
            for each in announcements.unfinished():
                withdrawing.withdraw(each)
    urgent, others = announcements.by_urgency()
    urgently = batches.each(urgent, unit, partial(unit, apart=True))
    if urgently.did_anything:
        return True
    return batches.did(urgently, batches.each(others, unit, partial(unit, apart=True)))


def remind() -> bool:
    """Begin with the reminders that are due, tell the next people of each, and take back what nobody is to read."""

    def begin(found: Due) -> bool:
        with transaction():
            return reminding.begin(found)

    def unit(run: ReminderRun, *, apart: bool = False) -> int:
        with transaction():
            return reminding.carry_on(run, apart=apart)

    begun = batches.each(due.due(), begin)
    told = batches.each(reminding.unfinished(), unit, partial(unit, apart=True))
    if withdrawing.anything_waits():
        with transaction():
            withdrawing.withdraw_from_leavers()
    return batches.did(told, begun._replace(did_anything=False))


def promote() -> bool:
    """Give what is free to who is first in line, where a cancellation or a larger room freed more than one batch."""

    def unit(event: Event) -> int:
        with transaction():
            return len(cancellation.move_queue(event))

    events = db.session.scalars(sa.select(Event).where(Event.id.in_(cancellation.waiting_events()))).all()
    return batches.did(batches.each(filter(waitlist.moves, events), unit))


def expire_offers() -> bool:
    """Offers nobody answered in time end, and the next in line gets one."""

    def unit(event: Event) -> int:
        with transaction():
            return answering.expire(event)

    return batches.did(batches.each(offering.events_with_offers_due(), unit))


def forget_unconfirmed() -> bool:
    """Registrations whose link lay unused for two days end; their addresses may be invented."""

    def unit(registration: Registration) -> bool:
        with transaction():
            return forgetting.forget(registration)

    return batches.did(batches.each(forgetting.due(), unit))


def forget_submissions() -> bool:
    """What became of a form is kept for a day."""
    with transaction():
        submissions.forget_old()
    return False


def erase_bodies() -> bool:
    """The text of a message goes 7 days after it was sent; a letter of the service itself goes whole after 30."""
    old = sa.and_(
        Message.event_id.is_(None),
        Message.created_at < clock.now() - SERVICE_LETTERS_KEPT,
        Message.status.not_in((MessageStatus.QUEUED.value, MessageStatus.SENDING.value)),
    )
    with transaction():
        count = upkeep.erase_old_bodies(BODIES_AT_ONCE)
        _delete(Message, old)
    return count == BODIES_AT_ONCE


def forget_sign_ins() -> bool:
    """Sign-in links a day after their time, and sessions that are over."""
    now = clock.now()
    with transaction():
        _delete(SignInLink, SignInLink.expires_at < now - LINKS_KEPT)
        _delete(LoginSession, sa.or_(LoginSession.expires_at <= now, LoginSession.seen_at <= now - IDLE))
    return False


def forget_last_letters() -> bool:
    """The last letter to a person who was erased goes when it has left."""
    if runs.forget_last_letters():
        traces.scrub()
    return False


def sweep_calendar_files() -> bool:
    """Stored calendar files that nobody can be given any more."""
    return stored.sweep()


def purge() -> bool:
    """The personal data of events whose day has come."""
    runs.run()
    return False


def follow_zones() -> bool:
    """Zone data changed: events that are to come keep their wall time, and everyone hears of the new instant."""
    rederiving.rederive()
    return False


def somebody_to_tell() -> bool:
    return _exists(Announcement.done_at.is_(None))


def somebody_to_remind() -> bool:
    return _exists(ReminderRun.done_at.is_(None)) or withdrawing.anything_waits() or bool(due.due())


def an_offer_is_due() -> bool:
    return _exists(Registration.offer_until <= clock.now())


def somebody_waits() -> bool:
    return _exists(Registration.status == Status.WAITLISTED)


def _exists(condition: sa.ColumnElement[bool]) -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(condition))))


def _delete(model: type[Model], condition: sa.ColumnElement[bool]) -> None:
    db.session.execute(sa.delete(model).where(condition).execution_options(synchronize_session=False))


DUTIES = (
    Duty("announcements", timedelta(seconds=5), announce, somebody_to_tell),
    Duty("reminders", timedelta(seconds=30), remind, somebody_to_remind),
    Duty("waitlists", timedelta(minutes=1), promote, somebody_waits),
    Duty("offers", timedelta(seconds=30), expire_offers, an_offer_is_due),
    Duty("unconfirmed", timedelta(hours=1), forget_unconfirmed),
    Duty("last letters", timedelta(minutes=5), forget_last_letters, runs.letters_to_forget),
    Duty("submissions", timedelta(hours=1), forget_submissions),
    Duty("message bodies", timedelta(hours=1), erase_bodies),
    Duty("sign-ins", timedelta(hours=1), forget_sign_ins),
    Duty("calendar files", timedelta(hours=1), sweep_calendar_files),
    Duty("zones", timedelta(hours=6), follow_zones),
    Duty("retention", timedelta(days=1), purge),
)
