"""The list of an event as CSV or JSON, in pieces: for a download and for the command alike.

Every status, in the order in which people registered. JSON holds what people typed, untouched; in CSV a value that a
spreadsheet would take for a formula is disarmed by an apostrophe before it (never shortened: +49 is a phone number).
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.tickets import TicketType
from eventsvc.registration import roll
from eventsvc.registration.models import Status

COLUMNS = ("name", "email", "status", "ticket_type", "language", "registered_at")
BOM = "\ufeff"  # without it a spreadsheet reads UTF-8 as something else
PIECE = 500
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")

_to_json = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make one for every line

Line = tuple[str, str, str, str, str, str]


def lines(event: Event, statuses: Sequence[Status] = ()) -> Iterator[Line]:
    """One line per registration, as COLUMNS; the time is in the event's zone, with offset. Raises Gone, at once."""
    return _lines(roll.entries(event, statuses), _ticket_slugs(event), ZoneInfo(event.timezone))


def _lines(entries: Iterator[roll.Entry], slugs: Mapping[int, str], zone: ZoneInfo) -> Iterator[Line]:
    for entry in entries:
        moment: datetime = entry.registered_at.astimezone(zone)
        yield (
            entry.name,
            entry.email,
            entry.status,
            slugs[entry.ticket_type_id],
            entry.language,
            moment.isoformat(timespec="seconds"),
        )


def _ticket_slugs(event: Event) -> Mapping[int, str]:
    rows = db.session.execute(sa.select(TicketType.id, TicketType.slug).where(TicketType.event_id == event.id))
    return dict(rows.all())


def as_csv(event: Event, statuses: Sequence[Status] = ()) -> Iterator[str]:
    """The file in pieces, each some hundred whole lines."""
    return _csv_pieces(lines(event, statuses))


def _csv_pieces(found: Iterator[Line]) -> Iterator[str]:
    yield BOM + _csv_text([COLUMNS])
    while piece := list(islice(found, PIECE)):
        # The other columns are ours: words, slugs and times.
        yield _csv_text([(disarmed(line[0]), disarmed(line[1]), *line[2:]) for line in piece])


def _csv_text(rows: Sequence[Sequence[str]]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target).writerows(rows)
    return target.getvalue()


def disarmed(value: str) -> str:
    """The value as a spreadsheet shows it and never executes it."""
    return f"'{value}" if value.lstrip(" \u00a0").startswith(FORMULA_STARTS) else value


def as_json(event: Event, statuses: Sequence[Status] = ()) -> Iterator[str]:
    """A list of objects, in pieces."""
    return _json_pieces(lines(event, statuses))


def _json_pieces(found: Iterator[Line]) -> Iterator[str]:
    before = "["
    while piece := list(islice(found, PIECE)):
        objects = (_to_json(dict(zip(COLUMNS, line, strict=True))) for line in piece)
        yield before + "\n" + ",\n".join(objects)
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


FORMATS: Mapping[str, Callable[[Event, Sequence[Status]], Iterator[str]]] = {"csv": as_csv, "json": as_json}
