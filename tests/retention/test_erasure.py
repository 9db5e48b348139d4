"""One person goes, because they say so."""

import re

import pytest
import sqlalchemy as sa

from eventsvc.db import Model, db, transaction
from eventsvc.events.models import Event
from eventsvc.intake import current_settings
from eventsvc.mail import reading
from eventsvc.mail.courier import Courier
from eventsvc.mail.models import Message
from eventsvc.mail.transports import transport_of
from eventsvc.registration import announcements, cancellation, quotas
from eventsvc.registration.models import CalendarState, Registration, Submission
from eventsvc.registration.signup import sign_up
from eventsvc.retention import journal, receipts, runs
from eventsvc.retention.models import Erasure, Receipt
from eventsvc.tokens import new_form_id
from eventsvc.vault import keyring
from tests.factories import Cast
from tests.registration.journal import comes, counters, latest, letters, signup, statuses


def rows_of(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def last_letter(event) -> reading.Letter:
    message = db.session.scalars(sa.select(Message).where(Message.letter == "erased")).one()
    opened = reading.opened(message)
    assert opened is not None
    return reading.Letter.of(opened.content)


def send_all() -> None:
    courier = Courier(transport_of(current_settings()))
    while courier.round().did_anything:
        pass
    courier.close()


@pytest.fixture
def event(context):
    return Cast(context).event(capacity=1)


def test_who_is_erased_leaves_the_place_to_the_next_and_nothing_behind(event):
    sign_up(event, signup(event, "ana"), form_id=new_form_id("register", event.slug), content="1")
    ana = latest(event, "ana")
    index = keyring().of_event(event.id).index("ana@example.org")
    comes(event, "ana")  # the letter that says she is in already
    comes(event, "ben")
    sequence = db.session.get_one(CalendarState, (event.id, index)).sequence

    receipt = runs.erase_on_request(ana.id)

    assert statuses(event) == [("ben", "confirmed")]
    assert counters(event) == [(1, 1, 0)]
    assert quotas.recount(event) == []
    assert letters(event) == ["waitlisted", "erased", "promoted"]
    assert db.session.get(CalendarState, (event.id, index), populate_existing=True) is None
    assert rows_of(Submission) == 0
    invitation = last_letter(event).invitation
    assert invitation is not None
    assert (invitation.method, invitation.sequence > sequence) == ("CANCEL", True)
    assert receipt is not None
    assert receipt.reason == "request"
    assert receipt.counts == {
        "messages": 2,
        "answers": 0,
        "offers": 0,
        "log_lines": 2,  # registered, erased
        "submissions": 1,
        "calendar_states": 1,
        "refused_addresses": 0,
        "registrations": 1,
    }
    assert [row.registration_id for row in db.session.scalars(sa.select(Erasure))] == [ana.id]


def test_who_waited_leaves_the_queue_and_gets_nothing_for_a_calendar(event):
    for who in ("ana", "ben", "cleo"):
        comes(event, who)

    runs.erase_on_request(latest(event, "ben").id)

    assert statuses(event) == [("ana", "confirmed"), ("cleo", "waitlisted")]
    assert counters(event) == [(1, 1, 1)]
    assert last_letter(event).invitation is None


def test_the_last_letter_names_nobody_and_goes_when_it_has_left(event, stopped_clock):
    comes(event, "ana")
    runs.erase_on_request(latest(event, "ana").id)
    letter = last_letter(event)
    assert "Ana" not in letter.text
    assert not re.search(r"/r/\w+", letter.text)
    assert runs.letters_to_forget() is False  # it waits, and must leave first

    send_all()

    assert runs.letters_to_forget() is True
    assert runs.forget_last_letters() == 1
    assert letters(event) == []


def test_an_erased_address_may_register_again(event):
    comes(event, "ana")
    runs.erase_on_request(latest(event, "ana").id)

    comes(event, "ana")

    assert statuses(event) == [("ana", "confirmed")]


def test_erasing_twice_is_erasing_once(event):
    comes(event, "ana")
    ana = latest(event, "ana").id

    first, second = runs.erase_on_request(ana), runs.erase_on_request(ana)

    assert first is not None
    assert second is None
    assert (rows_of(Erasure), rows_of(Receipt), letters(event)) == (1, 1, ["erased"])


def test_after_the_event_nothing_is_mailed_and_nobody_moves_up(event, stopped_clock):
    comes(event, "ana")
    comes(event, "ben")
    stopped_clock.moment = event.ends_at

    runs.erase_on_request(latest(event, "ana").id)

    assert statuses(event) == [("ben", "waitlisted")]
    assert "erased" not in letters(event)
    assert quotas.recount(event) == []


def test_a_cancelled_registration_is_erased_without_another_word(event):
    """What is on its way to take the event out of their calendar still leaves, and then goes as well."""
    comes(event, "ana")
    ana = latest(event, "ana")
    with transaction():
        cancellation.cancel(ana)

    runs.erase_on_request(ana.id)

    assert (statuses(event), letters(event), counters(event)) == ([], ["cancelled_by_attendee"], [(1, 0, 0)])

    with transaction():
        db.session.execute(sa.update(Message).values(status="sent"))
    runs.forget_last_letters()

    assert letters(event) == []


def test_an_announcement_under_way_passes_over_who_was_erased(context):
    event = Cast(context).event()
    for who in ("ana", "ben"):
        comes(event, who)
    with transaction():
        announcements.change(db.session.get_one(Event, event.id), venue={"name": "Another hall"})

    runs.erase_on_request(latest(event, "ana").id)
    for each in announcements.unfinished():
        with transaction():
            announcements.carry_on(each)

    assert letters(event).count("event_changed") == 1


def test_mail_files_of_who_was_erased_go_with_them(event):
    comes(event, "ana")
    send_all()
    folder = current_settings().data_dir / "mail"
    before = [path for path in folder.rglob("*") if path.is_file() and b"ana@example.org" in path.read_bytes()]
    assert len(before) == 1

    runs.erase_on_request(latest(event, "ana").id)

    assert not before[0].exists()


def test_the_journal_holds_one_line_for_each_and_no_name(event):
    comes(event, "ana")
    ana = latest(event, "ana").id
    runs.erase_on_request(ana)
    journal.catch_up()

    lines = [line for line in journal.path().read_text().splitlines() if str(ana) in line]

    assert len(lines) == 1
    assert "ana" not in lines[0].replace(str(ana), "").lower()
    assert journal.path().stat().st_mode & 0o077 == 0


def test_a_database_from_before_forgets_again_what_was_erased_since(house, stopped_clock):
    cast = Cast(house.app)
    due, ahead = cast.event("Due", days=1), cast.event("Ahead", days=300, capacity=1)
    comes(due, "cleo")
    for who in ("ana", "ben"):
        comes(ahead, who)
    ana, before = latest(ahead, "ana").id, dump()
    runs.erase_on_request(ana)
    stopped_clock.forward(days=40)
    runs.run()

    put_back(before)
    keyring().forget()
    assert {status for _who, status in statuses(ahead)} == {"confirmed", "waitlisted"}

    still_here = journal.replay()

    assert ([event.id for event in still_here.events], [r.id for r in still_here.registrations]) == ([due.id], [ana])
    assert statuses(ahead) == [("ben", "confirmed")]
    assert db.session.get_one(Event, due.id, populate_existing=True).purged_at == stopped_clock.moment
    assert rows_of(Registration) == 1
    assert "erased" not in letters(ahead)  # she was told long ago
    assert receipts.broken() is None
    again = journal.replay()
    assert (again.events, again.registrations) == ([], [])


def dump() -> dict[str, list[dict[str, object]]]:
    return {
        table.name: [dict(row) for row in db.session.execute(table.select()).mappings()]
        for table in Model.metadata.sorted_tables
    }


def put_back(rows: dict[str, list[dict[str, object]]]) -> None:
    """The whole database as it was."""
    with transaction():
        for table in reversed(Model.metadata.sorted_tables):
            db.session.execute(table.delete())
        for table in Model.metadata.sorted_tables:
            if rows[table.name]:
                db.session.execute(table.insert(), rows[table.name])
    db.session.expire_all()
