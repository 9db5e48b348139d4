"""Addresses that refuse: learned from answers, spared by letters to many, always tried where somebody just did something."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from eventsvc import vault
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.mail import refused, upkeep
from eventsvc.mail.courier import Courier
from eventsvc.mail.models import Lane, Message, RefusedAddress
from eventsvc.mail.outcomes import Answer
from tests.conftest import Clock
from tests.factories import Cast
from tests.mail.conftest import PostRoom, arrivals
from tests.servers import smtp
from tests.servers.smtp import Rule

ANA = "ana@example.org"
FULL = "552 5.2.2 over quota"


@pytest.fixture
def event(context: Flask) -> Event:
    return Cast(context).event()


class About:
    """Posts letters about one event."""

    def __init__(self, room: PostRoom, event: Event) -> None:
        self.room = room
        self.event = event
        self.keys = vault.keyring().of_event(event.id)

    def post(self, lane: Lane, *addresses: str, **values: Any) -> UUID:
        about: dict[str, Any] = {"event_id": self.event.id, "keys": self.keys, "lane": lane}
        return self.room.post(*(addresses or (ANA,)), **about, **values)[0]

    def known(self, address: str = ANA) -> RefusedAddress | None:
        row = db.session.get(RefusedAddress, (self.event.id, self.keys.index(address)), populate_existing=True)
        db.session.rollback()
        return row


@pytest.fixture
def about(room: PostRoom, event: Event) -> About:
    return About(room, event)


@pytest.mark.parametrize("lane", [Lane.URGENT, Lane.NOTICE, Lane.BULK])
def test_an_address_that_does_not_exist_gets_no_letter_to_many_any_more(
    lane: Lane, about: About, courier: Courier, server: smtp.Post
):
    rule = Rule("RCPT", "550 5.1.1 no such user here, ana", only=ANA)
    server.behave(rule)
    about.post(Lane.PERSONAL)
    courier.round()
    known = about.known()
    assert known is not None
    assert (known.kind, known.times, known.note) == ("address", 1, "550 5.1.1 at rcpt: no such address")

    row = about.post(lane, ANA, "bea@example.org")
    report = courier.round()

    assert (report.dropped, report.sent, rule.seen) == (1, 1, 1)
    message = about.room.message(row)
    assert message.status == "dropped"
    assert message.last_error == "not tried, mail to this address comes back: 550 5.1.1 at rcpt: no such address"
    assert (message.tries, message.domain_mark) == (0, None)


def test_who_does_something_gets_a_letter_all_the_same_and_one_that_arrives_clears_the_address(
    about: About, courier: Courier, server: smtp.Post
):
    server.behave(Rule("RCPT", "550 5.1.1 no such user", only=ANA, times=1))
    about.post(Lane.PERSONAL)
    courier.round()
    about.post(Lane.PERSONAL)

    assert courier.round().sent == 1

    assert about.known() is None
    about.post(Lane.BULK)
    assert courier.round().sent == 1


def test_another_event_knows_nothing_of_it(about: About, courier: Courier, server: smtp.Post, context: Flask):
    server.behave(Rule("RCPT", "550 5.1.1 no such user", only=ANA, times=1))
    about.post(Lane.PERSONAL)
    courier.round()
    About(about.room, Cast(context).event()).post(Lane.BULK)
    assert courier.round().sent == 1


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("RCPT", "550 5.7.1 policy"),
        ("DATA", "554 5.7.26 DMARC"),
        ("DATA", "554 5.6.0 odd"),
        ("RCPT", "450 4.2.1 later"),
    ],
)
def test_what_is_our_fault_or_only_for_now_is_never_held_against_an_address(
    stage: smtp.Stage, answer: str, about: About, courier: Courier, server: smtp.Post
):
    server.behave(Rule(stage, answer, only=ANA, times=1))
    about.post(Lane.NOTICE)
    courier.round()
    assert about.known() is None
    about.post(Lane.NOTICE)
    assert courier.round().sent == 1


def fail_softly(about: About, courier: Courier, server: smtp.Post, clock: Clock, *days: float) -> None:
    """A letter to a full mailbox each, so many days apart."""
    server.behave(Rule("RCPT", FULL, only=ANA))
    for pause in days:
        clock.forward(days=pause)
        about.post(Lane.PERSONAL, expires_at=clock() + timedelta(minutes=1))
        courier.round()
    server.behave()


@pytest.mark.parametrize(
    ("days", "is_tried"),
    [((0, 4), True), ((0, 1, 1), True), ((0, 3.4, 3.5), True), ((0, 4, 3), False), ((0, 1, 1, 6), False)],
)
def test_a_full_mailbox_has_a_week_and_three_tries_to_come_back(
    days: tuple[float, ...], is_tried: bool, about: About, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    fail_softly(about, courier, server, stopped_clock, *days)
    known = about.known()
    assert known is not None
    assert (known.kind, known.times) == ("soft", len(days))

    about.post(Lane.BULK)
    report = courier.round()

    assert (report.sent, report.dropped) == ((1, 0) if is_tried else (0, 1))


def test_a_mailbox_that_was_full_three_months_ago_is_tried_again(
    about: About, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    fail_softly(about, courier, server, stopped_clock, 0, 4, 4)
    stopped_clock.forward(days=90, seconds=1)
    about.post(Lane.BULK)
    assert courier.round().sent == 1


def test_a_mailbox_that_was_full_three_months_ago_is_counted_from_one_again_and_forgotten_by_the_clockwork(
    about: About, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    fail_softly(about, courier, server, stopped_clock, 0, 4, 4)
    stopped_clock.forward(days=91)
    fail_softly(about, courier, server, stopped_clock, 0)
    known = about.known()
    assert known is not None
    assert (known.times, known.first_at) == (1, stopped_clock())

    stopped_clock.forward(days=91)
    with transaction():
        upkeep.erase_old_bodies()
    assert about.known() is None


def test_a_mailbox_that_is_not_there_is_not_full_either(
    about: About, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    server.behave(Rule("RCPT", "550 5.1.1 no", only=ANA, times=1), Rule("RCPT", FULL, only=ANA))
    for _ in range(2):
        about.post(Lane.PERSONAL)
        courier.round()
    known = about.known()
    assert known is not None
    assert (known.kind, known.times) == ("address", 2)


@pytest.mark.parametrize("was_known", [False, True])
def test_nothing_is_learned_of_who_was_erased_while_their_letter_was_in_hand(
    was_known: bool, about: About, courier: Courier, server: smtp.Post, monkeypatch: pytest.MonkeyPatch
):
    server.behave(Rule("RCPT", "550 5.1.1 no such user here", only=ANA))
    if was_known:
        about.post(Lane.PERSONAL)
        courier.round()
    about.post(Lane.PERSONAL)
    transport = courier._transport
    send = transport.send

    def erased_meanwhile(*mail: Any) -> Answer:
        answer = send(*mail)
        with transaction():
            db.session.execute(sa.delete(Message))
            refused.forget(about.event.id, about.keys.index(ANA))
        return answer

    monkeypatch.setattr(transport, "send", erased_meanwhile)
    courier.round()

    assert about.known() is None


def test_letters_of_the_service_itself_leave_no_trace_of_an_address(
    room: PostRoom, courier: Courier, server: smtp.Post
):
    server.behave(Rule("RCPT", "550 5.1.1 no such user", only=ANA))
    room.post(ANA)
    assert courier.round().failed == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RefusedAddress)) == 0


def test_failed_ones_that_go_again_are_not_stopped_by_what_was_learned_when_they_failed(
    about: About, courier: Courier, server: smtp.Post
):
    server.behave(Rule("RCPT", "550 5.1.1 unknown, said a server that was set up wrongly"))
    row = about.post(Lane.NOTICE)
    courier.round()
    server.behave()

    with transaction():
        assert upkeep.retry_failed() == 1

    assert courier.round().sent == 1
    assert about.room.message(row).status == "sent"
    assert arrivals(server)[ANA] == 1
