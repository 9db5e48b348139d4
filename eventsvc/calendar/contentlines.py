"""One line of an iCalendar file: what is escaped, what is quoted, what is left out, and where it is folded."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

LONGEST = 75  # octets, without the line break (RFC 5545 section 3.1)

# What no calendar text may hold: control characters but tab and line feed (C1 too: NEL breaks lines in some readers),
# and halves of surrogate pairs, which have no UTF-8.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_QUOTES = str.maketrans({"^": "^^", '"': "^'", "\n": "^n"})  # RFC 6868
_PLAIN_PARAMETER = re.compile(r"[A-Za-z0-9/_.+-]+")
_URI_SIGNS = "!#$%&'()*+,/:;=?@[]~"
_MAILTO_SIGNS = "!$'()*+,:@~"  # what RFC 6068 leaves bare in an address


def clean(text: str) -> str:
    """The text as a calendar can carry it: line feeds alone break lines, no other control characters."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def text(name: str, value: str, **parameters: str) -> str:
    """A property of type TEXT; `value` is clean."""
    return raw(name, value.translate(_ESCAPES), **parameters)


def texts(name: str, values: Iterable[str]) -> str:
    """A property that is a list of TEXT."""
    return raw(name, ",".join(value.translate(_ESCAPES) for value in values))


def raw(name: str, value: str, **parameters: str) -> str:
    """A property of any other type, its value written already."""
    given = "".join(f";{key}={_parameter(worth)}" for key, worth in parameters.items())
    return f"{name}{given}:{value}"


def uri(address: str) -> str:
    """A path on the web as a URI: what a URI cannot hold is percent-encoded."""
    return quote(address, safe=_URI_SIGNS)


def mailto(address: str) -> str:
    """A bare mail address as a URI."""
    return "mailto:" + quote(address, safe=_MAILTO_SIGNS)


def utc(moment: datetime) -> str:
    """An aware moment in the form with Z, to the second."""
    return local(moment.astimezone(UTC)) + "Z"


def local(moment: datetime) -> str:
    """What the clock shows; it says nothing without a TZID or a Z beside it."""
    return f"{moment.year:04}{moment.month:02}{moment.day:02}T{moment.hour:02}{moment.minute:02}{moment.second:02}"


def folded(lines: Iterable[str]) -> bytes:
    """The lines as they go into a file: UTF-8, CRLF, none over 75 octets, no character and no escape cut in two."""
    return b"".join(_folded(line.encode()) + b"\r\n" for line in lines)


def _folded(line: bytes) -> bytes:
    if len(line) <= LONGEST:
        return line
    parts, start, room = [], 0, LONGEST
    while len(line) - start > room:
        end = _cut(line, start, start + room)
        parts.append(line[start:end])
        start, room = end, LONGEST - 1  # every further line begins with a space
    return b"\r\n ".join([*parts, line[start:]])


def _cut(line: bytes, start: int, end: int) -> int:
    while line[end] & 0xC0 == 0x80:  # inside a UTF-8 character
        end -= 1
    part = line[start:end]
    return end - (len(part) - len(part.rstrip(b"\\"))) % 2


def _parameter(value: str) -> str:
    return value if _PLAIN_PARAMETER.fullmatch(value) else f'"{value.translate(_QUOTES)}"'
