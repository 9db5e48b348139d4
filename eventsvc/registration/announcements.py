"""What everyone with a place, or in the queue, has to be told: the event changed, or will not take place.

The organizer's transaction writes one row; the letters follow in batches, each a transaction of its own, so that nobody
waits behind a thousand of them, and a crash in the middle loses none: the clockwork goes on from where it stopped.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.errors import Gone
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.events.places import place_line
from eventsvc.i18n import _, date_text, span_text, speaking, time_text
from eventsvc.mail.models import Lane
from eventsvc.registration import notices, offering, quotas, waitlist
from eventsvc.registration.invitations import CANCEL, REQUEST
from eventsvc.registration.models import Announcement, Registration, Status
from eventsvc.registration.notices import Posting
from eventsvc.registration.people import person
from eventsvc.vault import keyring

BATCH = 25
SKEW = timedelta(minutes=1)
TOLD = (Status.CONFIRMED, Status.OFFERED, Status.WAITLISTED, Status.PENDING)
REMEMBERED = ("starts", "starts_fold", "ends", "ends_fold", "timezone", "attendance", "venue")


class Audience(NamedTuple):
    """How many people a notice goes to."""

    confirmed: int
    waiting: int


def audience(event: Event) -> Audience:
    """To how many people a change of this event would be mailed."""
    rows = db.session.execute(
        sa.select(Registration.status, sa.func.count())
        .where(Registration.event_id == event.id, Registration.status.in_(TOLD), Registration.email.is_not(None))
        .group_by(Registration.status)
    )
    counts = dict(rows.all())
    confirmed = counts.get(Status.CONFIRMED, 0)
    return Audience(confirmed, sum(counts.values()) - confirmed)


def snapshot(event: Event) -> dict[str, Any]:
    """What a letter may have to call the old: take it before the change. The join link is only marked, not kept."""
    kept = {name: getattr(event, name) for name in REMEMBERED}
    return {n: v.isoformat() if isinstance(v, datetime) else v for n, v in kept.items()} | {
        "join_url": bool(event.join_url)
    }


def change(event: Event, note: str = "", /, **values: Any) -> bool:
    """Change the event and, where its calendar entry is another one now, announce it; in the caller's transaction.

    Holds the quotas, so that nobody gets a seat with the old facts in the letter.
    """
    if event.purged_at:
        raise Gone
    quotas.lock(event)
    before, old_link = snapshot(event), event.join_url
    if not editing.change(event, **values):
        return False
    announce_change(event, before, old_link, note)
    return True


def announce_change(event: Event, before: Mapping[str, Any], old_link: str, note: str = "") -> None:
    """Announce what has just been changed; `before` is the snapshot taken under the lock on the quotas."""
    offering.shorten(event.id, waitlist.last_moment(event))
    _announce(event, "event_changed", {**before, "join_url_changed": old_link != event.join_url}, note)


def call_off(event: Event, note: str = "") -> None:
    """The event will not take place; everyone hears of it. In the caller's transaction."""
    quotas.lock(event)
    editing.cancel(event)
    _announce(event, "event_cancelled", {}, note)


def _announce(event: Event, letter: str, before: Mapping[str, Any], note: str) -> None:
    row = uuid4()
    sealed = keyring().of_event(event.id).seal(note, "announcements.note", row)
    db.session.add(
        Announcement(
            id=row,
            event_id=event.id,
            letter=letter,
            before=dict(before),
            note=sealed,
            sequence=event.sequence,
            created_at=clock.now(),
        )
    )


def unfinished() -> list[Announcement]:
    """Announcements that have not reached everybody, oldest first."""
    return list(
        db.session.scalars(
            sa.select(Announcement).where(Announcement.done_at.is_(None)).order_by(Announcement.created_at)
        )
    )


def carry_on(announcement: Announcement) -> int:
    """Tell the next batch, in the caller's transaction; how many rows were looked at, 0 when it is done."""
    event = db.session.get(Event, announcement.event_id, populate_existing=True)
    db.session.refresh(announcement, with_for_update=True)
    if event is None or announcement.done_at is not None:
        return 0
    batch = _next(announcement)
    for registration in batch:
        _tell(event, announcement, registration)
    if batch:
        announcement.cursor = batch[-1].id
    else:
        announcement.done_at = clock.now()
    return len(batch)


def _next(announcement: Announcement) -> list[Registration]:
    query = sa.select(Registration).where(Registration.event_id == announcement.event_id, Registration.status.in_(TOLD))
    if announcement.cursor:
        query = query.where(Registration.id > announcement.cursor)
    # Whoever registered after the change knows the new facts already; a minute for machines whose clocks differ.
    query = query.where(Registration.registered_at <= announcement.created_at + SKEW)
    return list(db.session.scalars(query.order_by(Registration.id).limit(BATCH)))


def _tell(event: Event, announcement: Announcement, registration: Registration) -> None:
    reader = notices.reader_of(registration, person(registration))
    if not reader.email or (reader.is_contact and _is_told(registration.contact_id)):
        return
    with speaking(registration.language):
        changes = differences(event, announcement.before, seated=registration.status == Status.CONFIRMED)
    keys = keyring().of_event(event.id)
    letter = notices.compose(
        event,
        announcement.letter,
        reader,
        method=None if reader.is_contact else _method(announcement, registration),
        posting=Posting(Lane.NOTICE, f"{announcement.letter}:{announcement.id}:{registration.id}"),
        changes=changes,
        queue_place=waitlist.place_in_queue(registration),
        note=keys.open(announcement.note, "announcements.note", announcement.id),
    )
    notices.post(event, letter)


def _is_told(contact_id: UUID | None) -> bool:
    """Does the contact of a guest hear of it anyway, having a registration of their own?"""
    contact = db.session.get(Registration, contact_id) if contact_id else None
    return contact is not None and contact.status in TOLD


def _method(announcement: Announcement, registration: Registration) -> str | None:
    if registration.status != Status.CONFIRMED:
        return None
    return CANCEL if announcement.letter == "event_cancelled" else REQUEST


def differences(event: Event, before: Mapping[str, Any], *, seated: bool = False) -> list[tuple[str, str, str]]:
    """What changed, as (label, old, new) in the language being spoken. Only who is `seated` reads a new join link."""
    if not before:
        return []
    old = Event(
        **{n: datetime.fromisoformat(v) if n in {"starts", "ends"} else v for n, v in before.items() if n in REMEMBERED}
    )
    pairs = [
        (_("When"), span_text(old.starts_local, old.ends_local), span_text(event.starts_local, event.ends_local)),
        (_("Where"), place_line(old), place_line(event)),
    ]
    changed = [(label, was, now) for label, was, now in pairs if was != now]
    if instant := before.get("instant"):  # zone data moved it: on the clock of the place nothing changed
        was, now = (f"{date_text(at)}, {time_text(at)}" for at in (datetime.fromisoformat(instant), event.starts_at))
        changed.append((_("Start, in UTC"), was, now))
    if before.get("join_url_changed"):
        changed.append(
            (_("Join link"), _("no longer valid") if before.get("join_url") else "–", _new_link(event, seated))
        )
    return changed


def _new_link(event: Event, seated: bool) -> str:
    if not (event.join_url and event.is_online):
        return "–"
    return event.join_url if seated else _("The link to join goes to those who have a place.")
