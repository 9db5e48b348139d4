"""The oracle and the service side by side: each deed is asked of both, and both must say the same."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any, NamedTuple

from eventsvc.db import db, transaction
from eventsvc.errors import Full, Refusal
from eventsvc.registration.log import ATTENDEE, Actor, organizer
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.signup import Outcome
from eventsvc.registration.states import Impossible
from eventsvc.registration.switching import NotFree
from tests.registration.model.arriving import Newcomer
from tests.registration.model.house import House, Person, Refused
from tests.registration.model.looking import Eyes, same
from tests.registration.model.plug import Crash, Plug
from tests.registration.model.venue import Venue

ACTORS: dict[str, Actor] = {"attendee": ATTENDEE, "organizer": organizer()}


class Sent(NamedTuple):
    """A form that was sent."""

    form: str
    people: list[Newcomer]
    content: str


class Stage:
    """One history: the house as it should be, the venue as it is, and what was done so far."""

    def __init__(self, venue: Venue, eyes: Eyes, house: House) -> None:
        self.venue, self.eyes, self.house = venue, eyes, house
        self.story: list[str] = []
        self.sent: list[Sent] = []
        self.parties: Sequence[int] = (1, 1, 2, 3, 4)  # how many people come together
        self.plug: Plug | None = None  # one that is pulled during the next deed
        eyes.look(house)

    @property
    def event(self):
        return self.venue.event

    def forward(self, **amount: float) -> None:
        self.venue.clock.moment += timedelta(**amount)
        self.house.now = self.venue.clock.moment

    def both(self, say: str, should: Callable[[House], Any], does: Callable[[], Any], *, at_once: bool = True) -> None:
        """One deed. Where the plug is pulled, it happened as a whole or not at all; of several units none is broken."""
        if at_once:
            self._both(say, should, does)
        else:
            self.plug = None
            self._both(say, should, does)

    def _both(self, say: str, should: Callable[[House], Any], does: Callable[[], Any]) -> None:
        before = self.house
        self.house = before.copy()
        expected = self._expected(should, before)
        self.story.append(f"{say} → {expected}")
        try:
            with self.plug.in_the_wall() if self.plug else nullcontext():
                said = self._said(does)
        except Crash:
            db.session.rollback()
            self.story[-1] += f", and the plug was pulled ({'after' if self.plug and self.plug.written else 'before'})"
            if self.plug and not self.plug.written:
                self.house = before
        else:
            same("answer", said, expected)
        self.eyes.look(self.house)
        self.plug = None

    def _expected(self, should: Callable[[House], Any], before: House) -> Any:
        try:
            return should(self.house)
        except Refused as refused:
            self.house = before
            return str(refused)

    def _said(self, does: Callable[[], Any]) -> Any:
        try:
            said = does()
        except NotFree:
            return "NotFree"
        except Full:
            return "Full"  # in whatever words
        except (Refusal, Impossible) as refused:
            return type(refused).__name__
        if isinstance(said, Outcome):
            return str(said.status), said.registration_id and self._name_of(said.registration_id)
        if isinstance(said, Status):
            return str(said)
        return said if isinstance(said, bool) else None  # who moved up is told by the letters

    def _name_of(self, row: Any) -> str | None:
        """Who has this row; somebody new is read anew."""
        self.eyes.learn()
        return self.eyes.names.get(row) or self.eyes.names.get(row.hex)

    def registration(self, person: Person) -> Registration:
        return self.venue.registration(self.eyes.rows[person.name])

    def committed(self, does: Callable[[], Any]) -> Callable[[], Any]:
        """The deed as a unit of its own, as an entry point would do it."""

        def unit() -> Any:
            with transaction():
                return does()

        return unit

    def some(self, dice: Random, *statuses: str) -> Person:
        """Mostly somebody in one of these statuses; now and then anybody, for whom it is not meant. Raises Nobody."""
        people = self.house.having(*statuses)
        if not statuses or dice.random() < 0.12:
            people = list(self.house.people.values())
        if not people:
            raise Nobody
        return dice.choice(people)


class Nobody(Exception):
    """There is nobody who could do this now."""


class BrokenStage(Stage):
    """A deed that takes a turn nobody took before is broken at every statement, one after the other, until it is done."""

    broken: set[str]  # the turns that were

    def both(self, say: str, should: Callable[[House], Any], does: Callable[[], Any], *, at_once: bool = True) -> None:
        turns = self._turns(should) if at_once else set()
        if turns <= self.broken:
            self._both(say, should, does)
            return
        self.broken |= turns
        for k in count(1):
            plug = self.plug = Plug(k)
            self._both(say, should, does)
            if plug.written or plug.left > 0:
                return

    def _turns(self, should: Callable[[House], Any]) -> set[str]:
        house = self.house.copy()
        try:
            should(house)
        except Refused:
            return set()
        lines = Counter(house.log) - Counter(self.house.log)
        gone = {"erase"} if len(house.people) < len(self.house.people) else set()
        return {line.verb for line in lines} | gone


Deed = Callable[[Stage, Random], None]
"""Something that is done, with dice about who does it and how."""
