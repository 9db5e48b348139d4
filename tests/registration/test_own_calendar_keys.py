"""Whose keys a calendar of one's own lies under, and its end: it goes on while its person is registered anywhere."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from eventsvc.db import attempt, db, transaction
from eventsvc.events.models import Event
from eventsvc.registration import cancellation, own_calendar
from eventsvc.registration.correction import Correction, correct
from eventsvc.registration.handover import Successor, hand_over
from eventsvc.registration.log import organizer
from eventsvc.registration.models import PersonalFeed, Registration
from eventsvc.retention import journal, runs
from eventsvc.vault import EventKeyRow, keyring
from tests.registration.journal import comes, goes, latest
from tests.registration.own_calendars import feeds, owner_and_home


class Ana:
    """She comes to some events with one address, and has a calendar; all in one context."""

    def __init__(self, cast):
        self.cast = cast

    def event(self, title="Assembly", **values):
        return self.cast.event(title, **values)

    def comes(self, event, who="ana"):
        comes(db.session.get_one(Event, event.id), who)

    def asks(self, event, who="ana"):
        do(lambda: own_calendar.send(latest(event, who), "mark"))
        return self.secret(who)

    def secret(self, who="ana"):
        return own_calendar.opened(self.feed(who)).secret

    def feed(self, who="ana"):
        asked = sa.select(PersonalFeed).where(
            PersonalFeed.owner_index == own_calendar.owner_index(f"{who}@example.org")
        )
        return db.session.scalar(asked.execution_options(populate_existing=True))

    def home(self, who="ana"):
        feed = self.feed(who)
        return feed and owner_and_home(feed)


@pytest.fixture
def ana(context, cast):
    return Ana(cast)


def do(work):
    def unit():
        with transaction():
            return work()

    return attempt(unit)


@pytest.fixture
def places(ana):
    """Where she asked, and two others, of which the second is kept longest; with her secret."""
    first, last, middle = ana.event(days=3), ana.event("Last", days=9), ana.event("Middle", days=6)
    for event in (first, last, middle):
        ana.comes(event)
    return first, middle, last, ana.asks(first)


def cancels(event):
    assert goes(event, "ana")


def is_removed(event):
    assert goes(event, "ana", organizer())


def hands_over(event):
    do(lambda: hand_over(latest(event, "ana"), Successor("Grace", "grace@example.org", "en")))


def hands_over_to_somebody_who_is_in(event):
    comes(db.session.get_one(Event, event.id), "grace")
    hands_over(event)


def corrects(event):
    do(lambda: correct(latest(event, "ana"), Correction("Ana", "anna@example.org", "en")))


def corrects_to_somebody_who_is_in(event):
    comes(db.session.get_one(Event, event.id), "anna")
    corrects(event)


def has_no_address_any_more(event):
    do(lambda: correct(latest(event, "ana"), Correction("Ana", None, "en"), organizer()))


def erases(event):
    assert runs.erase_on_request(latest(event, "ana").id)


def is_purged(event):
    assert runs.purge_event(event.id)


ENDS = [
    cancels, is_removed, hands_over, hands_over_to_somebody_who_is_in, corrects, corrects_to_somebody_who_is_in,
    has_no_address_any_more, erases, is_purged,
]  # fmt: skip


@pytest.mark.parametrize("ends", ENDS)
def test_it_goes_on_to_the_event_whose_data_go_last_with_the_same_link(ana, places, ends):
    first, _middle, last, secret = places
    assert ana.home() == ("ana@example.org", first.id)

    ends(first)

    assert ana.home() == ("ana@example.org", last.id)
    assert ana.secret() == secret
    assert own_calendar.by_secret(secret) is ana.feed()


@pytest.mark.parametrize("ends", ENDS)
def test_with_the_last_registration_it_goes(ana, ends):
    only = ana.event()
    ana.comes(only)
    secret = ana.asks(only)

    ends(only)

    assert feeds() == []
    assert own_calendar.by_secret(secret) is None


@pytest.mark.parametrize("ends", ENDS)
def test_what_becomes_of_another_registration_does_not_move_it(ana, places, ends):
    first, _middle, last, secret = places

    ends(last)

    assert ana.home() == ("ana@example.org", first.id)
    assert ana.secret() == secret


@pytest.mark.parametrize("ends", ENDS)
def test_nobody_elses_is_touched(ana, places, ends):
    first, middle, _last, _secret = places
    for event in (first, middle):
        ana.comes(event, "ben")
    bens = ana.asks(middle, "ben")

    ends(first)

    assert (ana.home("ben"), ana.secret("ben")) == (("ben@example.org", middle.id), bens)


def test_everywhere_one_after_the_other_until_nothing_is_left(ana, places):
    first, middle, last, secret = places

    for event, home in ((first, last), (last, middle)):
        is_purged(event)
        assert (ana.home(), ana.secret()) == (("ana@example.org", home.id), secret)
    is_purged(middle)

    assert feeds() == []


def test_purges_in_the_order_of_their_days_keep_it_as_long_as_anything(ana, places, stopped_clock):
    first, middle, last, secret = places
    purged = []
    for event in (first, middle, last):
        stopped_clock.moment = max(event.personal_data_until, stopped_clock.moment)
        purged += runs.run()
        assert ana.home() == (None if event is last else ("ana@example.org", last.id))

    assert [receipt.counts["personal_feeds"] for receipt in purged] == [0, 0, 1]
    assert own_calendar.by_secret(secret) is None


def test_somebody_who_only_waits_elsewhere_keeps_it(ana):
    first, full = ana.event(days=3), ana.event("Full", capacity=1)
    ana.comes(full, "ben")
    ana.comes(full)
    ana.comes(first)
    ana.asks(first)

    cancels(first)

    assert ana.home() == ("ana@example.org", full.id)
    cancels(full)
    assert feeds() == []


def test_an_address_that_was_never_confirmed_keeps_nothing(ana):
    first, doubtful = ana.event(days=3), ana.event("Doubtful")
    with transaction():
        db.session.get_one(Event, doubtful.id).confirms_address = True
    ana.comes(doubtful)
    ana.comes(first)
    ana.asks(first)

    cancels(first)

    assert feeds() == []


def test_of_many_calendars_each_goes_where_its_person_is(ana, monkeypatch):
    monkeypatch.setattr(runs, "CALENDARS_AT_ONCE", 3)
    crowded, other = ana.event(days=3), ana.event("Other", days=9)
    people = [f"person{number}" for number in range(10)]
    for number, who in enumerate(people):
        ana.comes(crowded, who)
        if number % 2:
            ana.comes(other, who)
        ana.asks(crowded, who)

    receipt = runs.purge_event(crowded.id)

    assert receipt
    assert receipt.counts["personal_feeds"] == 5
    assert sorted(owner_and_home(feed) for feed in feeds()) == [
        (f"{who}@example.org", other.id) for number, who in enumerate(people) if number % 2
    ]


def test_after_a_purge_the_old_key_opens_nothing_of_it_and_the_rows_hold_nothing_of_it(ana, places):
    first, _middle, _last, _secret = places
    before = ana.feed()
    old = {before.address[-40:], before.secret[-40:]}

    is_purged(first)

    after = ana.feed()
    assert {after.address[-40:], after.secret[-40:]} & old == set()
    assert not db.session.scalar(sa.select(EventKeyRow.id).where(EventKeyRow.event_id == first.id))


def test_the_master_key_may_be_rotated(ana, places):
    _first, _middle, _last, secret = places
    with transaction():
        for row in db.session.scalars(sa.select(EventKeyRow)):
            keyring().reseal(row)
    keyring().forget()

    assert ana.secret() == secret
    assert ana.home()[0] == "ana@example.org"


def test_a_restored_backup_forgets_it_again(ana, places, stopped_clock):
    """The journal has the purge and the erasure; the copy from before them has all three registrations."""
    first, middle, last, secret = places
    row = latest(last, "ana").id
    journal.path().write_text(
        f"{stopped_clock.moment.isoformat()} event {first.uid}\n{stopped_clock.moment.isoformat()} registration {row}\n"
    )

    journal.replay()

    assert (ana.home(), ana.secret()) == (("ana@example.org", middle.id), secret)
    journal.path().write_text(f"{stopped_clock.moment.isoformat()} event {middle.uid}\n")
    journal.replay()
    assert feeds() == []
    journal.path().unlink()


def test_the_daily_look_deletes_what_should_not_be_there(ana, places):
    """As if something had ended past the rules: no place where its person is registered."""
    first, middle, last, _secret = places
    ana.comes(first, "ben")
    ana.asks(first, "ben")
    with transaction():
        mine = [latest(event, "ana").id for event in (first, middle, last)]
        db.session.execute(sa.delete(Registration).where(Registration.id.in_(mine)))

    assert runs.forget_own_calendars() == 1

    assert [owner_and_home(feed) for feed in feeds()] == [("ben@example.org", first.id)]
    assert runs.forget_own_calendars() == 0


def test_two_registrations_that_end_at_once_leave_no_calendar_behind(ana, app):
    for _round in range(5):
        here, there = ana.event(days=3), ana.event("There", days=6)
        for event in (here, there):
            ana.comes(event)
        ana.asks(here)
        ids = [latest(event, "ana").id for event in (here, there)]
        db.session.rollback()

        def end(registration_id):
            with app.app_context():
                mine = db.session.get_one(Registration, registration_id)

                def unit():
                    with transaction():
                        cancellation.cancel(mine)

                attempt(unit)

        with ThreadPoolExecutor(2) as hands:
            list(hands.map(end, ids))

        assert feeds() == []
