"""Reads calendar files with libical: one JSON string a line on standard input, one JSON answer a line on standard output.

A list of one file, instead of the file, asks what is wrong with it.
"""

import ctypes
import json
import sys
from collections.abc import Iterator
from ctypes import c_char_p, c_int, c_longlong, c_void_p
from typing import Any


class Time(ctypes.Structure):
    """`struct icaltimetype` of libical 3."""

    _fields_ = (
        *((name, c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")),
        ("zone", c_void_p),
    )


# What a function gives, then what it takes. Kinds are asked for by name: their numbers differ from version to version.
SIGNATURES: dict[str, tuple[Any, ...]] = {
    "icalerror_set_errors_are_fatal": (None, c_int),
    "icalparser_parse_string": (c_void_p, c_char_p),
    "icalrestriction_check": (c_int, c_void_p),
    "icalcomponent_string_to_kind": (c_int, c_char_p),
    "icalcomponent_get_first_component": (c_void_p, c_void_p, c_int),
    "icalcomponent_get_next_component": (c_void_p, c_void_p, c_int),
    "icalcomponent_get_first_property": (c_void_p, c_void_p, c_int),
    "icalcomponent_get_next_property": (c_void_p, c_void_p, c_int),
    "icalcomponent_get_dtstart": (Time, c_void_p),
    "icalcomponent_get_dtend": (Time, c_void_p),
    "icalcomponent_get_summary": (c_char_p, c_void_p),
    "icalcomponent_get_description": (c_char_p, c_void_p),
    "icalcomponent_get_location": (c_char_p, c_void_p),
    "icalcomponent_free": (None, c_void_p),
    "icalproperty_string_to_kind": (c_int, c_char_p),
    "icalproperty_get_value_as_string": (c_char_p, c_void_p),
    "icaltime_as_timet_with_zone": (c_longlong, Time, c_void_p),
    "icaltimezone_get_tzid": (c_char_p, c_void_p),
}
LIBRARY: Any = ctypes.CDLL(sys.argv[1])
for function, (given, *taken) in SIGNATURES.items():
    getattr(LIBRARY, function).restype, getattr(LIBRARY, function).argtypes = given, taken
LIBRARY.icalerror_set_errors_are_fatal(0)

ANYTHING, EVENT = (LIBRARY.icalcomponent_string_to_kind(name) for name in (b"ANY", b"VEVENT"))
ERROR = LIBRARY.icalproperty_string_to_kind(b"X-LIC-ERROR")
VALUES = {
    name: LIBRARY.icalproperty_string_to_kind(name.encode()) for name in ("uid", "status", "transp", "sequence", "url")
}
METHOD = LIBRARY.icalproperty_string_to_kind(b"METHOD")
TEXTS = ("summary", "description", "location")


def answer(question: str | list[str]) -> Any:
    """What is in a file, or what is wrong with it."""
    file, ask = (question, _read) if isinstance(question, str) else (question[0], _judge)
    calendar = LIBRARY.icalparser_parse_string(file.encode())
    if not calendar:
        return {"fault": "libical reads nothing in it"}
    try:
        return ask(calendar)
    finally:
        LIBRARY.icalcomponent_free(calendar)


def _read(calendar: int) -> dict[str, Any]:
    events = [_event(each) for each in _parts(calendar, EVENT)]
    return {"method": next(_values(calendar, METHOD), None), "events": events}


def _judge(calendar: int) -> list[str]:
    # What could not be parsed is written down in the tree, and so is what breaks the tables of RFC 5545 and 5546.
    passes = LIBRARY.icalrestriction_check(calendar)
    return [*_errors(calendar), *([] if passes else ["the restriction check fails"])]


def _event(component: int) -> dict[str, Any]:
    said: dict[str, Any] = {name: next(_values(component, kind), None) for name, kind in VALUES.items()}
    said["sequence"] = int(said["sequence"] or 0)
    for name in TEXTS:
        found = getattr(LIBRARY, f"icalcomponent_get_{name}")(component)
        said[name] = None if found is None else found.decode()
    said["starts"] = _moment(LIBRARY.icalcomponent_get_dtstart(component))
    said["ends"] = _moment(LIBRARY.icalcomponent_get_dtend(component))
    return said


def _moment(time: Time) -> dict[str, Any]:
    zone = LIBRARY.icaltimezone_get_tzid(time.zone) if time.zone else None
    return {
        "unix": LIBRARY.icaltime_as_timet_with_zone(time, time.zone),
        "zone": zone.decode() if zone else "floating",
    }


def _errors(component: int) -> Iterator[str]:
    yield from _values(component, ERROR)
    for part in _parts(component, ANYTHING):
        yield from _errors(part)


def _values(component: int, kind: int) -> Iterator[str]:
    found = LIBRARY.icalcomponent_get_first_property(component, kind)
    while found:
        yield LIBRARY.icalproperty_get_value_as_string(found).decode()
        found = LIBRARY.icalcomponent_get_next_property(component, kind)


def _parts(component: int, kind: int) -> Iterator[int]:
    # Collected first: the library remembers one place in each component.
    found, parts = LIBRARY.icalcomponent_get_first_component(component, kind), []
    while found:
        parts.append(found)
        found = LIBRARY.icalcomponent_get_next_component(component, kind)
    return iter(parts)


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()
