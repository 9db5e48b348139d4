"""Who is told of a change, when, and from what to what: one letter to each person, and never an older one after a newer."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.chores import announce
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.mail import claims, outbox, reading
from eventsvc.mail.models import Lane, Message
from eventsvc.registration import announcements, cancellation
from eventsvc.registration.audience import Audience, audience
from eventsvc.registration.drafting import Signup
from eventsvc.registration.log import organizer
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.several import sign_up_for_several
from eventsvc.registration.signup import add, sign_up
from tests.registration.journal import comes, goes, latest, signup, ticket_type
from tests.registration.test_parties import allow


@pytest.fixture
def event(context, cast) -> Event:
    made: Event = cast.event(attendance="hybrid", join_url="https://meet.example.org/one", venue={"name": "Hall 1"})
    return made


def change(event: Event, note: str = "", **values) -> None:
    with transaction():
        announcements.change(db.session.get_one(Event, event.id), note, **values)


def call_off(event: Event, note: str = "") -> None:
    with transaction():
        announcements.call_off(db.session.get_one(Event, event.id), note)


def hall(event: Event, number: int, note: str = "") -> None:
    change(event, note, venue={"name": f"Hall {number}"})


def tell_everybody() -> None:
    while announcements.unfinished():
        announce()


def tell_one(monkeypatch: pytest.MonkeyPatch) -> str:
    """One letter goes; who got it."""
    monkeypatch.setattr(announcements, "BATCH", 1)
    before = {row.id for row in db.session.scalars(sa.select(Message))}
    announce()
    monkeypatch.undo()
    (message,) = (row for row in db.session.scalars(sa.select(Message)) if row.id not in before)
    return opened(message)[0].partition("@")[0]


def opened(message: Message) -> tuple[str, reading.Letter]:
    found = reading.opened(message)
    assert found is not None
    return found.recipient, reading.Letter.of(found.content)


def notices_of(event: Event, who: str = "ana") -> list[reading.Letter]:
    """The notices to this person, in order."""
    rows = db.session.scalars(
        sa.select(Message)
        .where(Message.event_id == event.id, Message.letter.in_(("event_changed", "event_cancelled")))
        .order_by(Message.created_at)
    )
    return [letter for to, letter in map(opened, rows) if to == f"{who}@example.org"]


def steps(event: Event, who: str) -> list[str]:
    """From which hall to which, as this person was told."""
    return [_step(letter.text) for letter in notices_of(event, who)]


def _step(text: str) -> str:
    if "will not take place" in text:
        return "off"
    lines = [line.translate({0x2066: None, 0x2068: None, 0x2069: None}) for line in text.splitlines()]
    number = next(number for number, line in enumerate(lines) if line.startswith("Where:"))
    now, before = (lines[n].partition("Hall ")[2][:1] for n in (number, number + 1))
    return f"{before}→{now}"


def test_two_changes_before_anybody_was_told_are_one_letter_with_both_notes(event):
    comes(event, "ana")
    hall(event, 2, "The first has a leak.")
    hall(event, 3, "The second is too small.")
    tell_everybody()

    (letter,) = notices_of(event)
    assert _step(letter.text) == "1→3"
    assert "The first has a leak.\n\nThe second is too small." in letter.text
    assert letter.invitation is not None
    assert (letter.invitation.sequence, "Hall 3" in letter.invitation.location) == (2, True)


def test_a_second_change_while_the_first_is_being_told_goes_to_each_from_what_they_know(event, monkeypatch):
    for who in ("ana", "ben", "cleo"):
        comes(event, who)
    hall(event, 2)
    told = tell_one(monkeypatch)
    comes(event, "dan")
    hall(event, 3)
    tell_everybody()

    assert {who: steps(event, who) for who in ("ana", "ben", "cleo", "dan")} == {
        who: ["1→2", "2→3"] if who == told else ["2→3"] if who == "dan" else ["1→3"]
        for who in ("ana", "ben", "cleo", "dan")
    }


def test_a_change_that_is_taken_back_in_time_is_told_to_nobody_but_those_who_heard(event, monkeypatch):
    for who in ("ana", "ben"):
        comes(event, who)
    hall(event, 2)
    told = tell_one(monkeypatch)
    hall(event, 1)
    tell_everybody()

    assert {who: steps(event, who) for who in ("ana", "ben")} == {
        who: ["1→2", "2→1"] if who == told else [] for who in ("ana", "ben")
    }


def test_whose_calendar_took_the_change_over_in_between_hears_that_it_was_taken_back(event, context, cast):
    event = cast.event(capacity=1, venue={"name": "Hall 1"})
    comes(event, "ana")
    comes(event, "ben")
    hall(event, 2)
    goes(event, "ana")  # Ben moves up, and is invited to Hall 2
    hall(event, 1)
    tell_everybody()

    assert steps(event, "ben") == ["2→1"]
    invited = notices_of(event, "ben")[0].invitation
    assert invited is not None
    assert invited.location == "Hall 1"


def test_of_an_event_that_is_cancelled_meanwhile_only_the_cancellation_is_told(event, monkeypatch):
    for who in ("ana", "ben"):
        comes(event, who)
    hall(event, 2, "A leak.")
    told = tell_one(monkeypatch)
    call_off(event, "No hall at all.")
    tell_everybody()

    assert {who: steps(event, who) for who in ("ana", "ben")} == {
        who: ["1→2", "off"] if who == told else ["off"] for who in ("ana", "ben")
    }
    assert "A leak" not in notices_of(event, "ben")[-1].text
    assert [letter.invitation and letter.invitation.method for letter in notices_of(event, "ben")][-1] == "CANCEL"


def test_cancelling_tells_everybody_who_still_goes_somewhere_but_not_an_address_nobody_confirmed(context, cast):
    event = cast.event(capacity=1)
    allow(event, offer_hours=24)
    for who in ("ana", "ben", "cleo"):
        comes(event, who)
    goes(event, "ana")  # Ben is asked
    with transaction():
        ticket_type(event).approval = "seat_after"
        db.session.get_one(Event, event.id).version += 1
    comes(event, "dan")
    with transaction():
        ticket_type(event).approval = "none"
        db.session.get_one(Event, event.id).confirms_address = True
        db.session.get_one(Event, event.id).version += 1
    comes(event, "eva")
    standing = {who: latest(event, who).status for who in ("ben", "cleo", "dan", "eva")}
    call_off(event)
    tell_everybody()

    assert standing == {"ben": "offered", "cleo": "waitlisted", "dan": "pending", "eva": "unconfirmed"}
    told = {who: len(notices_of(event, who)) for who in ("ana", "ben", "cleo", "dan", "eva")}
    assert told == {"ana": 0, "ben": 1, "cleo": 1, "dan": 1, "eva": 0}
    assert all(letter.calendar == b"" for who in ("ben", "cleo", "dan") for letter in notices_of(event, who))


def test_who_was_asked_reads_until_when_their_place_is_held(context, cast):
    event = cast.event(capacity=1, venue={"name": "Hall 1"})
    allow(event, offer_hours=24)
    for who in ("ana", "ben"):
        comes(event, who)
    goes(event, "ana")
    hall(event, 2)
    tell_everybody()

    assert "A place is held for you until" in notices_of(event, "ben")[0].text


def test_place_mode_and_link_are_lines_of_their_own_and_only_who_comes_reads_the_link(context, cast):
    event = cast.event(capacity=1, venue={"name": "Hall 1"})
    for who in ("ana", "ben"):
        comes(event, who)
    change(event, attendance="online", join_url="https://meet.example.org/two")
    tell_everybody()

    ana, ben = (notices_of(event, who)[0].text for who in ("ana", "ben"))
    for text in (ana, ben):
        assert "How: Online\nBefore: In person" in _plain(text)
        assert "Where: Online\nBefore: Hall 1" in _plain(text)
    assert "Join link: https://meet.example.org/two\nBefore: –" in _plain(ana)
    assert "meet.example.org" not in ben


def _plain(text: str) -> str:
    return text.translate(dict.fromkeys((0x2066, 0x2067, 0x2068, 0x2069)))


def test_a_new_link_makes_the_old_one_invalid_and_the_old_one_is_nowhere(event):
    comes(event, "ana")
    change(event, join_url="https://meet.example.org/two")
    tell_everybody()

    text = _plain(notices_of(event)[0].text)
    assert "Join link: https://meet.example.org/two\nBefore: another link, which no longer works" in text
    assert "meet.example.org/one" not in text


def test_a_typo_is_told_to_nobody_and_changes_what_feeds_say(event):
    comes(event, "ana")
    known = db.session.get_one(Event, event.id)
    before = known.sequence, known.changed_at
    change(event, title={"en": "Assembly of all", "es": "Asamblea"}, description={"en": "New", "es": "Nuevo"})
    after = db.session.get_one(Event, event.id, populate_existing=True)

    assert announcements.unfinished() == []
    assert after.sequence == before[0]
    assert after.changed_at > before[1]


def test_what_is_over_is_corrected_without_a_word_and_what_comes_back_from_the_past_is_told(
    context, cast, stopped_clock
):
    event = cast.event(days=1, venue={"name": "Hall 1"})
    comes(event, "ana")
    stopped_clock.forward(days=3)
    hall(event, 2)
    tell_everybody()
    assert notices_of(event) == []

    change(event, starts=event.starts + timedelta(days=9), ends=event.ends + timedelta(days=9))
    tell_everybody()
    assert len(notices_of(event)) == 1


def test_a_contact_gets_one_letter_that_asks_to_pass_it_on(event):
    allow(event, party_most=4)
    kind = ticket_type(event).id
    sign_up(event, signup(event, "ana"), *(Signup(name, None, "en", kind, "1") for name in ("Bea", "Carl")))
    hall(event, 2)
    tell_everybody()

    (letter,) = notices_of(event)
    assert "Please also tell the 2 people you registered." in letter.text
    assert letter.invitation is not None


def test_a_contact_who_does_not_come_gets_one_letter_for_all_their_guests(event):
    allow(event, party_most=4)
    kind = ticket_type(event).id
    sign_up(event, signup(event, "ana"), *(Signup(name, None, "en", kind, "1") for name in ("Bea", "Carl")))
    with transaction():
        cancellation.cancel(latest(event, "ana"))
    hall(event, 2)
    tell_everybody()

    (letter,) = notices_of(event)
    assert "Bea and Carl, whom you registered" in _plain(letter.text)
    assert letter.text.count("/r/") == 2
    assert letter.calendar == b""


def test_the_audience_counts_who_is_reached_how_and_who_is_not(context, cast):
    event = cast.event(capacity=3)
    allow(event, party_most=4)
    kind = ticket_type(event).id
    sign_up(event, signup(event, "ana"), Signup("Bea", None, "en", kind, "1"))
    add(event, Signup("By hand", None, "en", kind, "1"), organizer())
    comes(event, "ben")

    assert audience(event) == Audience(confirmed=1, waiting=1, through_contact=1, unreachable=1)


def test_a_letter_that_tells_the_new_facts_to_a_new_mailbox_is_not_followed_by_the_old_ones(event):
    comes(event, "ana")
    hall(event, 2)
    comes(event, "ben")
    tell_everybody()

    assert (steps(event, "ana"), steps(event, "ben")) == (["1→2"], [])


@pytest.mark.parametrize(
    ("starts_in", "moved_by", "lane"),
    [(2, 0, Lane.URGENT), (30, 0, Lane.NOTICE), (30, -20, Lane.URGENT), (10, 50, Lane.URGENT)],
)
def test_a_change_is_urgent_where_the_event_starts_within_a_day_by_the_old_time_or_the_new(
    context, cast, stopped_clock, starts_in, moved_by, lane
):
    start = stopped_clock().replace(tzinfo=None, microsecond=0) + timedelta(hours=starts_in)
    event = cast.event(timezone="UTC", starts=start, venue={"name": "Hall 1"})
    comes(event, "ana")
    by = timedelta(hours=moved_by)
    change(event, venue={"name": "Hall 2"}, starts=start + by, ends=start + by + timedelta(hours=2))
    tell_everybody()

    message = db.session.scalars(sa.select(Message).where(Message.letter == "event_changed")).one()
    last_end = clock.now() + timedelta(hours=max(starts_in, starts_in + moved_by) + 2)
    assert message.lane == lane
    assert abs(message.expires_at - last_end) < timedelta(seconds=2)


def in_twelve_hours(time_is):
    return (time_is() + timedelta(hours=12)).replace(microsecond=0, tzinfo=None)


def test_what_starts_soon_is_told_before_everything_else(context, cast, stopped_clock, monkeypatch):
    later = cast.event("Later", days=20, venue={"name": "Hall 1"})
    soon = cast.event("Soon", starts=in_twelve_hours(stopped_clock), timezone="UTC", venue={})
    for who in ("ana", "ben", "cleo"):
        comes(later, who)
        comes(soon, who)
    hall(later, 2)
    stopped_clock.forward(seconds=5)
    hall(soon, 2)
    monkeypatch.setattr(announcements, "BATCH", 1)
    for _turn in range(3):
        announce()

    assert [len(notices_of(soon, who)) for who in ("ana", "ben", "cleo")] == [1, 1, 1]
    assert [len(notices_of(later, who)) for who in ("ana", "ben", "cleo")] == [0, 0, 0]

    tell_everybody()
    assert [len(notices_of(later, who)) for who in ("ana", "ben", "cleo")] == [1, 1, 1]


def test_a_letter_about_several_events_tells_the_sequence_of_now(context, cast):
    first, second = cast.event("First", days=3, venue={"name": "Hall 1"}), cast.event("Second", days=4)
    comes(first, "ana")
    hall(first, 2)
    sign_up_for_several([(db.session.get_one(Event, each.id), signup(each, "ana")) for each in (first, second)])

    row = db.session.scalars(sa.select(Message).where(Message.letter == "several")).one()
    told = [(each.sequence, each.location) for each in opened(row)[1].invitations]
    assert told == [(1, "Hall 2"), (0, "The place will be announced.")]


def test_while_five_thousand_letters_to_many_wait_what_is_urgent_leaves_first(context, cast, stopped_clock):
    event = cast.event(starts=in_twelve_hours(stopped_clock), timezone="UTC", venue={"name": "Hall 1"})
    for who in ("ana", "ben"):
        comes(event, who)
    with transaction():
        first = db.session.execute(sa.select(outbox.TABLE)).mappings().first()
        bulk = [dict(first or {}) | {"id": uuid4(), "lane": Lane.BULK, "letter": "to_many"} for _ in range(5000)]
        db.session.execute(sa.insert(outbox.TABLE), bulk)
    stopped_clock.forward(hours=1)
    hall(event, 2)
    tell_everybody()
    taken = [parcel.letter for _turn in range(3) for parcel in claimed(2)]

    assert taken == ["event_changed", "event_changed", "confirmed", "confirmed", "to_many", "to_many"]


def claimed(number: int) -> Sequence[claims.Parcel]:
    with transaction():
        return claims.claim("courier", number)


def test_nobody_who_leaves_or_comes_while_it_is_told_is_told_wrongly(event, monkeypatch):
    for who in ("ana", "ben"):
        comes(event, who)
    hall(event, 2)
    told = tell_one(monkeypatch)
    other = "ben" if told == "ana" else "ana"
    goes(event, other)
    tell_everybody()

    assert steps(event, other) == []
    rows = db.session.scalars(sa.select(Registration.status).where(Registration.event_id == event.id)).all()
    assert sorted(rows) == [Status.CANCELLED, Status.CONFIRMED]
