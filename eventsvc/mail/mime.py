"""A mail written out as it goes over the wire (RFC 5322, 2045): CRLF, 7-bit, lines short enough for every server.

multipart/mixed                                    only where there is a calendar part
├── multipart/alternative
│   ├── text/plain
│   ├── text/html
│   └── text/calendar; method=…                    base64, and no Content-Disposition: readers act on it
└── application/ics; name=invite.ics               the same bytes, for readers that only know attachments

A calendar part is about one event (RFC 5546 section 3.2.2.1), and a reader acts on one of a mail. So where a letter is
about several, all of them are attachments, and none stands for the letter:

multipart/mixed
├── multipart/alternative
│   ├── text/plain
│   └── text/html
├── text/calendar; method=…; name=invite-1.ics
└── text/calendar; method=…; name=invite-2.ics
"""

import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Iterable, Sequence
from itertools import count

from eventsvc.mail.headers import field
from eventsvc.mail.letters import CalendarPart, Rendered

_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_METHOD = re.compile(r"[A-Z]{1,20}")


def write(fields: Iterable[bytes], rendered: Rendered, calendars: Sequence[CalendarPart], mark: str) -> bytes:
    """The whole mail. `mark` is a text of letters and digits that makes the boundaries its own."""
    alternatives = [_text("plain", rendered.text), _text("html", rendered.html)]
    if len(calendars) == 1:
        alternatives.append(_calendar(calendars[0]))
    body = _multipart("alternative", alternatives, f"=_{mark}_a")
    if calendars:
        files = [_attachment(calendars[0])] if len(calendars) == 1 else [*map(_one_of_several, count(1), calendars)]
        body = _multipart("mixed", [body, *files], f"=_{mark}_m")
    return b"".join([*fields, field("MIME-Version", "1.0"), body])


def _text(subtype: str, text: str) -> bytes:
    lines = _LINE_ENDS.sub("\n", text).encode(errors="replace")
    return (
        field("Content-Type", f"text/{subtype}; charset=utf-8")
        + field("Content-Transfer-Encoding", "quoted-printable")
        + b"\r\n"
        + b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")  # its soft line ends are bare ones
    )


def _calendar(calendar: CalendarPart) -> bytes:
    return _kind(calendar) + _base64(calendar.body)


def _kind(calendar: CalendarPart, *more: str) -> bytes:
    if not _METHOD.fullmatch(calendar.method):
        raise ValueError("not a method of a calendar")
    told = f"method={calendar.method}; component=VEVENT{';' if more else ''}"
    return field("Content-Type", "text/calendar; charset=utf-8;", told, *more)


def _one_of_several(number: int, calendar: CalendarPart) -> bytes:
    name = f"invite-{number}.ics"
    shown = field("Content-Disposition", f'attachment; filename="{name}"')
    return _kind(calendar, f"name={name}") + shown + _base64(calendar.body)


def _attachment(calendar: CalendarPart) -> bytes:
    return (
        field("Content-Type", "application/ics; name=invite.ics")
        + field("Content-Disposition", 'attachment; filename="invite.ics"')
        + _base64(calendar.body)
    )


def _base64(value: bytes) -> bytes:
    lines = [b2a_base64(value[at : at + 57], newline=False) for at in range(0, len(value), 57)]
    return field("Content-Transfer-Encoding", "base64") + b"\r\n" + b"\r\n".join(lines)


def _multipart(subtype: str, parts: list[bytes], boundary: str) -> bytes:
    # "=_" stands in neither of the two encodings, so a boundary cannot be met inside a part.
    line = b"\r\n--" + boundary.encode()
    head = field("Content-Type", f"multipart/{subtype};", f'boundary="{boundary}"')
    return head + b"".join(line + b"\r\n" + part for part in parts) + line + b"--\r\n"
