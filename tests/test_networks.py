"""What one network may send, without keeping any address."""

import re
from datetime import timedelta

import pytest

from eventsvc import clock
from eventsvc import networks as limits
from eventsvc.accounts import views as accounts_views
from eventsvc.db import db, transaction
from eventsvc.errors import TooMany
from eventsvc.events.models import Event
from eventsvc.networks import Networks, network_of
from tests.registration.visitor import mails, register, send


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "cb0071"),
        ("203.0.113.250", "cb0071"),
        ("203.0.114.7", "cb0072"),
        ("::ffff:203.0.113.7", "cb0071"),
        ("2001:db8:1:2::3", "20010db80001"),
        ("2001:db8:1:ffff::3", "20010db80001"),
        ("2001:db8:2::3", "20010db80002"),
        ("fe80::1%eth0", "fe8000000000"),
        ("127.0.0.1", None),
        ("127.8.9.1", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("", None),
        ("unix:", None),
    ],
)
def test_a_network_is_a_24_or_a_48_and_this_machine_is_none(address, network):
    assert network_of(address) == network


def test_the_limit_opens_again_as_ten_minutes_pass():
    networks, now = Networks(), clock.now().replace(hour=12)
    for second in range(3):
        networks.count("a", 3, now + timedelta(seconds=second))

    with pytest.raises(TooMany):
        networks.count("a", 3, now + timedelta(minutes=10) - timedelta(seconds=1))
    networks.count("a", 3, now + timedelta(minutes=10))
    with pytest.raises(TooMany):
        networks.count("a", 3, now + timedelta(minutes=10))
    networks.count("b", 3, now)


def test_no_address_is_kept_and_what_is_kept_goes():
    networks, now = Networks(), clock.now().replace(hour=12)
    networks.count("cb0071", 3, now)

    assert [len(mark) for mark in networks._seen] == [32]
    assert bytes.fromhex("cb0071") not in next(iter(networks._seen))

    networks.count("other", 3, now + timedelta(days=1))
    assert len(networks._seen) == 1


def test_the_marks_in_memory_do_not_grow_without_end(monkeypatch):
    monkeypatch.setattr(limits, "SWEEP_AT", 10)
    networks, now = Networks(), clock.now().replace(hour=12)
    for number in range(11):
        networks.count(str(number), 3, now)

    networks.count("late", 3, now + timedelta(minutes=20))

    assert len(networks._seen) == 1


@pytest.fixture
def limited(app, monkeypatch):
    for what in ("registration", "sign-in"):
        monkeypatch.setitem(app.extensions, f"eventsvc.networks.{what}", Networks())
    narrow = app.extensions["eventsvc.settings"].model_copy(update={"limit_network": 2, "workers": 1})
    monkeypatch.setitem(app.extensions, "eventsvc.settings", narrow)
    return app


def from_network(app, address):
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def test_one_registration_too_many_is_429_and_says_when_to_come_back(limited, cast):
    event, near, far = cast.event(), from_network(limited, "203.0.113.7"), from_network(limited, "203.0.114.7")
    answers = [register(near, event, name) for name in ("Ana", "Ben", "Cleo")]

    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert answers[2].headers["Retry-After"] == "60"
    assert "Too many attempts from this network." in answers[2].text
    assert "203.0.113" not in answers[2].text
    assert len(mails(near, event)) == 2
    assert register(far, event, "Dora").status_code == 303
    assert near.get(f"/en/events/{event.slug}/register").status_code == 200


def test_everybody_of_a_party_counts(limited, cast, app):
    event, near = cast.event(), from_network(limited, "203.0.113.7")
    with app.app_context(), transaction():
        db.session.get_one(Event, event.id).party_most = 3
    party = {"people": "3", "p2-name": "Ben", "p3-name": "Cleo"}

    assert register(near, event, **party).status_code == 303
    assert register(near, event, "Dora").status_code == 429


def test_this_machine_may_send_as_much_as_it_likes(limited, cast):
    event, client = cast.event(), limited.test_client()

    assert {register(client, event, f"Ana{number}").status_code for number in range(5)} == {303}


def test_asking_for_links_counts_too(limited):
    near = from_network(limited, "203.0.113.7")
    answers = [send(near, near.get("/en/my-link"), email=f"a{number}@example.org") for number in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 429]


def test_asking_for_sign_in_links_counts_by_itself(limited, monkeypatch):
    monkeypatch.setattr(accounts_views, "SIGN_INS", 2)
    near = from_network(limited, "203.0.113.7")
    page = near.get("/organize/sign-in").text
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
    form = {"csrf_token": token, "email": "nobody@example.org"}

    assert [near.post("/organize/sign-in", data=form).status_code for _ in range(3)] == [303, 303, 429]


def test_workers_share_the_limit_between_them(limited, cast, monkeypatch):
    shared = limited.extensions["eventsvc.settings"].model_copy(update={"workers": 2})
    monkeypatch.setitem(limited.extensions, "eventsvc.settings", shared)
    event, near = cast.event(), from_network(limited, "203.0.113.7")

    assert [register(near, event, name).status_code for name in ("Ana", "Ben")] == [303, 429]


def test_letters_to_one_address_are_three_an_hour_and_the_page_says_no_word(client, cast, stopped_clock):
    event = cast.event()
    pages = {client.get(register(client, event).location).status_code for _ in range(6)}

    assert pages == {200}
    assert len(mails(client, event)) == 3
    stopped_clock.forward(minutes=61)
    register(client, event)
    assert len(mails(client, event)) == 4
    assert register(client, cast.event("Other")).status_code == 303
