"""The proof: a whole life with a mark in every field, then every byte is looked at."""

import shutil
import sqlite3
import threading
from contextlib import closing
from uuid import uuid4

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import attempt, db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.intake import current_settings
from eventsvc.mail import refused
from eventsvc.mail.courier import Courier
from eventsvc.mail.models import Message, RefusedAddress
from eventsvc.mail.outcomes import Kind
from eventsvc.mail.outcomes import Outcome as MailOutcome
from eventsvc.mail.transports import transport_of
from eventsvc.registration import announcements, cancellation, own_calendar
from eventsvc.registration.correction import Correction, correct
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import (
    Announcement,
    Answer,
    CalendarState,
    LogLine,
    PersonalFeed,
    Registration,
    Submission,
)
from eventsvc.registration.people import person
from eventsvc.registration.signup import add, sign_up
from eventsvc.reminders.models import ReminderKind, ReminderRun
from eventsvc.retention import receipts, runs, traces
from eventsvc.retention.purge import PERSONAL
from eventsvc.tokens import new_form_id
from eventsvc.vault import EventKeyRow
from tests.factories import Cast
from tests.registration.journal import latest, ticket_type
from tests.retention.asking import answered, ask

MARKS = [
    f"canary{name}xq7"
    for name in ("name", "corrected", "address", "moved", "organizerswords", "byhand", "queue", "answer", "guest")
]


@pytest.fixture
def event(house):
    made = Cast(house.app).event(capacity=3, days=3, venue={"name": "Hall"})
    with transaction():
        editing.change(db.session.get_one(Event, made.id), offer_hours=24, party_most=2)
    ask(made, "diet", days=20)
    return made


def live_through_everything(event) -> None:
    """Register with a guest, correct, move to another address, queue, be added by hand, hear of a change, cancel.

    The log holds organizers' words, somebody is offered a place, somebody has a calendar of their own. All mail leaves;
    some comes back, and a reminder goes out.
    """
    kind = ticket_type(event).id
    name, corrected, address, moved, words, by_hand, queue, answer, guest = MARKS
    ana = Signup(name, f"{address}@example.org", "es", kind, "1", answered(event, diet=answer))
    made = sign_up(
        event,
        ana,
        Signup(guest, None, "es", kind, "1", answered(event, diet=answer)),
        form_id=new_form_id("register", event.slug),
        content="1",
    )
    sign_up(event, ana)  # once more: the address hears the truth
    registration = db.session.get_one(Registration, made.registration_id)
    do(lambda: correct(registration, Correction(corrected, f"{moved}@example.org", "en")))
    add(event, Signup(by_hand, f"{by_hand}@example.org", "en", kind, "1"))
    for who in (queue, f"{queue}2"):
        sign_up(event, Signup(who, f"{who}@example.org", "es", kind, "1"))
    do(lambda: announcements.change(db.session.get_one(type(event), event.id), words, venue={"name": "Another hall"}))
    for announcement in announcements.unfinished():
        while do(lambda each=announcement: announcements.carry_on(each)):
            pass
    do(lambda: own_calendar.send(latest(event, by_hand), "mark"))
    do(lambda: cancellation.cancel(registration, note=words))  # the queue moves
    send_all()
    index = latest(event, by_hand).email_index or b""
    do(lambda: refused.learn(event.id, index, MailOutcome(Kind.ADDRESS, "5.1.1"), known=False))
    do(lambda: db.session.add(_run(event)))


def _run(event) -> ReminderRun:
    """A reminder that is going out."""
    now = clock.now()
    kind = ReminderKind.DAY_BEFORE.value
    return ReminderRun(id=uuid4(), event_id=event.id, kind=kind, starts_at=event.starts_at, due_at=now, begun_at=now)


def do(work):
    def unit():
        with transaction():
            return work()

    return attempt(unit)


def send_all() -> None:
    courier = Courier(transport_of(current_settings()))
    while courier.round().sent:
        pass
    courier.close()


