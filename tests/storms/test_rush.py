"""Everybody wants in at the same moment."""

import threading
from collections import Counter
from functools import partial

import pytest

from tests.storms.aftermath import assert_everybody_was_told, assert_in_order, look
from tests.storms.clients import Guest, all_at_once
from tests.storms.conftest import Service
from tests.storms.size import many

pytestmark = pytest.mark.slow

SEATS, GUESTS, ROUNDS = 50, 200, many(1)


@pytest.mark.parametrize("number", range(1, ROUNDS + 1))
def test_of_200_who_come_at_once_50_get_a_seat_and_150_stand_in_line(service: Service, number: int) -> None:
    event_id, slug = service.event(SEATS)
    guests = [Guest(service.url, slug, f"guest{n}") for n in range(GUESTS)]
    everybody_has_the_form = threading.Barrier(GUESTS)

    def register(guest: Guest) -> None:
        with guest.line:
            guest.open_form()
            everybody_has_the_form.wait(60)
            assert guest.send().status == 303, guest.answers
            assert guest.look_at_result().status == 200

    all_at_once([partial(register, guest) for guest in guests])

    left = look(service.app, event_id)
    assert_in_order(left)
    assert_everybody_was_told(left)
    assert (len(left.confirmed), len(left.queue)) == (SEATS, GUESTS - SEATS)
    assert [row.queue_number for row in left.queue] == list(range(1, GUESTS - SEATS + 1))
    assert Counter(row.letters for row in left.rows) == {("confirmed",): SEATS, ("waitlisted",): GUESTS - SEATS}


def test_a_form_sent_three_times_at_once_is_one_registration(service: Service) -> None:
    event_id, slug = service.event(20)
    guests = [Guest(service.url, slug, f"guest{n}") for n in range(40)]
    for guest in guests:
        with guest.line:
            guest.open_form()

    all_at_once([guest.send_over_another_line for guest in guests for _ in range(3)])

    left = look(service.app, event_id)
    assert_in_order(left)
    assert_everybody_was_told(left)
    assert sorted(row.email for row in left.rows) == sorted(guest.email for guest in guests)
    assert (len(left.confirmed), len(left.queue)) == (20, 20)
    for guest in guests:
        assert [answer.status for answer in guest.answers] == [303, 303, 303]
        assert len({answer.location for answer in guest.answers}) == 1
