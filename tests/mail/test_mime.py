"""The mail on the wire, read by the standard library's parser: the tree, the headers, and nothing smuggled in."""

import zlib
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.mail import headers, outbox
from eventsvc.mail.letters import CalendarPart, Rendered
from tests.conftest import Clock
from tests.mail.conftest import PostRoom

ICS = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:José\r\nEND:VCALENDAR\r\n".encode()
LETTER = Rendered("Su lugar está confirmado", "Hola.\n.\n..\nFrom here\n" + "ñ" * 2000 + "\n", "<p>Hola</p>\n")
ANY_TEXT = st.text(st.characters(codec=None), max_size=120)


def written(room: PostRoom, letter: Rendered = LETTER, calendar: CalendarPart | None = None, **values: str) -> bytes:
    envelope = room.envelope(**values)
    message = outbox.prepare(envelope, letter, calendar)
    assert message.body is not None
    return zlib.decompress(envelope.keys.open_bytes(message.body, "messages.body", message.id))


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


def tree(part: EmailMessage) -> object:
    kind = part.get_content_type()
    return {kind: [tree(cast("EmailMessage", each)) for each in part.iter_parts()]} if part.is_multipart() else kind


def test_with_a_calendar_part_it_stands_last_in_the_alternative_and_once_more_as_a_file(room: PostRoom):
    mail = parsed(written(room, calendar=CalendarPart("REQUEST", ICS)))

    assert tree(mail) == {
        "multipart/mixed": [
            {"multipart/alternative": ["text/plain", "text/html", "text/calendar"]},
            "application/ics",
        ]
    }
    _mixed, _alternative, _text, _html, calendar, attachment = mail.walk()
    assert calendar.get_payload(decode=True) == attachment.get_payload(decode=True) == ICS
    assert calendar["Content-Type"] == 'text/calendar; charset="utf-8"; method="REQUEST"; component="VEVENT"'
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert calendar["Content-Disposition"] is None
    assert attachment["Content-Disposition"] == 'attachment; filename="invite.ics"'
    assert attachment.get_param("name") == "invite.ics"


def test_without_one_there_is_only_text_and_html(room: PostRoom):
    mail = parsed(written(room))

    assert tree(mail) == {"multipart/alternative": ["text/plain", "text/html"]}
    text, html = mail.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == LETTER.text
    assert html.get_content().replace("\r\n", "\n") == LETTER.html


def test_the_headers_say_who_when_and_that_a_machine_wrote_it(room: PostRoom, stopped_clock: Clock):
    stopped_clock.moment = datetime(2027, 3, 11, 3, 0, 5, tzinfo=UTC)
    mail = parsed(written(room, reply_to="team@münchen.de", references="first@example.org", language="es"))

    assert {name: str(value) for name, value in mail.items() if name not in {"Content-Type", "Message-ID"}} == {
        "From": "Alianza <rsvp@example.org>",
        "To": "ana@example.org",
        "Reply-To": "team@xn--mnchen-3ya.de",
        "Subject": "Su lugar está confirmado",
        "Date": "Thu, 11 Mar 2027 03:00:05 +0000",
        "In-Reply-To": "<first@example.org>",
        "References": "<first@example.org>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "MIME-Version": "1.0",
    }


def test_every_line_is_short_ascii_and_ends_as_it_must(room: PostRoom):
    content = written(room, Rendered("é" * 300, LETTER.text, "<p>" + "x" * 5000 + "</p>"), CalendarPart("CANCEL", ICS))

    assert content.isascii()
    assert content.replace(b"\r\n", b"").count(b"\n") == content.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(map(len, content.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    "name",
    [
        "Unión\r\nBcc: eve@example.org",
        "A\nB: c",
        '"Ana" <eve@example.org>, José',
        "Mallory <eve@example.org>",
        "Consejo, Comité y Coordinación de Organizaciones Ñandú (CCCOÑ), Américas",
        "\u202egro.elpmaxe@eve\u202c",
        "\x00\x07\ud800",
        "=?utf-8?q?eve=40example=2Eorg?=",
        "a" * 5000,
        "👩‍👩‍👧‍👦" * 40,
        "",
    ],
)
def test_no_name_becomes_a_header_or_a_second_address(room: PostRoom, name: str):
    mail = parsed(written(room, Rendered(name, "x\n", "<p>x</p>"), sender_name=name))

    assert [each.addr_spec for each in mail["From"].addresses] == ["rsvp@example.org"]
    assert "@" not in mail["From"].addresses[0].display_name.replace("@localhost", "")
    assert mail["Bcc"] is None
    assert mail["B"] is None
    assert tree(mail) == {"multipart/alternative": ["text/plain", "text/html"]}


@given(ANY_TEXT)
def test_any_subject_comes_back_on_one_line(text: str):
    field = headers.field("Subject", *headers.words(text))

    assert field.isascii()
    assert field.count(b"\r\n") == field.count(b"\r\n ") + 1
    expected = headers.one_line(text)[: headers.LONGEST_SUBJECT].rstrip()
    assert str(message_from_bytes(field, policy=default)["Subject"]) == expected


@given(ANY_TEXT)
def test_any_name_leaves_one_mailbox(text: str):
    field = headers.field("From", *headers.mailbox(text, "rsvp@example.org"))

    (address,) = message_from_bytes(field, policy=default)["From"].addresses
    assert address.addr_spec == "rsvp@example.org"


@pytest.mark.parametrize(
    "address",
    ["", "ana", "ana@", "@example.org", "ana@example.org\r\nBcc: e@x.org", "a b@example.org", "ñ@example.org",
     "ana@exa mple.org", "ana@example.org, eve@example.org", "<ana@example.org>", "ana@[127.0.0.1]",
     f"{'a' * 300}@example.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused(context: Flask, address: str):
    with pytest.raises(ValueError, match="not an address"):
        headers.on_the_wire(address)


def test_a_header_takes_nothing_that_could_end_it():
    for line in ("a\r\nb", "a\nb", "\x00", "é"):
        with pytest.raises(ValueError, match="cannot stand"):
            headers.field("Subject", line)


def test_several_calendar_parts_are_files_beside_the_letter_each_about_its_own_event(room: PostRoom):
    envelope, parts = room.envelope(), [CalendarPart("REQUEST", ICS), CalendarPart("REQUEST", ICS * 2)]
    message = outbox.prepare(envelope, LETTER, *parts)
    content = zlib.decompress(envelope.keys.open_bytes(message.body or b"", "messages.body", message.id))
    mail = parsed(content)

    assert tree(mail) == {
        "multipart/mixed": [
            {"multipart/alternative": ["text/plain", "text/html"]},
            "text/calendar",
            "text/calendar",
        ]
    }
    files = list(mail.iter_attachments())
    assert [part.get_payload(decode=True) for part in files] == [ICS, ICS * 2]
    assert [part.get_filename() for part in files] == ["invite-1.ics", "invite-2.ics"]
    assert [part.get_param("method") for part in files] == ["REQUEST", "REQUEST"]
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 78
