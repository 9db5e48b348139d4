"""What the calendar of one address is sent rises for ever, even where we have forgotten that it was sent anything."""

import threading
from functools import partial
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from eventsvc.db import Again, db, transaction
from eventsvc.events.models import Event
from eventsvc.mail import reading
from eventsvc.mail.models import Message
from eventsvc.registration import announcements, cancellation, invitations
from eventsvc.registration.correction import Correction, correct
from eventsvc.registration.drafting import prepare, register
from eventsvc.registration.models import CalendarState
from eventsvc.registration.signup import find_live, sign_up
from eventsvc.retention import runs
from eventsvc.vault import keyring
from tests.factories import Cast
from tests.registration.journal import comes, goes, latest, signup

PEOPLE = st.sampled_from(("ana", "ben", "cleo"))


class Calendars(RuleBasedStateMachine):
    """One event, three addresses, and everything that their calendars were ever sent."""

    def __init__(self, app) -> None:
        super().__init__()
        self.app = app
        self.read: set[object] = set()
        self.sent: dict[str, list[tuple[str, int]]] = {}

    @initialize()
    def announce(self) -> None:
        db.session.rollback()
        self.event = Cast(self.app).event(capacity=2)

    @rule(who=PEOPLE)
    def somebody_comes(self, who: str) -> None:
        comes(self.event, who)

    @rule(who=PEOPLE)
    def somebody_goes(self, who: str) -> None:
        if found := find_live(self.event, f"{who}@example.org"):
            with transaction():
                cancellation.cancel(found)

    @rule(who=PEOPLE)
    def somebody_is_erased(self, who: str) -> None:
        if found := find_live(self.event, f"{who}@example.org"):
            runs.erase_on_request(found.id)

    @rule(who=PEOPLE, to=PEOPLE)
    def somebody_moves(self, who: str, to: str) -> None:
        if found := find_live(self.event, f"{who}@example.org"):
            with transaction():
                correct(found, Correction(who, f"{to}@example.org", "en"))

    @rule(hall=st.integers(1, 9))
    def the_place_changes(self, hall: int) -> None:
        with transaction():
            event = db.session.get_one(Event, self.event.id, populate_existing=True)
            announcements.change(event, venue={"name": f"Hall {hall}"})
        for each in announcements.unfinished():
            done = False
            while not done:
                with transaction():
                    done = not announcements.carry_on(each)

    @invariant()
    def every_object_is_above_the_one_before(self) -> None:
        if not hasattr(self, "event"):
            return
        posted = sa.select(Message).where(Message.event_id == self.event.id, Message.id.not_in(self.read))
        for message in db.session.scalars(posted.order_by(Message.created_at)):
            self.read.add(message.id)
            opened = reading.opened(message)
            assert opened is not None
            if part := reading.Letter.of(opened.content).invitation:
                earlier = self.sent.setdefault(opened.recipient, [])
                assert all(part.sequence > sequence for _method, sequence in earlier), (earlier, part)
                earlier.append((part.method, part.sequence))
        db.session.rollback()


def test_over_any_history_with_erasures_sequence_only_rises(context):
    run_state_machine_as_test(
        partial(Calendars, context),  # type: ignore[arg-type]  # anything that makes a machine will do
        settings=settings(
            max_examples=25 if db.engine.dialect.name == "sqlite" else 8,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


@pytest.fixture
def event(context) -> Event:
    return Cast(context).event()


def state_of(event: Event, who: str) -> tuple[str, int]:
    step = invitations.last_step(event, keyring().of_event(event.id).index(f"{who}@example.org"))
    assert step is not None
    return step.method, step.sequence


def test_who_was_erased_and_comes_again_starts_above_the_cancel(event):
    comes(event, "ana")
    runs.erase_on_request(latest(event, "ana").id)  # REQUEST 0, CANCEL 1
    comes(event, "ana")
    again = state_of(event, "ana")
    runs.erase_on_request(latest(event, "ana").id)
    comes(event, "ana")

    assert again == ("REQUEST", 2)
    assert state_of(event, "ana") == ("REQUEST", 4)


def test_who_was_never_there_starts_at_the_floor_and_nobody_else_is_moved_by_it(event):
    for who in ("ana", "ben"):
        comes(event, who)
    runs.erase_on_request(latest(event, "ana").id)
    comes(event, "cleo")
    goes(event, "ben")

    assert state_of(event, "ben") == ("CANCEL", 1)
    assert state_of(event, "cleo") == ("REQUEST", 2)
    assert db.session.scalar(sa.select(Event.sequence_floor).where(Event.id == event.id)) == 2


def test_a_letter_prepared_before_an_erasure_is_prepared_again(event):
    comes(event, "ana")
    ana = latest(event, "ana").id
    goes(event, "ana")
    with_old_floor = prepare(event, signup(event, "cleo"))
    runs.erase_on_request(ana)

    with pytest.raises(Again), transaction():
        register(event, with_old_floor)
    sign_up(event, signup(event, "cleo"))

    assert state_of(event, "cleo") == ("REQUEST", 2)


def test_the_same_step_is_not_written_down_twice(event):
    step = invitations.next_step(event, b"somebody", invitations.REQUEST)
    with transaction():
        invitations.remember(step)

    with pytest.raises(Again), transaction():
        invitations.remember(step)


def test_an_erased_old_registration_leaves_the_calendar_of_the_new_one_alone(event):
    comes(event, "ana")
    old = latest(event, "ana").id
    goes(event, "ana")
    comes(event, "ana")

    receipt = runs.erase_on_request(old)
    goes(event, "ana")

    assert receipt is not None
    assert receipt.counts["calendar_states"] == 0
    assert state_of(event, "ana") == ("CANCEL", 3)
    assert {m.registration_id for m in db.session.scalars(sa.select(Message))} == {latest(event, "ana").id}


def test_two_erased_at_once_leave_the_higher_floor(event, context):
    for who in ("ben", "ana"):
        comes(event, who)
    runs.erase_on_request(latest(event, "ana").id)
    comes(event, "ana")
    assert (state_of(event, "ben"), state_of(event, "ana")) == (("REQUEST", 0), ("REQUEST", 2))
    ids = [latest(event, who).id for who in ("ana", "ben")]
    db.session.remove()

    def erase(registration_id: UUID) -> None:
        with context.app_context():
            runs.erase_on_request(registration_id)
            db.session.remove()

    threads = [threading.Thread(target=erase, args=[each]) for each in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert db.session.scalar(sa.select(Event.sequence_floor)) == 4
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CalendarState)) == 0
