"""The order of the people who wait for one limit, and changing it: with a reason, and a line in the log.

A slot is a number in the queue and the moment at which it was drawn. A new order hands the same slots round: nobody who
waits for another limit is touched, and nobody is left without a slot or in one with somebody else. People who came
together stay together.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.errors import Refusal
from eventsvc.events.models import Event
from eventsvc.registration import cancellation, log, quotas
from eventsvc.registration.log import Actor
from eventsvc.registration.models import Registration

Party = Sequence[Registration]
"""The people under one number; mostly one."""


class NotInLine(Refusal):
    """This person does not wait (any more)."""

    code = "not_in_line"


class Slot(NamedTuple):
    number: int | None
    since: datetime | None


def parties(event: Event, quota_id: int) -> list[Party]:
    """Who waits for this limit, in order."""
    waiting = db.session.scalars(
        sa.select(Registration)
        .where(Registration.event_id == event.id, Registration.waiting_quota_id == quota_id)
        .order_by(Registration.queue_number, Registration.position, Registration.id)
        .execution_options(populate_existing=True)
    ).all()
    return [tuple(together) for _number, together in groupby(waiting, key=lambda each: each.queue_number)]


def place(line: Sequence[Party], position: int) -> int:
    """The place in the queue of the party at this position, as its people see it: so many people before it, and one."""
    return 1 + sum(len(party) for party in line[:position])


def move_to(registration: Registration, wanted: int, reason: str, actor: Actor) -> list[Registration]:
    """Give the person, and who came with them, this place in the queue; the people who move up because of it.

    A place within a party is taken behind it; beyond the end it is the last. In the caller's transaction. Raises
    NotInLine; a reason must be given.
    """
    if not reason:
        raise ValueError("who is moved, and who is overtaken, can ask for the reason")
    event = registration.event
    quotas.lock(event)
    db.session.refresh(registration)
    if registration.waiting_quota_id is None:
        raise NotInLine
    line = parties(event, registration.waiting_quota_id)
    slots = [Slot(party[0].queue_number, party[0].queued_at) for party in line]
    old = next(n for n, party in enumerate(line) if any(each.id == registration.id for each in party))
    new_line = _reordered(line, old, wanted)
    for slot, party in zip(slots, new_line, strict=True):
        for each in party:
            each.queue_number, each.queued_at = slot
    db.session.flush()
    _write_down(line[old], place(line, old), place(new_line, new_line.index(line[old])), reason, actor)
    return cancellation.move_queue(event)


def _reordered(line: list[Party], old: int, wanted: int) -> list[Party]:
    others = [*line[:old], *line[old + 1 :]]
    position = next((n for n in range(len(others)) if place(others, n) >= wanted), len(others))
    return [*others[:position], line[old], *others[position:]]


def _write_down(party: Party, before: int, after: int, reason: str, actor: Actor) -> None:
    for each in party:
        log.write(each, "move_in_line", actor, note=f"{before} → {after}: {reason}")
