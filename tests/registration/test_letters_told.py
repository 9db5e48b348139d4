"""The letters of offers, approval and handing over, as they come about."""

import pytest

from eventsvc.registration import answering, approval, cancellation, confirming
from eventsvc.registration.handover import Successor, hand_over
from eventsvc.registration.log import organizer
from tests.registration.story import Story, method_of
from tests.registration.visitor import html_of, mails, text_of

JOIN = "https://meet.example.org/secret-room"


@pytest.fixture
def english(app, client, cast):
    return Story(app, client, cast.event("Side event", capacity=1, attendance="hybrid", join_url=JOIN))


def test_an_offer_looks_like_no_booking_before_it_is_accepted(english):
    english.rules(offer_hours=24)
    english.comes("ben")
    english.comes("ana")
    english.does(cancellation.cancel, "ben")
    offered = english.mail()
    english.does(answering.accept)

    assert offered["Subject"] == "A place is offered to you: Side event"
    assert method_of(offered) is None
    assert JOIN not in text_of(offered) + html_of(offered)
    assert english.mail()["Subject"] == "You have a place: Side event"
    assert method_of(english.mail()) == "REQUEST"


def test_who_refuses_an_offer_is_thanked_and_the_next_in_line_hears(english):
    english.rules(offer_hours=24)
    for who in ("ben", "ana", "cleo"):
        english.comes(who)
    english.does(cancellation.cancel, "ben")
    english.does(answering.refuse)

    assert "it goes to the next in line" in text_of(english.mail())
    assert english.mail("cleo@example.org")["Subject"] == "A place is offered to you: Side event"


def test_an_organizers_yes_and_no_are_told_in_their_own_words(english):
    english.rules(approval="seat_after")
    english.comes()
    english.comes("ben")
    asked = english.mail()
    english.does(lambda one: approval.approve(one, organizer(), "Bring a friend"))
    english.does(lambda one: approval.decline(one, organizer(), "Next year"), "ben")

    assert asked["Subject"] == "Received: your registration for Side event"
    assert [method_of(asked), method_of(english.mail()), method_of(english.mail("ben@example.org"))] == [
        None,
        "REQUEST",
        None,
    ]
    assert "A message from Alianza Americas:\n\nBring a friend" in text_of(english.mail())
    assert english.mail("ben@example.org")["Subject"] == "No place this time: Side event"
    assert "A message from Alianza Americas:\n\nNext year" in text_of(english.mail("ben@example.org"))


def test_a_place_handed_over_leaves_one_calendar_and_enters_another(english):
    english.comes()
    english.does(lambda one: hand_over(one, Successor("New-Name", "eva@example.org", "en")))
    giver, taker = english.mail(), english.mail("eva@example.org")

    assert giver["Subject"] == "Your place is handed over: Side event"
    assert taker["Subject"] == "A place was handed to you: Side event"
    assert (method_of(giver), method_of(taker)) == ("CANCEL", "REQUEST")
    assert "/r/" not in text_of(giver) + html_of(giver)
    assert "Name" not in text_of(taker) + html_of(taker) + text_of(giver)


def test_a_guest_without_an_address_is_a_number_at_first_and_named_once_the_contact_wrote_back(app, client, cast):
    story = Story(app, client, cast.event("Side event", capacity=9, attendance="hybrid", join_url=JOIN))
    story.rules(party_most=3, confirms_address=True)
    story.comes(guests=["Typed-Guest"])
    asked = story.mail()
    story.does(confirming.confirm_address)
    told = mails(client, story.event)[1:]

    assert asked["Subject"] == "Please confirm: Side event"
    assert "Typed" not in str(asked) + text_of(asked) + html_of(asked)
    assert [mail["To"] for mail in told] == ["ana@example.org"] * 2
    assert [method_of(mail) for mail in told] == ["REQUEST", None]
    assert text_of(told[1]).startswith("This letter is about Typed-Guest, whom you registered. Please pass it on.\n")
    assert "attached" not in text_of(told[1])
    assert text_of(told[0]).partition("/r/")[2][:22] != text_of(told[1]).partition("/r/")[2][:22]
