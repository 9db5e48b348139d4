"""The list of a very large event as CSV: rows a second, and what it takes of memory beyond what the process had before.

Each run is a process of its own, which has written a small list before: what is imported or made once does not count.
"""

import csv
import gc
import io
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
import sqlalchemy as sa

from eventsvc import clock, tokens
from eventsvc.app import create_app
from eventsvc.db import core, db, table_of, transaction
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from eventsvc.questions import editing
from eventsvc.questions.answered import Answered
from eventsvc.questions.models import Kind
from eventsvc.questions.wordings import Wording
from eventsvc.registration import answers, exporting
from eventsvc.registration.models import Registration
from eventsvc.registration.people import sealed_address, sealed_name, sealed_secret
from eventsvc.settings import load_settings
from eventsvc.vault import keyring
from tests.bench.figures import Figure, Run, in_turns
from tests.bench.plan import Plan
from tests.bench.stage import APART, Stage

MOST_MEGABYTES = 20.0
QUESTIONS = 5
AS_THEY_LIE = """SELECT name, email, status, ticket_type_id, language, registered_at FROM registrations
    WHERE event_id = {event} ORDER BY registered_at, id"""


class Place(NamedTuple):
    """What a process needs to open the installation."""

    data_dir: str
    database_url: str
    small: int  # ids of events
    large: int
    answered: int  # a fifth as many people, who answered five questions each


class Export(NamedTuple):
    rows: int
    seconds: float
    megabytes: float


