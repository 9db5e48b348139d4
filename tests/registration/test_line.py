"""Another place in line: what was asked for, with a reason in the log, and everybody else in the order they had."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventsvc.db import db, transaction
from eventsvc.registration import cancellation, line, log, quotas, waitlist
from eventsvc.registration.people import person
from eventsvc.registration.signup import sign_up
from tests.factories import Cast
from tests.registration.journal import comes, latest, signup, statuses
from tests.registration.test_standstill import change, first_limit

ORGANIZER = log.organizer()


def order(event, quota_id=None):
    """Who waits, party by party."""
    parties = line.parties(event, quota_id or first_limit(event))
    return [[person(each).name.lower() for each in party] for party in parties]


def move(event, who, place, reason="She translates"):
    found = latest(event, who)
    with transaction():
        return line.move_to(found, place, reason, ORGANIZER)


def full_event(cast, *parties, capacity=1):
    """An event whose places are taken, and these people in line."""
    event = cast.event(capacity=capacity)
    change(event, party_most=5)
    for n in range(capacity):
        comes(event, f"seated{n}")
    for party in parties:
        sign_up(event, *(signup(event, who) for who in party))
    return event


def test_somebody_moves_to_the_head_and_the_others_keep_their_order(context, cast):
    event = full_event(cast, ["ana"], ["beto"], ["carla"], ["dora"])

    move(event, "carla", 1)

    assert order(event) == [["carla"], ["ana"], ["beto"], ["dora"]]
    assert [waitlist.place_in_queue(latest(event, who)) for who in ("carla", "ana", "beto", "dora")] == [1, 2, 3, 4]


def test_the_reason_stands_in_the_log_with_who_gave_it(context, cast):
    event = full_event(cast, ["ana"], ["beto"])

    move(event, "beto", 1)

    last = log.lines_of(latest(event, "beto"))[-1]
    assert (last.verb, last.note, last.actor) == ("move_in_line", "2 → 1: She translates", ORGANIZER)
    assert "move_in_line" not in {each.verb for each in log.lines_of(latest(event, "ana"))}


def test_without_a_reason_nobody_is_moved(context, cast):
    event = full_event(cast, ["ana"], ["beto"])

    with pytest.raises(ValueError, match="reason"):
        move(event, "beto", 1, reason="")

    assert order(event) == [["ana"], ["beto"]]


def test_people_who_came_together_move_together_and_are_not_parted(context, cast):
    event = full_event(cast, ["ana"], ["beto", "carla", "dora"], ["eva"], capacity=3)

    move(event, "carla", 1)
    assert order(event) == [["beto", "carla", "dora"], ["ana"], ["eva"]]
    assert [waitlist.place_in_queue(latest(event, who)) for who in ("beto", "dora", "ana", "eva")] == [1, 1, 4, 5]

    move(event, "eva", 2)  # in the middle of three
    assert order(event) == [["beto", "carla", "dora"], ["eva"], ["ana"]]


def test_beyond_the_end_is_the_end(context, cast):
    event = full_event(cast, ["ana"], ["beto"], ["carla"])

    move(event, "ana", 1000)

    assert order(event) == [["beto"], ["carla"], ["ana"]]


def test_who_has_a_seat_is_in_no_line(context, cast):
    event = full_event(cast, ["ana"])

    with pytest.raises(line.NotInLine):
        move(event, "seated0", 1)


def test_the_queue_moves_at_once_where_it_can_now(context, cast):
    """Two who came together need more than there is; behind them one would fit."""
    event = full_event(cast, ["ana", "beto"], ["carla"], capacity=2)
    with transaction():
        cancellation.cancel(latest(event, "seated0"))
    assert order(event) == [["ana", "beto"], ["carla"]]

    moved = move(event, "carla", 1)

    assert [person(each).name for each in moved] == ["Carla"]
    assert dict(statuses(event))["carla"] == "confirmed"
    assert quotas.recount(event) == []


def test_the_next_to_move_up_is_who_was_moved_to_the_head(context, cast):
    event = full_event(cast, ["ana"], ["beto"], ["carla"])
    move(event, "carla", 1)

    with transaction():
        cancellation.cancel(latest(event, "seated0"))

    assert dict(statuses(event))["carla"] == "confirmed"
    assert order(event) == [["ana"], ["beto"]]


def test_the_line_for_another_limit_stays_as_it_is(context, cast):
    event = cast.event(kinds=[("hall", 0), ("balcony", 0)])
    for who, kind in (("ana", "hall"), ("beto", "balcony"), ("carla", "hall"), ("dora", "balcony")):
        comes(event, who, kind=kind)
    hall, balcony = (latest(event, who).waiting_quota_id for who in ("ana", "beto"))
    before = order(event, balcony)

    move(event, "carla", 1)

    assert order(event, hall) == [["carla"], ["ana"]]
    assert order(event, balcony) == before


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    sizes=st.lists(st.integers(1, 3), min_size=1, max_size=5),
    moves=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 14)), max_size=6),
)
def test_after_any_moves_everybody_has_a_slot_and_the_order_is_what_was_asked(context, sizes, moves):
    db.session.rollback()
    parties = [[f"p{n}x{m}" for m in range(size)] for n, size in enumerate(sizes)]
    event = full_event(Cast(None), *parties, capacity=3)  # type: ignore[arg-type]  # inside a context it needs no app
    slots = {each.queue_number for party in line.parties(event, first_limit(event)) for each in party}
    wanted = [list(party) for party in parties]

    for number, place in moves:
        chosen = parties[number % len(parties)]
        move(event, chosen[-1], place)
        others = [party for party in wanted if party != chosen]
        starts = [1 + sum(map(len, others[:n])) for n in range(len(others))]
        position = next((n for n, start in enumerate(starts) if start >= place), len(others))
        wanted = [*others[:position], chosen, *others[position:]]

    assert order(event) == wanted
    found = line.parties(event, first_limit(event))
    numbers = [{each.queue_number for each in party} for party in found]
    assert all(len(each) == 1 for each in numbers)
    assert set().union(*numbers) == slots
    assert len(slots) == len(found)
    for n, party in enumerate(found):
        assert {waitlist.place_in_queue(each) for each in party} == {line.place(found, n)}
    assert _since(found) == sorted(_since(found))
    assert quotas.recount(event) == []


def _since(found):
    return [party[0].queued_at for party in found]
