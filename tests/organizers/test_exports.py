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
from eventsvc.registration import exporting
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.people import sealed_address, sealed_name, sealed_secret

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
    assert lines[0] == ["name", "email", "status", "ticket_type", "language", "registered_at"]
    assert [line[:5] for line in lines[1:]] == [
        ["Ana", "ana@example.org", "cancelled", "general", "en"],
        ["José", "jose@example.org", "confirmed", "general", "es"],
        ["Walk-in", "", "waitlisted", "general", "en"],
    ]
    assert all(line[5].endswith("-06:00") for line in lines[1:])


def test_json_holds_the_same_untouched(staff):
    event = staff.event()
    staff.signs_up(event, "=1+1", "a@example.org")
    staff.signs_up(event, '"José", <b>\U0001f600', "b@example.org")

    answer = download(staff, event, "json")

    assert answer.headers["Content-Type"] == "application/json"
    people = json.loads(answer.data)
    assert [person["name"] for person in people] == ["=1+1", '"José", <b>\U0001f600']
    assert set(people[0]) == {"name", "email", "status", "ticket_type", "language", "registered_at"}


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
def test_a_hundred_thousand_rows_leave_in_flat_memory(staff):
    event = staff.event()
    with staff.app.app_context():
        many(event, 100_000)
        for form in exporting.FORMATS.values():
            gc.collect()
            before, length, peak = resident(), 0, 0
            pieces = form(event, ())
            db.session.close()
            for piece in pieces:
                length += len(piece)
                peak = max(peak, resident())
            assert length > 5_000_000
            assert peak - before < 20_000_000


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
