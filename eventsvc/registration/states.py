"""The life of a registration, drawn as a table: every turn it can take, and what each turn tells whom.

Nobody else sets a status. A turn that is not in the table is a fault of ours, and raises Impossible.
"""

from collections.abc import Mapping
from typing import NamedTuple

from eventsvc import clock
from eventsvc.registration import log
from eventsvc.registration.log import Actor
from eventsvc.registration.models import LIVE, Registration, Status

S = Status


class Turn(NamedTuple):
    """From which statuses to which others; the letter that tells it, by the status it leads to."""

    before: tuple[Status | None, ...]
    letters: Mapping[Status, str]  # an empty name: nobody is written to
    up: tuple[tuple[Status, Status], ...] | None = None  # it leaves the status as it is, but for these steps

    @property
    def after(self) -> tuple[Status, ...]:
        return tuple(self.letters)

    @property
    def steps(self) -> set[tuple[Status | None, Status]]:
        """Every (before, after) there is."""
        if self.up is not None:
            return {(status, status) for status in self.letters} | set(self.up)
        return {(before, after) for before in self.before for after in self.letters}


def _told(letter: str, *statuses: Status) -> dict[Status, str]:
    return dict.fromkeys(statuses, letter)


TURNS: Mapping[str, Turn] = {
    "register": Turn(
        (None,),
        {
            S.UNCONFIRMED: "confirm_address",
            S.PENDING: "pending",
            S.CONFIRMED: "confirmed",
            S.WAITLISTED: "waitlisted",
        },
    ),
    "add": Turn((None,), _told("added_by_organizer", S.CONFIRMED, S.WAITLISTED)),
    "confirm_address": Turn(
        (S.UNCONFIRMED,), {S.PENDING: "pending", S.CONFIRMED: "confirmed", S.WAITLISTED: "waitlisted"}
    ),
    "approve": Turn((S.PENDING,), _told("approved", S.CONFIRMED, S.WAITLISTED)),
    "decline": Turn((S.PENDING,), _told("declined", S.DECLINED)),
    "promote": Turn((S.WAITLISTED,), _told("promoted", S.CONFIRMED)),
    "offer": Turn((S.WAITLISTED,), _told("offered", S.OFFERED)),
    "accept": Turn((S.OFFERED,), _told("offer_accepted", S.CONFIRMED)),
    "refuse": Turn((S.OFFERED,), _told("offer_refused", S.CANCELLED)),
    "expire": Turn((S.OFFERED,), _told("offer_expired", S.EXPIRED)),
    "forget": Turn((S.UNCONFIRMED,), _told("", S.EXPIRED)),  # an address nobody confirmed is not written to again
    "cancel": Turn(LIVE, _told("cancelled_by_{actor}", S.CANCELLED)),
    "merge": Turn(LIVE, _told("moved_away", S.CANCELLED)),  # its new address is registered already
    "erase": Turn(LIVE, _told("erased", S.CANCELLED)),
    "change_type": Turn(
        (S.UNCONFIRMED, S.PENDING, S.CONFIRMED, S.WAITLISTED),
        _told("ticket_type_changed", S.UNCONFIRMED, S.PENDING, S.CONFIRMED, S.WAITLISTED)
        | {S.UNCONFIRMED: ""},  # who has not confirmed is not written to again
        up=((S.WAITLISTED, S.CONFIRMED),),
    ),
    "hand_over": Turn((S.CONFIRMED,), _told("handed_over", S.CONFIRMED)),
}
"""Every turn there is. Two more things are logged, and leave the status as it is: `correct` and `move_in_line`."""


class Impossible(Exception):
    """A turn that the table does not have was asked for."""


def check(verb: str, before: Status | None, after: Status) -> None:
    """Raises Impossible where this turn does not exist."""
    turn = TURNS.get(verb)
    if turn is None or (before, after) not in turn.steps:
        raise Impossible(f"{verb}: {before} to {after}")


def turn(registration: Registration, verb: str, after: Status, actor: Actor, note: str = "") -> None:
    """Take this turn, and write it down; in the caller's transaction, with the event's quotas held.

    Seats and queues are counted elsewhere: by whoever calls this, before.
    """
    before = Status(registration.status)
    check(verb, before, after)
    registration.status = after
    if after != Status.WAITLISTED:
        registration.waiting_quota_id = None
    if after != Status.OFFERED:
        registration.offer_until = None
    registration.changed_at = clock.now()
    log.write(registration, verb, actor, before=before, after=after, note=note)


def letter_of(verb: str, after: Status, actor: Actor | None = None) -> str:
    """The letter that tells this turn; empty where there is none."""
    return TURNS[verb].letters[after].format(actor=actor.kind if actor else "")
