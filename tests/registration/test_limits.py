"""Limits over several ticket types: whatever is added, changed and removed, the counters count."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import pytest
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

from eventsvc.db import attempt, db, transaction
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.tickets import Quota, TicketType
from eventsvc.registration import cancellation, limits, quotas, waitlist
from eventsvc.registration.arithmetic import arithmetic
from eventsvc.registration.limits import PeopleWait, Uncovered
from eventsvc.registration.models import LIVE, Registration, Status
from eventsvc.registration.signup import sign_up
from tests.conftest import Clock
from tests.factories import Cast
from tests.registration.journal import comes, counters, signup, statuses, ticket_type

KINDS = ("hall", "balcony", "online")
SOME_KINDS = st.lists(st.sampled_from(KINDS), max_size=3, unique=True)


def ids(event, *slugs):
    return [ticket_type(event, slug).id for slug in slugs]


def add(event, size, *slugs):
    with transaction():
        db.session.refresh(event)
        return limits.add(event, "Shared", size, ids(event, *slugs)).id


def cover(event, quota_id, *slugs):
    with transaction():
        db.session.refresh(event)
        return limits.cover(event, quota_id, ids(event, *slugs))


def test_a_new_limit_counts_who_has_a_seat_already(context, cast):
    event = cast.event(kinds=[("hall", 5), ("online", None)])
    comes(event, "ana", kind="hall")
    comes(event, "beto", kind="online")

    add(event, 2, "hall", "online")
    comes(event, "carla", kind="online")

    assert counters(event) == [(5, 1, 0), (None, 1, 0), (2, 2, 1)]
    assert statuses(event)[-1] == ("carla", "waitlisted")


def test_a_new_limit_below_what_is_taken_takes_nothing_from_anybody(context, cast):
    event = cast.event(kinds=[("hall", 5), ("online", None)])
    for who in ("ana", "beto", "carla"):
        comes(event, who, kind="hall")

    add(event, 1, "hall")

    assert counters(event)[-1] == (1, 3, 0)
    assert [status for _, status in statuses(event)] == ["confirmed"] * 3


def test_covering_one_more_ticket_type_counts_its_people_too(context, cast):
    event = cast.event(kinds=[("hall", 5), ("online", None)])
    comes(event, "ana", kind="hall")
    comes(event, "beto", kind="online")
    shared = add(event, 2, "hall")

    cover(event, shared, "hall", "online")

    assert counters(event)[-1] == (2, 2, 0)
    assert quotas.recount(event) == []


def test_taking_a_ticket_type_from_a_full_limit_frees_places_and_the_queue_moves(context, cast):
    """Beto waits for the room that Ana fills; when the limit is no longer over the hall, there is room online."""
    event = cast.event(kinds=[("hall", 5), ("online", None)])
    shared = add(event, 1, "hall", "online")
    comes(event, "ana", kind="hall")
    comes(event, "beto", kind="online")

    moved = cover(event, shared, "online")

    assert len(moved) == 1
    assert statuses(event) == [("ana", "confirmed"), ("beto", "confirmed")]
    assert counters(event) == [(5, 1, 0), (None, 1, 0), (1, 1, 0)]


def test_nobody_is_left_waiting_for_a_limit_that_is_not_over_them(context, cast):
    event = cast.event(kinds=[("hall", 5), ("online", None)])
    shared = add(event, 1, "hall", "online")
    comes(event, "ana", kind="hall")
    comes(event, "beto", kind="online")

    with pytest.raises(PeopleWait):
        cover(event, shared, "hall")
    with pytest.raises(PeopleWait), transaction():
        limits.remove(event, shared)

    assert counters(event) == [(5, 1, 0), (None, 0, 0), (1, 1, 1)]


def test_of_people_who_wait_together_one_who_needs_the_limit_is_enough(context, cast):
    event = cast.event(kinds=[("hall", 5), ("online", None), ("press", 1)], capacity=3)
    with transaction():
        held = db.session.get_one(Event, event.id)
        held.party_most, held.waitlist_paused = 5, True
    shared = add(event, 1, "hall")
    comes(event, "zoe", kind="hall")
    sign_up(event, signup(event, "ana", kind="hall"), signup(event, "beto", kind="online"))

    assert cover(event, shared, "online") == []
    with pytest.raises(PeopleWait):
        cover(event, shared, "press")

    assert [status for _, status in statuses(event)] == ["confirmed", "waitlisted", "waitlisted"]
    assert quotas.recount(event) == []


def test_removing_a_limit_moves_the_queues_behind_it(context, cast):
    event = cast.event(kinds=[("hall", 1), ("online", None)])
    shared = add(event, 1, "hall", "online")
    comes(event, "ana", kind="hall")
    comes(event, "beto", kind="online")
    with transaction():
        cancellation.resize(event, shared, None)

    with transaction():
        limits.remove(event, shared)

    assert statuses(event) == [("ana", "confirmed"), ("beto", "confirmed")]
    assert counters(event) == [(1, 1, 0), (None, 1, 0)]


def test_a_limit_is_over_something_and_every_ticket_type_has_one(context, cast):
    event = cast.event(kinds=[("hall", 1), ("online", None)])
    own = ticket_type(event, "hall").quotas[0].id

    with pytest.raises(Uncovered):
        add(event, 1)
    with pytest.raises(Uncovered):
        cover(event, own, "online")
    with pytest.raises(Uncovered), transaction():
        limits.remove(event, own)


def test_limits_and_ticket_types_of_other_events_are_not_found(context, cast):
    event, other = cast.event(kinds=[("hall", 1), ("online", None)]), cast.event("Other", capacity=1)
    theirs = ticket_type(other)

    with pytest.raises(NotFound), transaction():
        limits.add(event, "x", 1, [theirs.id])
    with pytest.raises(NotFound), transaction():
        limits.cover(event, theirs.quotas[0].id, ids(event, "hall"))
    with pytest.raises(NotFound), transaction():
        limits.remove(event, theirs.quotas[0].id)


def test_who_has_just_sent_a_form_looks_again(context, cast):
    """The event's version rises: letters and needs that were prepared before are stale."""
    event = cast.event(kinds=[("hall", 1), ("online", None)])
    before = event.version

    shared = add(event, 1, "hall")
    cover(event, shared, "online")

    assert db.session.get_one(Event, event.id).version == before + 2


