"""Seats and the queue, one person at a time."""

from datetime import timedelta

import pytest

from eventsvc.db import db, transaction
from eventsvc.errors import Closed, EventCancelled, Full, Gone, NotFound, NotYetOpen, Past
from eventsvc.registration import announcements, cancellation, quotas, submissions
from eventsvc.registration import signup as signup_rules
from eventsvc.registration.models import Status
from eventsvc.registration.signup import AlreadyThere, add, sign_up
from eventsvc.retention.runs import purge_event
from eventsvc.tokens import new_form_id
from tests.factories import Cast
from tests.registration.journal import comes, counters, goes, letters, signup, statuses


@pytest.fixture
def event(context):
    return Cast(context).event(capacity=1)


def test_the_last_seat_goes_to_the_first_comer_and_the_next_one_waits(event):
    first, second = comes(event, "ana"), comes(event, "ben")

    assert [first.status, second.status] == [Status.CONFIRMED, Status.WAITLISTED]
    assert counters(event) == [(1, 1, 1)]
    assert letters(event) == ["confirmed", "waitlisted"]


def test_a_seat_given_back_goes_to_the_first_in_line(event):
    for who in ("ana", "ben", "cleo"):
        comes(event, who)

    goes(event, "ana")

    assert statuses(event) == [("ana", "cancelled"), ("ben", "confirmed"), ("cleo", "waitlisted")]
    assert counters(event) == [(1, 1, 1)]
    assert letters(event)[-2:] == ["cancelled_by_attendee", "promoted"]


def test_cancelling_twice_changes_nothing_and_tells_nobody(event):
    comes(event, "ana")

    assert [goes(event, "ana"), goes(event, "ana")] == [True, False]
    assert letters(event) == ["confirmed", "cancelled_by_attendee"]


def test_nobody_overtakes_the_queue_while_a_seat_is_free_for_a_moment(event, stopped_clock):
    for who in ("ana", "ben"):
        comes(event, who)
    stopped_clock.moment = event.starts_at - timedelta(hours=1)  # so late nobody is promoted any more
    goes(event, "ana")

    assert comes(event, "cleo").status == Status.WAITLISTED
    assert counters(event) == [(1, 0, 2)]


def test_leaving_the_queue_frees_no_seat(event):
    for who in ("ana", "ben"):
        comes(event, who)

    goes(event, "ben")

    assert counters(event) == [(1, 1, 0)]


def test_a_known_address_gets_the_same_outcome_and_a_letter_with_the_truth(event):
    comes(event, "ana")

    again = comes(event, "ana")

    assert again == (Status.WAITLISTED, None)  # what a newcomer would get
    assert counters(event) == [(1, 1, 0)]
    assert letters(event) == ["confirmed", "already_registered"]


def test_the_fourth_letter_within_an_hour_is_not_sent(event):
    for _ in range(6):
        comes(event, "ana")

    assert letters(event) == ["confirmed", "already_registered", "already_registered"]


def test_without_a_waitlist_a_full_event_refuses(context):
    event = Cast(context).event(capacity=1, waitlist=False)
    comes(event, "ana")

    with pytest.raises(Full):
        comes(event, "ben")
    with pytest.raises(Full):  # the same for an address that is in
        comes(event, "ana")
    assert statuses(event) == [("ana", "confirmed")]


def test_without_a_limit_everybody_comes(context):
    event = Cast(context).event()

    assert [comes(event, who).status for who in ("ana", "ben")] == [Status.CONFIRMED] * 2
    assert counters(event) == [(None, 2, 0)]


def test_each_way_of_attending_has_its_own_limit(context):
    event = Cast(context).event(kinds=[("hall", 1), ("online", 5)], attendance="hybrid")

    outcomes = [
        comes(event, who, kind=kind).status for who, kind in (("ana", "hall"), ("ben", "hall"), ("cleo", "online"))
    ]

    assert outcomes == [Status.CONFIRMED, Status.WAITLISTED, Status.CONFIRMED]
    assert counters(event) == [(1, 1, 1), (5, 1, 0)]


def test_a_room_over_all_ways_of_attending_is_never_overfilled(context):
    event = Cast(context).event(kinds=[("hall", 2), ("balcony", 2)], capacity=3)
    for who, kind in (("ana", "hall"), ("ben", "hall"), ("cleo", "balcony"), ("dan", "balcony"), ("eva", "hall")):
        comes(event, who, kind=kind)
    assert counters(event) == [(3, 3, 2), (2, 2, 0), (2, 1, 0)]

    goes(event, "cleo")  # the balcony person is first in line and fits

    assert dict(statuses(event)) | {"cleo": ""} == {
        "ana": "confirmed", "ben": "confirmed", "cleo": "", "dan": "confirmed", "eva": "waitlisted",
    }  # fmt: skip


