"""What the database says, beside what should be true; asked after every step."""

from collections import Counter
from typing import Any
from uuid import UUID

from eventsvc.registration import options, quotas, standstill, waitlist
from eventsvc.registration.arithmetic import arithmetic
from tests.registration.model.arriving import pottery
from tests.registration.model.house import KINDS, LIMITS, House, needs
from tests.registration.model.venue import Venue

PEOPLE = """SELECT id, name, email_index, ticket_type_id, status, holds_seat, waiting_quota_id, queue_number, offer_until,
    party_id, position, contact_id, cancelled_by FROM registrations"""
SEATED = ("confirmed", "offered", "pending")


class Wrong(AssertionError):
    """The service says something else than the oracle."""


def same(what: str, is_: Any, should: Any) -> None:
    if is_ != should:
        raise Wrong(f"{what}: {_apart(is_, should)}")


def _apart(is_: Any, should: Any) -> str:
    """Only what differs, where that can be said."""
    if isinstance(is_, dict) and isinstance(should, dict):
        keys = [key for key in is_.keys() | should.keys() if is_.get(key) != should.get(key)]
        return "; ".join(f"{key} is {is_.get(key)}, should be {should.get(key)}" for key in sorted(keys, key=str))
    return f"is {is_}, should be {should}"


class Eyes:
    """Look at everything. Names that were opened once are kept, by their seal."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.opened: dict[bytes, Any] = {}
        self.rows: dict[str, Any] = {}  # name to id
        self.names: dict[Any, str] = {}  # id to name, also of those who were erased
        self.kinds = {kind.id: slug for slug, kind in venue.kinds.items()}
        self.limits = {number: name for name, number in venue.limits.items()}

    def look(self, house: House) -> None:
        """Raises Wrong."""
        found = self.learn()
        self._people(found, house)
        self._lines(found, house)
        self._counters(house)
        self._offers(house)
        self._calendars(house)
        self._answers(house)
        self._letters_and_log(house)
        nobody_waits_in_vain(house)
        parties_are_whole(house)

    def look_closely(self, house: House) -> None:
        """The service's own counts agree with its counters."""
        same("recounted", quotas.recount(self.venue.event), [])
        counted = options.counted(self.venue.event)
        same("options counted", {k: n for k, n in counted.items() if n}, _if_any(self.venue.pottery, pottery(house)))
        self._places_in_line(house)
        self._sums(house)
        if house.moves() and standstill.why(self.venue.event).reason == standstill.Reason.MOVES:
            raise Wrong("the line could move")

    def _places_in_line(self, house: House) -> None:
        """One more than there are people before the party."""
        ahead: Counter[str] = Counter()
        should: dict[str, int] = {}
        for party in house.lines():
            line = party[0].line or ""
            should |= {each.name: ahead[line] + 1 for each in party}
            ahead[line] += len(party)
        is_ = {name: waitlist.place_in_queue(self.venue.registration(row)) for name, row in self.rows.items()}
        same("places in line", {name: place for name, place in is_.items() if place}, should)

    def _sums(self, house: House) -> None:
        """What organizers read adds up."""
        for each in arithmetic(self.venue.event):
            limit = self.limits[each.quota_id]
            seated = Counter(p.status for p in house.people.values() if p.seat and limit in KINDS[p.kind])
            is_ = [each.confirmed, each.offered, each.pending, each.waiting]
            same(limit, is_, [*(seated[status] for status in SEATED), house.waiting(limit)])
            if each.size is not None:
                same(limit, each.confirmed + each.offered + each.pending + (each.free or 0) - each.over, each.size)

    def learn(self) -> list[tuple[Any, ...]]:
        """Who is there, by name."""
        found = self.venue.ask(PEOPLE)
        self.rows = {}
        for row in found:
            name = self._open(row[1], "registrations.name", row[0])
            self.rows[name] = row[0]
            self.names[row[0]] = name
        return found

    def _open(self, sealed: Any, place: str, row: Any) -> Any:
        sealed = bytes(sealed)
        if sealed not in self.opened:
            self.opened[sealed] = self.venue.keys.open(sealed, place, row if isinstance(row, UUID) else UUID(row))
        return self.opened[sealed]

    def _people(self, found: list[tuple[Any, ...]], house: House) -> None:
        parties: dict[Any, set[str]] = {}
        is_ = {}
        for row in found:
            name = self.names[row[0]]
            mailbox = row[2] and self.venue.index[bytes(row[2])]
            contact = row[11] and self.names[row[11]]
            line = row[6] and self.limits[row[6]]
            is_[name] = (mailbox, self.kinds[row[3]], row[4], bool(row[5]), line, row[8], row[10], contact, row[12])
            if row[9]:
                parties.setdefault(row[9], set()).add(name)
        stamp = self.venue.stamp
        should = {
            p.name: (p.mailbox, p.kind, p.status, p.seat, p.line, stamp(p.until), p.position, p.contact, p.ended_by)
            for p in house.people.values()
        }
        same("people", is_, should)
        same("parties", sorted(map(sorted, parties.values())), _parties(house))

    def _lines(self, found: list[tuple[Any, ...]], house: House) -> None:
        waiting = sorted((row[6], row[7], row[10], self.names[row[0]]) for row in found if row[6])
        is_: dict[str, dict[int, list[str]]] = {}
        for limit, number, _position, name in waiting:
            is_.setdefault(self.limits[limit], {}).setdefault(number, []).append(name)
        should: dict[str, list[list[str]]] = {}
        for party in house.lines():
            should.setdefault(party[0].line or "", []).append([p.name for p in sorted(party, key=lambda p: p.position)])
        same("lines", {limit: list(numbers.values()) for limit, numbers in is_.items()}, should)

    def _counters(self, house: House) -> None:
        found = self.venue.ask("SELECT id, size, taken, waiting FROM quotas")
        is_ = {self.limits[number]: counters for number, *counters in found}
        should = {limit: [house.sizes[limit], house.taken(limit), house.waiting(limit)] for limit in LIMITS}
        same("counters", is_, should)
        same("options", self.venue.ask("SELECT size, taken FROM option_limits"), [(house.workshop, pottery(house))])

    def _offers(self, house: House) -> None:
        found = self.venue.ask("SELECT registration_id, outcome, until FROM offers ORDER BY offered_at")
        is_: dict[str, list[Any]] = {}
        for row, outcome, _until in found:
            is_.setdefault(self.names[row], []).append(outcome)
        same("offers", is_, {p.name: list(p.offers) for p in house.people.values() if p.offers})
        open_ = {self.names[row]: until for row, outcome, until in found if outcome is None}
        should = {p.name: self.venue.stamp(p.until) for p in house.people.values() if p.status == "offered"}
        same("open offers", open_, should)

    def _calendars(self, house: House) -> None:
        found = self.venue.ask("SELECT address_index FROM calendar_states WHERE method = 'REQUEST'")
        is_ = sorted(self.venue.index[bytes(index)] for (index,) in found)
        same("calendars", is_, sorted(p.mailbox for p in house.having("confirmed") if p.mailbox))

    def _answers(self, house: House) -> None:
        found = self.venue.ask("SELECT registration_id, id, value FROM answers")
        is_ = {self.names[who]: self._open(value, "answers.value", row).strip('"') for who, row, value in found}
        same("answers", is_, {p.name: p.workshop for p in house.people.values() if p.workshop})

    def _letters_and_log(self, house: House) -> None:
        letters = self.venue.ask("SELECT registration_id, recipient_index, letter FROM messages")
        told = Counter((self.names[row], self.venue.index[bytes(to)], letter) for row, to, letter in letters)
        same("letters", told, Counter(each[:3] for each in house.letters))
        lines = self.venue.ask("SELECT registration_id, verb, before, after, actor FROM log_lines")
        done = Counter((self.names[row], *rest) for row, *rest in lines)
        same("log", done, Counter(map(tuple, house.log)))


def _parties(house: House) -> list[list[str]]:
    parties: dict[int, list[str]] = {}
    for each in house.people.values():
        if each.party:
            parties.setdefault(each.party, []).append(each.name)
    return sorted(map(sorted, parties.values()))


def _if_any(key: int, number: int) -> dict[int, int]:
    return {key: number} if number else {}


def nobody_waits_in_vain(house: House) -> None:
    """Whoever has waited longest of all would have a seat, if there was one. What is true of both needs no oracle."""
    first = next(house.lines(), None)
    if first is None or not house.moves() or (house.rules.hours is not None and house.offer_end() is None):
        return
    wanted = needs(each.kind for each in first)
    if all(house.fits(limit, people) for limit, people in wanted.items()):
        raise Wrong(f"{first[0].name} waits beside a free seat")


def parties_are_whole(house: House) -> None:
    """Whoever shares a slot waits together."""
    for party in house.lines():
        if len({each.line for each in party}) > 1 or any(each.seat for each in party):
            raise Wrong(f"half a party: {[each.name for each in party]}")
