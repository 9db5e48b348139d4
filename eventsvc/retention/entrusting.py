"""Who gets the letters of guests without an address when the person who got them is erased.

Somebody who came with them and has an address: the first of the party who is still registered. Where there is nobody,
nobody is written to about these guests any more; the organizers see them in their list, and whoever has their link can
still use it.
"""

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.intake import current_settings
from eventsvc.registration import notices
from eventsvc.registration.models import LIVE, Registration, Status
from eventsvc.registration.parties import guests_of, party_of
from eventsvc.registration.people import person

COMING = tuple(status for status in LIVE if status != Status.UNCONFIRMED)
"""Of people who confirmed nothing, nobody but the contact has heard."""


def entrust_guests(event: Event, leaving: Registration, *, tell: bool) -> None:
    """In the caller's transaction, before the registration goes. The new contact gets the links; the old one's are dead."""
    guests = guests_of(leaving, *COMING)
    heir = _heir(leaving) if guests else None
    for guest in guests:
        guest.contact_id = heir.id if heir else None
    db.session.flush()
    if heir and tell:
        letter = notices.about(event, heir, "guests_entrusted", guests=[_link(guest) for guest in guests])
        if letter:
            notices.post(event, letter)


def _heir(leaving: Registration) -> Registration | None:
    if leaving.party_id is None:
        return None
    others = party_of(leaving, *COMING)
    return next((each for each in others if each.id != leaving.id and each.email_index is not None), None)


def _link(guest: Registration) -> tuple[int, str]:
    """The number that the first letter gave them, and their link: no name, for nobody asked for this letter."""
    return guest.position + 1, f"{current_settings().origin}/r/{person(guest).secret}"
