"""What happens to people and to an event, step by step, while every mail that is sent is kept in its order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import sqlalchemy as sa

from eventsvc.chores import announce, expire_offers
from eventsvc.db import db, transaction
from eventsvc.errors import Refusal
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota
from eventsvc.mail import reading
from eventsvc.mail.models import Message
from eventsvc.registration import announcements, answering, approval, cancellation, handover, invitations
from eventsvc.registration.correction import Correction, correct
from eventsvc.registration.drafting import Signup
from eventsvc.registration.log import ATTENDEE, organizer
from eventsvc.registration.models import LIVE, Registration, Status
from eventsvc.registration.people import person
from eventsvc.registration.signup import AlreadyThere, add, sign_up
from eventsvc.retention import runs
from tests.conftest import Clock
from tests.factories import Cast
from tests.registration.journal import signup, ticket_type
from tests.registration.test_parties import allow

PEOPLE = ("ana", "ben", "cleo", "dan")
LINKS = ("https://meet.example.org/one", "https://meet.example.org/two")


class Life:
    """One event and the people around it."""

    def __init__(self, cast: Cast, clock: Clock, seed: int) -> None:
        self.dice, self.clock = Random(seed), clock  # noqa: S311 - no secret
        rules = {"offer_hours": self.dice.choice((None, None, 24)), "party_most": 4}
        mode = self.dice.choice(("in_person", "hybrid", "online"))
        capacity = self.dice.choice((1, 2, 3, None))
        self.event = cast.event(capacity=capacity, days=60, attendance=mode, join_url=LINKS[0])
        allow(self.event, **rules)
        if self.dice.random() < 0.25:
            with transaction():
                ticket_type(self.event).approval = self.dice.choice(("seat_after", "keeps_seat"))
                self._fresh().version += 1
        self.story: list[str] = []
        self.mails: list[tuple[str, bytes, int]] = []  # address, mail, the event's SEQUENCE when it was posted
        self._read: set[object] = set()
        weights = [self.dice.choice((0, 1, 1, 3)) for _deed in DEEDS]
        self._weights = [max(weight, 2) if number < 2 else weight for number, weight in enumerate(weights)]

    def go_on(self, steps: int) -> None:
        for deed in self.dice.choices(DEEDS, self._weights, k=steps):
            self._does(deed)
        self._does(Life.letters_reach_everybody)

    def _does(self, deed: Callable[["Life"], None]) -> None:
        self.clock.forward(seconds=self.dice.choice((0, 0, 1, 40)))
        self.story.append(deed.__name__)
        try:
            deed(self)
        except (Refusal, AlreadyThere) as refusal:
            self.story[-1] += f" ({type(refusal).__name__})"
        db.session.rollback()
        self._collect()

    def _collect(self) -> None:
        posted = sa.select(Message).where(Message.event_id == self.event.id)
        new = [each for each in db.session.scalars(posted.order_by(Message.created_at)) if each.id not in self._read]
        opened = [found for each in new if (found := reading.opened(each))]
        self._read |= {each.id for each in new}
        sequence = self._fresh().sequence
        # Of what one deed sent to one address the order is that of SEQUENCE.
        self.mails += sorted(
            ((each.recipient, each.content, sequence) for each in opened), key=lambda mail: _sequence_of(mail[1])
        )
        db.session.rollback()

    def _fresh(self) -> Event:
        return db.session.get_one(Event, self.event.id, populate_existing=True)

    def _somebody(self, *statuses: Status) -> Registration | None:
        rows = db.session.scalars(
            sa.select(Registration)
            .where(Registration.event_id == self.event.id, Registration.status.in_(statuses or LIVE))
            .order_by(Registration.registered_at, Registration.position)
            .execution_options(populate_existing=True)
        ).all()
        found = self.dice.choice(rows) if rows else None
        self.story[-1] += f" {person(found).email or person(found).name}" if found else " nobody"
        return found

    def _who(self) -> str:
        who = self.dice.choice(PEOPLE)
        self.story[-1] += f" {who}"
        return who

    def comes(self) -> None:
        sign_up(self._fresh(), signup(self.event, self._who(), language=self.dice.choice(("en", "es"))))

    def clockwork_beats(self) -> None:
        announce()

    def comes_with_guests(self) -> None:
        event, kind = self._fresh(), ticket_type(self.event).id
        contact, other = self.dice.sample(PEOPLE, 2)
        self.story[-1] += f" {contact}, {other}"
        address = f"{other}@example.org" if self.dice.random() < 0.5 else None
        guests = [Signup("Guest", None, "en", kind, "1"), Signup("Other", address, "en", kind, "1")]
        sign_up(event, signup(self.event, contact), *guests)

    def is_added_by_the_organizer(self) -> None:
        add(self._fresh(), signup(self.event, self._who()), organizer())

    def goes(self) -> None:
        if found := self._somebody():
            with transaction():
                cancellation.cancel(found, self.dice.choice((ATTENDEE, organizer())))

    def is_erased(self) -> None:
        if found := self._somebody():
            runs.erase_on_request(found.id)

    def corrects_the_address(self) -> None:
        if found := self._somebody():
            with transaction():
                correct(found, Correction("Other", f"{self._who()}@example.org", "es"))

    def hands_over(self) -> None:
        if found := self._somebody(Status.CONFIRMED):
            with transaction():
                handover.hand_over(found, handover.Successor("New", f"{self._who()}@example.org", "en"))

    def answers_an_offer(self) -> None:
        if found := self._somebody(Status.OFFERED):
            with transaction():
                (answering.accept if self.dice.random() < 0.7 else answering.refuse)(found)

    def offers_run_out(self) -> None:
        self.clock.forward(hours=self.dice.choice((1, 30)))
        expire_offers()

    def is_decided_about(self) -> None:
        if found := self._somebody(Status.PENDING):
            with transaction():
                (approval.approve if self.dice.random() < 0.7 else approval.decline)(found, organizer())

    def the_room_changes(self) -> None:
        with transaction():
            quotas = db.session.scalars(sa.select(Quota).where(Quota.event_id == self.event.id)).all()
            cancellation.resize(self._fresh(), quotas[0].id, self.dice.choice((1, 2, 4, None)))

    def _changes(self, **values: object) -> None:
        self.story[-1] += f" {values}"
        with transaction():
            announcements.change(self._fresh(), "A note.", **values)

    def moves_in_time(self) -> None:
        start = self.event.starts + timedelta(hours=self.dice.choice((0, 1, 2)))
        self._changes(starts=start, ends=start + timedelta(hours=2))

    def moves_to_another_hall(self) -> None:
        self._changes(venue={"name": self.dice.choice(("Hall 1", "Hall 2"))})

    def takes_place_otherwise(self) -> None:
        self._changes(attendance=self.dice.choice(("in_person", "online", "hybrid")))

    def has_another_link(self) -> None:
        self._changes(join_url=self.dice.choice((*LINKS, "")))

    def a_typo_goes(self) -> None:
        self._changes(title={"en": f"Assembly {self.dice.random()}", "es": "Asamblea"})

    def is_called_off(self) -> None:
        if self._fresh().status == "published" and self.dice.random() < 0.3:
            with transaction():
                announcements.call_off(self._fresh())

    def letters_reach_everybody(self) -> None:
        while announcements.unfinished():
            announce()

    def expected(self) -> dict[str, tuple[datetime, datetime, str, str]]:
        """Whose calendars have to have the event, and what: start, end, place, description."""
        event = self._fresh()
        rows = db.session.scalars(
            sa.select(Registration).where(
                Registration.event_id == event.id,
                Registration.status == Status.CONFIRMED,
                Registration.email.is_not(None),
            )
        ).all()
        if event.status == "cancelled":
            return {}
        return {person(row).email: _told(event, row) for row in rows}


def _told(event: Event, row: Registration) -> tuple[datetime, datetime, str, str]:
    entry = invitations.told(event, invitations.REQUEST, row.language)
    way_in = event.join_url if event.is_online else ""
    return entry.starts.astimezone(UTC), entry.ends.astimezone(UTC), entry.location, way_in


def _sequence_of(mail: bytes) -> int:
    part = reading.Letter.of(mail).invitation
    return part.sequence if part else -1


DEEDS: tuple[Callable[[Life], None], ...] = (
    Life.comes,
    Life.clockwork_beats,
    Life.comes_with_guests,
    Life.is_added_by_the_organizer,
    Life.goes,
    Life.is_erased,
    Life.corrects_the_address,
    Life.hands_over,
    Life.answers_an_offer,
    Life.offers_run_out,
    Life.is_decided_about,
    Life.the_room_changes,
    Life.moves_in_time,
    Life.moves_to_another_hall,
    Life.takes_place_otherwise,
    Life.has_another_link,
    Life.a_typo_goes,
    Life.is_called_off,
)
