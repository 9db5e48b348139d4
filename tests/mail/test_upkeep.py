"""What an operator asks: how does it go, does it work, once more please. And bodies go after a week."""

from datetime import timedelta

import pytest

from eventsvc.db import transaction
from eventsvc.mail import upkeep
from eventsvc.mail.courier import Courier
from eventsvc.mail.models import MessageStatus
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
