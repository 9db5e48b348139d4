"""A strict look at a calendar file: RFC 5545, 5546 and 7986, and the narrower rules that keep every reader right.

No parser is a linter: they are built to forgive. This one shares no line with what writes the files.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

LINE = re.compile(
    r'(?P<name>[A-Za-z0-9-]+)(?P<parameters>(?:;[A-Za-z0-9-]+=(?:"[^"\x00-\x1f]*"|[^";:,\x00-\x1f]+))*):(?P<value>.*)',
    re.DOTALL,
)
PARAMETER = re.compile(r';([A-Za-z0-9-]+)=(?:"([^"]*)"|([^";:,]+))')
TEXT = re.compile(r"(?:[^\\;,\x00-\x08\x0a-\x1f\x7f]|\\[\\;,nN])*")
LIST = re.compile(TEXT.pattern + f"(?:,{TEXT.pattern})*")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
URI = re.compile(r"[a-z][a-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
MAILTO = re.compile(r"mailto:[^@\s<>\"]+@[^@\s<>\"]+")
DURATION = re.compile(r"P(?=.)(\d+W|(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?)")
MOMENT = re.compile(r"\d{8}T\d{6}Z?")
OFFSET = re.compile(r"[+-](?!0000$)(?:0\d|1[0-4])[0-5]\d|\+0000")
YEARLY = re.compile(r"FREQ=YEARLY;BYMONTH=(\d+);BYDAY=(-1|[1-4])(SU|MO|TU|WE|TH|FR|SA)")
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

Values = dict[str, re.Pattern[str] | str]
CALENDAR: Values = {"VERSION": "2\\.0", "PRODID": ".+", "CALSCALE": "GREGORIAN", "METHOD": "REQUEST|CANCEL"}
CALENDAR |= {"NAME": TEXT, "X-WR-CALNAME": TEXT, "DESCRIPTION": TEXT, "X-WR-CALDESC": TEXT}
CALENDAR |= {"REFRESH-INTERVAL": DURATION, "X-PUBLISHED-TTL": DURATION, "X-WR-TIMEZONE": "[A-Za-z0-9_+/-]+"}
EVENT: Values = {"UID": TEXT, "DTSTAMP": MOMENT, "CREATED": MOMENT, "LAST-MODIFIED": MOMENT, "SEQUENCE": r"0|[1-9]\d*"}
EVENT |= {"DTSTART": MOMENT, "DTEND": MOMENT, "SUMMARY": TEXT, "DESCRIPTION": TEXT, "LOCATION": TEXT, "URL": URI}
EVENT |= {"CATEGORIES": LIST, "STATUS": "CONFIRMED|TENTATIVE|CANCELLED", "TRANSP": "OPAQUE|TRANSPARENT"}
EVENT |= {"ORGANIZER": MAILTO, "ATTENDEE": MAILTO}
ZONE: Values = {"TZID": "[A-Za-z0-9_+/-]+"}
OBSERVANCE: Values = {
    "DTSTART": r"\d{8}T\d{6}",
    "TZOFFSETFROM": OFFSET,
    "TZOFFSETTO": OFFSET,
    "TZNAME": TEXT,
    "RRULE": YEARLY,
}

# What each component may hold, what it must hold, and what it may be made of.
GRAMMAR: dict[str, tuple[Values, set[str], set[str]]] = {
    "VCALENDAR": (CALENDAR, {"VERSION", "PRODID"}, {"VEVENT", "VTIMEZONE"}),
    "VEVENT": (EVENT, set(EVENT) - {"DESCRIPTION", "LOCATION", "URL", "CATEGORIES", "ORGANIZER", "ATTENDEE"}, set()),
    "VTIMEZONE": (ZONE, {"TZID"}, {"STANDARD", "DAYLIGHT"}),
    "STANDARD": (OBSERVANCE, {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"}, set()),
    "DAYLIGHT": (OBSERVANCE, {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE"}, set()),
}
WORDS = {"SUMMARY", "DESCRIPTION", "LOCATION", "NAME"}
PARAMETERS: dict[str, set[str]] = {word: {"LANGUAGE"} for word in WORDS} | {"REFRESH-INTERVAL": {"VALUE"}}
PARAMETERS |= {"DTSTART": {"TZID"}, "DTEND": {"TZID"}, "ORGANIZER": {"CN"}}
PARAMETERS |= {"ATTENDEE": {"CUTYPE", "ROLE", "PARTSTAT", "RSVP"}}


class Property(NamedTuple):
    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class Component:
    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        """The value of the first property of that name, or nothing."""
        return next((found.value for found in self.properties if found.name == name), "")

    def all(self, name: str) -> list["Component"]:
        return [part for part in self.parts if part.name == name]


def lint(file: bytes) -> list[str]:
    """Everything that is wrong with the file, in words; nothing for a good one."""
    problems = list(_bytes(file))
    if problems:
        return problems
    try:
        calendar = _tree(re.sub("\r\n[ \t]", "", file.decode()).removesuffix("\r\n").split("\r\n"))
    except ValueError as fault:
        return [str(fault)]
    problems = list(_grammar(calendar))
    return problems or [*_calendar(calendar), *_people(calendar), *_events(calendar), *_zones(calendar)]


def _bytes(file: bytes) -> Iterator[str]:
    if not file.endswith(b"\r\n"):
        yield "the last line does not end in CRLF"
    for number, line in enumerate(file.removesuffix(b"\r\n").split(b"\r\n"), 1):
        if len(line) > 75:
            yield f"line {number} has {len(line)} octets"
        if not line.strip():
            yield f"line {number} is empty"
        if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line):
            yield f"line {number} holds a control character or a bare line break"
        try:
            line.decode()
        except UnicodeDecodeError:
            yield f"line {number} is not UTF-8, or a character is cut by a fold"


def _tree(lines: list[str]) -> Component:
    outside = Component("a file")
    open_ones = [outside]
    for line in lines:
        found = _property(line)
        if found.name == "BEGIN":
            open_ones.append(Component(found.value))
            open_ones[-2].parts.append(open_ones[-1])
        elif found.name == "END":
            if open_ones.pop().name != found.value or not open_ones:
                raise ValueError(f"END:{found.value} ends nothing")
        else:
            open_ones[-1].properties.append(found)
    if len(open_ones) != 1 or outside.properties or [part.name for part in outside.parts] != ["VCALENDAR"]:
        raise ValueError("not one VCALENDAR from the first line to the last")
    return outside.parts[0]


def _property(line: str) -> Property:
    match = LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"not a content line: {line[:60]!r}")
    pairs = [(name.upper(), quoted or plain) for name, quoted, plain in PARAMETER.findall(match["parameters"])]
    if len(dict(pairs)) < len(pairs):
        raise ValueError(f"a parameter stands twice: {line[:60]!r}")
    return Property(match["name"].upper(), dict(pairs), match["value"])


def _grammar(component: Component) -> Iterator[str]:
    allowed, required, parts = GRAMMAR[component.name]
    for name, times in Counter(found.name for found in component.properties).items():
        if times > 1:
            yield f"{name} stands {times} times in one {component.name}"
    for name in sorted(required - {found.name for found in component.properties}):
        yield f"{component.name} has no {name}"
    for found in component.properties:
        yield from _value(component.name, allowed, found)
    for part in component.parts:
        if part.name in parts:
            yield from _grammar(part)
        else:
            yield f"{part.name} has no place in {component.name}"


def _value(where: str, allowed: Values, found: Property) -> Iterator[str]:
    if found.name not in allowed:
        yield f"{found.name} has no place in {where}"
    elif not found.value or not re.fullmatch(allowed[found.name], found.value):
        yield f"{found.name} cannot be {found.value[:40]!r}"
    elif MOMENT.fullmatch(found.value) and _moment(found.value) is None:
        yield f"{found.name} is no moment: {found.value}"
    for name, worth in found.parameters.items():
        if name not in PARAMETERS.get(found.name, set()):
            yield f"{found.name} has a parameter {name}"
        if name == "LANGUAGE" and not LANGUAGE.fullmatch(worth):
            yield f"{found.name} is in no language: {worth!r}"
        if "^" in re.sub(r"\^[n^']", "", worth):
            yield f"{name} of {found.name} holds a ^ that quotes nothing (RFC 6868)"


def _calendar(calendar: Component) -> Iterator[str]:
    if not calendar.parts:
        yield "a VCALENDAR holds at least one component"
    if any(
        found.name == "REFRESH-INTERVAL" and found.parameters != {"VALUE": "DURATION"} for found in calendar.properties
    ):
        yield "REFRESH-INTERVAL needs VALUE=DURATION"
    twins = (("NAME", "X-WR-CALNAME"), ("DESCRIPTION", "X-WR-CALDESC"), ("REFRESH-INTERVAL", "X-PUBLISHED-TTL"))
    for name, twin in twins:
        if calendar[name] != calendar[twin]:
            yield f"{name} and {twin} differ"
    uids = [event["UID"] for event in calendar.all("VEVENT")]
    if len(set(uids)) < len(uids):
        yield "a UID stands twice"


def _people(calendar: Component) -> Iterator[str]:
    method, events = calendar["METHOD"], calendar.all("VEVENT")
    if method and len(events) != 1:
        yield f"METHOD:{method} is about {len(events)} events"
    for event in events:
        people = {found.name: found for found in event.properties if found.name in {"ORGANIZER", "ATTENDEE"}}
        if len(people) != (2 if method else 0):
            yield f"METHOD:{method} with {sorted(people) or 'nobody'}"
        if method and (event["STATUS"] == "CANCELLED") != (method == "CANCEL"):
            yield f"METHOD:{method} with STATUS:{event['STATUS']}"
        if method == "REQUEST" and "ATTENDEE" in people and "PARTSTAT" not in people["ATTENDEE"].parameters:
            yield "a REQUEST does not say what the attendee answered"
        if not method and event["DTSTAMP"] != event["LAST-MODIFIED"]:
            yield "without METHOD, DTSTAMP is when the event was last changed"


def _events(calendar: Component) -> Iterator[str]:
    for event in calendar.all("VEVENT"):
        for name in ("DTSTAMP", "CREATED", "LAST-MODIFIED"):
            if not event[name].endswith("Z"):
                yield f"{name} is not in UTC"
        if event["CREATED"] > event["LAST-MODIFIED"]:
            yield "CREATED is after LAST-MODIFIED"
        if event["STATUS"] == "CANCELLED" and event["TRANSP"] != "TRANSPARENT":
            yield "a cancelled event takes up time"
        yield from _times([found for found in event.properties if found.name in {"DTSTART", "DTEND"}])


def _times(times: list[Property]) -> Iterator[str]:
    for found in times:
        if found.value.endswith("Z") == ("TZID" in found.parameters):
            yield f"{found.name} is floating, or has a zone beside its Z"
    starts, ends = sorted(times, key=lambda found: found.name, reverse=True)
    if starts.parameters != ends.parameters or starts.value[15:] != ends.value[15:]:
        yield "DTSTART and DTEND are in different zones"
    elif starts.value >= ends.value:  # wall times too: neither lies in an hour that comes twice
        yield "DTEND is not after DTSTART"


def _zones(calendar: Component) -> Iterator[str]:
    used = {found.parameters.get("TZID") for event in calendar.all("VEVENT") for found in event.properties} - {None}
    defined = Counter(zone["TZID"] for zone in calendar.all("VTIMEZONE"))
    if used != set(defined) and (used or calendar.all("VEVENT")):
        yield f"zones used and zones defined differ: {sorted(map(str, used ^ set(defined)))}"
    if any(times > 1 for times in defined.values()):
        yield "a zone is defined twice"
    for zone in calendar.all("VTIMEZONE"):
        names = Counter(part.name for part in zone.parts)
        if names["STANDARD"] != 1 or names["DAYLIGHT"] > 1:
            yield f"{zone['TZID']} has {dict(names)}: one STANDARD, at most one DAYLIGHT"
        for part in zone.parts:
            yield from _observance(part, alone=len(zone.parts) == 1)
        yield from _circle(zone.parts)


def _observance(part: Component, *, alone: bool) -> Iterator[str]:
    first = _moment(part["DTSTART"])
    if first and first.year != 1970:
        yield f"{part.name} starts in {first.year}, and readers count from 1970"
    if bool(part["RRULE"]) == alone:
        yield f"{part.name} needs a yearly rule where there are two, and none where it is alone"
    if (rule := YEARLY.fullmatch(part["RRULE"])) and first and first.date() not in _days(rule):
        yield f"{part.name} does not start on a day of its own rule"


def _days(rule: re.Match[str]) -> list[date]:
    start = date(1970, int(rule[1]), 1)
    month = [day for day in map(start.__add__, map(timedelta, range(31))) if day.month == start.month]
    weekdays = [day for day in month if DAYS[day.weekday()] == rule[3]]
    return [weekdays[int(rule[2]) - (int(rule[2]) > 0)]]


def _circle(parts: Iterable[Component]) -> Iterator[str]:
    if sorted(part["TZOFFSETFROM"] for part in parts) != sorted(part["TZOFFSETTO"] for part in parts):
        yield "the offsets of a zone do not lead into one another"


def _moment(value: str) -> datetime | None:
    try:
        return datetime.strptime(value[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall time, compared with its like
    except ValueError:
        return None
