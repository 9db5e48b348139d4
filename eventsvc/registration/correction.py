"""Correcting a registration: its name, its language, its address.

Another address is another mailbox: the old one loses its calendar entry and its link, the new one gets a link of its
own. Whether the new address was registered already is told to that address only. Then one person has two
registrations, and the corrected one ends.
"""

from dataclasses import dataclass

from eventsvc import clock, tokens
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.mail import refused
from eventsvc.registration import cancellation, log, notices, own_calendar_keys, submissions
from eventsvc.registration.log import ATTENDEE, Actor
from eventsvc.registration.models import LIVE, Registration
from eventsvc.registration.people import Person, person, sealed_address, sealed_name, sealed_secret
from eventsvc.registration.signup import find_in_the_way
from eventsvc.vault import canonical, keyring


@dataclass(frozen=True)
class Correction:
    """What the registration should say from now on."""

    name: str
    email: str | None
    language: str


def correct(registration: Registration, correction: Correction, actor: Actor = ATTENDEE) -> bool:
    """Correct in the caller's transaction, and log what was changed (not to what); True where the address changed, so that the old link is dead.

    A registration that has ended keeps what it says.
    """
    event = registration.event
    cancellation.lock(registration)
    if registration.status not in LIVE:
        return False
    before = person(registration)
    keys = keyring().of_event(event.id)
    moved = canonical(before.email) != canonical(correction.email or "")
    if moved:
        # Or the form it came from, sent once more, would tell by what it still changes whether the address was in.
        submissions.let_go(registration.id)
    if moved and correction.email and (present := find_in_the_way(event, correction.email)):
        return _merge(event, registration, present, actor)
    _log(registration, before, correction, actor, moved=moved)
    if moved:
        _say_goodbye(event, registration)
        _move(registration, correction.email)
        own_calendar_keys.left(event.id, before.email)
    for column, value in sealed_name(keys, registration.id, correction.name).items():
        setattr(registration, column, value)
    registration.language = correction.language
    registration.changed_at = clock.now()
    db.session.flush()  # the letter reads the registration
    if moved and correction.email:
        _welcome(event, registration)
    return moved


def _move(registration: Registration, email: str | None) -> None:
    """Another address, another link; that mail did not get through to the old one goes with it."""
    refused.forget(registration.event_id, registration.email_index)
    keys = keyring().of_event(registration.event_id)
    columns = sealed_address(keys, registration.id, email) | sealed_secret(keys, registration.id, tokens.new_secret())
    for column, value in columns.items():
        setattr(registration, column, value)
    registration.told_sequence = registration.event.sequence  # what it said before, this mailbox never heard
    db.session.flush()


def _say_goodbye(event: Event, registration: Registration) -> None:
    """The old mailbox is told that the registration is no longer its own, and its calendar entry goes."""
    if letter := notices.farewell(event, registration, "moved_away"):
        notices.post(event, letter)


def _welcome(event: Event, registration: Registration) -> None:
    notices.tell(event, registration, "corrected")


def _log(registration: Registration, before: Person, correction: Correction, actor: Actor, *, moved: bool) -> None:
    changed = {
        "name": before.name != correction.name,
        "email": moved,
        "language": registration.language != correction.language,
    }
    if any(changed.values()):
        log.write(registration, "correct", actor, note=", ".join(name for name, did in changed.items() if did))


def _merge(event: Event, registration: Registration, present: Registration, actor: Actor) -> bool:
    """The new address is in already: this registration ends, and that person is told what they have."""
    _say_goodbye(event, registration)
    cancellation.end(registration, "merge", actor)
    _move(registration, person(registration).email)  # its link dies as after any move, or it would tell who is in
    if message := notices.already_registered(event, present):
        notices.post(event, notices.Sealed(message, None))
    cancellation.move_queue(event)
    return True
