"""Which letters organizers may put into their own words, and which placeholders each of them can have.

Not among them: what guards a person's link or address (`confirm_address`, `my_link`, `already_registered`, `corrected`,
`moved_away`, `handed_on`, `guests_entrusted`, `erased`), and the one letter about several events.
"""

from collections.abc import Mapping
from typing import NamedTuple

COMMON = ("title", "starts", "place", "organization", "ticket_type")
NAMED = ("name", *COMMON)
"""With the name that somebody typed into the form. A first letter has none: the address may be a stranger's."""


class Editable(NamedTuple):
    """A letter with words of the organizers."""

    placeholders: tuple[str, ...]
    statuses: tuple[str, ...] = ("confirmed",)  # of those who get it; the first one where it is only tried out
    carries: str = ""  # the method of its calendar part, for who has a place


LETTERS: Mapping[str, Editable] = {
    "confirmed": Editable(COMMON, carries="REQUEST"),
    "waitlisted": Editable(COMMON, ("waitlisted",)),
    "pending": Editable(COMMON, ("pending",)),
    "approved": Editable((*NAMED, "queue_place"), ("confirmed", "waitlisted"), "REQUEST"),
    "declined": Editable(NAMED, ("declined",)),
    "promoted": Editable(NAMED, carries="REQUEST"),
    "offered": Editable((*NAMED, "offer_until"), ("offered",)),
    "offer_accepted": Editable(NAMED, carries="REQUEST"),
    "offer_refused": Editable(NAMED, ("cancelled",)),
    "offer_expired": Editable(NAMED, ("expired",)),
    "added_by_organizer": Editable(COMMON, ("confirmed", "waitlisted"), "REQUEST"),
    "handed_over": Editable(COMMON, carries="REQUEST"),
    "ticket_type_changed": Editable((*NAMED, "queue_place"), ("confirmed", "pending", "waitlisted"), "REQUEST"),
    "event_changed": Editable(
        (*NAMED, "queue_place"), ("confirmed", "waitlisted", "offered", "pending"), carries="REQUEST"
    ),
    "event_cancelled": Editable(NAMED, ("confirmed", "waitlisted", "offered", "pending"), "CANCEL"),
    "reminder_day": Editable(NAMED),
    "reminder_hour": Editable(NAMED),
    "afterwards": Editable(NAMED),
    "cancelled_by_attendee": Editable(NAMED, ("cancelled",), "CANCEL"),
    "cancelled_by_organizer": Editable(NAMED, ("cancelled",), "CANCEL"),
}
"""In the order in which people meet them. What a letter is called for people stands in `organizers/letter_names.py`."""
