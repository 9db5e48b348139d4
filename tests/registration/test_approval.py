"""The organizers decide: a party as one, with seats that were kept or given now, told once, and written down."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from eventsvc.accounts import members
from eventsvc.accounts.models import Role
from eventsvc.db import attempt, db, transaction
from eventsvc.errors import EventCancelled, Full, Past
from eventsvc.events import editing
from eventsvc.events.tickets import Approval, TicketType
from eventsvc.registration import approval, log
from eventsvc.registration.people import person
from eventsvc.registration.signup import sign_up
from tests.registration.journal import comes, counters, goes, latest, letters, signup, statuses
from tests.registration.visitor import mails, text_of

WORDS = "We are glad that you translate."


def asking(cast, rule=Approval.SEAT_AFTER, **values):
    """An event at which the organizers decide about everybody."""
    event = cast.event(**values)
    with transaction():
        for kind in db.session.scalars(sa.select(TicketType).where(TicketType.event_id == event.id)):
            kind.approval = rule
        event.party_most = 5
        editing.touch(event)
    return event


def method_of(mail):
    """Of the calendar part, if it has one."""
    return next((part.get_param("method") for part in mail.walk() if part.get_content_type() == "text/calendar"), None)


def decide(rule, event, who, note="", actor=None):
    found = latest(event, who)
    actor = actor or log.organizer()

    def unit():
        with transaction():
            return rule(found, actor, note)

    return attempt(unit)


def approve(event, who, note="", **more):
    return decide(approval.approve, event, who, note, **more)


def decline(event, who, note="", **more):
    return decide(approval.decline, event, who, note, **more)


def test_who_asks_waits_for_the_decision_and_holds_no_seat(context, cast):
    event = asking(cast, capacity=2)

    comes(event, "ana")

    assert statuses(event) == [("ana", "pending")]
    assert counters(event) == [(2, 0, 0)]
    assert letters(event) == ["pending"]


def test_approved_they_get_a_seat_and_the_letter_that_says_so(context, cast):
    event = asking(cast, capacity=2)
    comes(event, "ana")

    assert approve(event, "ana")

    assert statuses(event) == [("ana", "confirmed")]
    assert counters(event) == [(2, 1, 0)]
    assert letters(event) == ["pending", "approved"]


def test_a_seat_that_was_kept_becomes_theirs_even_where_others_wait(context, cast):
    event = asking(cast, Approval.KEEPS_SEAT, capacity=1)
    comes(event, "ana")
    assert counters(event) == [(1, 1, 0)]
    comes(event, "beto")
    approve(event, "beto")
    assert statuses(event) == [("ana", "pending"), ("beto", "waitlisted")]

    approve(event, "ana")

    assert statuses(event) == [("ana", "confirmed"), ("beto", "waitlisted")]
    assert counters(event) == [(1, 1, 1)]


def test_approved_where_all_is_taken_they_wait_like_everybody_else(context, cast):
    event = asking(cast, capacity=1)
    for who in ("ana", "beto", "carla"):
        comes(event, who)

    for who in ("ana", "carla", "beto"):
        approve(event, who)

    assert statuses(event) == [("ana", "confirmed"), ("beto", "waitlisted"), ("carla", "waitlisted")]
    goes(event, "ana")
    assert dict(statuses(event)) == {"ana": "cancelled", "beto": "waitlisted", "carla": "confirmed"}


def test_approved_where_nobody_may_wait_they_stay_as_they_are(context, cast):
    event = asking(cast, capacity=1, waitlist=False)
    comes(event, "ana")
    comes(event, "beto")
    approve(event, "ana")

    with pytest.raises(Full):
        approve(event, "beto")

    assert statuses(event) == [("ana", "confirmed"), ("beto", "pending")]
    assert counters(event) == [(1, 1, 0)]
    assert letters(event) == ["pending", "pending", "approved"]


def test_beyond_the_longest_queue_nobody_is_approved_and_nothing_is_counted(context, cast):
    event = asking(cast, capacity=1)
    with transaction():
        event.waitlist_most = 0
    comes(event, "ana")
    comes(event, "beto")
    approve(event, "ana")

    with pytest.raises(Full):
        approve(event, "beto")

    assert counters(event) == [(1, 1, 0)]


@pytest.mark.parametrize("rule", [Approval.SEAT_AFTER, Approval.KEEPS_SEAT])
def test_a_party_is_approved_as_one(context, cast, rule):
    event = asking(cast, rule, capacity=3)
    sign_up(event, *(signup(event, who) for who in ("ana", "beto", "carla")))

    assert approve(event, "beto")

    assert [status for _who, status in statuses(event)] == ["confirmed"] * 3
    assert counters(event) == [(3, 3, 0)]
    assert letters(event).count("approved") == 3


def test_a_party_that_does_not_fit_waits_as_one(context, cast):
    event = asking(cast, capacity=2)
    comes(event, "zoe")
    sign_up(event, signup(event, "ana"), signup(event, "beto"))
    approve(event, "zoe")

    approve(event, "ana")

    assert dict(statuses(event)) == {"zoe": "confirmed", "ana": "waitlisted", "beto": "waitlisted"}
    assert counters(event) == [(2, 1, 2)]
    assert len({latest(event, who).queue_number for who in ("ana", "beto")}) == 1


def test_a_party_is_declined_as_one_and_who_left_it_before_is_left_alone(context, cast):
    event = asking(cast, capacity=3)
    sign_up(event, *(signup(event, who) for who in ("ana", "beto", "carla")))
    goes(event, "ana")

    assert decline(event, "carla")

    assert dict(statuses(event)) == {"ana": "cancelled", "beto": "declined", "carla": "declined"}
    assert letters(event).count("declined") == 2


def test_declining_gives_a_seat_that_was_kept_to_the_next_in_line(context, cast):
    event = asking(cast, Approval.KEEPS_SEAT, capacity=1)
    comes(event, "ana")
    comes(event, "beto")
    approve(event, "beto")

    assert decline(event, "ana")

    assert statuses(event) == [("ana", "declined"), ("beto", "confirmed")]
    assert counters(event) == [(1, 1, 0)]
    assert letters(event)[-2:] == ["declined", "promoted"]


@pytest.mark.parametrize("rule", [approval.approve, approval.decline])
@pytest.mark.parametrize("again", [approval.approve, approval.decline])
def test_decided_twice_it_is_done_once(context, cast, rule, again):
    event = asking(cast, capacity=2)
    comes(event, "ana")
    decide(rule, event, "ana")
    before = statuses(event), counters(event), letters(event), len(log.lines_of(latest(event, "ana")))

    assert not decide(again, event, "ana")

    assert (statuses(event), counters(event), letters(event), len(log.lines_of(latest(event, "ana")))) == before


def test_who_cancelled_meanwhile_is_not_decided_about(context, cast):
    event = asking(cast, capacity=2)
    comes(event, "ana")
    goes(event, "ana")

    assert not approve(event, "ana")
    assert not decline(event, "ana")
    assert statuses(event) == [("ana", "cancelled")]


def test_by_somebody_who_left_the_party_the_others_are_not_decided_about(context, cast):
    event = asking(cast, capacity=3)
    sign_up(event, *(signup(event, who) for who in ("ana", "beto")))
    goes(event, "ana")

    assert not approve(event, "ana")
    assert dict(statuses(event)) == {"ana": "cancelled", "beto": "pending"}


def test_who_decided_and_what_they_said_stands_in_the_log(context, cast):
    event = asking(cast, capacity=2)
    with transaction():
        account = members.enroll("olga@example.org", event.host_id, Role.ORGANIZER, "en")
    actor = log.organizer(account.id)
    comes(event, "ana")
    comes(event, "beto")

    approve(event, "ana", WORDS, actor=actor)
    decline(event, "beto", actor=actor)

    ana, beto = (log.lines_of(latest(event, who))[-1] for who in ("ana", "beto"))
    assert (ana.verb, ana.before, ana.after, ana.actor, ana.note) == ("approve", "pending", "confirmed", actor, WORDS)
    assert (beto.verb, beto.before, beto.after, beto.actor, beto.note) == ("decline", "pending", "declined", actor, "")


def test_the_calendar_hears_of_an_approval_with_a_place_and_of_nothing_else(context, cast):
    event = asking(cast, capacity=1)
    for who in ("ana", "beto", "carla"):
        comes(event, who)

    approve(event, "ana")
    approve(event, "beto")
    decline(event, "carla")

    told = {(mail["To"].partition("@")[0], method_of(mail)) for mail in mails(context.test_client(), event)}
    assert told == {("ana", None), ("ana", "REQUEST"), ("beto", None), ("carla", None)}


@pytest.mark.parametrize("decide_so", [approve, decline])
def test_the_words_of_the_organizers_stand_in_the_letter(context, cast, decide_so):
    event = asking(cast, capacity=1)
    comes(event, "ana")

    decide_so(event, "ana", WORDS)

    first, decision = mails(context.test_client(), event)
    assert WORDS in text_of(decision)
    assert WORDS not in text_of(first)


def test_of_a_guest_without_an_address_the_contact_is_told(context, cast):
    event = asking(cast, capacity=2)
    guest = replace(signup(event, "beto"), email=None)
    sign_up(event, signup(event, "ana"), guest)

    approve(event, "ana")

    decisions = mails(context.test_client(), event)[1:]
    assert [mail["To"] for mail in decisions] == ["ana@example.org"] * 2
    assert sorted("This letter is about Beto" in text_of(mail) for mail in decisions) == [False, True]


def test_nobody_is_approved_for_an_event_that_does_not_take_place_or_is_over(context, cast, stopped_clock):
    cancelled, past = asking(cast, capacity=1), asking(cast, capacity=1)
    comes(cancelled, "ana")
    comes(past, "ana")
    with transaction():
        editing.cancel(cancelled)
    stopped_clock.forward(days=40)

    with pytest.raises(EventCancelled):
        approve(cancelled, "ana")
    with pytest.raises(Past):
        approve(past, "ana")

    assert statuses(cancelled) == statuses(past) == [("ana", "pending")]


def test_the_list_holds_parties_in_the_order_in_which_they_came_page_by_page(context, cast, stopped_clock):
    event = asking(cast, capacity=9)
    for party in (["ana"], ["beto", "carla"], ["dora"], ["elsa", "fede", "gil"]):
        sign_up(event, *(signup(event, who) for who in party))
        stopped_clock.forward(minutes=1)
    approve(event, "dora")

    def names(**page):
        return [[person(each).name.lower() for each in party] for party in approval.pending_in(event, **page)]

    assert names() == [["ana"], ["beto", "carla"], ["elsa", "fede", "gil"]]
    assert names(limit=2) == [["ana"], ["beto", "carla"]]
    assert names(offset=2, limit=2) == [["elsa", "fede", "gil"]]
