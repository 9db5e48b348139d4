"""What each reader says of a calendar, in one form, so that they can be compared with each other and with the truth."""

from datetime import UTC, date, datetime
from typing import NamedTuple

import icalendar

from tests.servers.answering import Reader
from tests.servers.khal import Agenda


class Said(NamedTuple):
    """One event as somebody finds it in their calendar; times in UTC."""

    uid: str
    starts: datetime
    ends: datetime
    status: str


def by_icalendar(file: bytes) -> set[Said]:
    calendar = icalendar.Calendar.from_ical(file)
    assert not [component.errors for component in calendar.walk() if component.errors]
    return {
        Said(str(each["UID"]), _utc(each.decoded("DTSTART")), _utc(each.decoded("DTEND")), str(each["STATUS"]))
        for each in calendar.walk("VEVENT")
    }


def by_program(reader: Reader, file: bytes) -> set[Said]:
    """By ical.js or libical."""
    return {
        Said(each["uid"], _instant(each["starts"]["unix"]), _instant(each["ends"]["unix"]), each["status"])
        for each in reader.read(file)["events"]
    }


def by_khal(agenda: Agenda, first: date, days: int) -> set[Said]:
    """What is in the agenda on these days, however it came there. Feeds that vdirsyncer follows lose their UIDs."""
    return {
        Said(each["uid"], _minute(each["start"]), _minute(each["end"]), each["status"])
        for each in agenda.events(first, days)
    }


def nameless(said: set[Said]) -> list[tuple[datetime, datetime, str]]:
    """The same without UIDs, in order."""
    return sorted(each[1:] for each in said)


def _utc(moment: date | datetime) -> datetime:
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _minute(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)
