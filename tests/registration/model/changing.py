"""Changing what was registered: who, where to, in which way; and handing it to somebody else."""

from tests.registration.model.arriving import Newcomer, comes, pottery
from tests.registration.model.house import ENDED, KINDS, LIVE, SCARCE, Form, House, Person, Refused, needs
from tests.registration.model.leaving import ends, leaves_behind, vanishes


def corrects(house: House, person: Person, name: str, mailbox: str | None, actor: str) -> bool:
    """Another name (which is another key to the same person), another address; True where the address changed."""
    if not person.is_live:
        return False
    moved = person.mailbox != mailbox
    if moved:
        _let_go(house, person)
    present = _in_the_way(house, mailbox) if moved else None
    person = house.people[person.name]  # whose contact may have been in the way
    if present:
        _merge(house, person, present, actor)
        return True
    if moved or name != person.name:
        _log(house, person, "correct", actor)
    if moved:
        house.tell(person, "moved_away")
    corrected = rename(house, person, name)
    corrected = house.change(corrected, mailbox=mailbox)
    if moved and mailbox:
        house.tell(corrected, "corrected")
    return moved


def _in_the_way(house: House, mailbox: str | None) -> Person | None:
    """Who is there already; but who confirmed nothing is as good as nobody."""
    present = house.live_at(mailbox)
    if present and present.status == "unconfirmed":
        vanishes(house, present)
        return None
    return present


def _let_go(house: House, person: Person) -> None:
    for form, each in house.forms.items():
        if each.person == person.name:
            house.forms[form] = each._replace(person=None)


def _merge(house: House, person: Person, present: Person, actor: str) -> None:
    house.tell(person, "moved_away")
    ends(house, person, "merge", "cancelled", actor)
    house.remind(present)
    house.move()


def _log(house: House, person: Person, verb: str, actor: str) -> None:
    house.turn(person, verb, person.status, actor)
    house.log = (*house.log[:-1], house.log[-1]._replace(before=None, after=None))


def rename(house: House, person: Person, name: str) -> Person:
    """Everything that speaks of the person speaks of them by the new name."""
    old = person.name
    house.people = {(name if key == old else key): _renamed(each, old, name) for key, each in house.people.items()}
    house.letters = tuple(each._replace(about=name) if each.about == old else each for each in house.letters)
    house.log = tuple(each._replace(about=name) if each.about == old else each for each in house.log)
    house.forms = {
        form: each._replace(person=name) if each.person == old else each for form, each in house.forms.items()
    }
    return house.people[name]


def _renamed(person: Person, old: str, new: str) -> Person:
    values = vars(person)
    changed = {key: new for key in ("name", "contact") if values[key] == old}
    return Person(**values | changed) if changed else person


def answers(house: House, person: Person, workshop: str | None) -> bool:
    if not person.is_live or person.workshop == workshop:
        return False
    if workshop == SCARCE and person.status != "unconfirmed" and pottery(house) >= house.workshop:
        raise Refused("OptionFull")
    _log(house, house.change(person, workshop=workshop), "correct", "attendee")
    return True


def changes_type(house: House, person: Person, kind: str, actor: str) -> str:
    """Who has a seat changes for a seat or not at all; who waits, for a seat or another line."""
    rules = house.rules
    if person.kind == kind:
        return person.status
    if not person.is_live or person.status == "offered":
        raise Refused("NotInThisStatus")
    if actor == "attendee" and rules.approval(kind) not in {rules.approval(person.kind), "none"}:
        raise Refused("NeedsApproval")
    after, before = person.status, person
    missing = house.refusing(needs([kind]) - needs([person.kind]))
    if person.seat and missing:
        raise Refused("NotFree")
    if person.line and (missing or person.line not in KINDS[kind]):  # else it is the same that they wait for
        house.change(person, line=None)
        line = house.line_for(needs([kind]), 1)
        person = house.change(person, line=line, seat=line is None, slot=house.draw())
        after = "waitlisted" if line else "confirmed"
    changed = house.change(person, kind=kind)
    house.turn(changed, "change_type", after, actor, "" if after == "unconfirmed" else "ticket_type_changed")
    if changed.slot != before.slot:
        leaves_behind(house, before)
    house.move()
    return after


def hands_over(house: House, person: Person, name: str, mailbox: str) -> None:
    """The same seat for somebody else, who answers anew."""
    approval = house.rules.approval(person.kind)
    if person.status != "confirmed" or approval != "none" or house.guests_of(person, *LIVE):
        raise Refused("NotToHandOver")
    present = _in_the_way(house, mailbox)
    if present and present.name == person.name:
        raise Refused("OwnAddress")
    _let_go(house, person)
    house.tell(person, "handed_on")
    if present:
        ends(house, person, "merge", "cancelled", "attendee")
        house.change(house.people[person.name], workshop=None)
        house.remind(present)
        house.move()
        return
    handed = house.turn(house.change(person, workshop=None), "hand_over", "confirmed", "attendee")
    successor = house.change(rename(house, handed, name), mailbox=mailbox, contact=None)
    for guest in house.guests_of(successor, *ENDED):
        house.change(guest, contact=None)
    house.tell(successor, "handed_over")


def sends_corrected(house: House, form: str, typed: Newcomer, content: str) -> tuple[str, str | None]:
    """The same form with other content, sent as a correction of what it made; where that is no more, as a new one."""
    if form not in house.forms:
        return comes(house, [typed], form, content, doubtful=False)
    outcome, made = house.forms[form].outcome, house.people[house.forms[form].person or ""]
    if made.party:
        raise Refused("Repeated")
    if made.kind != typed.kind:
        outcome = changes_type(house, made, typed.kind, "attendee")
    answers(house, house.people[made.name], typed.workshop)
    moved = corrects(house, house.people[made.name], typed.name, typed.mailbox, "attendee")
    house.forms[form] = Form(content, outcome, None if moved else typed.name)
    return outcome, house.forms[form].person


def is_its_own(house: House, form: str, mailbox: str | None) -> bool:
    """Does the form still correct what it made? Not who has ended, not so often that it showers somebody."""
    made = house.people.get(house.forms[form].person or "")
    if made is None or (made.party is None and not made.is_live):
        return False
    return made.party is not None or made.mailbox == mailbox or not house.heard_enough(made.mailbox)
