"""Far more people than seats.

10,000 for 100 seats, with the figures: `STORM=40 pytest -s -o faulthandler_timeout=0 tests/storms/test_flood.py`
"""

import time
from functools import partial

import pytest

from tests.storms.aftermath import assert_everybody_was_told, assert_in_order, deadlocks, look
from tests.storms.clients import Guest, all_at_once
from tests.storms.conftest import Service
from tests.storms.size import many

pytestmark = pytest.mark.slow

SEATS, GUESTS, CLIENTS = 100, many(250), 32


def test_a_hundred_seats_go_to_a_hundred_and_all_others_stand_in_line(service: Service) -> None:
    event_id, slug = service.event(SEATS)
    guests = [Guest(service.url, slug, f"guest{n}") for n in range(GUESTS)]
    begun = time.monotonic()

    all_at_once([partial(registers, guests[start::CLIENTS]) for start in range(CLIENTS)])

    took = time.monotonic() - begun
    left = look(service.app, event_id)
    assert_in_order(left)
    assert_everybody_was_told(left)
    assert (len(left.confirmed), len(left.queue)) == (SEATS, GUESTS - SEATS)
    assert [row.queue_number for row in left.queue] == list(range(1, GUESTS - SEATS + 1))
    assert {answer.status for guest in guests for answer in guest.answers} == {303}
    assert deadlocks(service.app) == 0
    busy, broken = (sum(getattr(guest.line, name) for guest in guests) for name in ("busy", "broken"))
    print(  # noqa: T201 - the figures, for `pytest -s`
        f"\n{service.app.config['SQLALCHEMY_DATABASE_URI'].partition(':')[0]}: {GUESTS:,} for {SEATS} seats in {took:.0f} s, "
        f"{GUESTS / took:.0f}/s; oversold 0, deadlocks 0, faults 0, told to come again {busy}, lines broken {broken}"
    )


def registers(some: list[Guest]) -> None:
    """One after the other."""
    for guest in some:
        with guest.line:
            guest.open_form()
            assert guest.send().status == 303, guest.answers
