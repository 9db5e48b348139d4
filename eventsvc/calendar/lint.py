"""A strict look at a calendar file before anyone gets it: RFC 5545, 5546 and 7986, and the narrower rules that keep every
reader right. One bad line makes some readers drop a whole feed in silence.

No parser is a linter: they are built to forgive. This one shares no line with what writes the files.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from eventsvc.calendar.grammar import YEARLY, Component, Property, faults_of_bytes, faults_of_grammar, moment, tree

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def lint(file: bytes) -> list[str]:
    """Everything that is wrong with the file, in words; nothing for a good one."""
    problems = list(faults_of_bytes(file))
    if problems:
        return problems
    try:
        calendar = tree(re.sub("\r\n[ \t]", "", file.decode()).removesuffix("\r\n").split("\r\n"))
    except ValueError as fault:
        return [str(fault)]
    problems = list(faults_of_grammar(calendar))
    return problems or [*_calendar(calendar), *_people(calendar), *_events(calendar), *_zones(calendar)]


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
    first = moment(part["DTSTART"])
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
