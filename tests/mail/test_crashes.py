"""Couriers that die, and couriers that race: nothing is missing, nothing arrives three times."""

import os
import random
import signal
import time
from collections import Counter

import pytest

from eventsvc.db import db
from eventsvc.mail.models import MessageStatus
from eventsvc.settings import Settings
from tests.mail.conftest import PostRoom, arrivals
from tests.mail.couriers import nursery
from tests.servers import smtp

KILLS = 10


def wait_until_done(room: PostRoom, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while set(room.statuses()) & {MessageStatus.QUEUED, MessageStatus.SENDING}:
        assert time.monotonic() < deadline, f"still waiting: {room.statuses()}"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_courier_killed_again_and_again_loses_nothing(room: PostRoom, settings: Settings, server: smtp.Post):
    people = room.post_many(200)
    db.session.remove()
    dice = random.Random(1)  # noqa: S311 - when to kill

    with nursery(settings, f"smtp://{server.host}:{server.port}", lease=1) as home:
        for kill in range(KILLS):
            enough = len(server.received) + dice.randint(4, 16)
            courier = home.courier()
            server.wait_for(min(enough, len(people) - KILLS + kill), seconds=60)
            os.kill(courier, signal.SIGKILL)
        home.courier()
        wait_until_done(room)

    came = arrivals(server)
    assert set(came) == set(people), "missing"
    twice = [person for person, times in came.items() if times == 2]
    assert len(twice) <= KILLS
    assert max(came.values()) <= 2
    assert room.statuses()["sent"] + room.statuses().get("uncertain", 0) == len(people)


def test_couriers_that_race_send_each_message_once(room: PostRoom, settings: Settings, server: smtp.Post):
    people = room.post_many(200)
    db.session.remove()

    with nursery(settings, f"smtp://{server.host}:{server.port}", lease=60) as home:
        for _ in range(3):
            home.courier()
        wait_until_done(room)

    assert arrivals(server) == Counter(people)
    assert room.statuses() == {"sent": len(people)}
    by_line = Counter(mail.connection for mail in server.received)
    assert len(by_line) >= 3, "all of them had a hand in it"
