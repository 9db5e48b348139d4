"""Coming in: by the form, by the same form again, by an organizer, by the link that confirms an address."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from tests.registration.model.house import SCARCE, Form, House, Person, Refused, needs
from tests.registration.model.leaving import vanishes


class Newcomer(NamedTuple):
    """Somebody as typed into a form."""

    name: str
    mailbox: str | None
    kind: str
    workshop: str | None


class Way(NamedTuple):
    """What stands between people and a seat."""

    route: str | None  # "unconfirmed", "pending"; None: a seat or the line, at once
    keeps_seat: bool = False


def comes(
    house: House, people: Sequence[Newcomer], form: str, content: str, *, doubtful: bool
) -> tuple[str, str | None]:
    """What the page says, and whom the form made."""
    if earlier := house.forms.get(form):
        if earlier.content != content:
            raise Refused("Repeated")
        return earlier.outcome, earlier.person
    _refuse_if_closed(house)
    way = _way(house, [each.kind for each in people], confirmed=not doubtful)
    newcomers_get = _newcomers_get(house, people, way)
    present = [house.live_at(each.mailbox) for each in people]
    replaced = [p for p in present if p and p.status == "unconfirmed" and not house.heard_enough(p.mailbox)]
    known = [p for p in present if p and p not in replaced]
    new = [each for each, found in zip(people, present, strict=True) if found is None or found in replaced]
    contact = present[0].name if present[0] and present[0] in known else None
    for each in replaced:
        vanishes(house, each)
    status, made = _register(house, new, way, contact) if new else (newcomers_get, None)
    for each in known:
        house.remind(each)
    outcome = (newcomers_get, None) if known else (status, made)
    house.forms[form] = Form(content, *outcome)
    return outcome


def _refuse_if_closed(house: House) -> None:
    if house.now >= house.start:
        raise Refused("Closed")


def _way(house: House, kinds: Sequence[str], *, confirmed: bool, asked: bool = True) -> Way:
    if not confirmed or (asked and house.rules.confirms):
        return Way("unconfirmed")
    approvals = {house.rules.approval(kind) for kind in kinds} - {"none"}
    return Way("pending", approvals == {"keeps_seat"}) if approvals else Way(None)


def _newcomers_get(house: House, people: Sequence[Newcomer], way: Way) -> str:
    wanted = needs(each.kind for each in people)
    sizes = {limit: house.sizes[limit] for limit in wanted}
    never = any(size is not None and size < wanted[limit] for limit, size in sizes.items())
    if len(people) > house.rules.party_most or (len(people) > 1 and never):
        raise Refused("PartyTooLarge")
    line = house.line_for(wanted, len(people))
    if way.route != "unconfirmed":
        _refuse_workshops(house, [each.workshop for each in people])
    return way.route or ("waitlisted" if line else "confirmed")


def _register(house: House, new: Sequence[Newcomer], way: Way, contact: str | None) -> tuple[str, str]:
    party = house.draw() if len(new) > 1 or contact else None
    status, seat, line = _place(house, needs(each.kind for each in new), len(new), way)
    if status != "unconfirmed":
        take_workshops(house, [each.workshop for each in new])
    slot = house.draw()
    for position, each in enumerate(new):
        person = Person(each.name, each.mailbox, each.kind, each.workshop, "", house.now, party, position)
        contact = contact or each.name
        mine = None if each.mailbox else contact
        _write(house, replace(person, contact=mine, seat=seat, line=line, slot=slot), "register", status, "attendee")
    readers = [house.people[each.name] for each in new if each.mailbox]
    if status == "unconfirmed":
        readers = readers[:1]
    for person in readers:
        house.tell(person, "confirm_address" if status == "unconfirmed" else status)
    return status, new[0].name


def _write(house: House, person: Person, verb: str, status: str, actor: str) -> None:
    house.people[person.name] = person
    house.turn(person, verb, status, actor)
    line = house.log[-1]
    house.log = (*house.log[:-1], line._replace(before=None))


def _place(house: House, wanted, people: int, way: Way) -> tuple[str, bool, str | None]:
    """The status, whether there are seats, and the line to join."""
    if way.route == "unconfirmed":
        return "unconfirmed", False, None
    if way.route == "pending":
        return "pending", way.keeps_seat and house.refusing(wanted) is None, None
    line = house.line_for(wanted, people)
    return ("waitlisted", False, line) if line else ("confirmed", True, None)


def take_workshops(house: House, workshops: Sequence[str | None]) -> None:
    """Whoever is in has chosen a workshop for good, also who waits."""
    _refuse_workshops(house, workshops)


def _refuse_workshops(house: House, workshops: Sequence[str | None]) -> None:
    if SCARCE in workshops and pottery(house) + workshops.count(SCARCE) > house.workshop:
        raise Refused("OptionFull")


def pottery(house: House) -> int:
    """How many have it."""
    return sum(p.workshop == SCARCE and p.status != "unconfirmed" for p in house.people.values() if p.is_live)


def adds(house: House, newcomer: Newcomer) -> None:
    """An organizer adds somebody: no window, no approval, the same seats and the same line."""
    if house.live_at(newcomer.mailbox):
        raise Refused("AlreadyThere")
    status, seat, line = _place(house, needs([newcomer.kind]), 1, Way(None))
    take_workshops(house, [newcomer.workshop])
    person = Person(*newcomer, "", house.now, seat=seat, line=line, slot=house.draw())
    _write(house, person, "add", status, "organizer")
    house.tell(person, "added_by_organizer")


def confirms(house: House, person: Person) -> str:
    """The link in the mail was used: all who came together are in, or none."""
    if person.status != "unconfirmed":
        return person.status
    _refuse_if_closed(house)
    party = house.party_of(person, "unconfirmed")
    way = _way(house, [each.kind for each in party], confirmed=True, asked=False)
    status, seat, line = _place(house, needs(each.kind for each in party), len(party), way)
    take_workshops(house, [each.workshop for each in party])
    slot = house.draw()
    for each in party:
        placed = house.change(each, seat=seat, line=line, slot=slot)
        house.turn(placed, "confirm_address", status, "attendee", status)
    return status
