"""A place goes to an address that somebody typed into a form before, and nobody confirmed: it is in nobody's way."""

import pytest

from eventsvc.db import Again, transaction
from eventsvc.registration import correction, handover
from eventsvc.registration.correction import Correction
from eventsvc.registration.handover import Successor
from eventsvc.registration.people import person
from eventsvc.registration.signup import come_in, make_ready, sign_up
from tests.registration.journal import comes, counters, latest, letters, signup, statuses


@pytest.fixture
def event(context, cast):
    """Full: one place, which Ana has; somebody waits. An address of Bea's was typed, and the link never used."""
    made = cast.event(capacity=1)
    comes(made, "ana")
    comes(made, "eva")
    assert sign_up(made, signup(made, "bea"), doubtful=True).status == "unconfirmed"
    return made


def test_who_corrects_their_address_to_it_keeps_the_place(event):
    with transaction():
        assert correction.correct(latest(event, "ana"), Correction("Ana B.", "bea@example.org", "en"))

    assert statuses(event) == [("bea", "confirmed"), ("eva", "waitlisted")]
    assert person(latest(event, "bea")).name == "Ana B."
    assert counters(event) == [(1, 1, 1)]
    assert letters(event)[-2:] == ["moved_away", "corrected"]


def test_who_is_handed_a_place_has_it(event):
    with transaction():
        handover.hand_over(latest(event, "ana"), Successor("Bea", "bea@example.org", "es"))

    assert statuses(event) == [("bea", "confirmed"), ("eva", "waitlisted")]
    assert counters(event) == [(1, 1, 1)]
    assert letters(event)[-2:] == ["handed_on", "handed_over"]


def test_of_two_who_come_instead_at_the_same_moment_the_second_looks_again(event):
    first, second = (make_ready(event, [signup(event, "bea")], doubtful=True) for _ in range(2))
    with transaction():
        come_in(first)

    with pytest.raises(Again), transaction():
        come_in(second)

    assert statuses(event).count(("bea", "unconfirmed")) == 1
