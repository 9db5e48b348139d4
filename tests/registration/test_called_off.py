"""An event that was called off: who was offered a place hears of that, and of nothing else."""

from eventsvc.chores import announce, expire_offers
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.registration import announcements
from tests.registration.journal import comes, goes, latest, letters, statuses
from tests.registration.test_parties import allow


def test_an_offer_for_it_lapses_without_a_word_once_it_would_be_over(context, cast, stopped_clock):
    event = cast.event(capacity=1, days=10)
    allow(event, offer_hours=24)
    comes(event, "ana")
    comes(event, "ben")
    goes(event, "ana")
    with transaction():
        announcements.call_off(db.session.get_one(Event, event.id))
    stopped_clock.forward(days=3)

    expire_offers()
    announce()

    assert latest(event, "ben").status == "offered"
    assert letters(event)[-1] == "event_cancelled"

    stopped_clock.forward(days=8)
    expire_offers()

    assert sorted(statuses(event)) == [("ana", "cancelled"), ("ben", "expired")]
    assert "offer_expired" not in letters(event)
