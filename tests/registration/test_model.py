"""Seats, queues and counters against a model in plain Python, over random histories with crashes in the middle."""

import os
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

from eventsvc import vault
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
from tests.registration.model import KINDS, Model

PEOPLE = ("ana", "ben", "cleo", "dan", "eva", "fay", "gil")
KIND = st.sampled_from(sorted(KINDS))
PHASES = list(Phase) if os.environ.get("SEATS_SHRINK") else [Phase.explicit, Phase.generate]
EXAMPLES, STEPS = (int(n) for n in os.environ.get("SEATS_MODEL", "50x25").split("x"))


class Crash(Exception):
    """The plug was pulled before this statement."""


class Seats(RuleBasedStateMachine):
    """One event on a real database, and the model beside it."""

    def __init__(self, stopped: Clock) -> None:
        super().__init__()
        self.clock = stopped
        self.clock.moment = datetime.now(UTC)
        self.forms: dict[str, tuple[str, str]] = {}

    @initialize(room=st.integers(0, 3), hall=st.integers(0, 2), balcony=st.integers(0, 2))
    def venue(self, room: int, hall: int, balcony: int) -> None:
        db.session.rollback()
        kinds = [("hall", hall), ("balcony", balcony)]
        self.event: Event = Cast(None).event(capacity=room, kinds=kinds)  # type: ignore[arg-type]  # inside a context it needs no app
        self.model = Model({"room": room, "hall": hall, "balcony": balcony})
        self.clock.moment = self.event.starts_at - timedelta(hours=1)
        self.the_organizer_decides_about_the_last_hours(late=False)
        self.quotas = dict(zip(self.model.sizes, quotas.lock(self.event), strict=True))

    @rule(people=st.permutations(PEOPLE), number=st.integers(1, 4), kinds=st.lists(KIND, min_size=4, max_size=4))
    def people_come(self, people: list[str], number: int, kinds: list[str]) -> None:
        for who, kind in zip(people[:number], kinds, strict=False):
            self.clock.forward(milliseconds=1)  # who comes first is first
            form = new_form_id("registration", self.event.uid)
            sign_up(self.event, signup(self.event, who, kind=kind), form_id=form, content=who)
            self.forms[form] = (who, kind)
            self.model.comes(who, kind)

    @precondition(lambda self: self.forms)
    @rule(data=st.data(), other=st.booleans())
    def a_form_comes_again(self, data: st.DataObject, other: bool) -> None:
        form = data.draw(st.sampled_from(list(self.forms)))
        who, kind = self.forms[form]
        try:
            sign_up(self.event, signup(self.event, who, kind=kind), form_id=form, content="else" if other else who)
        except submissions.Repeated:
            assert other

    @rule(who=st.sampled_from(PEOPLE))
    def somebody_goes(self, who: str) -> None:
        for registration in self._all(who):  # those that ended long ago as well: they are cancelled twice
            with transaction():
                cancellation.cancel(registration)
        self.model.goes(who)

    @rule(quota=st.sampled_from(["room", "hall", "balcony"]), size=st.integers(0, 4))
    def a_limit_changes(self, quota: str, size: int) -> None:
        with transaction():
            cancellation.resize(self.event, self.quotas[quota], size)
        self.model.resize(quota, size)

    @rule(late=st.booleans())
    def the_organizer_decides_about_the_last_hours(self, late: bool) -> None:
        """It is an hour before the start: the queue stands still unless the organizer says otherwise."""
        self.model.late = late
        with transaction():
            db.session.execute(sa.update(Event).where(Event.id == self.event.id).values(promote_late=not late))
            db.session.refresh(self.event)

    @rule(who=st.sampled_from(PEOPLE), kind=KIND, k=st.integers(1, 14))
    def the_plug_is_pulled_while_somebody_comes(self, who: str, kind: str, k: int) -> None:
        self.clock.forward(milliseconds=1)
        if not self._crashed(k, lambda: sign_up(self.event, signup(self.event, who, kind=kind))):
            self.model.comes(who, kind)

    @rule(who=st.sampled_from(PEOPLE), k=st.integers(1, 25))
    def the_plug_is_pulled_while_somebody_goes(self, who: str, k: int) -> None:
        registration = find_live(self.event, f"{who}@example.org")

        def unit() -> None:
            with transaction():
                if registration:
                    cancellation.cancel(registration)

        if not self._crashed(k, unit):
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

    def _all(self, who: str) -> list[Registration]:
        index = vault.keyring().of_event(self.event.id).index(f"{who}@example.org")
        rows = db.session.scalars(
            sa.select(Registration).where(Registration.event_id == self.event.id, Registration.email_index == index)
        )
        return list(rows)

    def _people(self, status: str) -> list[str]:
        """Who is in this status; the waiting in the order of their numbers, quota by quota."""
        rows = db.session.scalars(
            sa.select(Registration)
            .where(Registration.event_id == self.event.id, Registration.status == status)
            .order_by(Registration.waiting_quota_id, Registration.queue_number)
            .execution_options(populate_existing=True)
        )
        return [person(row).name.lower() for row in rows]

    @precondition(lambda self: hasattr(self, "model"))
    @invariant()
    def the_database_says_what_the_model_says(self) -> None:
        order = list(self.model.sizes)
        waiting = sorted(self.model.waiting, key=lambda w: order.index(w.refused_by))

        assert sorted(self._people("confirmed")) == sorted(self.model.seated)
        assert self._people("waitlisted") == [w.who for w in waiting]
        db.session.rollback()

    @precondition(lambda self: hasattr(self, "model"))
    @invariant()
    def the_counters_count(self) -> None:
        assert quotas.recount(self.event) == []
        taken = {name: quotas.lock(self.event)[number].taken for name, number in self.quotas.items()}
        assert taken == {name: self.model.taken(name) for name in self.quotas}
        db.session.rollback()

    @precondition(lambda self: hasattr(self, "model"))
    @invariant()
    def calendars_say_who_has_a_seat(self) -> None:
        states = db.session.scalars(sa.select(CalendarState).where(CalendarState.event_id == self.event.id)).all()
        keys = vault.keyring().of_event(self.event.id)

        invited = {bytes(state.address_index) for state in states if state.method == "REQUEST"}
        assert invited == {keys.index(f"{who}@example.org") for who in self.model.seated}
        db.session.rollback()

    @precondition(lambda self: hasattr(self, "model"))
    @invariant()
    def every_turn_has_its_letter(self) -> None:
        posted = db.session.execute(
            sa.select(Message.letter, sa.func.count()).where(Message.event_id == self.event.id).group_by(Message.letter)
        )
        letters: dict[str, int] = {letter: number for letter, number in posted}  # noqa: C416 - rows are typed as tuples of any
        seats = letters.get("confirmed", 0) + letters.get("promoted", 0)
        ended = len(self._people("cancelled"))

        assert letters.get("cancelled_by_attendee", 0) == ended
        assert letters.get("confirmed", 0) + letters.get("waitlisted", 0) == ended + len(self.model.seated) + len(
            self.model.waiting
        )
        assert seats >= len(self.model.seated)
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
    machine.venue(room=1, hall=1, balcony=1)
    machine.people_come(["ana", "ben"], 2, ["hall", "balcony"])

    machine.the_plug_is_pulled_while_somebody_goes("ana", k)

    machine.the_database_says_what_the_model_says()
    machine.the_counters_count()
    machine.calendars_say_who_has_a_seat()
    machine.every_turn_has_its_letter()
