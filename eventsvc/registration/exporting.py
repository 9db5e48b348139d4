"""The list of an event as CSV or JSON, in pieces: for a download and for the command alike.

Every status, in the order in which people registered, and what they answered. JSON holds what people typed, untouched;
in CSV a value that a spreadsheet would take for a formula is disarmed by an apostrophe before it (never shortened: +49
is a phone number).
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from eventsvc.db import db, table_of
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from eventsvc.registration import roll
from eventsvc.registration.answer_sheet import Column, sheet_of
from eventsvc.registration.models import Registration, Status
from eventsvc.registration.party_numbers import PartyNumbers
from eventsvc.vault import Keys

COLUMNS = ("name", "email", "status", "ticket_type", "language", "registered_at")
MORE = ("party", "contact_email")
BOM = "\ufeff"  # without it a spreadsheet reads UTF-8 as something else
PIECE = 500
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")

_to_json = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make one for every line
_registrations = table_of(Registration).c
_ADDRESSES = sa.select(_registrations.id, _registrations.email).where(
    _registrations.id.in_(sa.bindparam("people", expanding=True)), _registrations.email.is_not(None)
)


class Line(NamedTuple):
    """One registration. The time is in the event's zone, with offset."""

    name: str
    email: str
    status: str
    ticket_type: str
    language: str
    registered_at: str
    party: int | None  # the same for people who registered together; None for who came alone
    contact_email: str  # who gets the letters of somebody without an address
    answers: Mapping[int, Any]  # by the id of the question


class Listing(NamedTuple):
    """All lines, to be read once, and the questions that their answers answer."""

    lines: Iterator[Line]
    questions: Sequence[Column]


def listing(event: Event, statuses: Sequence[Status] = ()) -> Listing:
    """One line per registration. Raises Gone, at once."""
    entries, sheet = roll.entries(event, statuses), sheet_of(event)
    slugs, zone = _ticket_slugs(event), ZoneInfo(event.timezone)

    def lines() -> Iterator[Line]:
        numbers = PartyNumbers()
        while page := list(islice(entries, roll.PAGE)):
            given = sheet.of([entry.id for entry in page])
            contacts = _contacts(sheet.keys, page)
            for entry in page:
                yield Line(
                    entry.name,
                    entry.email,
                    entry.status,
                    slugs[entry.ticket_type_id],
                    entry.language,
                    entry.registered_at.astimezone(zone).isoformat(timespec="seconds"),
                    numbers.of(entry.party_id) if entry.party_id else None,
                    contacts.get(entry.contact_id, "") if entry.contact_id else "",
                    given.get(entry.id, {}),
                )

    return Listing(lines(), sheet.columns)


def _contacts(keys: Keys, page: Sequence[roll.Entry]) -> Mapping[UUID, str]:
    """The addresses of those who get the letters of these people."""
    wanted = {entry.contact_id for entry in page if entry.contact_id}
    if not wanted:
        return {}
    with db.engine.connect() as connection:
        rows = connection.execute(_ADDRESSES, {"people": list(wanted)}).all()
    return {row.id: keys.open(row.email, "registrations.email", row.id) for row in rows}


def _ticket_slugs(event: Event) -> Mapping[int, str]:
    rows = db.session.execute(sa.select(TicketType.id, TicketType.slug).where(TicketType.event_id == event.id))
    return dict(rows.all())


def as_csv(event: Event, statuses: Sequence[Status] = ()) -> Iterator[str]:
    """The file in pieces, each some hundred whole lines. After the fixed columns one for each question, by its slug."""
    return _csv_pieces(*listing(event, statuses))


def _csv_pieces(lines: Iterator[Line], questions: Sequence[Column]) -> Iterator[str]:
    yield BOM + _csv_text([[*COLUMNS, *MORE, *map(_heading, questions)]])
    while piece := list(islice(lines, PIECE)):
        yield _csv_text([_cells(line, questions) for line in piece])


def _heading(question: Column) -> str:
    """Its slug; a sign more, which no slug has, where a fixed column is called so already."""
    return f"{question.slug}_" if question.slug in {*COLUMNS, *MORE} else question.slug


def _cells(line: Line, questions: Sequence[Column]) -> list[object]:
    """What people typed is disarmed; all else is ours: words, slugs, numbers and times."""
    name, email, *ours, contact, answers = line
    cells: list[object] = [disarmed(name), disarmed(email), *ours, disarmed(contact)]
    for question in questions:
        said = question.plain(answers.get(question.question_id))
        cells.append(disarmed(said) if question.is_typed else said)
    return cells


def _csv_text(rows: Sequence[Sequence[object]]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target).writerows(rows)
    return target.getvalue()


def disarmed(value: str) -> str:
    """The value as a spreadsheet shows it and never executes it."""
    return f"'{value}" if value.lstrip(" \u00a0").startswith(FORMULA_STARTS) else value


def as_json(event: Event, statuses: Sequence[Status] = ()) -> Iterator[str]:
    """A list of objects, in pieces; `answers` holds what was answered, by the slug of the question."""
    return _json_pieces(*listing(event, statuses))


def _json_pieces(lines: Iterator[Line], questions: Sequence[Column]) -> Iterator[str]:
    before = "["
    while piece := list(islice(lines, PIECE)):
        yield before + "\n" + ",\n".join(_to_json(_object(line, questions)) for line in piece)
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _object(line: Line, questions: Sequence[Column]) -> dict[str, Any]:
    answers = {each.slug: line.answers[each.question_id] for each in questions if each.question_id in line.answers}
    return line._asdict() | {"answers": answers}


FORMATS: Mapping[str, Callable[[Event, Sequence[Status]], Iterator[str]]] = {"csv": as_csv, "json": as_json}
