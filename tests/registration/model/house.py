"""What should be true of an event and its people, in plain Python: who has a seat, who waits in which order, who was told.

The oracle of the random histories. It knows no database and no counters: whatever is counted is counted from the people.
What people do to it stands in `arriving`, `deciding`, `changing` and `leaving`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

KINDS = {
    "hall": ("room", "hall"),
    "balcony": ("room", "balcony"),
    "press": ("room", "press"),
    "online": ("stream",),
}
"""Each way of attending and the limits over it."""

LIMITS = ("room", "hall", "balcony", "press", "stream")
"""In the order in which they are asked."""

LIVE = ("unconfirmed", "pending", "confirmed", "waitlisted", "offered")
ENDED = ("cancelled", "declined", "expired")
SCARCE = "pottery"
"""The option of which there are only so many."""

HOUR = timedelta(hours=1)
FROM_UTC = timedelta(hours=-5)  # the event is in Bogotá, where the clocks never change


class Refused(Exception):
    """The name of the refusal that people should hear."""


@dataclass(frozen=True)
class Person:
    """One registration. `line` and `slot`: which limit it waits for, and since when; who came together share a slot."""

    name: str
    mailbox: str | None
    kind: str
    workshop: str | None
    status: str
    came: datetime
    party: int | None = None
    position: int = 0
    contact: str | None = None
    seat: bool = False
    line: str | None = None
    slot: int = 0
    until: datetime | None = None
    offers: tuple[str | None, ...] = ()  # how each of them ended; None: it has not
    ended_by: str | None = None

    @property
    def is_live(self) -> bool:
        return self.status in LIVE


@dataclass(frozen=True)
class Rules:
    """What the organizers decided."""

    approvals: tuple[tuple[str, str], ...] = ()
    waitlist: bool = True
    most: int | None = None
    paused: bool = False
    late: bool = False  # people move up in the last two hours as well
    hours: int | None = None  # how long an offer stands; None: nobody is asked
    confirms: bool = False
    party_most: int = 4

    def approval(self, kind: str) -> str:
        return dict(self.approvals).get(kind, "none")


class Letter(NamedTuple):
    about: str
    mailbox: str
    letter: str
    at: datetime


class Line(NamedTuple):
    """One line of the log."""

    about: str
    verb: str
    before: str | None
    after: str | None
    actor: str


class Form(NamedTuple):
    """What became of a form: its content, what its page says, whom it made."""

    content: str
    outcome: str
    person: str | None


@dataclass
class House:
    """Everything about the event. A deed that is refused leaves all of it as it was."""

    start: datetime
    now: datetime
    sizes: dict[str, int | None]
    workshop: int
    rules: Rules = field(default_factory=Rules)
    people: dict[str, Person] = field(default_factory=dict)
    letters: tuple[Letter, ...] = ()
    log: tuple[Line, ...] = ()
    forms: dict[str, Form] = field(default_factory=dict)
    number: int = 0  # of slots, parties and people, drawn so far

    def copy(self) -> "House":
        return replace(self, sizes=dict(self.sizes), people=dict(self.people), forms=dict(self.forms))

    def draw(self) -> int:
        self.number += 1
        return self.number

    # who there is

    def change(self, person: Person, **values: Any) -> Person:
        self.people[person.name] = changed = replace(person, **values)
        return changed

    def having(self, *statuses: str) -> list[Person]:
        return [each for each in self.people.values() if each.status in statuses]

    def live_at(self, mailbox: str | None) -> Person | None:
        return next((p for p in self.people.values() if p.is_live and p.mailbox == mailbox), None) if mailbox else None

    def party_of(self, person: Person, *statuses: str) -> list[Person]:
        together = [p for p in self.people.values() if p.party == person.party] if person.party else [person]
        return sorted((p for p in together if p.status in statuses), key=lambda each: each.position)

    def guests_of(self, person: Person, *statuses: str) -> list[Person]:
        """Without an address of their own."""
        return [p for p in self.having(*statuses) if p.contact == person.name and p.mailbox is None]

    # seats and lines

    def taken(self, limit: str) -> int:
        return sum(each.seat and limit in KINDS[each.kind] for each in self.people.values())

    def waiting(self, limit: str) -> int:
        return sum(each.line == limit for each in self.people.values())

    def fits(self, limit: str, people: int) -> bool:
        size = self.sizes[limit]
        return size is None or self.taken(limit) + people <= size

    def refusing(self, wanted: Counter[str]) -> str | None:
        """The first limit that has no seats for newcomers: full, or others wait for it."""
        asked = (limit for limit in LIMITS if limit in wanted)
        return next((limit for limit in asked if self.waiting(limit) or not self.fits(limit, wanted[limit])), None)

    def line_for(self, wanted: Counter[str], people: int) -> str | None:
        """None: there are seats; else the limit whose line they join."""
        limit = self.refusing(wanted)
        if limit and not (self.rules.waitlist and self._line_is_open(limit, people)):
            raise Refused("Full")
        return limit

    def _line_is_open(self, limit: str, people: int) -> bool:
        return self.rules.most is None or self.waiting(limit) + people <= self.rules.most

    def lines(self) -> Iterator[list[Person]]:
        """Who waits, together as they came, first come first."""
        waiting = sorted((p for p in self.people.values() if p.line), key=lambda each: each.slot)
        for _slot, together in groupby(waiting, key=lambda each: each.slot):
            yield list(together)

    def move(self) -> None:
        """First come, first served. Who does not fit holds up their line, and all that want what they have not got."""
        until = self.offer_end()
        if not self.moves() or (self.rules.hours is not None and until is None):
            return
        held_up: set[str] = set()
        standing: set[str] = set()
        for party in list(self.lines()):
            line = party[0].line or ""
            if line in standing:
                continue
            wanted = needs(each.kind for each in party)
            missing = {limit for limit, n in wanted.items() if limit in held_up or not self.fits(limit, n)}
            if missing:
                held_up |= missing | {line}
                standing.add(line)
                continue
            for each in party:
                self._move_up(each, until)

    def _move_up(self, person: Person, until: datetime | None) -> None:
        seated = self.change(person, seat=True, line=None)
        if until is None:
            self.turn(seated, "promote", "confirmed", "clockwork", "promoted")
        else:
            offered = self.change(seated, until=until, offers=(*person.offers, None))
            self.turn(offered, "offer", "offered", "clockwork", "offered")

    def moves(self) -> bool:
        return not self.rules.paused and self.now < self.last_moment

    @property
    def last_moment(self) -> datetime:
        return self.start if self.rules.late else self.start - 2 * HOUR

    def offer_end(self) -> datetime | None:
        """So many hours from now, or when people are up again; before the last moment, and not in the night before."""
        if self.rules.hours is None:
            return None
        end = min(_next_day(self.now + self.rules.hours * HOUR), self.last_moment)
        end = _evening_before(end)
        return end if end - self.now >= HOUR else None

    # telling

    def turn(self, person: Person, verb: str, after: str, actor: str, letter: str = "") -> Person:
        """Write down that this was done, and tell it where there is a letter."""
        self.log = (*self.log, Line(person.name, verb, person.status, after, actor))
        changed = self.change(person, status=after)
        if letter:
            self.tell(changed, letter)
        return changed

    def tell(self, person: Person, letter: str) -> None:
        """The person, or the contact of who has no address."""
        contact = self.people.get(person.contact or "")
        if mailbox := person.mailbox or (contact and contact.mailbox):
            self.post(person, mailbox, letter)

    def post(self, person: Person, mailbox: str, letter: str) -> None:
        self.letters = (*self.letters, Letter(person.name, mailbox, letter, self.now))

    def remind(self, person: Person) -> None:
        """The address is in already; it hears so three times within an hour at most."""
        if person.mailbox and not self.heard_enough(person.mailbox):
            self.post(person, person.mailbox, "already_registered")

    def heard_enough(self, mailbox: str | None) -> bool:
        since = self.now - HOUR
        return sum(each.mailbox == mailbox and each.at >= since for each in self.letters) >= 3


def needs(kinds: Iterable[str]) -> Counter[str]:
    """How many seats under each limit."""
    return Counter(limit for kind in kinds for limit in KINDS[kind])


def _next_day(moment: datetime) -> datetime:
    """The same moment, or ten in the morning after the night it falls into (from nine in the evening on)."""
    local = moment + FROM_UTC
    if 10 <= local.hour < 21:
        return moment
    day = local.replace(hour=10, minute=0, second=0, microsecond=0)
    return (day if local.hour < 10 else day + timedelta(days=1)) - FROM_UTC


def _evening_before(moment: datetime) -> datetime:
    """The same moment, or nine in the evening before it where it falls into the night."""
    local = moment + FROM_UTC
    evening = local.replace(hour=21, minute=0, second=0, microsecond=0)
    if local.hour < 10:
        return evening - timedelta(days=1) - FROM_UTC
    return min(local, evening) - FROM_UTC