def test_one_who_does_not_fit_keeps_the_head_but_blocks_only_what_they_wait_for(context):
    event = Cast(context).event(kinds=[("hall", 1), ("balcony", 1)], capacity=2)
    for who, kind in (("ana", "hall"), ("ben", "hall"), ("cleo", "balcony")):
        comes(event, who, kind=kind)  # ben waits for the hall, the room has a place for the balcony

    assert dict(statuses(event)) == {"ana": "confirmed", "ben": "waitlisted", "cleo": "confirmed"}


def test_a_larger_room_moves_the_queue_and_a_smaller_one_gives_nothing_more(event):
    for who in ("ana", "ben", "cleo"):
        comes(event, who)
    [quota] = quotas.lock(event)

    with transaction():
        promoted = cancellation.resize(event, quota, 2)
    assert len(promoted) == 1

    with transaction():
        cancellation.resize(event, quota, 0)
    goes(event, "ana")
    assert counters(event) == [(0, 1, 1)]


@pytest.mark.parametrize(
    ("moment", "refusal"),
    [({"days": 31}, Past), ({"days": 30, "minutes": 30}, Closed)],
)
def test_registration_ends_with_the_start_of_an_event_in_person(context, stopped_clock, moment, refusal):
    event = Cast(context).event(starts=(stopped_clock() + timedelta(days=30)).replace(tzinfo=None), timezone="UTC")
    stopped_clock.forward(**moment)

    with pytest.raises(refusal):
        comes(event, "ana")


def test_registration_opens_when_it_is_said_to(context, stopped_clock):
    opens = (stopped_clock() + timedelta(days=1)).replace(tzinfo=None)
    event = Cast(context).event(registration_opens=opens, timezone="UTC")

    with pytest.raises(NotYetOpen):
        comes(event, "ana")
    stopped_clock.forward(days=1)
    assert comes(event, "ana").status == Status.CONFIRMED


def test_nobody_registers_for_a_draft_or_a_cancelled_event(context):
    draft = Cast(context).event(published=False)
    off = Cast(context).event()
    with transaction():
        announcements.call_off(off)

    with pytest.raises(NotFound):
        comes(draft, "ana")
    with pytest.raises(EventCancelled):
        comes(off, "ana")


def test_the_same_form_twice_is_one_registration_with_one_outcome(event):
    form = new_form_id("registration", event.uid)

    outcomes = [sign_up(event, signup(event, "ana"), form_id=form, content="ana") for _ in range(2)]

    assert outcomes[0] == outcomes[1]
    assert letters(event) == ["confirmed"]


def test_the_same_form_with_other_content_asks_what_is_meant(event):
    form = new_form_id("registration", event.uid)
    sign_up(event, signup(event, "ana"), form_id=form, content="ana")

    with pytest.raises(submissions.Repeated):
        sign_up(event, signup(event, "ben"), form_id=form, content="ben")
    assert statuses(event) == [("ana", "confirmed")]


def test_an_organizer_adds_a_person_even_when_registration_is_closed(context, stopped_clock):
    event = Cast(context).event(starts=(stopped_clock() + timedelta(days=1)).replace(tzinfo=None), timezone="UTC")
    stopped_clock.forward(days=1)

    add(event, signup(event, "ana"))

    assert letters(event) == ["added_by_organizer"]
    with pytest.raises(AlreadyThere):
        add(event, signup(event, "ana"))


def test_a_purged_event_takes_nobody_in_and_does_not_move(event, stopped_clock):
    stopped_clock.forward(days=90)
    purge_event(event.id)
    db.session.refresh(event)

    with pytest.raises(Gone):
        add(event, signup(event, "ana"))
    with pytest.raises(Gone), transaction():
        announcements.change(event, join_url="https://meet.example.org/again")
    assert quotas.recount(event) == []


def test_whether_an_address_is_in_is_asked_of_an_index_however_many_there_are(context):
    """SQLite uses the index of live addresses only where the question holds its condition in the same words."""
    if db.engine.dialect.name != "sqlite":
        return
    asked = str(signup_rules._LIVE.compile(db.engine))
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", (1, b"")).all()

    assert "uq_registrations_live_address (event_id=? AND email_index=?)" in str(plan)
