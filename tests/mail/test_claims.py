"""Leases: who has a message in hand, and what becomes of it when they are gone."""

import pytest

from eventsvc.db import db, transaction
from eventsvc.mail import claims
from eventsvc.mail.claims import LEASE, LeaseLost, Parcel
from eventsvc.mail.outcomes import Kind, Outcome
from tests.conftest import Clock
from tests.mail.conftest import PostRoom


def claim(holder: str, limit: int = 10) -> list[Parcel]:
    with transaction():
        return list(claims.claim(holder, limit))


def to_the_dot(parcel: Parcel, holder: str) -> None:
    with transaction():
        claims.hold_at_the_dot(parcel, holder)


def record(parcel: Parcel, kind: Kind, holder: str) -> None:
    with transaction():
        claims.record(parcel, Outcome(kind, kind.value), holder)


def test_what_one_has_claimed_another_does_not_get(room: PostRoom):
    room.post_many(5)
    first, second = claim("first", 3), claim("second", 10)
    assert (len(first), len(second)) == (3, 2)
    assert not {parcel.id for parcel in first} & {parcel.id for parcel in second}
    assert not claims.anything_due()


def test_a_claim_whose_holder_died_runs_out(room: PostRoom, stopped_clock: Clock):
    room.post_many(1)
    claim("dead")
    stopped_clock.forward(seconds=LEASE.total_seconds() - 1)
    assert claim("heir") == []
    stopped_clock.forward(seconds=2)
    assert claims.anything_due()
    (parcel,) = claim("heir")
    assert parcel.uncertain_tries == 0, "nothing of it had left"


def test_who_lost_the_lease_cannot_go_on_to_the_dot(room: PostRoom, stopped_clock: Clock):
    room.post_many(1)
    (slow,) = claim("slow")
    stopped_clock.forward(seconds=LEASE.total_seconds() + 1)
    with pytest.raises(LeaseLost):
        to_the_dot(slow, "slow")
    (parcel,) = claim("quick")
    to_the_dot(parcel, "quick")
    with pytest.raises(LeaseLost):
        to_the_dot(slow, "slow")


def test_who_dies_at_the_dot_leaves_one_more_try_and_then_none(room: PostRoom, stopped_clock: Clock):
    room.post_many(1)
    for after in ("queued", "uncertain"):
        (parcel,) = claim("dying")
        to_the_dot(parcel, "dying")
        assert room.statuses() == {"sending": 1}
        stopped_clock.forward(seconds=LEASE.total_seconds() + 1)
        assert claims.anything_due()
        heirs = claim("heir")
        assert [heir.uncertain_tries for heir in heirs] == ([1] if after == "queued" else [])
        assert room.statuses() == {after: 1}
        with transaction():
            claims.release("heir", [heir.id for heir in heirs])
    assert not claims.anything_due()
    db.session.rollback()


def test_what_was_sent_is_sent_even_if_the_lease_ran_out_meanwhile(room: PostRoom, stopped_clock: Clock):
    room.post_many(1)
    (parcel,) = claim("slow")
    to_the_dot(parcel, "slow")
    stopped_clock.forward(seconds=LEASE.total_seconds() + 1)
    (again,) = claim("quick")

    record(parcel, Kind.SENT, "slow")

    assert room.statuses() == {"sent": 1}
    with pytest.raises(LeaseLost):
        to_the_dot(again, "quick")


def test_a_failure_of_somebody_who_lost_the_lease_changes_nothing(room: PostRoom, stopped_clock: Clock):
    room.post_many(1)
    (slow,) = claim("slow")
    stopped_clock.forward(seconds=LEASE.total_seconds() + 1)
    claim("quick")
    record(slow, Kind.ADDRESS, "slow")
    assert room.statuses() == {"queued": 1}


def test_a_message_that_perhaps_arrived_is_never_called_failed(room: PostRoom, stopped_clock: Clock):
    room.post_many(1)
    (parcel,) = claim("one")
    record(parcel, Kind.UNCERTAIN, "one")
    stopped_clock.forward(hours=1)
    (parcel,) = claim("one")
    record(parcel, Kind.ADDRESS, "one")
    assert room.statuses() == {"uncertain": 1}


def test_a_released_message_is_free_at_once(room: PostRoom):
    room.post_many(2)
    taken = claim("one")
    with transaction():
        claims.release("one", [each.id for each in taken])
    assert len(claim("two")) == 2
