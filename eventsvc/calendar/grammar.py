"""The strict grammar of a calendar file: what each line may look like, and what may stand in what (RFC 5545, 5546, 7986).

It is narrower than the standards: what we never write has no place. It shares no line with what writes the files.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
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
PATTERNS = {value: re.compile(value) for values, _, _ in GRAMMAR.values() for value in values.values()}
WORDS = {"SUMMARY", "DESCRIPTION", "LOCATION", "NAME"}
PARAMETERS: dict[str, set[str]] = {word: {"LANGUAGE"} for word in WORDS} | {"REFRESH-INTERVAL": {"VALUE"}}
PARAMETERS |= {"DTSTART": {"TZID"}, "DTEND": {"TZID"}, "ORGANIZER": {"CN"}}
PARAMETERS |= {"ATTENDEE": {"CUTYPE", "ROLE", "PARTSTAT", "RSVP"}}


class Property(NamedTuple):
    """One unfolded line."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class Component:
    """What stands between a BEGIN and its END."""

    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        """The value of the first property of that name, or nothing."""
        return next((found.value for found in self.properties if found.name == name), "")

    def all(self, name: str) -> list["Component"]:
        """Its parts of that name."""
        return [part for part in self.parts if part.name == name]


def faults_of_bytes(file: bytes) -> Iterator[str]:
    """What is wrong before anything is understood: line ends, lengths, signs."""
    if not file.endswith(b"\r\n"):
        yield "the last line does not end in CRLF"
    for number, line in enumerate(file.removesuffix(b"\r\n").split(b"\r\n"), 1):
        if len(line) > 75:
            yield f"line {number} has {len(line)} octets"
        if not line.strip():
            yield f"line {number} is empty"
        if CONTROL.search(line):
            yield f"line {number} holds a control character or a bare line break"
        try:
            line.isascii() or line.decode()
        except UnicodeDecodeError:
            yield f"line {number} is not UTF-8, or a character is cut by a fold"


def tree(lines: list[str]) -> Component:
    """The one VCALENDAR that the unfolded lines hold. Raises ValueError where they hold none, or more."""
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
    name, parameters, value = match.groups()
    pairs = (
        [(word.upper(), quoted or plain) for word, quoted, plain in PARAMETER.findall(parameters)] if parameters else []
    )
    if len(dict(pairs)) < len(pairs):
        raise ValueError(f"a parameter stands twice: {line[:60]!r}")
    return Property(name.upper(), dict(pairs), value)


def faults_of_grammar(component: Component) -> Iterator[str]:
    """What is missing, twice, in the wrong place or no value of its kind, in a component and all its parts."""
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
            yield from faults_of_grammar(part)
        else:
            yield f"{part.name} has no place in {component.name}"


def _value(where: str, allowed: Values, found: Property) -> Iterator[str]:
    if found.name not in allowed:
        yield f"{found.name} has no place in {where}"
    elif not found.value or not PATTERNS[allowed[found.name]].fullmatch(found.value):
        yield f"{found.name} cannot be {found.value[:40]!r}"
    elif len(found.value) in {15, 16} and MOMENT.fullmatch(found.value) and moment(found.value) is None:
        yield f"{found.name} is no moment: {found.value}"
    for name, worth in found.parameters.items():
        if name not in PARAMETERS.get(found.name, set()):
            yield f"{found.name} has a parameter {name}"
        if name == "LANGUAGE" and not LANGUAGE.fullmatch(worth):
            yield f"{found.name} is in no language: {worth!r}"
        if "^" in re.sub(r"\^[n^']", "", worth):
            yield f"{name} of {found.name} holds a ^ that quotes nothing (RFC 6868)"


@lru_cache(maxsize=4096)
def moment(value: str) -> datetime | None:
    """The wall time that is written there, naive; None for a day or an hour that no clock shows."""
    try:
        return datetime.strptime(value[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall time, compared with its like
    except ValueError:
        return None
