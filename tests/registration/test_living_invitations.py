"""Over any history the calendar of each address ends where the database does: a client that follows RFC 5546 reads the mails."""

import os
from random import Random

import pytest
from flask import Flask

from eventsvc.db import db
from eventsvc.registration import announcements
from tests.conftest import Clock
from tests.factories import Cast
from tests.registration.itip_client import Calendar, NotForMe, messages_in
from tests.registration.living import Life

SIZE = {"sqlite": "36x25", "postgresql": "18x25"}


def deliver(mails: list[bytes], to: str, dice: Random) -> Calendar:
    """Every mail once or twice, the same bytes; what came again may come after newer ones."""
    calendar, late = Calendar(to), list[bytes]()
    for mail in mails:
        calendar.receive(mail)
        if dice.random() < 0.3:
            late.append(mail)
        if late and dice.random() < 0.4:
            calendar.receive(late.pop(dice.randrange(len(late))))
    for mail in late:
        calendar.receive(mail)
    return calendar


def check(life: Life, seed: int) -> int:
    """How many calendar objects were read."""
    dice, uid, sent = Random(seed), life.event.uid, 0  # noqa: S311 - no secret
    by_address: dict[str, list[bytes]] = {}
    last: dict[str, int] = {}
    organizers = set()
    for to, mail, sequence in life.mails:
        by_address.setdefault(to, []).append(mail)
        for message in messages_in(mail):
            sent += 1
            assert message.uid == uid
            assert message.sequence > last.get(to, -1), f"{to}: {message.sequence} after {last[to]}"
            assert message.sequence >= sequence, f"{to}: {message.sequence} in mail, {sequence} the event's"
            last[to] = message.sequence
            organizers.add(message.organizer)
    assert len(organizers) <= 1
    there = {to: found for to, mails in by_address.items() if (found := deliver(mails, to, dice).going(uid))}
    expected = life.expected()
    assert there.keys() == expected.keys()
    for to, (starts, ends, location, way_in) in expected.items():
        entry = there[to]
        assert (entry.status, entry.starts, entry.ends, entry.location) == ("CONFIRMED", starts, ends, location), to
        assert ("meet.example.org" in entry.description) == bool(way_in), to
        assert way_in in entry.description, to
    return sent


def test_every_calendar_ends_in_the_state_of_the_database(
    context: Flask, cast: Cast, stopped_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """INVITATIONS=2000x40 makes it long."""
    monkeypatch.setattr(announcements, "BATCH", 1)  # so that much happens between two letters
    number, steps = (int(n) for n in os.environ.get("INVITATIONS", SIZE[db.engine.dialect.name]).split("x"))
    objects = 0
    for seed in range(number):
        life = Life(cast, stopped_clock, seed)
        try:
            life.go_on(steps)
            objects += check(life, seed)
        except Exception as wrong:
            wrong.add_note(f"history {seed}:\n" + "\n".join(life.story))
            raise
    assert objects > number * 4


def test_a_client_that_is_fooled_would_be_noticed() -> None:
    """The client itself: what is stale is left alone, and what no client acts on is an error."""
    ana = Calendar("ana@example.org")
    ana.receive(mail("REQUEST", 3))
    ana.receive(mail("REQUEST", 2, starts="20310101T190000Z"))
    stale = ana.going("u")
    ana.receive(mail("CANCEL", 4))
    ana.receive(mail("REQUEST", 4))
    assert stale is not None
    assert stale.starts.hour == 18
    assert (ana.going("u"), ana.ignored) == (None, 2)
    ana.receive(mail("REQUEST", 5))
    assert ana.going("u") is not None
    for wrong in (mail("REQUEST", 6, to="ben"), mail("REQUEST", 6, by="other"), mail("PUBLISH", 6)):
        with pytest.raises(NotForMe):
            ana.receive(wrong)


def mail(method: str, sequence: int, *, to: str = "ana", by: str = "rsvp", starts: str = "20310101T180000Z") -> bytes:
    status = "CANCELLED" if method == "CANCEL" else "CONFIRMED"
    lines = [
        f"Content-Type: text/calendar; method={method}",
        "",
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:x",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        "UID:u",
        "DTSTAMP:20300101T000000Z",
        f"SEQUENCE:{sequence}",
        f"DTSTART:{starts}",
        "DTEND:20310101T200000Z",
        f"STATUS:{status}",
        f"ORGANIZER:mailto:{by}@example.org",
        f"ATTENDEE:mailto:{to}@example.org",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(lines).encode()
