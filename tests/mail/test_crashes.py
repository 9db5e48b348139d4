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
from tests.mail.size import KILLS, MAILS, tell
from tests.servers import smtp


def wait_until_done(room: PostRoom, seconds: float = 60 + MAILS / 10) -> None:
    deadline = time.monotonic() + seconds
    while set(room.statuses()) & {MessageStatus.QUEUED, MessageStatus.SENDING}:
        assert time.monotonic() < deadline, f"still waiting: {room.statuses()}"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_courier_killed_again_and_again_loses_nothing(room: PostRoom, settings: Settings, server: smtp.Post):
    people = room.post_many(KILLS * 20)
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
    tell(
        f"{settings.database_url[:10] or 'sqlite'}: {KILLS} kills, {len(people)} mails, missing {len(set(people) - set(came))}, "
        f"copies {dict(Counter(came.values()))}"
    )
    assert set(came) == set(people), "missing"
    twice = [person for person, times in came.items() if times == 2]
    assert len(twice) <= KILLS
    assert max(came.values()) <= 2
    assert room.statuses()["sent"] + room.statuses().get("uncertain", 0) == len(people)


@pytest.mark.parametrize("number", [2, 3])
def test_couriers_that_race_send_each_message_once(number: int, room: PostRoom, settings: Settings, server: smtp.Post):
    people = room.post_many(MAILS)
    db.session.remove()

    with nursery(settings, f"smtp://{server.host}:{server.port}", lease=60) as home:
        for _ in range(number):
            home.courier()
        wait_until_done(room)

    by_line = Counter(mail.connection for mail in server.received)
    tell(
        f"{settings.database_url[:10] or 'sqlite'}: {number} couriers, {MAILS} mails, {len(by_line)} lines, copies {dict(Counter(arrivals(server).values()))}"
    )
    assert arrivals(server) == Counter(people)
    assert room.statuses() == {"sent": len(people)}
    assert len(by_line) >= number, "all of them had a hand in it"
