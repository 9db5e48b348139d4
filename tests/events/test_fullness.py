"""How full, in words."""

import pytest

from eventsvc.events.fullness import Fullness, Seats, by_ticket_type, fullness, overall

PLENTY, FEW, WAITLIST, FULL = Fullness


@pytest.mark.parametrize(
    ("size", "taken", "waiting", "word"),
    [
        (None, 10_000, 0, PLENTY),
        (100, 0, 0, PLENTY),
        (100, 89, 0, PLENTY),
        (100, 90, 0, FEW),
        (12, 8, 0, PLENTY),
        (12, 9, 0, FEW),
        (2, 0, 0, FEW),
        (100, 100, 0, WAITLIST),
        (100, 105, 0, WAITLIST),
        (100, 90, 1, WAITLIST),
        (None, 5, 1, WAITLIST),
    ],
)
def test_the_word_for_a_quota(size, taken, waiting, word):
    assert fullness(Seats(1, size, taken, waiting), waitlist=True) == word


def test_without_a_waitlist_full_is_full():
    assert fullness(Seats(1, 5, 5, 0), waitlist=False) == FULL


def test_a_ticket_type_is_as_full_as_its_fullest_quota_and_an_event_as_its_emptiest_type():
    room, hall, press = (100, 99, 0), (50, 10, 0), (10, 10, 0)
    rows = [Seats(1, *room), Seats(1, *hall), Seats(2, *room), Seats(2, *press)]

    words = by_ticket_type(rows, waitlist=True)

    assert words == {1: FEW, 2: WAITLIST}
    assert overall(words.values()) == FEW
