"""One notice to one person: in which words, with which calendar object, how soon, and until when it is worth anything.

A guest without an address hears through their contact: who comes too is asked to pass it on, and who does not come gets
one letter for all their guests.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from eventsvc import clock
from eventsvc.db import db
from eventsvc.events.models import Event, EventStatus
from eventsvc.i18n import joined, speaking
from eventsvc.intake import current_settings
from eventsvc.mail.models import Lane
from eventsvc.mail.outbox import GIVE_UP_AFTER
from eventsvc.registration import invitations, notices, waitlist
from eventsvc.registration.audience import TOLD
from eventsvc.registration.differences import Difference, differences, old_end
from eventsvc.registration.invitations import CANCEL, REQUEST
from eventsvc.registration.models import Announcement, Registration, Status
from eventsvc.registration.notices import Posting, Reader
from eventsvc.registration.parties import guests_of
from eventsvc.registration.people import person

AT_LEAST = timedelta(minutes=10)


class Addressee(NamedTuple):
    """Who gets the letter, about whom first of all, and for which guests of theirs it is as well."""

    reader: Reader
    about: Registration
    guests: Sequence[Registration] = ()


def calendar_knows(event: Event, registration: Registration) -> int | None:
    """Which SEQUENCE of the event the entry in this person's calendar tells of; None where there is no entry."""
    index = registration.email_index
    step = invitations.last_step(event, index) if index is not None else None
    return step.event_sequence if step and step.method == REQUEST else None


def tell(
    event: Event,
    registration: Registration,
    announcement: Announcement,
    befores: Sequence[Mapping[str, Any]],
    *,
    note: str,
    is_urgent: bool,
) -> None:
    """Post the letter, in the caller's transaction; none where nothing is different from any of `befores`."""
    if not (to := addressee(registration, announcement.sequence)):
        return
    called_off = event.status == EventStatus.CANCELLED
    with speaking(to.reader.language):
        changes = [] if called_off else _first_difference(event, befores, to.about)
    if not changes and not called_off:
        return
    letter = "event_cancelled" if called_off else "event_changed"
    until = to.about.offer_until
    sealed = notices.compose(
        event,
        letter,
        to.reader,
        method=_method(event, registration, to.reader),
        posting=Posting(
            lane=Lane.URGENT if is_urgent else Lane.NOTICE,
            dedupe=f"{letter}:{announcement.id}:{registration.id}",
            expires_at=_worth_until(max([event.ends_at, *(old_end(before) for before in befores if before)])),
        ),
        changes=changes,
        queue_place=waitlist.place_in_queue(to.about),
        offer_until=until and until.astimezone(event.starts_local.tzinfo),
        note=note,
        **_for_guests(to),
    )
    notices.post(event, sealed)
    if to.reader.is_contact:
        for each in (to.about, *to.guests):
            each.told_sequence = announcement.sequence


def _for_guests(to: Addressee) -> dict[str, Any]:
    """Who comes too is asked to pass it on; who does not gets the link of every guest."""
    if not to.reader.is_contact:
        return {"to_pass_on": len(to.guests)}
    links = [(each.position + 1, f"{current_settings().origin}/r/{person(each).secret}") for each in to.guests]
    return {"guests": links, "to_pass_on": 0}


def _first_difference(
    event: Event, befores: Sequence[Mapping[str, Any]], registration: Registration
) -> list[Difference]:
    seated = registration.status == Status.CONFIRMED
    return next(filter(None, (differences(event, before, seated=seated) for before in befores)), [])


def _method(event: Event, registration: Registration, reader: Reader) -> str | None:
    """A REQUEST for who has a place; a CANCEL for every calendar that has the entry."""
    if reader.is_contact or registration.email_index is None:
        return None
    if event.status == EventStatus.CANCELLED:
        return CANCEL if invitations.is_invited(event, registration.email_index) else None
    return REQUEST if registration.status == Status.CONFIRMED else None


def _worth_until(ends: datetime) -> datetime:
    """Until the event is over; a moment longer than now in any case, so that it can leave at all."""
    now = clock.now()
    return max(min(now + GIVE_UP_AFTER, ends), now + AT_LEAST)


def addressee(registration: Registration, sequence: int) -> Addressee | None:
    """Who is written to about this registration, up to this SEQUENCE; None where nobody can be, or somebody will be."""
    reader = notices.reader_of(registration, person(registration))
    if not reader.email:
        return None
    if not reader.is_contact:
        return Addressee(reader, registration, guests_of(registration, *TOLD))
    contact = db.session.get(Registration, registration.contact_id)
    if contact is None or contact.status in TOLD:
        return None
    unheard = [each for each in guests_of(contact, *TOLD) if each.told_sequence < sequence or each is registration]
    about, *others = sorted(unheard, key=lambda each: (TOLD.index(Status(each.status)), each.position))
    with speaking(reader.language):
        names = joined([person(each).name for each in unheard])
    return Addressee(notices.reader_of(about, person(about))._replace(name=names), about, others)
