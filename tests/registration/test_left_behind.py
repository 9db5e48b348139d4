"""Who waits only because somebody else of the party has to, waits no longer when that one has left the line."""

import pytest

from eventsvc.db import transaction
from eventsvc.registration import cancellation, quotas, switching
from tests.registration.journal import comes, counters, goes, latest, letters, ticket_type
from tests.registration.test_parties import allow, party


@pytest.fixture
def event(context, cast):
    """The hall is full, and people wait for it. Ana waits behind them; Ben, who would be online, with her."""
    made = cast.event(kinds=[("hall", 1), ("online", 2)])
    allow(made, party_most=4)
    for who in ("eva", "fay", "gil"):
        comes(made, who, kind="hall")
    party(made, "ana@hall", "ben@online")
    return made


def test_he_is_in_when_she_cancels(event):
    goes(event, "ana")

    assert latest(event, "ben").status == "confirmed"
    assert counters(event) == [(1, 1, 2), (2, 1, 0)]
    assert letters(event)[-2:].count("promoted") == 1
    assert quotas.recount(event) == []


def test_he_is_in_when_she_takes_part_online_too(event):
    with transaction():
        switching.change_type(latest(event, "ana"), ticket_type(event, "online").id)

    assert [latest(event, who).status for who in ("ana", "ben")] == ["confirmed", "confirmed"]
    assert counters(event) == [(1, 1, 2), (2, 2, 0)]
    assert quotas.recount(event) == []


def test_where_that_is_full_he_waits_for_it_and_not_for_the_hall(event):
    for who in ("hana", "ivo"):
        comes(event, who, kind="online")
    goes(event, "ana")

    assert latest(event, "ben").status == "waitlisted"
    assert counters(event) == [(1, 1, 2), (2, 2, 1)]
    goes(event, "hana")
    assert latest(event, "ben").status == "confirmed"
    assert quotas.recount(event) == []


def test_he_goes_on_waiting_when_the_one_who_left_was_not_the_one_who_needed_it(event):
    goes(event, "ben")

    assert latest(event, "ana").status == "waitlisted"
    with transaction():
        cancellation.resize(event, min(quotas.quota_ids_of(ticket_type(event, "hall").id)), 4)
    assert latest(event, "ana").status == "confirmed"
