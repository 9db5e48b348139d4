"""Signing up: the rules, in the order they are asked.

Is registration open? What would newcomers get? Is one of these addresses in already? Letters for what may come out are
rendered and sealed. Only then the transaction: seats or a place in the queue, the registrations, the letters, the
result of the form, one COMMIT.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from eventsvc.db import Again, attempt, core, db, table_of, transaction
from eventsvc.errors import Gone, Refusal
from eventsvc.events.models import Event
from eventsvc.i18n import lazy_gettext as _l
from eventsvc.mail import outbox
from eventsvc.mail.models import Message
from eventsvc.registration import drafting, forgetting, notices, options, quotas, submissions
from eventsvc.registration.drafting import Draft, Entry, Signup, entry_of, ticket_type_of
from eventsvc.registration.log import ATTENDEE, Actor
from eventsvc.registration.models import IS_LIVE, Registration, Status
from eventsvc.registration.parties import PartyTooLarge
from eventsvc.registration.window import full, refuse_unless_offered, refuse_unless_open
from eventsvc.vault import keyring

_registrations = table_of(Registration)
_LIVE = sa.select(_registrations.c.id).where(
    _registrations.c.event_id == sa.bindparam("event"),
    _registrations.c.email_index == sa.bindparam("index"),
    sa.text(IS_LIVE),
)


class AlreadyThere(Refusal):
    """For organizers only, who see the list anyway."""

    code = "already_there"
    sentence = _l("This address is registered for the event already.")


class Outcome(NamedTuple):
    """What newcomers get, which is all that a result page may say; and the contact's registration, None if there was one."""

    status: Status
    registration_id: UUID | None


class Ready(NamedTuple):
    """Everything about one event that is done before the lock."""

    event: Event
    newcomers: Status  # what somebody new gets now
    draft: Draft | None  # of those who are new
    known: Sequence[Registration]  # whose address is in already
    reminders: Sequence[Message]  # that tell them the truth
    replaced: Sequence[Registration]  # unconfirmed ones of these addresses: who comes now comes instead


def sign_up(
    event: Event,
    contact: Signup,
    *guests: Signup,
    form_id: str | None = None,
    content: str = "",
    doubtful: bool = False,
) -> Outcome:
    """The whole unit, in transactions of its own: the same form again gives the same outcome.

    Who is `doubtful` gets no seat before the mailed link was used. Raises RegistrationRefused, and
    submissions.Repeated where the same form comes with other content.
    """
    people = (contact, *guests)
    return attempt(lambda: _sign_up_once(event, people, form_id, content, doubtful=doubtful))


def _sign_up_once(
    event: Event, people: Sequence[Signup], form_id: str | None, content: str, *, doubtful: bool
) -> Outcome:
    if form_id and (earlier := submissions.find(form_id)):
        return Outcome(submissions.same_again(earlier, form_id, content), earlier.registration_id)
    ready = make_ready(event, people, doubtful=doubtful)
    entry = form_id and submissions.prepare(event, form_id, content, people[0].email or "")
    with transaction():
        outcome = come_in(ready)
        if entry:
            submissions.record(entry, outcome=outcome.status, registration_id=outcome.registration_id)
    return outcome


def make_ready(event: Event, people: Sequence[Signup], *, doubtful: bool = False) -> Ready:
    """Ask the rules, and prepare. Raises RegistrationRefused."""
    refuse_unless_open(event)
    kinds = [ticket_type_of(event, each.ticket_type_id) for each in people]
    for kind in kinds:
        refuse_unless_offered(event, kind)
    way_in = entry_of(event, kinds, doubtful=doubtful)
    newcomers = newcomers_get(event, people, way_in)
    present = [find_live(event, each.email) if each.email else None for each in people]
    replaced = [each for each in present if each and _gives_way(event, each)]
    known = [each for each in present if each and each not in replaced]
    if not known:
        return Ready(event, newcomers, drafting.prepare(event, *people, entry=way_in), (), (), replaced)
    new = [person for person, found in zip(people, present, strict=True) if found is None or found in replaced]
    contact = next((each.id for each in known if each is present[0]), None)
    way_in = replace(way_in, contact_id=contact)
    draft = drafting.prepare(event, *new, entry=way_in) if new else None
    return Ready(event, newcomers, draft, known, _reminders(event, people, known, draft), replaced)


def newcomers_get(event: Event, people: Sequence[Signup], way_in: Entry) -> Status:
    """What these people would get now. Raises Full where that is nothing, PartyTooLarge where it can never fit, OptionFull.

    Who is in already claims no option any more, and has to be refused one that is full like anybody else.
    """
    wanted = quotas.needs(each.ticket_type_id for each in people)
    if len(people) > event.party_most or (len(people) > 1 and quotas.too_many(wanted)):
        raise PartyTooLarge
    status = quotas.would_get(wanted, people=len(people), waitlist=event.waitlist, most=event.waitlist_most)
    if status is None:
        raise full(event, len(people))
    if way_in.route != Status.UNCONFIRMED:
        options.refuse_if_full(drafting.limits_chosen(people))
    return way_in.route or status


def _gives_way(event: Event, present: Registration) -> bool:
    """Is this a registration nobody has confirmed, so that whoever comes now with the address comes instead?"""
    return present.status == Status.UNCONFIRMED and not notices.heard_enough(event, present)


def _reminders(
    event: Event, people: Sequence[Signup], known: Sequence[Registration], draft: Draft | None
) -> list[Message]:
    """The address is in already: the page says what a newcomer gets, the mail tells that person the truth.

    That mail is as much work as the two of a newcomer, which are kept but for the link; the time would tell who is in.
    """
    contact = draft.entry.contact_id if draft else None
    guests = {contact: draft.guests} if draft else {}
    letters = [notices.already_registered(event, each, guests.get(each.id, ())) for each in known]
    if not any(letters):
        drafting.prepare(event, *people)  # thrown away
    return [letter for letter in letters if letter]


def come_in(ready: Ready) -> Outcome:
    """Do what was made ready, in the caller's transaction. Raises what `register` raises."""
    for each in ready.replaced:
        if not forgetting.make_room(each):
            raise Again
    registration_id, status = drafting.register(ready.event, ready.draft) if ready.draft else (None, ready.newcomers)
    for letter in ready.reminders:
        outbox.post(letter)
    return Outcome(ready.newcomers, None) if ready.known else Outcome(status, registration_id)


def find_live(event: Event, email: str) -> Registration | None:
    """The live registration of this address at this event."""
    index = keyring().of_event(event.id).index(email)
    found = core().scalar(_LIVE, {"event": event.id, "index": index})
    return found and db.session.get(Registration, found)


def find_in_the_way(event: Event, email: str) -> Registration | None:
    """The same for an address that a place is to go to, in the caller's transaction with the event's quotas held.

    A registration that nobody confirmed holds nothing, and anybody can have typed it: it goes, and is in nobody's way.
    """
    found = find_live(event, email)
    return None if found is None or forgetting.make_room(found) else found


def add(event: Event, signup: Signup, actor: Actor = ATTENDEE) -> UUID:
    """A person added by an organizer: no window is asked, no form; the same seat or queue.

    The whole unit. Raises Full, AlreadyThere where the address is in, and Gone where the event was purged.
    """
    if event.purged_at:
        raise Gone

    def unit() -> UUID:
        if signup.email and find_live(event, signup.email):
            raise AlreadyThere
        draft = drafting.prepare(event, signup, entry=Entry("add", actor))
        with transaction():
            return drafting.register(event, draft)[0]

    return attempt(unit)
