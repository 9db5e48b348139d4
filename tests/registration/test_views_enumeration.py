"""Nobody learns who is on the list: what is sent with a known address is answered as with an unknown one."""

import re
import time
from statistics import median

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.questions.wordings import Choice
from eventsvc.registration import own
from tests.questions.writing import ask, both, slugs
from tests.registration.visitor import forms_in, register, send

MADE_UP = re.compile(
    r"(?<=form_id\" type=\"hidden\" value=\")[^\"]+|(?<=name=\"form_id\" value=\")[^\"]+|(?<=/registered/)[\w-]+"
)


@pytest.fixture
def event(cast):
    return cast.event("Assembly", capacity=8)  # far enough from where the word for how full it is changes


def seen(page: TestResponse) -> tuple[int, str, list[tuple[str, str]]]:
    """All that a stranger can see of an answer, without what is random in it."""
    headers = [(name, MADE_UP.sub("…", value)) for name, value in page.headers]
    return page.status_code, MADE_UP.sub("…", page.text), headers


def walk(client: FlaskClient, event: Event, who: str) -> list[object]:
    """Register, look at the result, do it again, correct it, ask for the link."""
    form = client.get(f"/en/events/{event.slug}/register")
    typed = {"name": "Somebody", "email": f"{who}@example.org", "consent": "y"}
    answer = send(client, form, **typed)
    wrong = send(client, form, **(typed | {"consent": ""}))
    asked = send(client, form, **(typed | {"name": "Someone"}))
    corrected = send(client, asked, 0)
    link = send(client, client.get("/en/my-link"), email=f"{who}@example.org")
    pages = [answer, client.get(answer.location), send(client, form, **typed), wrong, asked, corrected, link]
    return [seen(page) for page in (*pages, client.get(corrected.location), client.get(link.location))]


@pytest.mark.parametrize("guests", [1, 8, 9])
def test_a_known_and_an_unknown_address_see_the_same_pages(client, event, monkeypatch, guests):
    monkeypatch.setattr(own, "ANSWER_AFTER", 0.0)
    for number in range(guests - 1):
        register(client, event, f"Guest{number}")
    register(client, event, "known")
    before = client.get(f"/en/events/{event.slug}/register").text

    known = walk(client, event, "known")
    unchanged = client.get(f"/en/events/{event.slug}/register").text
    unknown = walk(client, event, "knawn")

    assert MADE_UP.sub("…", before) == MADE_UP.sub("…", unchanged)
    assert [repr(page).replace("knawn", "known") for page in unknown] == [repr(page) for page in known]


def test_the_sixth_registration_of_a_known_address_looks_as_the_first(client, event):
    answers = [register(client, event, "known") for _ in range(6)]

    assert len({repr(seen(client.get(answer.location))) for answer in answers}) == 1


def test_asking_for_a_link_takes_the_same_time_for_every_address(client, event):
    register(client, event, "known")
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    for _ in range(3):
        for who, times in taken.items():
            form = client.get("/en/my-link")
            began = time.perf_counter()
            send(client, form, email=f"{who}@example.org")
            times.append(time.perf_counter() - began)

    assert min(min(times) for times in taken.values()) >= own.ANSWER_AFTER
    assert abs(median(taken["known"]) - median(taken["unknown"])) < 0.1


def test_the_result_says_what_a_newcomer_gets_and_not_what_this_person_has(client, event):
    for number in range(8):
        register(client, event, f"Guest{number}")

    known, unknown = register(client, event, "Guest0"), register(client, event, "Nobody")

    for answer in (known, unknown):
        assert "<h1>You are on the waitlist</h1>" in client.get(answer.location).text


def test_the_form_holds_nothing_but_the_event(client, event):
    register(client, event, "known")
    page = client.get(f"/en/events/{event.slug}/register")

    assert forms_in(page)[0][1]["email"] == ""
    assert "known" not in page.text


@pytest.mark.parametrize("told", [0, 3], ids=["who hears of it", "who heard it often enough"])
def test_a_known_address_costs_as_much_work_as_a_new_one(client, event, told):
    """Letters are most of the time; it must not tell the two apart."""
    people = [f"known{number}" for number in range(12)]
    for who in people * (1 + told):
        register(client, event, who)

    taken: dict[bool, list[float]] = {True: [], False: []}
    for number, who in enumerate(people):
        for is_known, name in ((True, who), (False, f"unknown{number}")):
            form = client.get(f"/en/events/{event.slug}/register")
            began = time.process_time()
            send(client, form, name="Ana", email=f"{name}@example.org", consent="y")
            taken[is_known].append(time.process_time() - began)

    assert 0.6 < median(taken[True]) / median(taken[False]) < 1.6


def test_an_option_with_no_places_left_is_refused_to_a_known_address_as_to_any_other(client, event):
    """Who is in already takes nothing more, and so would not be refused."""
    with client.application.app_context():
        asked = ask(db.session.get_one(Event, event.id), "Workshop?", Choice(both("Masks"), size=1), "None")
        field, (masks, none) = f"q{asked.id}", slugs(asked)
    register(client, event, "known", **{field: none})
    register(client, event, "eva", **{field: masks})

    known, unknown = (
        register(client, event, "Somebody", email=f"{who}@example.org", **{field: masks}) for who in ("known", "knawn")
    )

    assert unknown.status_code == 409
    assert repr(seen(unknown)).replace("knawn", "known") == repr(seen(known))
