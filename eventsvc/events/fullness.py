"""How full, in words. Never a number: a number of seats that does not move would answer "is she on the list?"."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Fullness(StrEnum):
    """From best to worst for somebody who wants to come."""

    PLENTY = "plenty"
    FEW = "few"
    WAITLIST = "waitlist"
    FULL = "full"


ORDER = tuple(Fullness)


class Seats(NamedTuple):
    """One quota behind one ticket type, as the database counts it. No size: no limit."""

    ticket_type_id: int
    size: int | None
    taken: int
    waiting: int


def fullness(seats: Seats, *, waitlist: bool, most: int | None = None) -> Fullness:
    """Few is a tenth of the room, or three. Behind people who wait there is no seat, even where one is free.

    At `most` so many wait.
    """
    if seats.size is None and not seats.waiting:
        return Fullness.PLENTY
    free = (seats.size or 0) - seats.taken
    if free <= 0 or seats.waiting:
        return Fullness.WAITLIST if waitlist and (most is None or seats.waiting < most) else Fullness.FULL
    return Fullness.FEW if free <= max(3, (seats.size or 0) // 10) else Fullness.PLENTY


def by_ticket_type(rows: Iterable[Seats], *, waitlist: bool, most: int | None = None) -> dict[int, Fullness]:
    """For each ticket type the worst of its quotas: a person needs a seat in all of them."""
    found: dict[int, Fullness] = {}
    for row in rows:
        word = fullness(row, waitlist=waitlist, most=most)
        found[row.ticket_type_id] = max(word, found.get(row.ticket_type_id, word), key=ORDER.index)
    return found


def overall(words: Iterable[Fullness]) -> Fullness:
    """The best of all ticket types: there is room if there is any."""
    return min(words, key=ORDER.index, default=Fullness.PLENTY)
