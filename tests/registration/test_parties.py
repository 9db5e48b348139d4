"""Several people on one form: each a registration of their own; all get seats, or all wait."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.registration import (
    announcements,
    answering,
    approval,
    cancellation,
    confirming,
    log,
    parties,
    quotas,
    waitlist,
)
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Offer, Registration, Status
from eventsvc.registration.people import person
from eventsvc.registration.signup import sign_up
from tests.registration.journal import comes, counters, goes, latest, letters, statuses, ticket_type
from tests.registration.visitor import forms_in, link_of, mails, text_of

KINDS = [("hall", 3), ("balcony", 2)]


@pytest.fixture
def event(context, cast):
    made = cast.event(capacity=4, kinds=KINDS)
    allow(made, party_most=4)
    return made


def allow(event, **values):
    with transaction():
        db.session.execute(sa.update(Event).where(Event.id == event.id).values(**values))
    db.session.refresh(event)


def signup(event, who, kind="hall", *, address=True):
    email = f"{who}@example.org" if address else None
    return Signup(who.title(), email, "en", ticket_type(event, kind).id, "1")


def party(event, *people, **more):
    """People as "who", "who@balcony", or "who!" for somebody without an address; the first is the contact."""
    asked = []
    for each in people:
        who, _, kind = each.rstrip("!").partition("@")
        asked.append(signup(event, who, kind or "hall", address=not each.endswith("!")))
    return sign_up(event, *asked, **more)


def everybody(event):
    rows = db.session.scalars(
        sa.select(Registration)
        .where(Registration.event_id == event.id)
        .order_by(Registration.registered_at, Registration.position)
        .execution_options(populate_existing=True)
    )
    return {person(row).name.lower(): row for row in rows}


def test_everybody_has_a_registration_a_link_and_a_seat_of_their_own(event):
    outcome = party(event, "ana", "ben", "cleo@balcony")

    people = everybody(event)
    assert outcome.status == Status.CONFIRMED
    assert {who: row.status for who, row in people.items()} == dict.fromkeys(["ana", "ben", "cleo"], "confirmed")
    assert len({row.secret_hash for row in people.values()}) == 3
    assert {row.party_id for row in people.values()} == {people["ana"].party_id} != {None}
    assert counters(event) == [(4, 3, 0), (3, 2, 0), (2, 1, 0)]
    assert letters(event) == ["confirmed"] * 3


def test_where_not_all_fit_all_wait_under_one_number_and_nobody_overtakes_them(event):
    comes(event, "eva", kind="balcony")
    assert party(event, "ana", "ben", "cleo", "dora@balcony").status == Status.WAITLISTED
    assert comes(event, "fay", kind="hall").status == Status.WAITLISTED  # a seat is free, and people wait for the room

    people = everybody(event)
    assert {people[who].queue_number for who in ("ana", "ben", "cleo", "dora")} == {1}
    assert [waitlist.place_in_queue(people[who]) for who in ("ana", "dora", "fay")] == [1, 1, 5]
    assert counters(event)[0] == (4, 1, 5)

    goes(event, "eva")

    assert [status for _, status in statuses(event) if status != "cancelled"].count("confirmed") == 4
    assert everybody(event)["fay"].status == "waitlisted"
    assert quotas.recount(event) == []


def test_one_who_leaves_a_waiting_party_leaves_the_others_in_line(event):
    comes(event, "eva", kind="balcony")
    party(event, "ana", "ben", "cleo", "dora@balcony")

    goes(event, "dora")

    assert {who: row.status for who, row in everybody(event).items()} == {
        "eva": "confirmed", "ana": "confirmed", "ben": "confirmed", "cleo": "confirmed", "dora": "cancelled",
    }  # fmt: skip


def test_a_party_larger_than_the_room_is_told_so_at_once(event):
    with pytest.raises(parties.PartyTooLarge):
        party(event, "ana", "ben", "cleo", "dora")  # four in the hall, which has three
    allow(event, party_most=2)
    with pytest.raises(parties.PartyTooLarge):
        party(event, "ana", "ben", "cleo")

    assert statuses(event) == []


def test_a_guest_without_an_address_is_written_to_through_the_contact(app, client, cast):
    with app.app_context():
        event = cast.event(capacity=2, kinds=[])
        allow(event, party_most=3)
        kind = ticket_type(event).id
        sign_up(event, Signup("Zoe", "zoe@example.org", "en", kind, "1"))
        sign_up(event, Signup("Ana", "ana@example.org", "en", kind, "1"), Signup("Xaver", None, "en", kind, "1"))
        allow(event, waitlist=True)
        goes(event, "zoe")
        assert everybody(event)["xaver"].status == "confirmed"

    first, *later = mails(client, event, "ana@example.org")
    assert "Xaver" not in text_of(first)  # somebody else's address may have been typed
    assert text_of(first).count("/r/") == 2
    about = [text_of(mail) for mail in later]
    assert len(about) == 2
    assert sum("Xaver" in text for text in about) == 1
    assert [mail.get_content_type() for mail in later if "Xaver" in text_of(mail)] == ["multipart/alternative"]


def test_the_contact_answers_an_offer_for_those_who_have_no_address(event):
    allow(event, offer_hours=24)
    comes(event, "eva", kind="balcony")
    party(event, "ana", "ben!", "cleo", "dora@balcony")
    goes(event, "eva")
    people = everybody(event)
    assert {people[who].status for who in ("ana", "ben", "cleo", "dora")} == {"offered"}

    with transaction():
        answering.accept(people["ana"])
    with transaction():
        answering.refuse(people["cleo"])

    assert {who: row.status for who, row in everybody(event).items()} == {
        "eva": "cancelled", "ana": "confirmed", "ben": "confirmed", "cleo": "cancelled", "dora": "offered",
    }  # fmt: skip
    assert quotas.recount(event) == []


def test_a_party_is_decided_together(event, context):
    with transaction():
        ticket_type(event, "hall").approval = "keeps_seat"
    assert party(event, "ana", "ben@balcony").status == Status.PENDING
    assert counters(event)[0] == (4, 2, 0)

    with transaction():
        assert approval.approve(everybody(event)["ben"], log.organizer(), "Welcome")
    with transaction():
        assert not approval.decline(everybody(event)["ana"], log.organizer())

    assert [status for _, status in statuses(event)] == ["confirmed", "confirmed"]
    assert letters(event) == ["pending"] * 2 + ["approved"] * 2


def test_who_is_in_already_stays_as_they_are_and_the_page_says_the_same(event):
    comes(event, "ben", kind="hall")
    assert party(event, "ana", "ben", "cleo").status == Status.WAITLISTED  # as it would be for three newcomers

    assert statuses(event) == [("ben", "confirmed"), ("ana", "confirmed"), ("cleo", "confirmed")]
    assert letters(event).count("already_registered") == 1
    assert latest(event, "ben").party_id is None


def test_guests_of_a_contact_who_is_in_already_get_their_links_to_that_address(app, client, cast):
    with app.app_context():
        event = cast.event(kinds=[])
        allow(event, party_most=3)
        kind = ticket_type(event).id
        sign_up(event, Signup("Ana", "ana@example.org", "en", kind, "1"))
        sign_up(event, Signup("Ana", "ana@example.org", "en", kind, "1"), Signup("Xaver", None, "en", kind, "1"))
        assert everybody(event)["xaver"].contact_id == everybody(event)["ana"].id

    assert text_of(mails(client, event, "ana@example.org")[-1]).count("/r/") == 2


def test_an_unconfirmed_party_comes_in_with_its_contact(event):
    assert party(event, "ana", "ben", "cleo!", doubtful=True).status == Status.UNCONFIRMED
    assert counters(event)[0] == (4, 0, 0)
    assert letters(event) == ["confirm_address"]  # the others are not written to on a stranger's word

    with transaction():
        assert confirming.confirm_address(everybody(event)["ana"]) == Status.CONFIRMED

    assert {row.status for row in everybody(event).values()} == {"confirmed"}
    assert letters(event) == ["confirm_address"] + ["confirmed"] * 3
    assert quotas.recount(event) == []


def test_each_person_cancels_for_themselves(event):
    party(event, "ana", "ben")

    with transaction():
        cancellation.cancel(everybody(event)["ana"])

    assert statuses(event) == [("ana", "cancelled"), ("ben", "confirmed")]


def filled(page, **values):
    action, inputs = forms_in(page)[0]
    return action, {**inputs, "consent": "y", **values}


@pytest.fixture
def shown(app, cast):
    with app.app_context():
        event = cast.event(kinds=KINDS)
        allow(event, party_most=3)
        return event


def test_the_form_grows_and_shrinks_and_keeps_what_was_typed(client, shown):
    page = client.get(f"/en/events/{shown.slug}/register")
    action, typed = filled(page, name="Ana", email="ana@example", ticket_type="hall")

    page = client.post(action, data={**typed, "more": "1"})
    assert page.status_code == 200
    action, typed = filled(
        page, **{"ticket_type": "hall", "p2-name": "بن", "p2-email": "", "p2-ticket_type": "balcony"}
    )
    assert (typed["name"], typed["email"], typed["people"]) == ("Ana", "ana@example", "2")
    page = client.post(action, data={**typed, "more": "1"})
    action, typed = filled(page, **{"p3-name": "Cleo 🎈", "p3-ticket_type": "hall"})
    assert typed["p2-name"] == "بن"
    assert 'name="more"' not in page.text  # three is the most

    page = client.post(action, data={**typed, "without": "2"})
    action, typed = filled(page)
    assert (typed["people"], typed["p2-name"], typed["p2-ticket_type"]) == ("2", "Cleo 🎈", "hall")
    assert "p3-name" not in typed


def test_what_is_wrong_says_whose_it_is(client, shown):
    page = client.get(f"/en/events/{shown.slug}/register")
    action, typed = filled(
        page, name="Ana", email="ana@example.org", ticket_type="hall", people="3",
        **{"p2-name": "", "p2-email": "ANA@example.org", "p2-ticket_type": "hall", "p3-name": "Cleo", "p3-email": "x"},
    )  # fmt: skip

    answer = client.post(action, data=typed)

    assert answer.status_code == 422
    assert "Person 2: Enter a name for the badge." in answer.text
    assert "Person 3: Choose how you will take part." in answer.text
    assert "Person 2: This address stands here twice." in answer.text
    assert 'href="#p3-email"' in answer.text


def test_a_party_comes_in_by_the_form_and_the_same_form_again_is_the_same(app, client, shown):
    page = client.get(f"/en/events/{shown.slug}/register")
    action, typed = filled(
        page, name="Ana", email="ana@example.org", ticket_type="hall", people="2",
        **{"p2-name": "Ben", "p2-email": "", "p2-ticket_type": "balcony"},
    )  # fmt: skip

    first, again = client.post(action, data=typed), client.post(action, data=typed)
    other = client.post(action, data={**typed, "name": "Anna"})

    assert (first.status_code, first.location) == (303, again.location)
    assert other.status_code == 409
    assert "Correct my registration" not in other.text
    forced = client.post(action, data={**typed, "name": "Anna", "meant": "correction"})
    assert forced.status_code == 409
    with app.app_context():
        assert [row.status for row in everybody(shown).values()] == ["confirmed", "confirmed"]
    assert link_of_contact(client, shown)


def link_of_contact(client, event):
    return [word for word in text_of(mails(client, event, "ana@example.org")[0]).split() if "/r/" in word]


def test_a_form_that_asks_for_one_person_takes_no_more(app, client, cast):
    event = cast.event()
    page = client.get(f"/en/events/{event.slug}/register")
    action, typed = filled(page, name="Ana", email="ana@example.org", people="3", **{"p2-name": "Ben"})

    assert client.post(action, data=typed).status_code == 303

    with app.app_context():
        assert list(everybody(event)) == ["ana"]
    assert link_of(client, event, "ana@example.org")


def test_an_event_that_moves_nearer_takes_its_offers_along(event, stopped_clock):
    allow(event, offer_hours=72)
    party(event, "ana", "ben", "cleo")
    comes(event, "dora")
    goes(event, "ana")
    until = everybody(event)["dora"].offer_until

    starts = (stopped_clock.moment + timedelta(hours=20)).replace(tzinfo=None)
    with transaction():
        announcements.change(event, timezone="UTC", starts=starts, ends=starts + timedelta(hours=2))

    dora = everybody(event)["dora"]
    assert dora.offer_until == waitlist.last_moment(event) < until
    assert db.session.scalars(sa.select(Offer.until)).all() == [dora.offer_until]
