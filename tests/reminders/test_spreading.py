"""No mail server gets all of a run at once, and everybody has it in time."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from eventsvc.mail.outbox import domain_mark
from eventsvc.reminders.models import ReminderRun
from eventsvc.reminders.spreading import next_slot
from tests.factories import Cast
from tests.registration.journal import comes
from tests.reminders.house import before, come_round, rows_of

NOW = datetime(2027, 5, 14, 17, tzinfo=UTC)
MANY, OTHER = b"\x07" * 16, b"\x08" * 16


@pytest.fixture
def clock_at(stopped_clock):
    stopped_clock.moment = NOW
    return stopped_clock


def run_for(expected):
    return ReminderRun(begun_at=NOW, expected=expected, slots={})


def seconds(run, mark, number, ahead=timedelta(hours=1)):
    return [(next_slot(run, mark, NOW + ahead) - NOW).total_seconds() for _ in range(number)]


def test_one_domain_gets_five_a_second_whoever_else_is_written_to(clock_at):
    run = run_for(5000)
    found = [seconds(run, mark, 1)[0] for _ in range(50) for mark in (MANY, OTHER)]

    assert Counter(int(each) for each in found) == dict.fromkeys(range(10), 10)


def test_five_thousand_at_one_provider_are_all_served_long_before_the_start(clock_at):
    found = seconds(run_for(5000), MANY, 5000)

    assert max(found) == pytest.approx(4999 / 5, abs=0.5)
    assert max(Counter(int(each) for each in found).values()) <= 6


def test_fifty_thousand_are_served_by_half_of_the_time_that_is_left(clock_at):
    found = seconds(run_for(50_000), MANY, 50_000)

    assert 1700 < max(found) <= 1800


def test_what_the_clockwork_missed_is_not_made_up_for_all_at_once(clock_at):
    run = run_for(5000)
    seconds(run, MANY, 10)
    clock_at.forward(minutes=10)

    found = seconds(run, MANY, 10)

    assert found[0] == 600
    assert found[-1] == pytest.approx(601.8)


def test_in_the_outbox_each_domain_has_its_own_row_of_slots(context, stopped_clock):
    event = Cast(context).event(days=5)
    for number in range(12):
        comes(event, f"p{number}")
    before(event, stopped_clock, hours=24)
    begun = stopped_clock.moment
    come_round(stopped_clock)

    found = sorted((row.next_try_at - begun).total_seconds() for row in rows_of(event))

    assert found == pytest.approx([number / 5 for number in range(12)], abs=0.01)
    assert {row.domain_mark for row in rows_of(event)} == {domain_mark("any@example.org")}