def test_people_come_while_limits_come_and_go_and_the_counters_count(app, cast):
    """On as many connections: who was about to take a seat under the old limits looks again."""
    event = cast.event(kinds=[("hall", 6), ("balcony", 5), ("online", None)], capacity=14)

    def people_come(number):
        with app.app_context():
            fresh = db.session.get_one(Event, event.id)
            for n in range(6):
                comes(fresh, f"p{number}x{n}", kind=KINDS[(number + n) % 3])
            db.session.remove()

    def limits_change(_number):
        with app.app_context():
            fresh = db.session.get_one(Event, event.id)
            for slugs in (["hall"], ["hall", "online"], ["balcony", "online"]) * 2:
                attempt(partial(one_limit, fresh, slugs))
            db.session.remove()

    def one_limit(fresh, slugs):
        with transaction():
            hold(fresh)
            made = limits.add(fresh, "Shared", 4, ids(fresh, *slugs))
        with transaction(), suppress(PeopleWait):
            hold(fresh)
            limits.cover(fresh, made.id, ids(fresh, "hall", "balcony"))

    with ThreadPoolExecutor(5) as crowd:
        work = [crowd.submit(people_come, n) for n in range(4)] + [crowd.submit(limits_change, 0)]
        for each in work:
            each.result()

    with app.app_context():
        fresh = db.session.get_one(Event, event.id)
        assert len(statuses(fresh)) == 24
        assert quotas.recount(fresh) == []
        assert all(each.over == 0 or each.name for each in arithmetic(fresh))
        db.session.rollback()


def hold(event):
    """As the back office does: the quotas first, then the event as it is now, until the commit."""
    quotas.lock(event)
    db.session.refresh(event, with_for_update=True)


