"""Going: cancelled, declined, refused, run out, forgotten, erased."""

from dataclasses import replace

from tests.registration.model.house import LIVE, House, Person, needs

_OUTCOMES = {"refuse": "refused", "expire": "expired"}


def cancels(house: House, person: Person, actor: str) -> bool:
    if not person.is_live:
        return False
    ends(house, person, "cancel", "cancelled", actor, f"cancelled_by_{actor}")
    house.move()
    return True


def ends(house: House, person: Person, verb: str, after: str, actor: str, letter: str = "") -> None:
    """Everything the person had is free; who comes next is not decided yet."""
    person = house.people[person.name]
    offers = person.offers
    if person.status == "offered":
        offers = (*offers[:-1], _OUTCOMES.get(verb, "withdrawn"))
    by = actor if after == "cancelled" else person.ended_by
    gone = house.change(person, seat=False, line=None, until=None, offers=offers, ended_by=by)
    house.turn(gone, verb, after, actor, letter)
    leaves_behind(house, person)


def leaves_behind(house: House, person: Person) -> None:
    """Who waited with this person, and needs nothing of what all waited for, is as somebody new."""
    together = sorted((p for p in house.people.values() if p.line and p.slot == person.slot), key=lambda p: p.position)
    wanted = needs(each.kind for each in together)
    if not together or person.line is None or person.line in wanted:
        return
    for each in together:
        house.change(each, line=None)
    line, slot = house.refusing(wanted), house.draw()
    for each in together:
        placed = house.change(house.people[each.name], line=line, seat=line is None, slot=slot)
        if line is None:
            house.turn(placed, "promote", "confirmed", "clockwork", "promoted")


def erases(house: House, person: Person) -> bool:
    """Nothing is left of the person but their last letter; other registrations of the same address keep theirs."""
    others = [p for p in house.people.values() if p.mailbox == person.mailbox and p is not person]
    mailbox = None if others else person.mailbox
    house.letters = tuple(
        each for each in house.letters if each.about != person.name and (mailbox is None or each.mailbox != mailbox)
    )
    _entrust_guests(house, person)
    if person.is_live:
        ends(house, person, "erase", "cancelled", "attendee", "erased")
        house.move()
    house.forms = {form: each for form, each in house.forms.items() if each.person != person.name}
    vanishes(house, person)
    return True


def vanishes(house: House, person: Person) -> None:
    """Nothing speaks of the person any more but letters, and a form does not know whom it made."""
    del house.people[person.name]
    house.log = tuple(line for line in house.log if line.about != person.name)
    for form, made in house.forms.items():
        if made.person == person.name:
            house.forms[form] = made._replace(person=None)
    for each in list(house.people.values()):
        if each.contact == person.name:
            house.people[each.name] = replace(each, contact=None)


def is_forgotten(house: House, person: Person) -> None:
    """Two days have passed, and the address was not confirmed."""
    house.letters = tuple(each for each in house.letters if each.about != person.name)
    vanishes(house, person)


def _entrust_guests(house: House, person: Person) -> None:
    """To the first of those who came along, have an address, and have confirmed it."""
    coming = [status for status in LIVE if status != "unconfirmed"]
    others = [p for p in house.party_of(person, *coming) if p.name != person.name and p.mailbox] if person.party else []
    guests = house.guests_of(person, *coming)
    for each in guests:
        house.change(each, contact=others[0].name if others else None)
    if guests and others:
        house.tell(others[0], "guests_entrusted")