def figures(stage: Stage, plan: Plan) -> Iterator[Figure]:
    """One line for the rate, one for the memory."""
    small, large, answered = (stage.event(f"List {n}")[0] for n in range(3))
    fill(stage, small, 20)
    fill(stage, large, plan.rows)
    fill(stage, answered, plan.rows // QUESTIONS, QUESTIONS)
    place = Place(str(stage.settings.data_dir), stage.settings.database_url, small, large, answered)
    exports: dict[Callable[[Place], Export], list[Export]] = {by_rules: [], by_driver: [], with_answers: []}

    def run(way: Callable[[Place], Export]) -> Run:
        with ProcessPoolExecutor(1, APART) as child:
            done = child.submit(way, place).result()
        assert done.rows == (plan.rows // QUESTIONS if way is with_answers else plan.rows), done
        exports[way].append(done)
        return Run(done.rows / done.seconds)

    ours, driver = in_turns(plan.times, partial(run, by_rules), partial(run, by_driver))
    full = in_turns(plan.times, partial(run, with_answers))[0]
    took, took_bare, took_full = (
        max(each.megabytes for each in exports[way]) for way in (by_rules, by_driver, with_answers)
    )
    what = f"CSV of {plan.rows:,} registrations, {stage.kind}"
    limit = "bare cursor and csv.writer, values sealed as they lie"
    note = f"two values opened in each row; runs {ours.said()} and {driver.said()}"
    yield Figure(what, ours.rate, "rows/s", driver.rate, limit, note=note)
    yield Figure(f"memory of it, {stage.kind}", took, "MB", took_bare, limit, MOST_MEGABYTES, "most")
    what = f"CSV of {plan.rows // QUESTIONS:,} with {QUESTIONS} answers each, {stage.kind}"
    yield Figure(what, full.rate, "rows/s", note=f"{2 + QUESTIONS} values opened in each row; runs {full.said()}")
    yield Figure(f"memory of that, {stage.kind}", took_full, "MB", mark=MOST_MEGABYTES, mark_is="most")


def fill(stage: Stage, event_id: int, number: int, questions: int = 0) -> None:
    """So many people, a second apart, with names and addresses of usual length, who answered so many questions."""
    with stage.app.app_context():
        event = db.session.get_one(Event, event_id)
        kind = db.session.scalars(sa.select(TicketType.id).where(TicketType.event_id == event_id)).one()
        rows = [person_row(event, kind, n) for n in range(number)]
        with transaction():
            for start in range(0, number, 5000):
                core().execute(sa.insert(table_of(Registration)), rows[start : start + 5000])
            _answer(event, rows, questions)
            core().execute(sa.text("ANALYZE registrations"))  # PostgreSQL does that by itself, a minute later


def _answer(event: Event, people: list[dict[str, Any]], questions: int) -> None:
    keys = keyring().of_event(event.id)
    held = db.session.get_one(Event, event.id)
    for number in range(questions):
        label = Wording({"en": f"Question {number}"})
        question = editing.add(held, Kind.SHORT_TEXT, label, slug=f"q{number}", asked=False)
        version = question.versions[0].id
        for start in range(0, len(people), 5000):
            some = people[start : start + 5000]
            said = Answered(question.id, version, f"What somebody writes to the question with the number {number}")
            answers.add([row for one in some for row in answers.rows(keys, event.id, one["id"], [said])])


def person_row(event: Event, kind: int, number: int) -> dict[str, Any]:
    """The columns of somebody with a place, who came at a second of their own."""
    row, keys = uuid4(), keyring().of_event(event.id)
    moment = clock.now() - timedelta(days=30) + timedelta(seconds=number)
    return {
        "id": row, "event_id": event.id, "ticket_type_id": kind, "status": "confirmed", "holds_seat": True, "language": "es",
        "consent_version": "1", "registered_at": moment, "changed_at": moment, "waiting_quota_id": None,
        "queue_number": None, "cancelled_by": None,
        **sealed_name(keys, row, f"María José García Número {number}"),
        **sealed_address(keys, row, f"maria.jose.{number}@example.org"),
        **sealed_secret(keys, row, tokens.new_secret()),
    }  # fmt: skip


def by_rules(place: Place) -> Export:
    """What the download and the command send."""
    app = create_app(
        load_settings(data_dir=Path(place.data_dir), database_url=place.database_url, base_url="http://localhost")
    )
    with app.app_context():
        small, large = (db.session.get_one(Event, event_id) for event_id in (place.small, place.large))
        return _measured(lambda: exporting.as_csv(small), lambda: exporting.as_csv(large), header=1)


def with_answers(place: Place) -> Export:
    """The same of people who were asked something."""
    return by_rules(place._replace(large=place.answered))


def by_driver(place: Place) -> Export:
    if place.database_url:
        url = place.database_url.replace("postgresql+psycopg", "postgresql", 1)
        with psycopg.connect(url) as line:
            return _measured(partial(_from_psycopg, line, place.small), partial(_from_psycopg, line, place.large))
    with closing(sqlite3.connect(Path(place.data_dir) / "eventsvc.sqlite3")) as file:
        return _measured(partial(_from_sqlite, file, place.small), partial(_from_sqlite, file, place.large))


def _from_sqlite(line: sqlite3.Connection, event_id: int) -> Iterator[str]:
    cursor = line.execute(AS_THEY_LIE.format(event=event_id))
    while rows := cursor.fetchmany(1000):
        yield _written(rows)


def _from_psycopg(line: "psycopg.Connection[Any]", event_id: int) -> Iterator[str]:
    with line.cursor(f"list_{event_id}") as cursor:
        cursor.execute(AS_THEY_LIE.format(event=event_id).encode())
        while rows := cursor.fetchmany(1000):
            yield _written(rows)


def _written(rows: Sequence[Sequence[object]]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target).writerows(rows)
    return target.getvalue()


def _measured(small: Callable[[], Iterator[str]], large: Callable[[], Iterator[str]], header: int = 0) -> Export:
    for _ in small():
        pass
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far (proc(5))
    before = _kilobytes("VmRSS")
    begun = time.perf_counter()
    lines = sum(piece.count("\r\n") for piece in large())
    took = time.perf_counter() - begun
    return Export(lines - header, took, (_kilobytes("VmHWM") - before) / 1000)


def _kilobytes(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) if found else 0
