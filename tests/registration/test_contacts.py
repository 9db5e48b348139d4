"""Whose letters go where: who has no address is nobody's guest on that account, and an address is not a registration."""

import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.registration import answering, handover, signup
from eventsvc.registration.drafting import Signup
from eventsvc.registration.handover import Successor
from eventsvc.registration.log import organizer
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.parties import guests_of
from tests.registration.journal import comes, goes, latest, letters, statuses, ticket_type


def walk_in(event, name="Rosa"):
    """Somebody whom an organizer adds, without an address."""
    row = signup.add(event, Signup(name, None, "en", ticket_type(event).id, "1"), organizer())
    return db.session.get_one(Registration, row)


def test_who_has_no_address_is_not_their_own_guest(cast, context):
    added = walk_in(cast.event())

    assert added.contact_id is None
    assert guests_of(added, Status.CONFIRMED) == []


def test_who_has_no_address_accepts_an_offer_once(cast, context):
    event = cast.event(capacity=1)
    with transaction():
        event.offer_hours = 24
    comes(event, "ana")
    added = walk_in(event)
    goes(event, "ana")
    assert added.status == "offered"

    with transaction():
        assert answering.accept(added)

    assert added.status == "confirmed"


def test_the_new_owner_of_a_place_is_told_the_truth_in_the_same_minute_as_the_old_one(cast, context, stopped_clock):
    event = cast.event()
    comes(event, "ana")
    comes(event, "ana")
    with transaction():
        handover.hand_over(latest(event, "ana"), Successor("Ben", "ben@example.org", "en"))

    comes(event, "ben")

    assert [who for who, _status in statuses(event)] == ["ben"]
    assert letters(event).count("already_registered") == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 1
