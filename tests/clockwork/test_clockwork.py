"""Chores: each is done when it is due, by one clockwork at a time, and a fault in one is nobody else's."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock, clockwork
from eventsvc.chores import DUTIES, Duty
from eventsvc.clockwork import Beat, Chore, claim, run_due
from eventsvc.db import db, transaction


class Log:
    """A chore that writes down when it was done."""

    def __init__(self, name: str = "chore", *, minutes: float = 10, more: int = 0, wanted: bool = True) -> None:
        self.times: list[object] = []
        self.more = more
        self.is_wanted = wanted
        self.duty = Duty(name, timedelta(minutes=minutes), self.work, lambda: self.is_wanted)

    def work(self) -> bool:
        self.times.append(clock.now())
        self.more -= 1
        return self.more >= 0


def chore(name: str = "chore") -> Chore:
    return db.session.get_one(Chore, name, populate_existing=True)


def test_a_chore_is_done_at_once_and_then_when_its_time_has_come(context, stopped_clock):
    log = Log(minutes=10)

    assert run_due("a", (log.duty,)) == ["chore"]
    assert run_due("a", (log.duty,)) == []
    stopped_clock.forward(minutes=9, seconds=59)
    assert run_due("a", (log.duty,)) == []
    stopped_clock.forward(seconds=1)
    assert run_due("b", (log.duty,)) == ["chore"]
    assert len(log.times) == 2
    assert chore().done_at == stopped_clock.moment
    assert chore().lease_holder is None


def test_what_is_not_finished_goes_on_at_once(context, stopped_clock):
    log = Log(more=2)

    rounds = [run_due("a", (log.duty,)) for _ in range(4)]

    assert rounds == [["chore"], ["chore"], ["chore"], []]


def test_a_chore_that_has_nothing_to_do_is_only_looked_at(context, stopped_clock):
    log = Log(wanted=False)
    run_due("a", (log.duty,))
    before = chore().due_at

    stopped_clock.forward(hours=1)
    assert run_due("a", (log.duty,)) == []
    assert (log.times, chore().due_at, chore().done_at) == ([], before, None)

    log.is_wanted = True
    assert run_due("a", (log.duty,)) == ["chore"]


def test_a_fault_is_told_without_its_words_and_tried_again_and_the_others_have_their_turn(
    context, stopped_clock, caplog
):
    attempts = []

    def broken() -> bool:
        attempts.append(1)
        with transaction():
            db.session.add(Beat(holder="half", beat_at=clock.now()))
            db.session.flush()
            raise ValueError("ana@example.org")

    duty, log = Duty("broken", timedelta(days=1), broken), Log("other")

    assert run_due("a", (duty, log.duty)) == ["other"]
    assert "ValueError" in str(chore("broken").last_error)
    assert "ana@" not in f"{chore('broken').last_error} {caplog.text}"
    assert chore("broken").done_at is None
    assert db.session.scalar(sa.select(Beat)) is None
    assert run_due("a", (duty, log.duty)) == []
    stopped_clock.forward(minutes=1)
    run_due("a", (duty, log.duty))
    assert len(attempts) == 2


def test_a_claimed_chore_is_left_alone_until_the_lease_runs_out(context, stopped_clock):
    log = Log()
    run_due("a", (log.duty,))
    stopped_clock.forward(minutes=10)

    assert claim("chore", "dies") is True  # and does not come back
    assert run_due("b", (log.duty,)) == []
    stopped_clock.forward(minutes=10, seconds=1)
    assert run_due("b", (log.duty,)) == ["chore"]


def test_who_lost_the_lease_does_not_touch_the_chore_of_the_next(context, stopped_clock):
    other = Log()

    def slow() -> bool:
        stopped_clock.forward(minutes=11)
        assert claim("chore", "second")
        return False

    assert run_due("first", (Duty("chore", timedelta(days=1), slow),)) == ["chore"]

    assert chore().lease_holder == "second"
    assert run_due("third", (other.duty,)) == []


def test_a_beat_is_one_row_and_old_ones_go(context, stopped_clock):
    clockwork.beat("a")
    clockwork.beat("b")
    stopped_clock.forward(hours=20)
    clockwork.beat("a")
    stopped_clock.forward(hours=5)
    clockwork.beat("a")

    assert [(b.holder, b.beat_at) for b in db.session.scalars(sa.select(Beat))] == [("a", stopped_clock.moment)]


def test_every_chore_of_the_house_runs_on_an_empty_database(context):
    names = {duty.name for duty in DUTIES}

    run_due("a")

    rows = db.session.scalars(sa.select(Chore)).all()
    assert {row.name for row in rows} == names
    assert [row.last_error for row in rows if row.last_error] == []
    assert {row.name for row in rows if row.done_at} == {duty.name for duty in DUTIES if duty.wanted is None}


RACER = """
import random, sys, time
from eventsvc.app import create_app
from eventsvc.clockwork import claim
app = create_app()
with app.app_context():
    print("ready", flush=True)
    time.sleep(float(sys.stdin.readline()) - time.time())
    numbers = random.Random(sys.argv[1]).sample(range(200), 200)
    print(*(number for number in numbers if claim(f"race {number}", sys.argv[1])))
"""


@pytest.mark.slow
def test_of_two_processes_that_race_for_a_chore_exactly_one_gets_it(context, settings):
    with transaction():
        db.session.add_all(Chore(name=f"race {number}", due_at=clock.now()) for number in range(200))
    environment = os.environ | {
        "EVENTSVC_DATA_DIR": str(settings.data_dir),
        "EVENTSVC_DATABASE_URL": settings.database_url,
        "EVENTSVC_BASE_URL": settings.base_url,
    }
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, name],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b")
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    start = time.time() + 0.3
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write(f"{start}\n")
        racer.stdin.flush()
    won = [[int(number) for number in racer.communicate()[0].split()] for racer in racers]

    assert sorted(won[0] + won[1]) == list(range(200))
    assert all(won)  # they met
