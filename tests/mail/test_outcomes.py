"""What an answer means, row by row, and how long to wait."""

import random
from datetime import timedelta

import pytest

from eventsvc.mail.outcomes import Answer, Kind, Stage, delay, judge


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(Stage.DOT, 250, "2.0.0"), Kind.SENT),
        (Answer(Stage.DOT, reason="timeout"), Kind.UNCERTAIN),
        (Answer(Stage.DOT, -1), Kind.UNCERTAIN),
        (Answer(Stage.DATA, reason="disconnected"), Kind.TEMPORARY),
        (Answer(Stage.RCPT, 450, "4.2.1"), Kind.TEMPORARY),
        (Answer(Stage.RCPT, 421), Kind.TEMPORARY),
        (Answer(Stage.RCPT, 354), Kind.TEMPORARY),
        (Answer(Stage.MAIL, 451, "4.3.0"), Kind.TEMPORARY),
        (Answer(Stage.MAIL, 451, "4.7.1"), Kind.BUSY),
        (Answer(Stage.MAIL, 421), Kind.BUSY),
        (Answer(Stage.RCPT, 550, "5.1.1"), Kind.ADDRESS),
        (Answer(Stage.RCPT, 550, "5.1.10"), Kind.ADDRESS),
        (Answer(Stage.RCPT, 550, "5.4.1"), Kind.ADDRESS),
        (Answer(Stage.RCPT, 550), Kind.ADDRESS),
        (Answer(Stage.RCPT, 550, "5.2.1"), Kind.SOFT),
        (Answer(Stage.RCPT, 552, "5.2.2"), Kind.SOFT),
        (Answer(Stage.RCPT, 552), Kind.SOFT),
        (Answer(Stage.RCPT, 554, "5.7.1"), Kind.POLICY),
        (Answer(Stage.DOT, 550, "5.7.26"), Kind.POLICY),
        (Answer(Stage.DOT, 554), Kind.REJECTED),
        (Answer(Stage.MAIL, 552, "5.3.4"), Kind.REJECTED),
        (Answer(Stage.MAIL, 550, "5.7.1"), Kind.CONFIGURATION),
        (Answer(Stage.RCPT, 530, "5.7.0"), Kind.CONFIGURATION),
        (Answer(Stage.LOGIN, 535, "5.7.8"), Kind.CONFIGURATION),
        (Answer(Stage.LOGIN, 454, "4.7.0"), Kind.SERVER),
        (Answer(Stage.CONNECT, 554), Kind.CONFIGURATION),
        (Answer(Stage.CONNECT, 421), Kind.SERVER),
        (Answer(Stage.CONNECT, reason="refused"), Kind.SERVER),
        (Answer(Stage.CONNECT, reason="certificate"), Kind.CONFIGURATION),
        (Answer(Stage.CONNECT, reason="no STARTTLS"), Kind.CONFIGURATION),
    ],
    ids=str,
)
def test_an_answer_means(answer: Answer, kind: Kind):
    assert judge(answer).kind is kind
    assert judge(answer).stops_the_queue == (kind in {Kind.SERVER, Kind.BUSY, Kind.CONFIGURATION})


@pytest.mark.parametrize(
    ("answer", "pauses"),
    [
        (Answer(Stage.RCPT, 421), True),
        (Answer(Stage.RCPT, 450, "4.7.1"), True),
        (Answer(Stage.DATA, 451, "4.7.0"), True),
        (Answer(Stage.DOT, 451, "4.7.500"), True),
        (Answer(Stage.RCPT, reason="timeout"), True),
        (Answer(Stage.DOT, reason="timeout"), True),
        (Answer(Stage.DOT, 250, slow=True), True),
        (Answer(Stage.RCPT, 550, "5.1.1", slow=True), True),
        (Answer(Stage.DOT, 250), False),
        (Answer(Stage.RCPT, 450, "4.2.1"), False),
        (Answer(Stage.RCPT, 550, "5.7.1"), False),
        (Answer(Stage.RCPT, reason="disconnected"), False),
        (Answer(Stage.MAIL, 421), False),
        (Answer(Stage.CONNECT, 421), False),
        (Answer(Stage.CONNECT, reason="timeout"), False),
    ],
    ids=str,
)
def test_an_answer_is_about_the_domain_of_the_recipient(answer: Answer, pauses: bool):
    assert judge(answer).pauses_the_domain == pauses


def test_waits_grow_from_a_minute_to_half_a_day(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(random, "random", lambda: 1.0)
    minutes = [delay(tries, Kind.TEMPORARY) / timedelta(minutes=1) for tries in range(1, 12)]
    assert minutes == [1, 5, 15, 30, 60, 120, 240, 480, 720, 720, 720]


def test_waits_are_spread_over_their_whole_length():
    waits = [delay(5, Kind.TEMPORARY) for _ in range(500)]
    assert timedelta() <= min(waits) < timedelta(minutes=6)
    assert timedelta(minutes=54) < max(waits) <= timedelta(hours=1)