def found_in(files: dict[str, bytes], marks) -> set[tuple[str, str]]:
    """(mark, file) for each mark found, whatever its case; letters to people are not looked into."""
    marks = [mark.encode() if isinstance(mark, str) else mark for mark in marks]
    return {
        (mark.decode("latin-1"), name)
        for name, data in files.items()
        for mark in marks
        if mark in data.lower() or mark in data
    }


def sealed_values(event) -> list[bytes]:
    """What the database holds about people, as it lies there; each value is unlike all others."""
    columns = [
        *(getattr(Registration, name) for name in ("name", "email", "email_index", "secret", "secret_hash")),
        *(Message.recipient, Message.recipient_index, Message.body, Submission.masked_address, Submission.receipt_hash),
        *(PersonalFeed.address, PersonalFeed.owner_index, PersonalFeed.secret, PersonalFeed.secret_hash),
        *(
            RefusedAddress.recipient_index,
            CalendarState.address_index,
            Announcement.note,
            EventKeyRow.sealed,
            Answer.value,
            LogLine.note,
        ),
    ]
    values = [
        value
        for column in columns
        for value in db.session.scalars(sa.select(column).where(column.class_.event_id == event.id))
    ]
    return [value[-40:] for value in values if value]


def test_a_stolen_database_without_the_key_names_nobody(house, event):
    live_through_everything(event)

    letters = {name: data for name, data in house.files().items() if name.startswith("mail/")}
    assert len({mark for mark, _file in found_in(letters, MARKS)}) >= 5  # the marks were really used

    rest = {name: data for name, data in house.files().items() if name not in letters}
    assert found_in(rest | house.server_files() | {"rows": house.rows()}, MARKS) == set()


def test_a_copy_of_the_sqlite_file_and_its_log_names_nobody(house, event, tmp_path):
    if house.kind != "sqlite":
        return
    live_through_everything(event)
    source = house.settings.sqlite_file
    for ending in ("", "-wal"):
        shutil.copyfile(f"{source}{ending}", f"{tmp_path}/stolen{ending}")

    with sqlite3.connect(tmp_path / "stolen") as stolen:
        assert stolen.execute("SELECT count(*) FROM registrations").fetchone() == (5,)
        dump = "\n".join(stolen.iterdump()).encode()
    stolen.close()

    taken = {path.name: path.read_bytes() for path in tmp_path.glob("stolen*")} | {"dump": dump}
    assert found_in(taken, MARKS) == set()


def test_after_a_purge_not_a_byte_is_left(house, event, stopped_clock):
    live_through_everything(event)
    other = Cast(house.app).event("Another one", days=400)
    sign_up(other, Signup("stays", "stays@example.org", "en", ticket_type(other).id, "1"))
    sealed = sealed_values(event)
    tables = {model.__tablename__: model.__table__ for model in PERSONAL}
    counts = {
        name: db.session.scalar(sa.select(sa.func.count()).select_from(table).where(table.c.event_id == event.id)) or 0
        for name, table in tables.items()
    }
    assert len(sealed) > 50
    assert min(counts.values()) > 0  # there was something of everything
    assert len(found_in({"rows": house.rows()}, sealed)) == len(set(sealed))

    stopped_clock.moment = event.personal_data_until
    (receipt,) = runs.run()

    assert {name: receipt.counts[name] for name in counts} == counts
    assert receipt.counts["statuses"] == {"confirmed": 2, "offered": 1, "waitlisted": 1, "cancelled": 1}
    assert receipts.broken() is None
    assert found_in(house.files() | {"rows": house.rows()}, [*MARKS, *sealed]) == set()
    assert found_in(house.server_files(), MARKS) == set()
    assert "stays" in person(db.session.scalars(sa.select(Registration)).one()).name  # nobody else lost anything


def test_the_key_is_not_left_in_the_tables_of_postgresql(house, event, stopped_clock):
    """What stays in its write-ahead log goes with the log's segments; `traces` says so."""
    if house.kind != "postgresql":
        return
    live_through_everything(event)
    key = db.session.scalars(sa.select(EventKeyRow.sealed).where(EventKeyRow.event_id == event.id)).one()
    db.session.commit()
    before = found_in(house.server_files(), [key])
    assert any(file.startswith("base/") for _mark, file in before)

    stopped_clock.moment = event.personal_data_until
    runs.run()

    left = {file for _mark, file in found_in(house.server_files(), [key])}
    assert {file for file in left if not file.startswith("pg_wal/")} == set()


