"""One person, several events, one form: one registration each, one transaction, one letter."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.errors import Closed, Full
from eventsvc.events.editing import touch
from eventsvc.mail.models import Message
from eventsvc.mail.reading import Letter, opened
from eventsvc.registration import cancellation, log, quotas, several_letter, submissions
from eventsvc.registration.models import Status, Submission
from eventsvc.registration.options import OptionFull
from eventsvc.registration.people import person
from eventsvc.registration.several import RefusedAt, sign_up_for_several
from eventsvc.tokens import new_form_id
from tests.calendar.lint import lint
from tests.factories import Cast
from tests.registration.journal import comes, counters, goes, latest, letters, signup, statuses, ticket_type
from tests.retention.asking import ask, taken
from tests.retention.asking import person as answers_as

LINK = re.compile(r"/r/([\w-]{22})")


@pytest.fixture
def days(context):
    """Three days of meetings, made in another order than they take place."""
    cast = Cast(context)
    return [cast.event(title, days=number, capacity=2) for title, number in (("Second", 4), ("First", 3), ("Third", 5))]


def comes_to(events, who="ana", **more):
    return sign_up_for_several([(event, signup(event, who)) for event in events], **more)


def rule(event, **values):
    """What the organizers decide about the event, or about its only ticket type."""
    kind = ticket_type(event)
    with transaction():
        for name, value in values.items():
            setattr(event if hasattr(event, name) else kind, name, value)
        touch(event)


def mails_about(event):
    """Every letter filed under the event, opened, oldest first."""
    rows = db.session.scalars(
        sa.select(Message).where(Message.event_id == event.id).order_by(Message.created_at, Message.id)
    )
    return [Letter.of(found.content) for row in rows if (found := opened(row))]


def files_of(letter):
    """The calendar files of a letter, as the standard parser gives them."""
    return [
        (part.get_filename(), part.get_param("method"), part.get_payload(decode=True))
        for part in letter.mail.walk()
        if part.get_content_type() == "text/calendar"
    ]


def test_a_person_is_registered_at_each_event_and_gets_one_letter(days):
    outcomes = comes_to(days)

    assert outcomes == {event.id: Status.CONFIRMED for event in days}
    assert [statuses(event) for event in days] == [[("ana", "confirmed")]] * 3
    assert [counters(event) for event in days] == [[(2, 1, 0)]] * 3
    assert [letters(event) for event in days] == [[], ["several"], []]
    assert [[line.verb for line in log.lines_of(latest(event, "ana"))] for event in days] == [["register"]] * 3


def test_the_letter_tells_assistants_of_each_place_and_of_nothing_else(days):
    for who in ("eva", "leo"):
        comes(days[0], who)
    comes_to(days)
    (letter,) = mails_about(days[1])
    blocks = [json.loads(found) for found in re.findall(r"<script[^>]*>(.*?)</script>", letter.html)]

    assert [block["reservationFor"]["name"] for block in blocks] == ["First", "Third"]
    assert [block["reservationNumber"] for block in blocks] == [str(latest(days[n], "ana").id) for n in (1, 2)]
    assert "/r/" not in "".join(map(str, blocks))


def test_the_letter_brings_a_link_and_a_calendar_file_for_each_event(days):
    comes_to(days)
    (letter,) = mails_about(days[1])
    files = files_of(letter)
    in_time = [days[1], days[0], days[2]]

    assert letter.mail.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in letter.mail.iter_parts()] == ["multipart/alternative"] + 3 * [
        "text/calendar"
    ]
    assert [(name, method) for name, method, _file in files] == [(f"invite-{n}.ics", "REQUEST") for n in (1, 2, 3)]
    assert [lint(file) for _name, _method, file in files] == [[], [], []]
    uids = [re.findall(rb"UID:(\S+)", file) for _name, _method, file in files]
    assert uids == [[event.uid.encode()] for event in in_time]
    assert LINK.findall(letter.text) == [person(latest(event, "ana")).secret for event in in_time]
    assert [letter.text.count(f"\n{title}\n") for title in ("First", "Second", "Third")] == [1, 1, 1]


def test_no_typed_text_stands_in_the_letter(days):
    sign_up_for_several([(event, replace(signup(event), name="Free-Prizes")) for event in days])
    (letter,) = mails_about(days[1])

    assert "Free-Prizes" not in letter.text + letter.html


def test_where_there_is_one_place_only_the_mail_is_an_invitation_as_ever(days):
    for event in days[1:]:
        for who in ("ben", "cleo"):
            comes(event, who)
    outcomes = comes_to(days)
    letter = mails_about(days[1])[-1]

    assert [outcomes[event.id] for event in days] == ["confirmed", "waitlisted", "waitlisted"]
    assert [(name, method) for name, method, _file in files_of(letter)] == [(None, "REQUEST")]
    assert [part.get_content_type() for part in letter.mail.iter_parts()] == [
        "multipart/alternative",
        "application/ics",
    ]
    assert letter.text.count("You are on the waitlist.") == 2


def test_afterwards_each_registration_has_its_own_life_and_letters(days):
    comes_to(days)
    for who in ("ben", "cleo"):
        comes(days[0], who)
    goes(days[0], "ana")
    cancelled = mails_about(days[0])[2]

    assert statuses(days[0]) == [("ana", "cancelled"), ("ben", "confirmed"), ("cleo", "confirmed")]
    assert letters(days[0]) == ["confirmed", "waitlisted", "cancelled_by_attendee", "promoted"]
    assert (cancelled.invitation.method, cancelled.invitation.sequence) == ("CANCEL", 1)
    assert [statuses(event) for event in days[1:]] == [[("ana", "confirmed")]] * 2


def test_who_has_to_be_approved_or_to_confirm_gets_no_seat_and_no_calendar_file(days):
    rule(days[0], confirms_address=True)
    rule(days[2], approval="seat_after")
    outcomes = comes_to(days)
    letter = mails_about(days[1])[-1]

    assert [outcomes[event.id] for event in days] == ["unconfirmed", "confirmed", "pending"]
    assert [counters(event) for event in days] == [[(2, 0, 0)], [(2, 1, 0)], [(2, 0, 0)]]
    assert [method for _name, method, _file in files_of(letter)] == ["REQUEST"]
    assert f"/r/{person(latest(days[0], 'ana')).secret}/confirmation" in letter.text
    assert "The organizers have not decided about your registration yet." in letter.text


def test_a_program_gets_no_seat_anywhere_before_the_links_are_used(days):
    outcomes = comes_to(days, doubtful=True)
    (letter,) = mails_about(days[1])

    assert set(outcomes.values()) == {Status.UNCONFIRMED}
    assert [counters(event) for event in days] == [[(2, 0, 0)]] * 3
    assert letter.text.count("/confirmation") == 3
    assert files_of(letter) == []


# Who is in already


def test_who_is_in_at_some_is_told_the_truth_and_registered_at_the_others(days):
    comes(days[1], "ana")
    for who in ("ben", "cleo", "ana"):
        comes(days[0], who)
    outcomes = comes_to(days)
    letter = mails_about(days[1])[-1]

    assert [outcomes[event.id] for event in days] == ["waitlisted", "confirmed", "confirmed"]  # as a newcomer
    assert [statuses(event)[-1] for event in days] == [("ana", s) for s in ("waitlisted", "confirmed", "confirmed")]
    assert [counters(event) for event in days] == [[(2, 2, 1)], [(2, 1, 0)], [(2, 1, 0)]]
    assert "You are on the waitlist, number 1 in line." in letter.text
    assert "Thank you for registering." in letter.text


def test_who_has_the_event_in_the_calendar_gets_the_same_entry_once_more_and_no_step(days):
    comes_to(days)
    comes_to(days)
    first, again = mails_about(days[1])
    goes(days[0], "ana")

    assert [re.findall(rb"SEQUENCE:(\d+)", file) for *_rest, file in files_of(again)] == [[b"0"]] * 3
    assert [name for name, *_rest in files_of(again)] == [name for name, *_rest in files_of(first)]
    assert "You were registered already, and nothing has changed." in again.text
    assert mails_about(days[0])[-1].invitation.sequence == 1


def test_somebody_with_an_offer_is_told_until_when(days):
    rule(days[0], offer_hours=24)
    for who in ("ben", "cleo", "ana"):
        comes(days[0], who)
    goes(days[0], "ben")
    comes_to(days)

    assert statuses(days[0])[-1] == ("ana", "offered")
    assert f"/r/{person(latest(days[0], 'ana')).secret}/offer" in mails_about(days[1])[-1].text


def test_nobody_hears_of_it_more_than_three_times_within_the_hour(days):
    outcomes = [comes_to(days) for _ in range(6)]

    assert letters(days[1]) == ["several"] * 3
    assert outcomes == [outcomes[0]] * 6
    assert [counters(event) for event in days] == [[(2, 1, 0)]] * 3


def test_nobody_who_never_confirms_can_be_showered_with_letters(days, stopped_clock):
    for event in days:
        rule(event, confirms_address=True)
    for _ in range(6):
        stopped_clock.forward(minutes=2)
        comes_to(days)

    assert sum(letters(event).count("several") for event in days) == 3
    assert [[status for _who, status in statuses(event)].count("unconfirmed") for event in days] == [1, 1, 1]
    stopped_clock.forward(hours=1)
    comes_to(days)
    assert len(mails_about(days[1])) == 4


# All or nothing


def nothing_happened(events):
    return all(statuses(event) == [("ben", "confirmed")] and counters(event)[0][1:] == (1, 0) for event in events)


@pytest.fixture
def with_ben(days):
    for event in days:
        comes(event, "ben")
    return days


def test_one_full_event_refuses_and_nothing_is_registered_at_the_others(with_ben):
    (room,) = quotas.quota_ids_of(ticket_type(with_ben[0]).id)
    with transaction():
        cancellation.resize(with_ben[0], room, 1)
    rule(with_ben[0], waitlist=False)

    with pytest.raises(RefusedAt) as refused:
        comes_to(with_ben)

    assert (refused.value.event_id, type(refused.value.refusal)) == (with_ben[0].id, Full)
    assert nothing_happened(with_ben)
    assert letters(with_ben[1]) == ["confirmed"]


def test_one_that_closed_meanwhile_refuses_and_nothing_is_registered_at_the_others(with_ben):
    rule(with_ben[2], registration_closes=with_ben[2].starts - timedelta(days=30))

    with pytest.raises(RefusedAt) as refused:
        comes_to(with_ben)

    assert (refused.value.event_id, type(refused.value.refusal)) == (with_ben[2].id, Closed)
    assert nothing_happened(with_ben)


def test_an_option_that_is_used_up_refuses_and_the_options_of_the_others_are_given_back(with_ben):
    first, last = sorted(with_ben, key=lambda event: event.id)[:2]
    ask(first, "workshop", ("weaving", 5))
    ask(last, "lunch", ("beans", 1))
    sign_up_for_several([(last, answers_as(last, "cleo", lunch=["beans"]))])
    pairs = [(first, answers_as(first, "ana", workshop=["weaving"])), (last, answers_as(last, "ana", lunch=["beans"]))]

    with pytest.raises(RefusedAt) as refused:
        sign_up_for_several(pairs)

    assert (refused.value.event_id, type(refused.value.refusal)) == (last.id, OptionFull)
    assert nothing_happened([first])
    assert (taken(first), taken(last)) == ({"weaving": 0}, {"beans": 1})


def test_where_somebody_takes_the_last_seat_meanwhile_the_letter_is_written_again(days, monkeypatch):
    """Between the letter and the lock, twice: the first time it was written for a place."""
    comes(days[0], "ben")
    prepare, quicker = several_letter.prepare, iter(["cleo"])

    def prepare_and_be_overtaken(*given):
        letter = prepare(*given)
        for who in quicker:
            comes(days[0], who)
        return letter

    monkeypatch.setattr(several_letter, "prepare", prepare_and_be_overtaken)
    outcomes = comes_to(days)
    (letter,) = mails_about(days[1])

    assert [outcomes[event.id] for event in days] == ["waitlisted", "confirmed", "confirmed"]
    assert "You are on the waitlist." in letter.text
    assert len(files_of(letter)) == 2
    assert [counters(event) for event in days] == [[(2, 2, 1)], [(2, 1, 0)], [(2, 1, 0)]]


# The same form again


def test_the_same_form_again_is_the_same_registration(days):
    form_id = new_form_id("programme", "1:1,2,3")
    first, again = [comes_to(days, form_id=form_id, content="1") for _ in range(2)]

    assert first == again == {event.id: Status.CONFIRMED for event in days}
    assert letters(days[1]) == ["several"]
    kept = db.session.scalars(sa.select(Submission)).one()
    assert (kept.event_id, kept.registration_id) == (days[1].id, None)


def test_the_same_form_with_other_content_registers_nobody(days):
    form_id = new_form_id("programme", "1:1,2,3")
    comes_to(days, form_id=form_id, content="1")

    with pytest.raises(submissions.Repeated):
        comes_to(days, "ben", form_id=form_id, content="2")

    assert [len(statuses(event)) for event in days] == [1, 1, 1]
