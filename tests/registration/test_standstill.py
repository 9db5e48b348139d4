"""Why the queue stands still: what is said is what keeps `promote` from giving anybody a seat, and nothing else."""

from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from eventsvc.db import db, transaction
from eventsvc.errors import RegistrationRefused
from eventsvc.events.models import Event
from eventsvc.registration import cancellation, quotas, waitlist
from eventsvc.registration.arithmetic import arithmetic
from eventsvc.registration.signup import sign_up
from eventsvc.registration.standstill import Reason, Standstill, why
from tests.conftest import Clock
from tests.factories import Cast
from tests.registration.journal import comes, goes, signup

KINDS = ("hall", "balcony")


def change(event: Event, **columns: object) -> None:
    with transaction():
        db.session.execute(sa.update(Event).where(Event.id == event.id).values(version=Event.version + 1, **columns))
    db.session.refresh(event)


def first_limit(event: Event) -> int:
    return arithmetic(event)[0].quota_id


def test_where_nobody_waits_nothing_stands_still(context, cast):
    event = cast.event(capacity=1)
    comes(event, "ana")

    assert why(event) == Standstill(Reason.NOBODY_WAITS)


def test_full_and_how_many_of_the_places_may_still_come_back(context, cast):
    event = cast.event(capacity=2)
    for who in ("ana", "beto", "carla", "dora"):
        comes(event, who)
    assert why(event) == Standstill(Reason.FULL, first_limit(event), people=1)

    change(event, offer_hours=24)
    goes(event, "ana")

    assert why(event) == Standstill(Reason.FULL, first_limit(event), people=1, offered=1)


def test_a_lowered_limit_says_by_how_many_it_is_over(context, cast):
    event = cast.event(capacity=3)
    for who in ("ana", "beto", "carla", "dora"):
        comes(event, who)
    with transaction():
        cancellation.resize(event, first_limit(event), 1)

    assert why(event) == Standstill(Reason.OVER, first_limit(event), people=1, over=2)


def test_people_who_came_together_need_more_than_there_is(context, cast):
    event = cast.event(capacity=3)
    change(event, party_most=3)
    comes(event, "ana")
    comes(event, "beto")
    sign_up(event, *(signup(event, who) for who in ("carla", "dora", "eva")))
    comes(event, "fay")

    assert why(event) == Standstill(Reason.PARTY, first_limit(event), people=3, free=1)


def test_who_waits_for_one_limit_may_be_held_up_by_another(context, cast):
    """Ana fills the hall, Beto waits for it; when the hall is enlarged it is the room that refuses him."""
    event = cast.event(kinds=[("hall", 1), ("online", None)], capacity=2)
    comes(event, "ana", kind="hall")
    comes(event, "carla", kind="online")
    comes(event, "beto", kind="hall")
    room, hall, _online = (each.quota_id for each in arithmetic(event))
    with transaction():
        cancellation.resize(event, hall, 5)

    assert why(event) == Standstill(Reason.FULL, room, people=1)


def test_nobody_passes_those_who_came_together_by_another_queue(context, cast):
    """Three wait for the hall, one for the balcony. Both are enlarged, the room is not: one seat in it is not for her."""
    event = cast.event(kinds=[("hall", 3), ("balcony", 0)], capacity=6)
    change(event, party_most=3)
    for who in ("ana", "beto", "carla"):
        comes(event, who, kind="hall")
    sign_up(event, *(signup(event, who, kind="hall") for who in ("dora", "eva", "fay")))
    comes(event, "gil", kind="balcony")
    room, hall, balcony = (each.quota_id for each in arithmetic(event))
    with transaction():
        for limit, size in ((room, 5), (hall, 10), (balcony, 10)):
            quotas.resize(event, limit, size)

    assert why(event) == Standstill(Reason.PARTY, room, people=3, free=2)
    with transaction():
        assert waitlist.promote(event) == []


