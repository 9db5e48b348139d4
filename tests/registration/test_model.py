"""Seats, queue and counters against a model of ten lines, over random histories with crashes in the middle."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
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
from sqlalchemy import event as listen

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.mail.models import Message
from eventsvc.registration import cancellation, quotas, submissions
from eventsvc.registration.models import CalendarState, Registration
from eventsvc.registration.people import person
from eventsvc.registration.signup import find_live, sign_up
from eventsvc.tokens import new_form_id
from tests.conftest import Clock
from tests.factories import Cast
from tests.registration.journal import signup

PEOPLE = ("ana", "ben", "cleo", "dan", "eva", "fay")
PHASES = list(Phase) if os.environ.get("SEATS_SHRINK") else [Phase.explicit, Phase.generate]
EXAMPLES, STEPS = (int(n) for n in os.environ.get("SEATS_MODEL", "40x30").split("x"))


@dataclass
class Model:
    """What should be true: who is in, in which order, and the size of the room."""

    size: int
    seated: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    late: bool = False

    def comes(self, who: str) -> None:
        if who not in self.seated + self.waiting:
            (self.seated if self._free() else self.waiting).append(who)

    def goes(self, who: str) -> None:
        for those in (self.seated, self.waiting):
            if who in those:
                those.remove(who)
                self._move()

    def resize(self, size: int) -> None:
        self.size = size
        self._move()

    def _free(self) -> bool:
        return len(self.seated) < self.size and not self.waiting

    def _move(self) -> None:
        while not self.late and self.waiting and len(self.seated) < self.size:
            self.seated.append(self.waiting.pop(0))


class Crash(Exception):
    """The plug was pulled before this statement."""


class Seats(RuleBasedStateMachine):
    """One event on a real database, and the model beside it."""

    def __init__(self, stopped: Clock) -> None:
        super().__init__()
        self.clock = stopped
        self.clock.moment = datetime.now(UTC)
        self.forms: dict[str, tuple[str, str]] = {}

    @initialize(size=st.integers(0, 3))
    def room(self, size: int) -> None:
        db.session.rollback()
        self.event: Event = Cast(None).event(capacity=size)  # type: ignore[arg-type]  # inside a context it needs no app
        self.model = Model(size)

    @rule(who=st.sampled_from(PEOPLE))
    def somebody_comes(self, who: str) -> None:
        form = new_form_id("registration", self.event.uid)
        sign_up(self.event, signup(self.event, who), form_id=form, content=who)
        self.forms[form] = (who, who)
        self.model.comes(who)

    @precondition(lambda self: self.forms)
    @rule(data=st.data(), other=st.booleans())
    def the_form_comes_again(self, data: st.DataObject, other: bool) -> None:
        form = data.draw(st.sampled_from(sorted(self.forms)))
        who, content = self.forms[form]
        try:
            sign_up(self.event, signup(self.event, who), form_id=form, content="else" if other else content)
        except submissions.Repeated:
            assert other

    @rule(who=st.sampled_from(PEOPLE))
    def somebody_goes(self, who: str) -> None:
        if registration := self._live(who):
            with transaction():
                cancellation.cancel(registration)
        self.model.goes(who)

    @rule(size=st.integers(0, 4))
    def the_room_changes(self, size: int) -> None:
        with transaction():
            [quota] = quotas.lock(self.event)
            cancellation.resize(self.event, quota, size)
        self.model.resize(size)

    @rule(late=st.booleans())
    def the_hour_changes(self, late: bool) -> None:
        """In the last two hours the queue stands still, and seats that become free stay free."""
        self.model.late = late
        self.clock.moment = self.event.starts_at - (timedelta(hours=1) if late else timedelta(days=3))

    @rule(who=st.sampled_from(PEOPLE), k=st.integers(1, 14))
    def the_plug_is_pulled_while_somebody_comes(self, who: str, k: int) -> None:
        if self._crashed(k, lambda: sign_up(self.event, signup(self.event, who))) is False:
            self.model.comes(who)

    @rule(who=st.sampled_from(PEOPLE), k=st.integers(1, 20))
    def the_plug_is_pulled_while_somebody_goes(self, who: str, k: int) -> None:
        registration = self._live(who)

        def unit() -> None:
            with transaction():
                if registration:
                    cancellation.cancel(registration)

        if self._crashed(k, unit) is False:
            self.model.goes(who)

    def _crashed(self, k: int, unit) -> bool:
        """Pull the plug at the k-th statement; False where the unit had fewer."""
        left = k

        def pull(*_: object) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Crash

        listen.listen(db.engine, "before_cursor_execute", pull)
        try:
            unit()
        except Crash:
            return True
        finally:
            listen.remove(db.engine, "before_cursor_execute", pull)
            db.session.rollback()
        return False

    def _live(self, who: str) -> Registration | None:
        return find_live(self.event, f"{who}@example.org")

    @invariant()
    def the_database_says_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        for status, expected in (("confirmed", self.model.seated), ("waitlisted", self.model.waiting)):
            rows = db.session.scalars(
                sa.select(Registration)
                .where(Registration.event_id == self.event.id, Registration.status == status)
                .order_by(Registration.queue_number)
                .execution_options(populate_existing=True)
            ).all()
            found = [person(row).name.lower() for row in rows]
            assert (found if status == "waitlisted" else sorted(found)) == (
                expected if status == "waitlisted" else sorted(expected)
            )

    @invariant()
    def the_counters_count(self) -> None:
        if hasattr(self, "model"):
            assert quotas.recount(self.event) == []
            db.session.rollback()

    @invariant()
    def every_turn_has_its_letter_and_calendars_agree(self) -> None:
        if not hasattr(self, "model"):
            return
        states = db.session.scalars(sa.select(CalendarState).where(CalendarState.event_id == self.event.id)).all()
        assert sum(state.method == "REQUEST" for state in states) == len(self.model.seated)
        keys = [key for key in db.session.scalars(sa.select(Message.dedupe_key)) if key]
        assert len(keys) == len(set(keys))
        db.session.rollback()


def test_seats_queue_and_counters_over_random_histories(context, stopped_clock):
    """SEATS_MODEL=20000x60 makes it long; SEATS_SHRINK=1 looks for the shortest history, which takes minutes."""
    run_state_machine_as_test(
        partial(Seats, stopped_clock),  # type: ignore[arg-type]  # anything that makes a machine will do
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            phases=PHASES,
        ),
    )


@pytest.mark.parametrize("k", range(1, 30))
def test_whatever_statement_a_promotion_breaks_at_nothing_is_half_done(context, stopped_clock, k):
    machine = Seats(stopped_clock)
    machine.room(size=1)
    for who in ("ana", "ben"):
        machine.somebody_comes(who)

    machine.the_plug_is_pulled_while_somebody_goes("ana", k)

    machine.the_database_says_what_the_model_says()
    machine.the_counters_count()
    machine.every_turn_has_its_letter_and_calendars_agree()
