"""What organizers decide: about people, about the rules, about the line; and the answers to offers."""

from typing import Any

from tests.registration.model.house import HOUR, House, Person, Refused, needs
from tests.registration.model.leaving import ends, is_forgotten

ORGANIZER = "organizer"


def approves(house: House, person: Person) -> bool:
    party = _undecided(house, person)
    without = [each for each in party if not each.seat]
    slot, line = house.draw(), None
    if without:
        line = house.line_for(needs(each.kind for each in without), len(without))
    placed = [each if each.seat else house.change(each, seat=line is None, line=line, slot=slot) for each in party]
    for each in placed:
        house.turn(each, "approve", "confirmed" if each.seat else "waitlisted", ORGANIZER, "approved")
    house.move()
    return bool(party)


def declines(house: House, person: Person) -> bool:
    party = _undecided(house, person)
    for each in party:
        ends(house, each, "decline", "declined", ORGANIZER, "declined")
    house.move()
    return bool(party)


def _undecided(house: House, person: Person) -> list[Person]:
    return house.party_of(person, "pending") if person.status == "pending" else []


def accepts(house: House, person: Person) -> bool:
    if person.status == "confirmed":
        return False
    for each in _answering(house, person):
        closed = house.change(each, until=None, offers=(*each.offers[:-1], "accepted"))
        house.turn(closed, "accept", "confirmed", "attendee", "offer_accepted")
    return True


def refuses(house: House, person: Person) -> bool:
    if person.status == "cancelled":
        return False
    for each in _answering(house, person):
        ends(house, each, "refuse", "cancelled", "attendee", "offer_refused")
    house.move()
    return True


def _answering(house: House, person: Person) -> list[Person]:
    """The person, and those whose letters they get; nobody whose time is over."""
    if not _stands(house, person):
        raise Refused("OfferOver")
    return [person, *(each for each in house.guests_of(person, "offered") if _stands(house, each))]


def _stands(house: House, person: Person) -> bool:
    return person.status == "offered" and person.until is not None and house.now < person.until


def expires(house: House) -> None:
    """Offers that nobody answered in time."""
    for each in house.having("offered"):
        if not _stands(house, each):
            ends(house, each, "expire", "expired", "clockwork", "offer_expired")
    house.move()


def forgets(house: House) -> None:
    """Addresses that nobody confirmed for two days."""
    for each in house.having("unconfirmed"):
        if each.came <= house.now - 48 * HOUR:
            is_forgotten(house, each)


def resizes(house: House, limit: str, size: int | None) -> None:
    house.sizes[limit] = size
    house.move()


def rules(house: House, **values: Any) -> None:
    house.rules = type(house.rules)(**vars(house.rules) | values)
    house.move()


def reorders(house: House, person: Person, wanted: int) -> None:
    """The person, and who came with them, get this place among those who wait for the same; the slots stay."""
    if person.line is None:
        raise Refused("NotInLine")
    line = [party for party in house.lines() if party[0].line == person.line]
    slots = [party[0].slot for party in line]
    mine = next(party for party in line if person in party)
    others = [party for party in line if party is not mine]
    ahead = 0
    while ahead < len(others) and 1 + sum(len(party) for party in others[:ahead]) < wanted:
        ahead += 1
    for slot, party in zip(slots, [*others[:ahead], mine, *others[ahead:]], strict=True):
        for each in party:
            house.change(each, slot=slot)
    for each in mine:
        house.turn(house.people[each.name], "move_in_line", "", ORGANIZER)
        house.change(house.people[each.name], status=each.status)
        house.log = (*house.log[:-1], house.log[-1]._replace(before=None, after=None))
    house.move()
