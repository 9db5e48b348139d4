"""The mailbox of the demo, and that it is there nowhere else."""

from collections.abc import Iterator

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventsvc import vault
from eventsvc.app import create_app
from eventsvc.db import db, transaction
from eventsvc.mail import letters, outbox
from eventsvc.mail.letters import CalendarPart
from eventsvc.settings import load_settings
from tests.mail.conftest import PostRoom

ICS = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:u1@example.org\r\n"
    b"DTSTAMP:20270301T000000Z\r\nDTSTART:20270311T030000Z\r\nDTEND:20270311T050000Z\r\nSUMMARY:Assembly <1>\r\n"
    b"SEQUENCE:2\r\nSTATUS:CONFIRMED\r\nORGANIZER:mailto:rsvp@example.org\r\nATTENDEE:MAILTO:ana@example.org\r\n"
    b"END:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(load_settings(data_dir=tmp_path_factory.mktemp("demo"), demo=True, base_url="http://localhost"))
    app.testing = True
    with app.app_context():
        db.create_all()
        with transaction():
            vault.verify()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def message(demo: Flask) -> str:
    with demo.app_context():
        room = PostRoom()
        letter = letters.render("test", "en", organization="<b>Alianza</b>", contact="http://localhost/en/privacy")
        mail = outbox.prepare(room.envelope(reply_to="team@example.org"), letter, CalendarPart("REQUEST", ICS))
        with transaction():
            outbox.post(mail)
        room.post("bea@example.org")
        return str(mail.id)


def test_the_newest_mail_stands_first(demo: Flask, message: str):
    page = demo.test_client().get("/mailbox/")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert text.index("bea@example.org") < text.index("ana@example.org")
    assert "A test mail from localhost" in text


def test_a_mail_is_shown_in_all_its_parts(demo: Flask, message: str):
    page = demo.test_client().get(f"/mailbox/{message}")
    text = page.get_data(as_text=True)
    assert "&lt;b&gt;Alianza&lt;/b&gt;" in text
    assert "<b>Alianza" not in text
    assert '<a href="http://localhost/en/privacy">http://localhost/en/privacy</a>.' in text
    assert "Assembly &lt;1&gt;" in text
    assert "Thursday, March 11, 2027, 3:00\xa0AM" in text
    assert "team@example.org" in text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]


def test_the_layout_is_shut_in_where_nothing_runs(demo: Flask, message: str):
    frame = demo.test_client().get(f"/mailbox/{message}/letter.html")
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'; style-src 'unsafe-inline'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "<h1 style=" in frame.get_data(as_text=True)


def test_the_calendar_part_can_be_downloaded_and_read(demo: Flask, message: str):
    answer = demo.test_client().get(f"/mailbox/{message}/invite.ics")
    assert answer.data == ICS
    assert answer.content_type == "text/calendar; charset=utf-8"
    (event,) = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert event["UID"] == "u1@example.org"


def test_the_pages_speak_spanish_to_those_who_do(demo: Flask, message: str):
    client = demo.test_client()
    for path, words in (("/mailbox/", "Buzón"), (f"/mailbox/{message}", "Descargar el archivo de calendario")):
        assert words in client.get(path, headers={"Accept-Language": "es"}).get_data(as_text=True)


def test_what_is_not_there_is_not_found(demo: Flask, message: str):
    client = demo.test_client()
    plain = client.get("/mailbox/").get_data(as_text=True).split("/mailbox/")[2][:36]
    assert client.get(f"/mailbox/{plain}").status_code == 200
    assert client.get(f"/mailbox/{plain}/invite.ics").status_code == 404
    assert client.get("/mailbox/00000000-0000-4000-8000-000000000000").status_code == 404


@pytest.mark.parametrize("page", ["", "/letter.html", "/invite.ics"])
def test_outside_the_demo_there_is_no_mailbox(client: FlaskClient, app: Flask, page: str):
    with app.app_context():
        (row,) = PostRoom().post("ana@example.org")
    assert client.get("/mailbox/").status_code == 404
    assert client.get(f"/mailbox/{row}{page}").status_code == 404


def test_each_of_several_calendar_files_is_shown_and_can_be_downloaded(demo: Flask):
    with demo.app_context():
        other = ICS.replace(b"u1@", b"u2@")
        parts = [CalendarPart("REQUEST", each) for each in (ICS, other)]
        mail = outbox.prepare(PostRoom().envelope(), letters.render("test", "en", contact="x"), *parts)
        with transaction():
            outbox.post(mail)
        path = f"/mailbox/{mail.id}"
    client = demo.test_client()
    text = client.get(path).get_data(as_text=True)

    assert text.count("<h2>For the calendar</h2>") == 2
    assert [client.get(f"{path}/invite.ics{more}").data for more in ("", "?number=2")] == [ICS, other]
    assert f'href="{path}/invite.ics?number=2"' in text
    assert client.get(f"{path}/invite.ics?number=3").status_code == 404
