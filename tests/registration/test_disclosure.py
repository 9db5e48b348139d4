"""All that is kept about somebody, as they take it along: their own, in their own words, and nobody else's."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.i18n import speaking
from eventsvc.questions.models import Kind
from eventsvc.registration import answering, approval, cancellation, line, log
from eventsvc.registration.disclosure import everything_about
from eventsvc.registration.handover import Successor, hand_over
from eventsvc.registration.models import Registration
from eventsvc.registration.rewriting import rewrite
from eventsvc.registration.signup import sign_up
from tests.factories import Cast
from tests.registration.journal import comes, goes, latest, ticket_type
from tests.retention.asking import answered, ask, person
from tests.retention.test_erasing_parties import named

ORGANIZER = log.organizer()


@pytest.fixture
def event(context) -> Event:
    return with_rules(Cast(context).event(capacity=4), party_most=4)


def with_rules(event: Event, **rules: object) -> Event:
    with transaction():
        editing.change(db.session.get_one(Event, event.id), **rules)
    return event


def told(registration: Registration, language: str = "en") -> dict[str, Any]:
    """What the file says; it must be JSON."""
    with speaking(language):
        found: dict[str, Any] = json.loads(json.dumps(everything_about(registration)))
    return found


def does(work, *args) -> None:
    with transaction():
        work(*args)


def test_answers_stand_there_as_they_were_asked_and_said(event):
    ask(event, "workshop", ("weaving", 3), ("radio", None), days=2)
    ask(event, "vegan", kind=Kind.YES_NO)
    sign_up(event, person(event, "ana", workshop=["weaving", "radio"], vegan=True))

    workshop, vegan = told(latest(event, "ana"), "es")["answers"]

    assert workshop | {"kept_until": ""} == {
        "question": "workshop",
        "asked": "¿Workshop?",
        "answer": "Weaving (es) y Radio (es)",
        "value": ["weaving", "radio"],
        "kept_until": "",
    }
    assert (vegan["answer"], vegan["value"]) == ("Sí", True)
    kept = [datetime.fromisoformat(each["kept_until"]) for each in (workshop, vegan)]
    assert kept == [event.ends_at + timedelta(days=2), event.personal_data_until]


def test_an_offer_says_until_when_and_how_it_ended(context):
    event = with_rules(Cast(context).event(capacity=1), offer_hours=48)
    comes(event, "ana")
    comes(event, "ben")
    goes(event, "ana")
    ben = latest(event, "ben")

    offered = told(ben)
    does(answering.refuse, ben)
    refused = told(latest(event, "ben"))

    assert offered["offer_until"] == offered["offers"][0]["until"]
    assert (offered["offers"][0]["outcome"], offered["offers"][0]["ended_at"]) == (None, None)
    assert refused["offer_until"] is None
    assert refused["offers"][0]["outcome"] == "refused"
    assert refused["offers"][0]["ended_at"] >= refused["offers"][0]["offered_at"]


def test_the_log_says_what_when_by_whom_and_in_which_words(event):
    ask(event, "diet")
    sign_up(event, person(event, "ana", diet="fish"))
    ana = latest(event, "ana")
    does(rewrite, ana, answered(event, diet="nuts"), log.ATTENDEE)
    does(cancellation.cancel, ana, ORGANIZER, "The room is too small")

    lines = told(latest(event, "ana"))["log"]

    assert [(each["what"], each["by"], each["before"], each["after"], each["words"]) for each in lines] == [
        ("register", "attendee", None, "confirmed", None),
        ("correct", "attendee", None, None, "diet"),
        ("cancel", "organizer", "confirmed", "cancelled", "The room is too small"),
    ]
    assert all(each["at"][-6:] in {"-07:00", "-08:00"} for each in lines)


def test_what_organizers_noted_for_themselves_is_not_told(context):
    event = Cast(context).event(capacity=1)
    for who in ("ana", "ben", "cleo"):
        comes(event, who)
    does(line.move_to, latest(event, "cleo"), 1, "Ben can wait", ORGANIZER)

    file = told(latest(event, "cleo"))

    assert [each["what"] for each in file["log"]] == ["register", "move_in_line"]
    assert "Ben" not in json.dumps(file)


def test_a_contact_reads_the_names_of_the_guests_and_a_guest_nobodys(event):
    sign_up(event, *(person(event, who, email=email) for who, email in (("ana", ""), ("bea", None), ("carl", ""))))

    ana, bea, carl = (told(named(event, who)) for who in ("ana", "bea", "carl"))

    assert ana["party"] == {"person": 1, "letters_go_to_contact": False, "guests": [{"person": 2, "name": "Bea"}]}
    assert bea["party"] == {"person": 2, "letters_go_to_contact": True, "guests": []}
    assert carl["party"] == {"person": 3, "letters_go_to_contact": False, "guests": []}
    assert "ana" not in json.dumps(bea).lower()
    assert "Carl" not in json.dumps(ana)
    comes(event, "zoe")
    assert told(latest(event, "zoe"))["party"] is None


def test_who_took_a_place_over_reads_nothing_of_who_had_it_before(context):
    event = with_rules(Cast(context).event(capacity=1), offer_hours=48)
    comes(event, "zoe")
    comes(event, "ana")
    goes(event, "zoe")
    ana = latest(event, "ana")
    does(answering.accept, ana)
    does(hand_over, ana, Successor("Ben", "ben@example.org", "en"))

    file = told(latest(event, "ben"))

    assert [each["what"] for each in file["log"]] == ["hand_over"]
    assert [each["letter"] for each in file["letters"]] == ["handed_over"]
    assert file["offers"] == []
    assert "ana" not in json.dumps(file).lower()


def test_who_confirmed_nothing_yet_reads_until_when_it_can_be_done(context):
    event = with_rules(Cast(context).event(), confirms_address=True)
    comes(event, "ana")
    ana = latest(event, "ana")

    assert told(ana)["confirm_until"] > told(ana)["registered_at"]


def test_a_decision_is_told_in_the_words_that_were_mailed(context):
    event = Cast(context).event()
    with transaction():
        ticket_type(event).approval = "seat_after"
    comes(event, "ana")
    does(approval.decline, latest(event, "ana"), ORGANIZER, "Next year")

    assert told(latest(event, "ana"))["log"][-1]["words"] == "Next year"
