"""The list to take along: complete, in order, harmless in a spreadsheet, and streamed in flat memory."""

import csv
import gc
import io
import json
import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from eventsvc import clock, vault
from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.questions.models import Kind, Question
from eventsvc.registration import exporting, roll
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.party_numbers import PartyNumbers
from eventsvc.registration.people import sealed_address, sealed_name, sealed_secret
from tests.pages.counting import statements
from tests.retention.asking import ask, person, together

DANGEROUS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+49 30 1234",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " =1+1",
    "\u00a0=1",
]


def rows_of(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def download(staff, event, ending, role="organizer"):
    return staff.member(role).get(f"/organize/events/{event.slug}/attendees.{ending}")


def many(event, people, name="Person"):
    """That many registrations, put there directly, a second apart: signing up is not what is measured."""
    keys = vault.keyring().of_event(event.id)
    kind = db.session.scalar(sa.text("SELECT id FROM ticket_types WHERE event_id = :e"), {"e": event.id})
    began = clock.now() - timedelta(days=10)

    def row(number):
        at, own = began + timedelta(seconds=number // 3), uuid4()
        return {
            "id": own,
            "event_id": event.id,
            "ticket_type_id": kind,
            "status": Status.CONFIRMED,
            "language": "en",
            "consent_version": "1",
            "registered_at": at,
            "changed_at": at,
            "holds_seat": True,
            **sealed_name(keys, own, f"{name} {number}"),
            **sealed_address(keys, own, f"person{number}@example.org"),
            **sealed_secret(keys, own, f"secret{number}"),
        }

    with transaction():
        for start in range(0, people, 5000):
            batch = [row(number) for number in range(start, min(start + 5000, people))]
            db.session.execute(sa.insert(Registration), batch)


def test_csv_holds_every_status_in_order_with_a_bom_and_times_in_the_events_zone(staff):
    event = staff.event(capacity=1, timezone="America/Guatemala")
    ana = staff.signs_up(event, "Ana")
    staff.signs_up(event, "José", "jose@example.org", "es")
    staff.cancels(ana)
    staff.signs_up(event, "Walk-in", None)

    answer = download(staff, event, "csv")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{event.slug}-attendees.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbf")
    lines = rows_of(answer.data.decode("utf-8-sig"))
    assert lines[0] == ["name", "email", "status", "ticket_type", "language", "registered_at", "party", "contact_email"]
    assert [line[:5] for line in lines[1:]] == [
        ["Ana", "ana@example.org", "cancelled", "general", "en"],
        ["José", "jose@example.org", "confirmed", "general", "es"],
        ["Walk-in", "", "waitlisted", "general", "en"],
    ]
    assert all(line[5].endswith("-06:00") for line in lines[1:])
    assert [line[6:] for line in lines[1:]] == [["", ""]] * 3


def test_json_holds_the_same_untouched(staff):
    event = staff.event()
    staff.signs_up(event, "=1+1", "a@example.org")
    staff.signs_up(event, '"José", <b>\U0001f600', "b@example.org")

    answer = download(staff, event, "json")

    assert answer.headers["Content-Type"] == "application/json"
    people = json.loads(answer.data)
    assert [person["name"] for person in people] == ["=1+1", '"José", <b>\U0001f600']
    assert list(people[0]) == [*exporting.COLUMNS, "party", "contact_email", "answers"]
    assert (people[0]["party"], people[0]["contact_email"], people[0]["answers"]) == (None, "", {})


def test_parties_have_a_number_and_guests_the_address_of_their_contact(staff):
    event = staff.event(capacity=9)
    with staff.app.app_context():
        rules(event, party_most=3)
        together(event, person(event, "zoe"))
        for people in (("ana", "Bea", "carl"), ("dan", "Eve", "Fay")):
            together(event, *(person(event, who, email="" if who.islower() else None) for who in people))

    lines = rows_of(download(staff, event, "csv").data.decode("utf-8-sig"))[1:]
    people = json.loads(download(staff, event, "json").data)

    assert sorted((line[0], line[6], line[7]) for line in lines) == [
        ("Ana", "1", ""),
        ("Bea", "1", "ana@example.org"),
        ("Carl", "1", ""),
        ("Dan", "2", ""),
        ("Eve", "2", "dan@example.org"),
        ("Fay", "2", "dan@example.org"),
        ("Zoe", "", ""),
    ]
    assert {one["name"]: (one["party"], one["contact_email"]) for one in people}["Eve"] == (2, "dan@example.org")


def rules(event, **rules):
    with transaction():
        editing.change(db.session.get_one(Event, event.id), **rules)


def test_every_question_is_a_column_and_json_holds_the_values(staff):
    event = staff.event()
    with staff.app.app_context():
        ask(event, "diet", kind=Kind.LONG_TEXT)
        ask(event, "workshop", ("weaving", 5), ("radio", None))
        ask(event, "name")  # a column has that name already
        ask(event, "age", kind=Kind.NUMBER)
        ask(event, "vegan", kind=Kind.YES_NO)
        together(event, person(event, "ana", diet='=no nuts\n,or "seeds"', workshop=["weaving", "radio"], vegan=False))
        together(event, person(event, "ben", name="-Ben", age=-5))

    lines = rows_of(download(staff, event, "csv").data.decode("utf-8-sig"))
    people = json.loads(download(staff, event, "json").data)

    assert lines[0][8:] == ["diet", "workshop", "name_", "age", "vegan"]
    assert lines[1][8:] == ['\'=no nuts\n,or "seeds"', "weaving; radio", "", "", "no"]
    assert lines[2][8:] == ["", "", "'-Ben", "-5", ""]
    assert [one["answers"] for one in people] == [
        {"diet": '=no nuts\n,or "seeds"', "workshop": ["weaving", "radio"], "vegan": False},
        {"name": "-Ben", "age": -5},
    ]


def test_a_question_asked_no_more_is_a_column_as_long_as_it_has_answers(staff):
    event = staff.event()
    with staff.app.app_context():
        for slug in ("diet", "size"):
            ask(event, slug)
        together(event, person(event, "ana", diet="fish"))
        with transaction():
            db.session.execute(sa.update(Question).values(asked=False))

    assert rows_of(download(staff, event, "csv").data.decode("utf-8-sig"))[0][8:] == ["diet"]


def test_answers_are_read_a_page_at_a_time(staff, monkeypatch):
    """However many there are: one query for the people of a page, one for what they answered."""
    event = staff.event()
    monkeypatch.setattr(roll, "PAGE", 4)
    with staff.app.app_context():
        question = ask(event, "diet")
        for number in range(9):
            together(event, person(event, f"p{number}", diet=f"dish {number}"))
        with statements(staff.app) as asked:
            lines = list(exporting.listing(event).lines)

    assert [line.answers[question.id] for line in lines] == [f"dish {number}" for number in range(9)]
    assert sum("FROM answers" in statement and "IN (" in statement for statement in asked) == 3
    assert sum("FROM registrations" in statement for statement in asked) == 3


def test_a_party_keeps_its_number_and_a_long_list_does_not_grow(monkeypatch):
    monkeypatch.setattr(PartyNumbers, "REMEMBERED", 2)
    numbers, parties = PartyNumbers(), [uuid4() for _ in range(4)]

    assert [numbers.of(parties[n]) for n in (0, 0, 1, 0, 2, 1, 2, 3)] == [1, 1, 2, 1, 3, 2, 3, 4]
    assert len(numbers._known) == 2


def test_an_empty_list_is_a_header_or_an_empty_list(staff):
    event = staff.event()

    assert len(rows_of(download(staff, event, "csv").data.decode("utf-8-sig"))) == 1
    assert json.loads(download(staff, event, "json").data) == []


@pytest.mark.parametrize("value", DANGEROUS)
def test_what_a_spreadsheet_would_execute_is_disarmed_and_never_shortened(value):
    assert exporting.disarmed(value) == "'" + value


@pytest.mark.parametrize("value", ["Ana", "O'Neil", "a=b", "1+1", "José", "", "x@example.org", "’=1"])
def test_what_is_harmless_stays_as_it_is(value):
    assert exporting.disarmed(value) == value


def test_dangerous_names_are_disarmed_in_the_file(staff):
    event = staff.event()
    for number, name in enumerate(DANGEROUS):
        staff.signs_up(event, name, f"p{number}@example.org")

    lines = rows_of(download(staff, event, "csv").data.decode("utf-8-sig"))

    assert len(lines) == len(DANGEROUS) + 1
    assert [line[0] for line in lines[1:]] == ["'" + name for name in DANGEROUS]


def test_pages_miss_nobody_and_double_nobody_however_many_came_in_one_moment(staff):
    event = staff.event()
    with staff.app.app_context():
        many(event, 2501)

    lines = rows_of(download(staff, event, "csv").data.decode("utf-8-sig"))[1:]

    assert len(lines) == 2501
    assert {line[1] for line in lines} == {f"person{n}@example.org" for n in range(2501)}
    assert [line[5] for line in lines] == sorted(line[5] for line in lines)


def test_a_slow_reader_holds_no_connection(staff):
    event = staff.event()
    with staff.app.app_context():
        many(event, 1200)
    member = staff.member("organizer")

    answer = member.client.get(f"/organize/events/{event.slug}/attendees.csv", buffered=False)
    pieces = iter(answer.response)
    next(pieces)
    next(pieces)

    with staff.app.app_context():
        held = db.engine.pool.checkedout()  # type: ignore[attr-defined]
    answer.close()
    assert held == 0


def resident():
    """Bytes of memory this process holds."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.slow
def test_thirty_thousand_rows_leave_in_flat_memory(staff):
    """A hundred thousand are measured by `python -m tests.bench --only exporting`."""
    event = staff.event()
    with staff.app.app_context():
        many(event, 30_000)
        for form in exporting.FORMATS.values():
            gc.collect()
            before, length, peak = resident(), 0, 0
            pieces = form(event, ())
            db.session.close()
            for piece in pieces:
                length += len(piece)
                peak = max(peak, resident())
            assert length > 1_500_000
            assert peak - before < 2_000_000  # all of it held at once takes more than four


def test_a_viewer_and_the_door_export_nothing(staff):
    event = staff.event()

    assert [
        download(staff, event, ending, role).status_code for role in ("viewer", "door") for ending in ("csv", "json")
    ] == [403] * 4


def test_an_export_leaves_a_line_in_the_log_without_a_name(staff, caplog):
    event = staff.event()
    staff.signs_up(event, "Canary Name")
    caplog.set_level("INFO")

    download(staff, event, "csv")

    said = [record.getMessage() for record in caplog.records if "exports the list" in record.getMessage()]
    assert len(said) == 1
    assert "Canary" not in caplog.text