class Limits(RuleBasedStateMachine):
    """People come and go while the organizers change what limits there are, and over what."""

    def __init__(self, stopped: Clock) -> None:
        super().__init__()
        self.clock = stopped
        self.clock.moment = datetime.now(UTC)
        self.people = 0
        self.shared: list[int] = []

    @initialize(sizes=st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=3, max_size=3), room=st.integers(0, 5))
    def venue(self, sizes, room):
        db.session.rollback()
        kinds = list(zip(KINDS, sizes, strict=True))
        self.event = Cast(None).event(capacity=room, kinds=kinds)  # type: ignore[arg-type]  # inside a context it needs no app

    @rule(kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=4))
    def people_come(self, kinds):
        for kind in kinds:
            self.clock.forward(milliseconds=1)
            self.people += 1
            sign_up(self.event, signup(self.event, f"p{self.people}", kind=kind))

    @rule(data=st.data())
    def somebody_goes(self, data):
        live = db.session.scalars(
            sa.select(Registration).where(Registration.event_id == self.event.id, Registration.status.in_(LIVE))
        ).all()
        if live:
            found = data.draw(st.sampled_from(sorted(live, key=lambda each: each.registered_at)))
            with transaction():
                cancellation.cancel(found)

    @rule(size=st.one_of(st.none(), st.integers(0, 4)), slugs=SOME_KINDS)
    def a_limit_is_added(self, size, slugs):
        try:
            self.shared.append(add(self.event, size, *slugs))
        except Uncovered:
            assert not slugs

    @precondition(lambda self: self.shared)
    @rule(data=st.data(), slugs=SOME_KINDS)
    def a_limit_covers_others(self, data, slugs):
        quota = data.draw(st.sampled_from(self.shared))
        wanted = ids(self.event, *slugs)
        waiting = db.session.scalars(sa.select(Registration).where(Registration.waiting_quota_id == quota)).all()
        try:
            cover(self.event, quota, *slugs)
        except Uncovered:
            assert not slugs
        except PeopleWait:
            assert any(each.ticket_type_id not in wanted for each in waiting)
        else:
            assert all(each.ticket_type_id in wanted for each in waiting)

    @precondition(lambda self: self.shared)
    @rule(data=st.data())
    def a_limit_goes(self, data):
        quota = data.draw(st.sampled_from(self.shared))
        try:
            with transaction():
                db.session.refresh(self.event)
                limits.remove(self.event, quota)
        except PeopleWait:
            assert db.session.get_one(Quota, quota).waiting > 0
        else:
            self.shared.remove(quota)

    @precondition(lambda self: self.shared)
    @rule(data=st.data(), size=st.one_of(st.none(), st.integers(0, 5)))
    def a_limit_is_resized(self, data, size):
        with transaction():
            cancellation.resize(self.event, data.draw(st.sampled_from(self.shared)), size)

    @precondition(lambda self: hasattr(self, "event"))
    @invariant()
    def the_counters_count(self):
        assert quotas.recount(self.event) == []
        for each in arithmetic(self.event):
            assert each.size is None or each.held + (each.free or 0) - each.over == each.size
        db.session.rollback()

    @precondition(lambda self: hasattr(self, "event"))
    @invariant()
    def everybody_waits_for_a_limit_that_is_over_them(self):
        rows = db.session.scalars(
            sa.select(Registration).where(
                Registration.event_id == self.event.id, Registration.status == Status.WAITLISTED
            )
        ).all()
        assert all(each.waiting_quota_id in quotas.quota_ids_of(each.ticket_type_id) for each in rows)
        db.session.rollback()

    @precondition(lambda self: hasattr(self, "event"))
    @invariant()
    def every_ticket_type_has_a_limit_and_nobody_waits_beside_a_seat(self):
        kinds = db.session.scalars(sa.select(TicketType).where(TicketType.event_id == self.event.id)).all()
        assert all(quotas.quota_ids_of(kind.id) for kind in kinds)
        assert waitlist.promote(self.event) == []
        db.session.rollback()


def test_the_counters_count_over_random_histories(context, stopped_clock):
    run_state_machine_as_test(
        partial(Limits, stopped_clock),  # type: ignore[arg-type]  # anything that makes a machine will do
        settings=settings(
            max_examples=15 if db.engine.dialect.name == "sqlite" else 5,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=[Phase.explicit, Phase.generate],
        ),
    )