def test_a_key_that_somebody_still_read_is_written_away_once_they_have_gone(house, event, stopped_clock, monkeypatch):
    """Who connects just now holds on to the old state, and no list of readers names them."""
    if house.kind != "postgresql":
        return
    key = db.session.scalars(sa.select(EventKeyRow.sealed).where(EventKeyRow.event_id == event.id)).one()
    db.session.commit()
    patience = traces.LOOKS
    monkeypatch.setattr(traces, "LOOKS", 0)
    written = []
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as reader:
        reader.execute(sa.text("SELECT 1"))  # its state is that of now

        @sa.event.listens_for(db.engine, "after_cursor_execute")
        def _goes(_connection, _cursor, statement, *_rest) -> None:
            if "event_keys" in statement and "FULL" in statement:
                written.append(statement)
                reader.rollback()
                monkeypatch.setattr(traces, "LOOKS", patience)  # the server may look through its tables at any moment

        stopped_clock.moment = event.personal_data_until
        runs.run()
        sa.event.remove(db.engine, "after_cursor_execute", _goes)

    assert len(written) > 1
    left = {file for _mark, file in found_in(house.server_files(), [key])}
    assert {file for file in left if not file.startswith("pg_wal/")} == set()


def test_a_key_is_written_away_after_everybody_has_gone_who_was_writing_on_the_same_server(house, event, stopped_clock):
    """Be it in another database: whatever was deleted since they began is dead to nobody yet."""
    if house.kind != "postgresql":
        return
    key = db.session.scalars(sa.select(EventKeyRow.sealed).where(EventKeyRow.event_id == event.id)).one()
    db.session.commit()
    elsewhere = sa.create_engine(db.engine.url.set(database="postgres"))
    with elsewhere.connect() as writer:
        writer.execute(sa.text("SELECT pg_current_xact_id()"))
        leaving = threading.Timer(1, writer.rollback)
        leaving.start()

        stopped_clock.moment = event.personal_data_until
        runs.run()
        leaving.join()
    elsewhere.dispose()

    left = {file for _mark, file in found_in(house.server_files(), [key])}
    assert {file for file in left if not file.startswith("pg_wal/")} == set()


def test_the_keys_of_many_purged_events_leave_no_byte_in_the_file(house, stopped_clock):
    """Rows that moved between pages while the table grew must not have left copies behind."""
    cast = Cast(house.app)
    events = [cast.event(f"Event {n}", days=1 + 400 * (n % 2)) for n in range(120)]
    keys = {row.event_id: row.sealed for row in db.session.scalars(sa.select(EventKeyRow)) if row.event_id}
    db.session.commit()

    stopped_clock.moment = clock.now().replace(microsecond=0)
    stopped_clock.forward(days=40)
    runs.run()

    gone = [keys[event.id] for event in events[::2]]
    kept = [keys[event.id] for event in events[1::2]]
    assert found_in(house.files() | {"rows": house.rows()}, gone) == set()
    assert len(found_in({"rows": house.rows()}, kept)) == 60


def test_a_long_read_only_puts_off_the_cutting_of_the_log(house, event, stopped_clock, monkeypatch):
    """Somebody's long export keeps the old pages; what was erased is erased, and the next run cuts the log."""
    if house.kind != "sqlite":
        return
    monkeypatch.setattr(traces, "LOOKS", 2)
    live_through_everything(event)
    sealed = sealed_values(event)
    with closing(sqlite3.connect(house.settings.sqlite_file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM registrations").fetchone()
        stopped_clock.moment = event.personal_data_until

        with pytest.raises(traces.StillRead):
            runs.run()

        assert db.session.get_one(Event, event.id, populate_existing=True).purged_at is not None
        db.session.rollback()

    assert runs.run() == []
    assert found_in(house.files(), sealed) == set()
