"""A domain that is slow or says not now waits by itself; all others go on, and a personal letter waits two minutes at most."""

import random
from collections import Counter

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.mail import pauses, transports
from eventsvc.mail.courier import Courier
from eventsvc.mail.models import DomainPause, Lane
from eventsvc.mail.outbox import domain_mark
from tests.conftest import Clock
from tests.mail.conftest import PostRoom, arrivals, line_to
from tests.servers import smtp
from tests.servers.smtp import DROP, HANG, Rule

BUSY = "busy.example.org"


@pytest.fixture(autouse=True)
def _no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda _least, most: most)


def at(domain: str, number: int) -> list[str]:
    return [f"person{each}@{domain}" for each in range(number)]


def refuses(domain: str, answer: str, number: int, stage: smtp.Stage = "RCPT") -> list[Rule]:
    return [Rule(stage, answer, only=address) for address in at(domain, number)]


def row(mark: bytes) -> DomainPause | None:
    found = db.session.get(DomainPause, mark, populate_existing=True)
    db.session.rollback()
    return found


@pytest.mark.parametrize("answer", ["421 4.7.0 try again later", "450 4.7.1 greylisted", "421 closing"])
def test_a_domain_that_says_not_now_is_asked_once_and_the_others_get_their_mail(
    answer: str, room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    room.post(*at(BUSY, 60), lane=Lane.BULK)
    others = at("fine.example.org", 30)
    room.post(*others, lane=Lane.BULK)
    rules = refuses(BUSY, answer, 60)
    server.behave(*rules)

    report = courier.round(1000)

    assert (report.sent, report.queued) == (30, 1)
    assert arrivals(server) == Counter(others)
    assert sum(rule.seen for rule in rules) == 1
    assert room.tries() == Counter({0: 59, 1: 31})


def test_the_wait_grows_up_to_half_an_hour_and_a_mail_that_gets_through_ends_it(
    room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    room.post(*at(BUSY, 60), lane=Lane.NOTICE)
    server.behave(*refuses(BUSY, "451 4.7.1 not now", 60))
    waits = []
    for _ in range(8):
        courier.round()
        pause = row(domain_mark(f"x@{BUSY}"))
        assert pause is not None
        waits.append((pause.until - stopped_clock()).total_seconds())
        stopped_clock.forward(seconds=waits[-1] - 1)
        assert not courier.round().did_anything
        stopped_clock.forward(seconds=1)
    assert waits == [60, 120, 240, 480, 960, 1800, 1800, 1800]

    server.behave()
    assert courier.round(1000).sent >= 52
    assert row(domain_mark(f"x@{BUSY}")) is None


def test_a_pause_holds_for_every_courier(room: PostRoom, server: smtp.Post, stopped_clock: Clock):
    room.post(*at(BUSY, 10), lane=Lane.NOTICE)
    rules = refuses(BUSY, "421 later", 10)
    server.behave(*rules)
    for _ in range(3):
        another = Courier(line_to(server))
        another.round()
        another.close()
    assert sum(rule.seen for rule in rules) == 1


def test_a_letter_that_somebody_waits_for_is_tried_again_after_two_minutes_and_only_one_of_them(
    room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    with transaction():
        for _ in range(3):
            pauses.begin(domain_mark(f"x@{BUSY}"), "421")
            stopped_clock.forward(minutes=10)
        pauses.begin(domain_mark(f"x@{BUSY}"), "421")
    room.post(*at(BUSY, 5))
    room.post("many@busy.example.org", lane=Lane.BULK)
    rules = refuses(BUSY, "421 later", 5)
    server.behave(*rules)

    stopped_clock.forward(seconds=119)
    assert not courier.round().did_anything
    for tries in (1, 2):
        stopped_clock.forward(minutes=2)
        courier.round()
        assert sum(rule.seen for rule in rules) == tries

    server.behave()
    stopped_clock.forward(minutes=2)
    assert courier.round().sent >= 4, "one got through, so the others may go as well"
    assert courier.round().sent <= 1
    assert "many@busy.example.org" in arrivals(server)


@pytest.mark.parametrize(("stage", "tries"), [("RCPT", 1), ("DATA", 1)])
def test_a_domain_that_is_silent_waits_as_well(
    stage: smtp.Stage, tries: int, room: PostRoom, server: smtp.Post, stopped_clock: Clock
):
    room.post(*at(BUSY, 20), lane=Lane.BULK)
    others = at("fine.example.org", 20)
    room.post(*others, lane=Lane.BULK)
    rules = refuses(BUSY, HANG, 20, stage)
    server.behave(*rules)
    courier = Courier(line_to(server, timeout=0.5))

    assert courier.round(1000).sent == 20
    courier.close()
    assert sum(rule.seen for rule in rules) == tries
    assert arrivals(server) == Counter(others)


def test_a_domain_that_takes_mail_but_very_slowly_waits_as_well(
    room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(transports, "SLOW", 0.2)
    room.post(*at(BUSY, 10), lane=Lane.BULK)
    room.post(*at("fine.example.org", 10), lane=Lane.BULK)
    server.behave(*(Rule("RCPT", "250 OK", only=address, wait=0.3) for address in at(BUSY, 10)))

    report = courier.round()

    assert report.sent == 11
    assert sum(arrivals(server)[address] for address in at(BUSY, 10)) == 1
    pause = row(domain_mark(f"x@{BUSY}"))
    assert pause is not None
    assert pause.reason == "slow"


def test_a_line_that_breaks_says_nothing_about_the_domain(
    room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    room.post(*at(BUSY, 10), lane=Lane.BULK)
    server.behave(Rule("RCPT", DROP, times=1))
    assert courier.round().sent == 9


def test_the_mark_of_the_domain_is_kept_only_while_a_message_waits(
    room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    ids = room.post("ana@a.example.org", "bea@b.example.org", "cleo@c.example.org")
    assert all(room.message(each).domain_mark for each in ids)
    server.behave(
        Rule("RCPT", "550 5.1.1 no", only="bea@b.example.org"), Rule("RCPT", "451 4.3.0 no", only="cleo@c.example.org")
    )

    courier.round()

    assert [bool(room.message(each).domain_mark) for each in ids] == [False, False, True]


def test_a_mark_names_no_domain_and_is_the_same_for_all_spellings(room: PostRoom):
    assert domain_mark("ana@Example.ORG") == domain_mark("bea@example.org")
    assert domain_mark("ana@example.org") != domain_mark("ana@example.com")
    assert b"example" not in domain_mark("ana@example.org")


def test_why_everything_waits_stands_in_a_row_until_mail_leaves_again(
    room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    room.post("ana@example.org", "bea@example.org")
    server.behave(Rule("MAIL", "550 5.7.1 not as this sender", times=1))
    courier.round()
    assert pauses.now_waiting() == (0, "550 5.7.1 at mail: configuration")

    stopped_clock.forward(minutes=6)
    restarted = Courier(line_to(server))
    assert restarted.round().sent == 2, "by whoever gets through, also after a new start"
    restarted.close()
    assert pauses.now_waiting() == (0, "")


def test_pauses_of_long_ago_are_forgotten(room: PostRoom, stopped_clock: Clock):
    with transaction():
        pauses.begin(b"old", "421")
    stopped_clock.forward(days=4)
    with transaction():
        pauses.begin(b"young", "421")
        pauses.forget_old()
    assert db.session.scalars(sa.select(DomainPause.mark)).all() == [b"young"]
