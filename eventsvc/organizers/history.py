"""What was done with a registration, in words: when, what, by whom, and what was said with it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from eventsvc.accounts.members import address_of
from eventsvc.accounts.models import Account
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.i18n import _, joined
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.organizers.fullness import kinds_of
from eventsvc.organizers.limit_names import label
from eventsvc.questions.asked import questions_of
from eventsvc.questions.form import label_of
from eventsvc.registration import log
from eventsvc.registration.log import Line
from eventsvc.registration.models import Registration, Status

WORDS: Mapping[tuple[str, str | None], object] = {
    ("register", Status.UNCONFIRMED): _l("Registered; the address has to be confirmed"),
    ("register", Status.PENDING): _l("Registered; to be decided"),
    ("register", Status.CONFIRMED): _l("Registered, with a place"),
    ("register", Status.WAITLISTED): _l("Registered, on the waitlist"),
    ("add", Status.CONFIRMED): _l("Added, with a place"),
    ("add", Status.WAITLISTED): _l("Added, on the waitlist"),
    ("confirm_address", Status.PENDING): _l("Address confirmed; to be decided"),
    ("confirm_address", Status.CONFIRMED): _l("Address confirmed, with a place"),
    ("confirm_address", Status.WAITLISTED): _l("Address confirmed, on the waitlist"),
    ("approve", Status.CONFIRMED): _l("Approved, with a place"),
    ("approve", Status.WAITLISTED): _l("Approved, on the waitlist"),
    ("decline", None): _l("Declined"),
    ("promote", None): _l("Moved up from the waitlist to a place"),
    ("offer", None): _l("A place was offered"),
    ("accept", None): _l("The place offered was taken"),
    ("refuse", None): _l("The place offered was refused"),
    ("expire", None): _l("The offer ended without an answer"),
    ("forget", None): _l("The address was not confirmed in time"),
    ("cancel", None): _l("Registration cancelled"),
    ("merge", None): _l("Ended: the new address was registered already"),
    ("erase", None): _l("Personal data erased"),
    ("change_type", None): _l("Ticket type changed"),
    ("hand_over", None): _l("The place was handed to somebody else"),
    ("correct", None): _l("Corrected"),
    ("move_in_line", None): _l("Place in line changed"),
}
"""By what was done and, where that tells more, the status it led to."""

_OWN_FIELDS = {"name": _l("Name"), "email": _l("Mail address"), "language": _l("Language of the letters")}


class Done(NamedTuple):
    """One line; `words` are those of whoever did it."""

    at: datetime
    by: str
    what: str
    words: str


def history(event: Event, registration: Registration) -> list[Done]:
    """All that was done with this registration, oldest first."""
    lines = log.lines_of(registration)
    addresses = _addresses({line.actor.account_id for line in lines if line.actor.account_id})
    names = _names(event)
    return [
        Done(line.at, _by(line, addresses), _what(line, names), "" if line.verb in names else line.note)
        for line in lines
    ]


def words(line: Line) -> str:
    """What was done."""
    return str(WORDS.get((line.verb, line.after)) or WORDS.get((line.verb, None)) or line.verb)


def _addresses(account_ids: set[UUID]) -> dict[UUID, str]:
    if not account_ids:
        return {}
    return {
        each.id: address_of(each) for each in db.session.scalars(sa.select(Account).where(Account.id.in_(account_ids)))
    }


def _by(line: Line, addresses: Mapping[UUID, str]) -> str:
    if line.actor.kind == "organizer":
        address = addresses.get(line.actor.account_id) if line.actor.account_id else None
        return address or _("an organizer")
    return _("the person") if line.actor.kind == "attendee" else _("automatically")


def _names(event: Event) -> dict[str, dict[str, str]]:
    """What the slugs in notes are called, by the verb that notes them."""
    questions = {each.slug: label_of(each) for each in questions_of(event.id, event.version)}
    return {
        "change_type": {kind.slug: label(kind, event) for kind in kinds_of(event)},
        "correct": questions | {field: str(name) for field, name in _OWN_FIELDS.items()},
    }


def _what(line: Line, names: Mapping[str, Mapping[str, str]]) -> str:
    """What was done, and of a change what was changed."""
    if line.verb not in names or not line.note:
        return words(line)
    parts = [names[line.verb].get(slug, slug) for slug in re.split(", | → ", line.note)]
    changed = " → ".join(parts) if line.verb == "change_type" else joined(parts)
    return _("%(what)s: %(changed)s", what=words(line), changed=changed)
