"""Many who ask the same at once are one question to the database, and nobody gets an answer from before they asked."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import sqlalchemy as sa

from eventsvc import rounds
from eventsvc.db import Glance, db
from eventsvc.events.models import Organization
from eventsvc.rounds import Rounds
from tests.factories import Cast


def test_who_comes_while_a_question_is_under_way_shares_the_next_one():
    asked: Rounds[int] = Rounds()
    numbers = count(1)
    under_way, go_on = threading.Event(), threading.Event()

    def slow() -> int:
        number = next(numbers)
        under_way.set()
        go_on.wait(10)
        return number

    with ThreadPoolExecutor(9) as people:
        first = people.submit(asked.ask, "seats", slow)
        assert under_way.wait(10)
        others = [people.submit(asked.ask, "seats", slow) for _ in range(8)]
        while asked._next.get("seats") is None:
            time.sleep(0.001)
        time.sleep(0.1)  # the last of them may still be on the way to the door
        go_on.set()

        assert first.result() == 1
        assert {each.result() for each in others} == {2}
    assert (asked._running, asked._next) == ({}, {})


def test_no_answer_is_older_than_its_question():
    asked: Rounds[int] = Rounds()
    clock = count(1)
    now = [0]
    guard = threading.Lock()

    def tick() -> int:
        with guard:
            now[0] = next(clock)
            return now[0]

    def look() -> int:
        seen = tick()
        time.sleep(0.0005)
        return seen

    def ask_often(_: int) -> list[tuple[int, int]]:
        return [(tick(), asked.ask("seats", look)) for _ in range(100)]

    with ThreadPoolExecutor(8) as people:
        found = [pair for each in people.map(ask_often, range(8)) for pair in each]

    assert len(found) == 800
    assert [pair for pair in found if pair[1] < pair[0]] == []
    assert len({answer for _, answer in found}) < 800


def test_a_fault_is_for_who_asked_and_the_others_ask_themselves():
    asked: Rounds[int] = Rounds()
    answers: Iterator[int | ConnectionError] = iter([ConnectionError("gone"), 7, 8, 9])

    def unsteady() -> int:
        time.sleep(0.02)
        answer = next(answers)
        if isinstance(answer, int):
            return answer
        raise answer

    with ThreadPoolExecutor(3) as people:
        asking = [people.submit(asked.ask, "seats", unsteady) for _ in range(3)]
    assert [type(each.exception()) for each in asking].count(ConnectionError) == 1
    assert (asked._running, asked._next) == ({}, {})


def test_nobody_joins_a_round_that_waited_in_vain(monkeypatch):
    monkeypatch.setattr(rounds, "PATIENCE", 0.05)
    asked: Rounds[str] = Rounds()
    stuck = threading.Event()
    with ThreadPoolExecutor(2) as people:
        first = people.submit(asked.ask, "seats", lambda: str(stuck.wait(10)))
        while not asked._running:
            time.sleep(0.001)
        assert asked.ask("seats", lambda: "second") == "second"
        assert asked.ask("seats", lambda: "third") == "third"
        stuck.set()
        assert first.result() == "True"
    assert (asked._running, asked._next) == ({}, {})


_COUNT = Glance(sa.select(sa.func.count(Organization.id)).where(Organization.name == sa.bindparam("name")))


def test_a_glance_outlives_the_connection_it_was_to_use(cast: Cast, context):
    cast.organization("Alianza Americas")
    assert _COUNT.rows(name="Alianza Americas")[0][0] == 1
    if db.engine.dialect.name == "postgresql":
        mine = sa.text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )
        db.session.execute(mine)
        db.session.rollback()
    assert [_COUNT.rows(name=name)[0][0] for name in ("Alianza Americas", "nobody")] == [1, 0]


def test_a_glance_does_not_wait_for_the_connections_that_requests_hold(context):
    """Else all who hold one and want to look once more would wait for each other."""
    held = [db.engine.connect() for _ in range(10)]  # all there are
    try:
        assert [tuple(row) for row in Glance(sa.select(sa.literal(7))).rows()] == [(7,)]
    finally:
        for connection in held:
            connection.close()
