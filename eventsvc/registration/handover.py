"""Somebody who cannot come hands their seat to somebody else: the same seat, and not a new registration.

What the first person answered goes with them; the other one is asked anew, by a link of their own.
"""

from dataclasses import dataclass

from eventsvc import tokens
from eventsvc.db import db
from eventsvc.errors import Refusal
from eventsvc.events.models import Event
from eventsvc.events.tickets import Approval
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.mail import refused
from eventsvc.registration import (
    answers,
    asking,
    cancellation,
    notices,
    options,
    own_calendar_keys,
    states,
    submissions,
)
from eventsvc.registration.log import ATTENDEE
from eventsvc.registration.models import LIVE, Registration, Status
from eventsvc.registration.parties import guests_of
from eventsvc.registration.people import person, sealed_address, sealed_name, sealed_secret
from eventsvc.registration.signup import find_in_the_way
from eventsvc.vault import keyring


class NotToHandOver(Refusal):
    code = "not_to_hand_over"
    sentence = _l("This place cannot be handed to somebody else. Please write to the organizers.")


class OwnAddress(NotToHandOver):
    sentence = _l("This is your own address. Enter that of the person who comes instead.")


@dataclass(frozen=True)
class Successor:
    """Who comes instead."""

    name: str
    email: str
    language: str


def may_be_handed_over(registration: Registration) -> bool:
    """A place that one has, in a way of attending that nobody has to approve.

    Not that of somebody who gets the letters of guests: they would learn from a stranger what becomes of them.
    """
    mine = registration.status == Status.CONFIRMED and registration.ticket_type.approval == Approval.NONE
    return mine and not guests_of(registration, *LIVE)


def hand_over(registration: Registration, successor: Successor) -> None:
    """In the caller's transaction. The old link is dead afterwards, whoever the new address belongs to.

    Where that address is registered already, its owner is told, and the seat goes to the next in line. Raises
    NotToHandOver.
    """
    event = registration.event
    cancellation.lock(registration)
    if not may_be_handed_over(registration):
        raise NotToHandOver
    present = find_in_the_way(event, successor.email)
    if present and present.id == registration.id:
        raise OwnAddress
    submissions.let_go(registration.id)
    if letter := notices.farewell(event, registration, "handed_on"):
        notices.post(event, letter)
    if present:
        _already_in(event, registration, present)
        return
    options.give_back(options.held_by([registration]))
    answers.forget(registration)
    states.turn(registration, "hand_over", Status.CONFIRMED, ATTENDEE)
    before = person(registration).email
    _become(registration, successor)
    own_calendar_keys.left(event.id, before)
    has_questions = bool(asking.asked_of(registration))
    notices.tell(event, registration, states.letter_of("hand_over", Status.CONFIRMED), has_questions=has_questions)


def _become(registration: Registration, successor: Successor) -> None:
    keys, row = keyring().of_event(registration.event_id), registration.id
    refused.forget(registration.event_id, registration.email_index)
    columns = (
        sealed_name(keys, row, successor.name)
        | sealed_address(keys, row, successor.email)
        | sealed_secret(keys, row, tokens.new_secret())
    )
    for column, value in columns.items():
        setattr(registration, column, value)
    registration.language, registration.consent_version = successor.language, ""
    registration.contact_id, registration.told_sequence = None, registration.event.sequence
    registration.unsubscribed_at = None  # that was somebody else
    for guest in guests_of(registration, *Status):  # they have ended, and are nobody whom the other one knows
        guest.contact_id = None
    db.session.flush()  # the letter reads it


def _already_in(event: Event, registration: Registration, present: Registration) -> None:
    cancellation.end(registration, "merge", ATTENDEE)
    answers.forget(registration)
    renew(registration)
    if message := notices.already_registered(event, present):
        notices.post(event, notices.Sealed(message, None))
    cancellation.move_queue(event)


def renew(registration: Registration) -> None:
    """A link that nobody has, instead of the old one."""
    keys = keyring().of_event(registration.event_id)
    for column, value in sealed_secret(keys, registration.id, tokens.new_secret()).items():
        setattr(registration, column, value)
    db.session.flush()
