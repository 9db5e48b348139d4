"""The one letter about several events: where this person stands at each, the link of each, a calendar file for each place.

It is rendered and sealed before the lock, for what newcomers get at that moment; for an address that is in already it
tells the truth. It is filed under the earliest of the events, and counts among the letters about that one.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from eventsvc import clock
from eventsvc.events.models import Event
from eventsvc.i18n import speaking
from eventsvc.intake import current_settings
from eventsvc.mail import outbox
from eventsvc.mail.letters import CalendarPart, Rendered, render
from eventsvc.mail.models import Message
from eventsvc.mail.outbox import Envelope
from eventsvc.registration import invitations, kept_letters, notices, waitlist
from eventsvc.registration.drafting import Draft, Signup
from eventsvc.registration.invitations import REQUEST, Step
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.notices import Reader
from eventsvc.registration.people import person
from eventsvc.registration.reservation import CONFIRMED, reservation
from eventsvc.registration.signup import Ready
from eventsvc.vault import keyring


class Standing(NamedTuple):
    """How this person stands at one event."""

    event: Event
    reader: Reader
    more: dict[str, Any]  # what the letter tells beside
    is_new: bool


class Invitation(NamedTuple):
    """The calendar file for one event."""

    part: CalendarPart
    step: Step | None  # to be remembered; None where the same was sent before


class Letter(NamedTuple):
    """Ready to be posted."""

    events: Sequence[Event]
    steps: Sequence[Step]
    message: Message | None  # None where this address heard enough within the hour, and nothing is new


def prepare(everything: Sequence[Ready], who: Signup, first: Event, heard: int) -> Letter:
    """The letter about all of these, filed under the `first`. It is written in any case: time would tell who is in."""
    language = next((ready.known[0].language for ready in everything if ready.known), who.language)
    with speaking(language):
        in_time = sorted(everything, key=lambda ready: (ready.event.starts_at, ready.event.id))
        standings = [_standing(ready, language) for ready in in_time]
        invited = [_invitation(each) for each in standings if each.reader.status == Status.CONFIRMED]
        words = _words(standings, first, language)
        message = _sealed(standings, first, words, [each.part for each in invited], heard)
    is_news = any(each.is_new for each in standings)
    return Letter(
        [ready.event for ready in everything],
        sorted((each.step for each in invited if each.step), key=lambda step: step.event_id),
        message if is_news or heard < notices.PER_HOUR else None,
    )


def post(letter: Letter) -> None:
    """Into the outbox, in the caller's transaction. Raises Again where a calendar step is stale."""
    if letter.message is None:
        return
    for step in letter.steps:
        invitations.remember(step)
    outbox.post(letter.message)
    for event in letter.events:
        notices.fix_sender(event)


def _standing(ready: Ready, language: str) -> Standing:
    if ready.draft:
        return Standing(ready.event, _newcomer(ready.event, ready.draft, ready.newcomers, language), {}, True)
    return _known(ready.event, ready.known[0], language)


def _newcomer(event: Event, draft: Draft, status: Status, language: str) -> Reader:
    keys, columns = keyring().of_event(event.id), draft.columns
    email = keys.open(columns["email"], "registrations.email", columns["id"])
    secret = keys.open(columns["secret"], "registrations.secret", columns["id"])
    return Reader(columns["id"], email, language, secret, status)


def _known(event: Event, registration: Registration, language: str) -> Standing:
    reader = notices.reader_of(registration, person(registration))._replace(language=language)
    until = registration.offer_until
    told = {
        "queue_place": waitlist.place_in_queue(registration),
        "offer_until": until and until.astimezone(event.starts_local.tzinfo),
    }
    return Standing(event, reader, told, False)


def _invitation(standing: Standing) -> Invitation:
    """Who has the event in their calendar already gets the same once more, and no new step of it."""
    event, reader = standing.event, standing.reader
    index = keyring().of_event(event.id).index(reader.email)
    last = None if standing.is_new else invitations.last_step(event, index)
    same = last if last and last.method == REQUEST and last.event_sequence == event.sequence else None
    step = same or invitations.next_step(event, index, REQUEST)
    entry = kept_letters.entry(event, reader.language)
    organizer = notices.organizer_of(event, reader.language)
    part = invitations.calendar_part(entry, step, email=reader.email, organizer=organizer)
    return Invitation(part, None if same else step)


def _words(standings: Sequence[Standing], first: Event, language: str) -> Rendered:
    events = [notices.facts(each.event, each.reader, **each.more) for each in standings]
    places = [each for each in standings if each.reader.status == Status.CONFIRMED]
    about: dict[str, Any] = {
        "reservations": [reservation(each.event, each.reader.row, CONFIRMED) for each in places],
        "organization": first.host.name_in(language),
        "contact": notices.contact_of(first, language),
    }
    return render("several", language, events=events, known=not any(each.is_new for each in standings), **about)


def _sealed(
    standings: Sequence[Standing], first: Event, words: Rendered, parts: Sequence[CalendarPart], heard: int
) -> Message:
    reader = next(each.reader for each in standings if each.event is first)
    organizer = notices.organizer_of(first, reader.language)
    # As for one event: many requests at once all count the same, and of their letters only one is posted.
    again = f"again:{reader.row}:{heard}:{clock.now():%Y-%m-%dT%H:%M}"
    envelope = Envelope(
        letter="several",
        language=reader.language,
        to=reader.email,
        event_id=first.id,
        keys=keyring().of_event(first.id),
        sender_name=organizer.name,
        sender=organizer.address,
        reply_to=notices.reply_address(first, reader.language),
        registration_id=reader.row,
        dedupe_key=None if any(each.is_new for each in standings) else again,
        references=f"<{reader.row}@{urlsplit(current_settings().origin).hostname}>",
    )
    return outbox.prepare(envelope, words, *parts)
