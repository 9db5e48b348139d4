"""Random histories: which deeds, with which dice, and where the plug is pulled. The same seed is the same history.

A history that goes wrong is told in the fewest steps that still go wrong; that takes a while, and SEATS_SHRINK=0 leaves
it out.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from eventsvc.db import db
from tests.registration.model.decisions import DECISIONS, SIZES, a_limit_changes
from tests.registration.model.deeds import DEEDS, cancels, comes
from tests.registration.model.house import LIMITS, House, Rules
from tests.registration.model.looking import Eyes
from tests.registration.model.plug import Plug
from tests.registration.model.stage import Deed, Nobody, Stage
from tests.registration.model.venue import Venue

ALL: dict[str, Deed] = {deed.__name__: deed for _weight, deed in (*DEEDS, *DECISIONS)}
WEIGHTS = [weight for weight, _deed in (*DEEDS, *DECISIONS)]
MOVING = (comes, cancels, a_limit_changes)
CRASHES = 0.12
PARTIES = ((1, 1, 1, 1, 1, 2, 2, 3, 4), (1, 1, 2, 2, 3, 3, 4))
"""How many people come together; in every other history more do."""
TRIES = 300
SHRINKS = os.environ.get("SEATS_SHRINK") != "0"


class Step(NamedTuple):
    """One step: the deed, its dice, and the statement before which the plug is pulled; 0: it is not."""

    deed: str
    seed: int
    k: int


def steps_of(seed: int, number: int) -> list[Step]:
    """In each history some deeds are done often and some never: what hides among others shows where they are missing."""
    dice = Random(seed)  # noqa: S311 - no secret
    weights = [weight * dice.choice((0, 1, 1, 1, 4)) for weight in WEIGHTS]
    weights[0] = max(weights[0], WEIGHTS[0])  # people come
    if is_tight(seed):
        weights = [weight * (4 if deed in MOVING else 1) for deed, weight in zip(ALL.values(), weights, strict=True)]
    return [
        Step(name, dice.getrandbits(32), dice.randint(1, 14) if dice.random() < CRASHES else 0)
        for name in dice.choices(tuple(ALL), weights, k=number)
    ]


def is_tight(seed: int) -> bool:
    """In every fifth history a few seats in several ways of attending change hands all the time."""
    return seed % 5 == 0


def opens(venue: Venue, seed: int) -> House:
    """The limits and rules at the beginning. Where the room has no limit, there are several lines."""
    dice = Random(~seed)  # noqa: S311 - no secret
    sizes = {limit: dice.choice(SIZES) for limit in LIMITS}
    sizes["room"] = dice.choice((None, None, *SIZES[2:]))
    if is_tight(seed):
        sizes = {limit: dice.choice((1, 2, 2, 3)) for limit in LIMITS} | {"room": None}
    rules = Rules(
        approvals=(("press", dice.choice(("none", "keeps_seat", "seat_after"))),),
        waitlist=dice.random() < 0.95,
        most=dice.choice((None, None, None, 1, 3)),
        paused=dice.random() < 0.1,
        hours=dice.choice((None, None, 1, 24, 24)),
        confirms=dice.random() < 0.1,
    )
    return venue.opens(sizes, dice.randint(0, 2), rules)


def play(venue: Venue, eyes: Eyes, seed: int, steps: Sequence[Step]) -> None:
    """One history from its beginning. Raises what went wrong; its story is a note of that."""
    stage = Stage(venue, eyes, opens(venue, seed))
    stage.parties = PARTIES[seed % len(PARTIES)]
    act(stage, steps)


def act(stage: Stage, steps: Sequence[Step]) -> None:
    """All these steps on this stage."""
    try:
        for step in steps:
            stage.forward(milliseconds=1)  # who comes first is first
            stage.plug = Plug(step.k) if step.k else None
            _does(stage, step.deed, Random(step.seed))  # noqa: S311 - no secret
        stage.eyes.look_closely(stage.house)
    except Exception as wrong:
        db.session.rollback()
        wrong.add_note("\n".join(stage.story))
        raise
    finally:
        db.session.rollback()


def _does(stage: Stage, deed: str, dice: Random) -> None:
    """The deed; where there is nobody who could do it, more people come."""
    try:
        ALL[deed](stage, dice)
    except Nobody:
        comes(stage, dice)


def shortest(venue: Venue, eyes: Eyes, seed: int, steps: Sequence[Step]) -> list[Step]:
    """Fewer steps that still go wrong: longer pieces are left out first, then single steps."""

    def goes_wrong(some: Sequence[Step]) -> bool:
        try:
            play(venue, eyes, seed, some)
        except Exception:  # noqa: BLE001 - whatever it is
            return True
        return False

    return _fewer(list(steps), goes_wrong)


def _fewer(steps: list[Step], goes_wrong: Callable[[Sequence[Step]], bool]) -> list[Step]:
    tries, size = TRIES, len(steps) // 2
    while size and tries:
        for start in _starts(len(steps), size):
            fewer = steps[:start] + steps[start + size :]
            tries -= 1
            if goes_wrong(fewer):
                steps = fewer
                break
            if not tries:
                break
        else:
            size //= 2
    return steps


def _starts(length: int, size: int) -> Iterator[int]:
    yield from range(length - size, -1, -size)


def all_go_well(venue: Venue, seeds: Sequence[int], number: int) -> None:
    """Play a history for each seed. Raises the first that goes wrong, as short as it can be told."""
    eyes = Eyes(venue)
    for seed in seeds:
        steps = steps_of(seed, number)
        try:
            play(venue, eyes, seed, steps)
        except Exception as wrong:
            wrong.add_note(f"(history {seed})")
            if SHRINKS:
                play(venue, eyes, seed, shortest(venue, eyes, seed, steps))
            raise
