"""Requests: who asked to come, and the decision about one, some or all of them, told without losing anything."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from eventsvc import tokens
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.events.tickets import Approval
from eventsvc.organizers import deciding
from eventsvc.organizers.requests import ON_A_PAGE
from eventsvc.registration.models import Registration
from eventsvc.registration.people import sealed_address, sealed_name, sealed_secret
from eventsvc.vault import keyring
from tests.organizers.asking import asking_event, asks, come, letters_to, pending
from tests.organizers.staff import says

WORDS = "Gracias a todas.\nWe meet at the door."


def page_of(event):
    return f"/organize/events/{event.slug}/requests"


def decide(member, event, decision, *who, note=""):
    return member.fill(page_of(event), "requests", who=[str(each) for each in who], decision=decision, note=note)


def ticked(page):
    return len(re.findall(r'name="who"[^>]* checked', page.text))


def test_people_stand_in_the_order_in_which_they_came_and_a_party_stands_together(staff):
    event = asking_event(staff, capacity=9)
    come(staff, event, "Zoe")
    come(staff, event, "Ana", "Beto", without={"Beto"})
    come(staff, event, "Carla")

    page = staff.member("viewer").get(page_of(event))

    where = [page.text.index(name) for name in ("Zoe", "Ana", "Carla")]
    assert where == sorted(where)
    assert says(page, "4 people have asked to come and wait for your decision.")
    assert says(page, "2 people, decided together")
    assert says(page, "letters go to Ana")
    assert says(page, "9 places free")
    assert 'name="who"' not in page.text


def test_answers_stand_in_the_wording_that_was_answered(staff):
    event = asking_event(staff)
    diet = asks(staff, event, "What do you eat")
    come(staff, event, "Ana", answers=[diet("<b>Beans</b>")])

    page = staff.member(language="es").get(page_of(event))

    assert says(page, "¿What do you eat?")
    assert says(page, "<b>Beans</b>")


def test_many_are_approved_at_once_some_with_a_place_and_the_others_in_line(staff):
    event = asking_event(staff, capacity=2)
    ana, beto, carla, _dora = (come(staff, event, name)[0] for name in ("Ana", "Beto", "Carla", "Dora"))
    member = staff.member()

    answer = decide(member, event, "approve", ana, beto, carla, note=WORDS)

    assert answer.status_code == 303
    page = member.get(page_of(event))
    assert says(page, "2 people are approved and have a place.")
    assert says(page, "1 person is approved and is on the waitlist")
    assert staff.statuses(event) == ["confirmed", "confirmed", "waitlisted", "pending"]
    assert letters_to(staff, event) == {"pending": 4, "approved": 3}
    assert "Dora" in page.text
    assert "Carla" not in page.text


def test_a_party_is_decided_by_one_tick(staff):
    event = asking_event(staff, capacity=9)
    ana, _beto = come(staff, event, "Ana", "Beto")
    member = staff.member()

    decide(member, event, "decline", ana)

    assert staff.statuses(event) == ["declined", "declined"]
    assert says(member.get(page_of(event)), "2 people are declined.")


def test_a_button_beside_a_name_decides_about_that_one_only(staff):
    event = asking_event(staff, capacity=9)
    ana, beto = (come(staff, event, name)[0] for name in ("Ana", "Beto"))
    member = staff.member()

    member.fill(page_of(event), "requests", who=[str(ana)], approve=str(beto), note=WORDS)

    assert staff.statuses(event) == ["pending", "confirmed"]


def test_sent_twice_it_is_done_once_and_said(staff):
    event = asking_event(staff, capacity=9)
    ana = come(staff, event, "Ana")[0]
    member = staff.member()
    page = member.get(page_of(event))

    for decision in ("approve", "decline"):
        member.fill(page, "requests", who=[str(ana)], decision=decision)

    assert staff.statuses(event) == ["confirmed"]
    assert letters_to(staff, event) == {"pending": 1, "approved": 1}
    assert says(member.get(page_of(event)), "About 1 person there was nothing to decide any more")


def test_who_finds_no_place_stays_to_be_decided_and_the_others_are_not_held_up(staff):
    event = asking_event(staff, capacity=1, waitlist=False)
    ana, beto = (come(staff, event, name)[0] for name in ("Ana", "Beto"))
    member = staff.member()

    decide(member, event, "approve", ana, beto)

    page = member.get(page_of(event))
    assert staff.statuses(event) == ["confirmed", "pending"]
    assert says(page, "1 person is approved and has a place.")
    assert says(page, "For 1 person there is no place, and nobody more can wait. They are still to be decided")
    assert letters_to(staff, event) == {"pending": 2, "approved": 1}


def test_one_failure_undoes_nothing_else(staff, monkeypatch):
    event = asking_event(staff, capacity=9)
    ids = [come(staff, event, name)[0] for name in ("Ana", "Beto", "Carla")]
    real = deciding.RULES["approve"]

    def fails_for_beto(registration, actor, note):
        done = real(registration, actor, note)
        if registration.id == ids[1]:
            raise ZeroDivisionError
        return done

    monkeypatch.setitem(deciding.RULES, "approve", fails_for_beto)
    member = staff.member()

    assert decide(member, event, "approve", *ids).status_code == 303

    assert staff.statuses(event) == ["confirmed", "pending", "confirmed"]
    page = member.get(page_of(event))
    assert says(page, "2 people are approved and have a place.")
    assert says(page, "1 person is still to be decided: something went wrong on our side.")


def test_with_nobody_ticked_nothing_is_decided_and_the_words_are_kept(staff):
    event = asking_event(staff)
    come(staff, event, "Ana")

    answer = decide(staff.member(), event, "approve", note=WORDS)

    assert answer.status_code == 422
    assert says(answer, "Tick the people you want to decide about.")
    assert WORDS in answer.text
    assert staff.statuses(event) == ["pending"]


def test_words_that_are_too_long_are_refused_and_ticks_and_words_are_kept(staff):
    event = asking_event(staff)
    ana = come(staff, event, "Ana")[0]
    come(staff, event, "Beto")
    long = "x" * 2001

    answer = decide(staff.member(), event, "approve", ana, note=long)

    assert answer.status_code == 422
    assert says(answer, "This text is too long: at most 2000 characters.")
    assert long in answer.text
    assert ticked(answer) == 1
    assert pending(staff, event) == 2


def test_without_a_button_it_is_asked_which(staff):
    event = asking_event(staff)
    ana = come(staff, event, "Ana")[0]

    answer = decide(staff.member(), event, "burn", ana)

    assert answer.status_code == 422
    assert says(answer, "Press one of the two buttons")
    assert ticked(answer) == 1


def test_all_on_the_page_are_ticked_by_a_button_that_decides_nothing(staff):
    event = asking_event(staff)
    for name in ("Ana", "Beto", "Carla"):
        come(staff, event, name)
    member = staff.member()

    everybody = member.fill(page_of(event), "requests", tick="all", note=WORDS)
    nobody = member.fill(everybody, "requests", tick="none")

    assert (everybody.status_code, ticked(everybody), ticked(nobody)) == (200, 3, 0)
    assert WORDS in everybody.text
    assert WORDS in nobody.text
    assert pending(staff, event) == 3


@pytest.mark.parametrize("who", ["x", "", "00000000-0000-0000-0000-000000000000"])
def test_somebody_who_does_not_ask_cannot_be_decided_about(staff, who):
    event = asking_event(staff)
    come(staff, event, "Ana")
    theirs = come(staff, asking_event(staff, title="Other"), "Beto")[0]
    member = staff.member()

    answers = [decide(member, event, "approve", who), decide(member, event, "approve", theirs)]

    assert {answer.status_code for answer in answers} <= {303, 422}
    assert pending(staff, event) == 1
    with staff.app.app_context():
        assert db.session.get_one(Registration, theirs).status == "pending"


def test_who_cancelled_while_the_page_was_open_is_said(staff):
    event = asking_event(staff)
    ana = come(staff, event, "Ana")[0]
    member = staff.member()
    page = member.get(page_of(event))
    staff.cancels(ana)

    member.fill(page, "requests", who=[str(ana)], decision="approve")

    assert staff.statuses(event) == ["cancelled"]
    assert says(member.get(page_of(event)), "somebody else was quicker, or they cancelled.")


def test_a_party_that_somebody_left_while_the_page_was_open_is_decided_without_them(staff):
    event = asking_event(staff, capacity=9)
    ana, *_others = come(staff, event, "Ana", "Beto", "Carla")
    member = staff.member()
    page = member.get(page_of(event))
    staff.cancels(ana)

    member.fill(page, "requests", who=[str(ana)], decision="approve")

    assert staff.statuses(event) == ["cancelled", "confirmed", "confirmed"]
    assert says(member.get(page_of(event)), "2 people are approved and have a place.")


def test_a_kept_place_is_said_and_goes_to_the_next_when_declined(staff):
    event = asking_event(staff, Approval.KEEPS_SEAT, capacity=1)
    ana, beto = (come(staff, event, name)[0] for name in ("Ana", "Beto"))
    member = staff.member()
    page = member.get(page_of(event))
    assert says(page, "a place is kept")
    assert says(page, "no place is kept")
    decide(member, event, "approve", beto)

    decide(member, event, "decline", ana)

    assert staff.statuses(event) == ["declined", "confirmed"]


@pytest.mark.parametrize(
    ("columns", "sentence"), [({"status": "cancelled"}, "The event is cancelled."), ({}, "The event is over.")]
)
def test_for_an_event_that_does_not_take_place_nobody_can_be_approved(staff, stopped_clock, columns, sentence):
    event = asking_event(staff)
    ana = come(staff, event, "Ana")[0]
    with staff.app.app_context(), transaction():
        if columns:
            db.session.execute(sa.update(Event).where(Event.id == event.id).values(**columns))
    if not columns:
        stopped_clock.forward(days=31)
    member = staff.member()
    page = member.get(page_of(event))

    assert says(page, sentence)
    assert 'value="approve"' not in page.text
    assert decide(member, event, "approve", ana).status_code == 409
    assert staff.statuses(event) == ["pending"]
    assert decide(member, event, "decline", ana).status_code == 303
    assert staff.statuses(event) == ["declined"]


def test_a_thousand_wait_page_by_page_and_a_long_page_asks_no_more_than_a_short_one(staff):
    event = asking_event(staff, capacity=5)
    diet = asks(staff, event, "Diet")
    first = come(staff, event, "Ana", "Beto", answers=[diet("beans")])[0]
    member = staff.member("organizer")

    with_two = queries(staff, member, page_of(event))
    multiply(staff, first, 998)
    with_thousand = queries(staff, member, page_of(event))

    page, last, beyond = (member.get(f"{page_of(event)}?page={number}") for number in (1, 20, 21))
    assert with_two == with_thousand
    assert says(page, "1,000 people have asked to come")
    assert len(re.findall(r'name="who"', page.text)) == ON_A_PAGE
    assert "page=2" in page.text
    assert "page=21" not in last.text
    assert (last.status_code, beyond.status_code) == (200, 303)
    assert decide(member, event, "decline", first).status_code == 303
    assert pending(staff, event) == 998


def queries(staff, member, path):
    """How many statements it takes to show this page."""
    asked = []
    with staff.app.app_context():
        engine = db.engine

    def count(*arguments):
        asked.append(arguments[2])

    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        assert member.get(path).status_code == 200
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)
    return len(asked)


def multiply(staff, registration_id, times):
    """So many more people like this one, each alone and by another address."""
    with staff.app.app_context():
        like = db.session.get_one(Registration, registration_id)
        columns = {c.key: getattr(like, c.key) for c in Registration.__table__.c}
        keys = keyring().of_event(like.event_id)
        rows = []
        for number in range(times):
            row = uuid4()
            rows.append(
                columns
                | {"id": row, "party_id": None, "registered_at": like.registered_at + timedelta(seconds=number + 1)}
                | sealed_name(keys, row, f"Person {number}")
                | sealed_address(keys, row, f"person{number}@example.org")
                | sealed_secret(keys, row, tokens.new_secret())
            )
        with transaction():
            db.session.execute(sa.insert(Registration), rows)


def test_the_number_of_requests_stands_in_the_navigation_and_on_the_page_of_the_event(staff):
    event, plain = asking_event(staff), staff.event("Plain")
    come(staff, event, "Ana", "Beto")
    member = staff.member()

    overview = member.get(f"/organize/events/{event.slug}")

    assert says(overview, "Requests 2")
    assert says(overview, "2 people wait for your decision")
    assert says(member.get(f"/organize/events/{event.slug}/attendees"), "Requests 2")
    assert not says(member.get(f"/organize/events/{plain.slug}"), "Requests")


def test_the_answer_is_the_same_sentence_in_spanish(staff):
    event = asking_event(staff)
    come(staff, event, "Ana")
    member = staff.member(language="es")

    answer = decide(member, event, "approve")

    assert says(answer, "Marque a las personas sobre las que quiere decidir.")


def test_a_request_is_decided_on_the_page_of_the_person_too(staff):
    event = asking_event(staff, capacity=2)
    decide(staff.member(), event, "approve", come(staff, event, "Zoe")[0])
    ana, beto = come(staff, event, "Ana", "Beto")
    member, page = staff.member(), f"/organize/events/{event.slug}/attendees/{ana}"

    too_long = member.fill(page, "decision", decision="approve", note="x" * 2001)
    no_button = member.fill(page, "decision", note=WORDS)
    done = member.fill(page, "decision", decision="approve", note=WORDS)

    assert [too_long.status_code, no_button.status_code, done.status_code] == [422, 422, 303]
    assert "x" * 2001 in too_long.text
    assert WORDS in no_button.text
    assert staff.statuses(event) == ["confirmed", "waitlisted", "waitlisted"]
    told = member.get(f"/organize/events/{event.slug}/attendees/{beto}")
    assert says(told, "owner@alianza.example.org Approved, on the waitlist")
    assert WORDS in told.text
