"""A party that is first in line and finds too few seats: nobody behind takes one that it lacks."""

from dataclasses import replace

from eventsvc.db import transaction
from eventsvc.registration.signup import sign_up
from tests.registration.journal import comes, goes, latest, signup


def test_a_party_holds_up_those_in_other_lines_who_want_what_it_lacks(cast, context, stopped_clock):
    event = cast.event(kinds=[("hall", 1), ("balcony", 2)])
    with transaction():
        event.party_most = 3
    comes(event, "ana", kind="hall")
    for who in ("ben", "cleo"):
        comes(event, who, kind="balcony")
    stopped_clock.forward(seconds=1)
    guests = [replace(signup(event, f"guest{n}", kind="balcony"), email=None) for n in range(2)]
    sign_up(event, signup(event, "dan", kind="hall"), *guests)
    stopped_clock.forward(seconds=1)
    comes(event, "eva", kind="balcony")

    goes(event, "ana")
    goes(event, "ben")

    assert (latest(event, "dan").status, latest(event, "eva").status) == ("waitlisted", "waitlisted")

    goes(event, "cleo")

    assert (latest(event, "dan").status, latest(event, "eva").status) == ("confirmed", "waitlisted")
