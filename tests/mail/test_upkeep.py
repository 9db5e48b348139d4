"""What an operator asks: how does it go, does it work, once more please. And bodies go after a week."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.mail import pauses, upkeep
from eventsvc.mail.courier import Courier
from eventsvc.mail.models import DomainPause, Lane, MessageStatus
from eventsvc.mail.outbox import domain_mark
from tests.conftest import Clock
from tests.mail.conftest import PostRoom
from tests.servers import smtp
from tests.servers.smtp import Rule


def test_the_state_of_an_empty_outbox(room: PostRoom):
    state = upkeep.status()
    assert set(state.counts) == set(MessageStatus)
    assert (sum(state.counts.values()), state.oldest_waits, state.last_error) == (0, None, None)


def test_the_state_tells_how_many_how_long_and_what_went_wrong(
    room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    room.post("ana@example.org", "bea@example.org", "cleo@example.org")
    server.behave(
        Rule("RCPT", "550 5.1.1 no", only="ana@example.org"), Rule("RCPT", "451 4.3.0 no", only="bea@example.org")
    )
    courier.round()
    stopped_clock.forward(seconds=20)

    state = upkeep.status()
    assert (state.counts[MessageStatus.SENT], state.counts[MessageStatus.FAILED]) == (1, 1)
    assert state.counts[MessageStatus.QUEUED] == 1
    assert state.oldest_waits == timedelta(seconds=20)
    assert state.last_error in {"550 5.1.1 at rcpt: no such address", "451 4.3.0 at rcpt: temporary"}
    assert state.last_error_at == stopped_clock() - timedelta(seconds=20)


def test_failed_ones_go_again_and_those_already_sent_do_not(
    room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    room.post("ana@example.org", "bea@example.org")
    server.behave(Rule("RCPT", "554 5.7.1 relay access denied", only="ana@example.org", times=1))
    courier.round()
    stopped_clock.forward(days=5)

    with transaction():
        assert upkeep.retry_failed() == 1

    assert courier.round().sent == 1
    assert sorted(mail.recipients[0] for mail in server.received) == ["ana@example.org", "bea@example.org"]


def test_mails_that_waited_out_a_long_failure_of_the_server_can_be_sent_after_all(
    room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    room.post("ana@example.org")
    stopped_clock.forward(days=4)
    assert courier.round().failed == 1
    with transaction():
        upkeep.retry_failed()
    assert courier.round().sent == 1


def test_a_test_letter_arrives(room: PostRoom, courier: Courier, server: smtp.Post):
    with transaction():
        upkeep.post_test("ana@example.org")
    assert courier.round().sent == 1
    assert b"Subject: A test mail from localhost\r\n" in server.received[0].content


def test_a_test_to_what_is_no_address_is_refused(room: PostRoom):
    with pytest.raises(ValueError, match="not an address"), transaction():
        upkeep.post_test("ana@")


def test_a_week_after_sending_the_text_is_gone(
    room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    (old,) = room.post("ana@example.org")
    courier.round()
    stopped_clock.forward(days=6, hours=23)
    (young,) = room.post("bea@example.org")
    courier.round()
    server.behave(Rule("RCPT", "451 4.3.0 no"))
    (waiting,) = room.post("cleo@example.org")
    courier.round()
    with transaction():
        assert upkeep.erase_old_bodies() == 0
    stopped_clock.forward(hours=2)

    with transaction():
        assert upkeep.erase_old_bodies() == 1
    assert room.message(old).body is None
    assert room.message(young).body
    assert room.message(waiting).body


def test_the_state_tells_what_waits_in_which_lane_what_is_for_later_and_which_domains_wait(
    room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    room.post("ana@busy.example.org", lane=Lane.URGENT)
    room.post("bea@busy.example.org", "cleo@busy.example.org", lane=Lane.BULK)
    room.post("dora@example.org", lane=Lane.NOTICE, not_before=stopped_clock() + timedelta(days=1))
    server.behave(Rule("RCPT", "421 later"))
    courier.round()
    stopped_clock.forward(minutes=1)

    state = upkeep.status()

    assert state.lanes == {Lane.URGENT: 1, Lane.PERSONAL: 0, Lane.NOTICE: 1, Lane.BULK: 2}
    assert (state.not_yet_due, state.oldest_waits, state.server_refuses) == (1, timedelta(minutes=1), "")
    stopped_clock.forward(seconds=-40)
    assert upkeep.status().paused_domains == 1


def test_while_the_server_refuses_us_and_mail_waits_there_is_trouble_and_it_ends_with_it(
    room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    assert upkeep.trouble() == (False, False)
    room.post("ana@example.org")
    server.behave(Rule("MAIL", "530 5.7.0 log in first", times=1))
    courier.round()
    assert upkeep.trouble() == (True, False)
    assert upkeep.status().server_refuses == "530 5.7.0 at mail: configuration"

    stopped_clock.forward(minutes=31)
    assert upkeep.trouble() == (True, True)

    courier.round()
    assert upkeep.trouble() == (False, False)


def test_mail_that_nobody_tries_for_half_an_hour_is_trouble_and_mail_that_waits_for_a_reason_is_none(
    room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    room.post("ana@example.org", not_before=stopped_clock() + timedelta(days=1))
    room.post("bea@busy.example.org", "cleo@busy.example.org", lane=Lane.BULK)
    server.behave(Rule("RCPT", "421 later", only="bea@busy.example.org"))
    courier.round()
    with transaction():
        pauses.begin(domain_mark("x@busy.example.org"), "421")
        db.session.execute(sa.update(DomainPause).values(until=stopped_clock() + timedelta(hours=2)))
    stopped_clock.forward(minutes=40)
    assert upkeep.trouble() == (False, False), "one domain that waits, and a letter for tomorrow"

    room.post("dora@example.org")
    stopped_clock.forward(minutes=29)
    assert upkeep.trouble() == (False, False)
    stopped_clock.forward(minutes=2)
    assert upkeep.trouble() == (False, True)


def test_what_was_refused_for_our_sake_is_counted_for_a_week(
    room: PostRoom, courier: Courier, server: smtp.Post, stopped_clock: Clock
):
    room.post("ana@example.org", "bea@example.org", "cleo@example.org")
    server.behave(Rule("DATA", "554 5.7.1 spam", times=2), Rule("RCPT", "550 5.1.1 no", only="cleo@example.org"))
    courier.round()
    assert upkeep.refused_for_our_sake() == 2
    stopped_clock.forward(days=8)
    assert upkeep.refused_for_our_sake() == 0
