"""What organizers and the clock do: add people, decide about them, change limits and rules, let time pass."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import sqlalchemy as sa

from eventsvc.chores import expire_offers, forget_unconfirmed, promote
from eventsvc.db import db
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.registration import answering, approval, cancellation, line, quotas, signup, states
from eventsvc.registration.log import ATTENDEE
from eventsvc.registration.models import Status
from tests.registration.model import arriving, deciding
from tests.registration.model.deeds import newcomer
from tests.registration.model.house import HOUR, LIMITS, House, Person, Refused, Rules
from tests.registration.model.stage import ACTORS, Deed, Nobody, Stage
from tests.registration.model.venue import MAILBOXES, columns_of

ORGANIZER = ACTORS["organizer"]
SIZES = (None, 0, 1, 1, 2, 2, 2, 3, 3, 4)


def an_organizer_adds(stage: Stage, dice: Random) -> None:
    typed = newcomer(stage, dice, dice.choice((*MAILBOXES, None, None)))
    stage.both(
        f"an organizer adds {tuple(typed)}",
        lambda house: arriving.adds(house, typed),
        lambda: signup.add(stage.event, stage.venue.signup(typed), ORGANIZER),
    )


def is_approved(stage: Stage, dice: Random) -> None:
    person = stage.some(dice, "pending")
    registration = stage.registration(person)
    stage.both(
        f"{person.name} is approved",
        lambda house: deciding.approves(house, person),
        stage.committed(lambda: approval.approve(registration, ORGANIZER)),
    )


def is_declined(stage: Stage, dice: Random) -> None:
    person = stage.some(dice, "pending")
    registration = stage.registration(person)
    stage.both(
        f"{person.name} is declined",
        lambda house: deciding.declines(house, person),
        stage.committed(lambda: approval.decline(registration, ORGANIZER)),
    )


def a_limit_changes(stage: Stage, dice: Random) -> None:
    """Often that for which somebody waits, and only so far that a party may find too few seats."""
    limit, size = dice.choice(("room", *LIMITS)), dice.choice(SIZES)
    lines = sorted({party[0].line or "" for party in stage.house.lines()})
    if lines and dice.random() < 0.6:
        limit = dice.choice(lines)
        size = stage.house.taken(limit) + dice.choice((1, 1, 2))
    stage.both(
        f"the {limit} has {size}",
        lambda house: deciding.resizes(house, limit, size),
        stage.committed(lambda: cancellation.resize(stage.event, stage.venue.limits[limit], size)),
    )


def the_rules_change(stage: Stage, dice: Random) -> None:
    rule, value = dice.choice(
        (
            ("paused", dice.random() < 0.6),
            ("paused", False),
            ("late", dice.random() < 0.5),
            ("most", dice.choice((None, None, 1, 2, 4))),
            ("hours", dice.choice((None, 1, 24, 60))),
            ("waitlist", dice.random() < 0.8),
            ("confirms", dice.random() < 0.3),
            ("party_most", dice.choice((1, 3, 4, 4))),
        )
    )

    def unit() -> None:
        quotas.lock(stage.event)
        db.session.execute(sa.select(Event.id).where(Event.id == stage.event.id).with_for_update())
        db.session.refresh(stage.event)
        rules = Rules(**vars(stage.house.rules) | {rule: value})
        editing.change(stage.event, **columns_of(rules))
        cancellation.move_queue(stage.event)

    stage.both(
        f"from now on {rule} is {value}",
        lambda house: deciding.rules(house, **{rule: value}),
        stage.committed(unit),
    )


def somebody_is_moved_in_line(stage: Stage, dice: Random) -> None:
    person = stage.some(dice, "waitlisted")
    wanted, registration = dice.randint(1, 5), stage.registration(person)
    stage.both(
        f"{person.name} is moved to place {wanted}",
        lambda house: deciding.reorders(house, person, wanted),
        stage.committed(lambda: line.move_to(registration, wanted, "speaks", ORGANIZER)),
    )


def time_passes(stage: Stage, dice: Random) -> None:
    """Mostly a little; now and then to a moment that matters. Nothing happens by itself: that is what chores are for."""
    house = stage.house
    moments = [house.now + timedelta(minutes=dice.randint(1, 90)), house.now + dice.randint(1, 30) * HOUR]
    if ends := [person.until for person in house.having("offered") if person.until]:
        moments += [min(ends), min(ends), min(ends), min(ends) - timedelta(seconds=1)]
    if dice.random() < 0.04:
        moments = [house.start - dice.choice((30, 3, 2, 1)) * HOUR, house.start + timedelta(minutes=5)]
    to = dice.choice(moments)
    stage.forward(seconds=(max(house.now, min(to, house.start + HOUR)) - house.now).total_seconds())
    stage.story.append(f"it is {house.now:%d %b %H:%M:%S}")
    stage.eyes.look(house)


def offers_run_out(stage: Stage, dice: Random) -> None:
    """Mostly when the first of them does; now and then too early."""
    house = stage.house
    ends = [person.until for person in house.having("offered") if person.until and person.until > house.now]
    if not ends:
        raise Nobody
    if dice.random() < 0.7:
        stage.forward(seconds=(min(ends) - house.now).total_seconds())
    stage.both("offers run out", deciding.expires, stage.committed(lambda: answering.expire(stage.event)))


def the_chores_are_done(stage: Stage, dice: Random) -> None:
    """Each commits by itself, as often as there is something."""

    def should(house: House) -> None:
        deciding.expires(house)
        deciding.forgets(house)

    stage.both("the chores are done", should, lambda: [expire_offers(), forget_unconfirmed(), promote()], at_once=False)


def something_impossible(stage: Stage, dice: Random) -> None:
    """A turn that the state machine does not have."""
    person = stage.some(dice)
    verb, after = dice.choice(tuple(states.TURNS)), dice.choice(tuple(Status))
    if is_possible(verb, person, after):
        return
    registration = stage.registration(person)

    def unit() -> None:
        cancellation.lock(registration)
        states.turn(registration, verb, after, ATTENDEE)

    stage.both(f"{person.name} takes the turn {verb} to {after}", _impossible, stage.committed(unit))


def _impossible(_house: House) -> None:
    raise Refused("Impossible")


IN = ("pending", "confirmed", "waitlisted")
TURNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "confirm_address": (("unconfirmed",), IN),
    "approve": (("pending",), ("confirmed", "waitlisted")),
    "decline": (("pending",), ("declined",)),
    "promote": (("waitlisted",), ("confirmed",)),
    "offer": (("waitlisted",), ("offered",)),
    "accept": (("offered",), ("confirmed",)),
    "refuse": (("offered",), ("cancelled",)),
    "expire": (("offered",), ("expired",)),
    "forget": (("unconfirmed",), ("expired",)),
    "cancel": (("unconfirmed", *IN, "offered"), ("cancelled",)),
    "merge": (("unconfirmed", *IN, "offered"), ("cancelled",)),
    "erase": (("unconfirmed", *IN, "offered"), ("cancelled",)),
    "change_type": (("unconfirmed", *IN), ("unconfirmed", *IN)),
    "hand_over": (("confirmed",), ("confirmed",)),
}


def is_possible(verb: str, person: Person, after: str) -> bool:
    if verb == "change_type" and person.status != after:
        return (person.status, after) == ("waitlisted", "confirmed")
    before, to = TURNS.get(verb, ((), ()))
    return person.status in before and after in to


DECISIONS: Sequence[tuple[int, Deed]] = (
    (2, an_organizer_adds),
    (8, is_approved),
    (4, is_declined),
    (5, a_limit_changes),
    (6, the_rules_change),
    (4, somebody_is_moved_in_line),
    (8, time_passes),
    (6, offers_run_out),
    (3, the_chores_are_done),
    (2, something_impossible),
)
"""Each with its weight in a history."""