def test_the_reasons_that_have_nothing_to_do_with_seats(context, cast, stopped_clock):
    event = cast.event(capacity=1, days=3)
    comes(event, "ana")
    comes(event, "beto")
    with transaction():
        quotas.resize(event, first_limit(event), 2)
    assert why(event) == Standstill(Reason.MOVES)

    change(event, waitlist_paused=True)
    assert why(event).reason == Reason.PAUSED
    change(event, waitlist_paused=False, status="draft")
    assert why(event).reason == Reason.NOT_PUBLISHED
    change(event, status="cancelled")
    assert why(event).reason == Reason.CANCELLED
    change(event, status="published")
    stopped_clock.moment = event.starts_at - timedelta(hours=1)
    assert why(event).reason == Reason.LATE
    change(event, promote_late=True)
    assert why(event).reason == Reason.MOVES
    change(event, offer_hours=24)
    stopped_clock.moment = event.starts_at - timedelta(minutes=20)
    assert why(event).reason == Reason.TOO_LATE_TO_ASK
    stopped_clock.moment = event.starts_at
    assert why(event).reason == Reason.BEGUN


class Queues(RuleBasedStateMachine):
    """Seats become free and nobody is told, so that a queue may move or stand still for every reason there is."""

    def __init__(self, stopped: Clock) -> None:
        super().__init__()
        self.clock = stopped
        self.people = 0

    @initialize(room=st.integers(0, 5), hall=st.integers(0, 3), balcony=st.integers(0, 3))
    def venue(self, room, hall, balcony):
        db.session.rollback()
        self.clock.moment = datetime.now(UTC)
        venue = {"capacity": room, "kinds": [("hall", hall), ("balcony", balcony)]}
        self.event = Cast(None).event(days=4, **venue)  # type: ignore[arg-type]  # inside a context it needs no app
        change(self.event, party_most=4)

    @rule(kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=3))
    def people_come_together(self, kinds):
        self.clock.forward(milliseconds=1)
        self.people += 10
        try:
            sign_up(self.event, *(signup(self.event, f"p{self.people + n}", kind=kind) for n, kind in enumerate(kinds)))
        except RegistrationRefused:
            assert len(kinds) > 1 or self.clock.moment > self.event.starts_at - timedelta(hours=2)

    @rule(number=st.integers(0, 2), size=st.one_of(st.none(), st.integers(0, 6)))
    def a_limit_changes_and_nobody_moves(self, number, size):
        with transaction():
            quotas.resize(self.event, arithmetic(self.event)[number].quota_id, size)

    @rule()
    def the_queue_moves(self):
        with transaction():
            cancellation.move_queue(self.event)

    @rule(paused=st.booleans(), hours=st.sampled_from([None, None, 1, 24]), late=st.booleans())
    def the_rules_change(self, paused, hours, late):
        change(self.event, waitlist_paused=paused, offer_hours=hours, promote_late=late)

    @rule(before=st.sampled_from([0.2, 1.5, 30, 60]))
    def the_clock_is_set(self, before):
        self.clock.moment = max(self.clock.moment, self.event.starts_at - timedelta(hours=before))

    @precondition(lambda self: hasattr(self, "event"))
    @invariant()
    def what_is_said_is_what_happens(self):
        said = why(self.event)
        moved = waitlist.promote(self.event)
        db.session.rollback()
        db.session.refresh(self.event)

        assert (said.reason == Reason.MOVES) == bool(moved), (said, moved)

    @precondition(lambda self: hasattr(self, "event"))
    @invariant()
    def the_numbers_are_those_of_the_limit(self):
        said = why(self.event)
        limit = {each.quota_id: each for each in arithmetic(self.event)}.get(said.quota_id or 0)
        db.session.rollback()

        if limit is not None:
            assert (said.free, said.over, said.offered) == (limit.free, limit.over, limit.offered)
            assert (said.free > 0) == (said.reason == Reason.PARTY)
            assert said.people > said.free


def test_it_says_a_reason_exactly_where_nobody_would_get_a_seat(context, stopped_clock):
    run_state_machine_as_test(
        partial(Queues, stopped_clock),  # type: ignore[arg-type]  # anything that makes a machine will do
        settings=settings(
            max_examples=30 if db.engine.dialect.name == "sqlite" else 10,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=[Phase.explicit, Phase.generate],
        ),
    )
