"""The mail of a registration as it goes over the wire: its tree, its calendar part, its headers, and what is in none of it."""

import re

import pytest

from eventsvc.registration import cancellation
from tests.registration.story import Story
from tests.registration.visitor import html_of, mails, text_of


@pytest.fixture
def event(cast):
    return cast.event(
        "Side event",
        capacity=1,
        attendance="hybrid",
        join_url="https://meet.example.org/secret-room",
        contact={"en": "side-event@example.org"},
        venue={"name": "Hotel", "locality": "Los Angeles", "country": "US"},
    )


@pytest.fixture
def written(app, client, event):
    """Everything that was written to three people: one who came and went, one who moved up, one who waits."""
    story = Story(app, client, event)
    for who in ("ana", "ben", "cleo"):
        story.comes(who, name=f"Canary-{who}")
    story.does(cancellation.cancel, "ana")
    story.changes(starts=event.starts.replace(hour=17))
    return mails(client, event)


def tree(mail):
    return [part.get_content_type() for part in mail.walk()]


def calendar_of(mail):
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return parts[0] if parts else None


def unfolded(part):
    return part.get_payload(decode=True).decode().replace("\r\n ", "")


def test_a_letter_with_an_event_has_exactly_this_tree(written):
    """Line 33 and 34: both copies are the same bytes, and the header names the method that stands in them."""
    with_event = [mail for mail in written if calendar_of(mail)]
    assert [calendar_of(mail).get_param("method") for mail in with_event] == ["REQUEST", "CANCEL", "REQUEST", "REQUEST"]
    for mail in with_event:
        part = calendar_of(mail)
        assert tree(mail) == [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "text/calendar",
            "application/ics",
        ]
        assert part["Content-Disposition"] is None
        assert part["Content-ID"] is None
        assert part["Content-Transfer-Encoding"] == "base64"
        file = next(each for each in mail.walk() if each.get_content_type() == "application/ics")
        body = part.get_payload(decode=True)
        assert body == file.get_payload(decode=True)
        assert body.count(b"\n") == body.count(b"\r\n") > 10
        assert f"\r\nMETHOD:{part.get_param('method')}\r\n".encode() in body


def test_it_is_about_its_reader_alone(written):
    """Line 35: one ATTENDEE, the To address; nobody else's address or name is anywhere in the mail."""
    for mail in written:
        me = mail["To"]
        whole = mail.as_string() + text_of(mail) + html_of(mail) + (unfolded(p) if (p := calendar_of(mail)) else "")
        for other in ("ana", "ben", "cleo"):
            assert f"Canary-{other}" not in whole
            assert (f"{other}@example.org" in whole) == (me == f"{other}@example.org")
        if part := calendar_of(mail):
            assert re.findall(r"\r\nATTENDEE[^\r]*:mailto:([^\r]+)\r\n", unfolded(part)) == [me]


def test_the_organizer_is_the_sender_for_the_life_of_the_event(written):
    """Line 36."""
    organizers = {
        found
        for mail in written
        if (part := calendar_of(mail))
        for found in re.findall(r"\r\nORGANIZER[^\r]*:mailto:([^\r]+)\r\n", unfolded(part))
    }
    assert organizers == {mail["From"].addresses[0].addr_spec for mail in written}
    assert len(organizers) == 1


def test_the_secret_link_is_in_the_words_and_nowhere_else(written):
    """Line 44."""
    for mail in written:
        assert re.search(r"/r/[\w-]{22}", text_of(mail))
        for data in re.findall(r"<script[^>]*>(.*?)</script>", html_of(mail)):
            assert "/r/" not in data
        if part := calendar_of(mail):
            assert "/r/" not in unfolded(part)
        headers = "".join(f"{name}: {value}" for name, value in mail.items())
        assert "/r/" not in headers


def test_the_plain_words_alone_say_what_when_where_and_how_to_cancel(written):
    """Line 43."""
    for mail in written:
        text = text_of(mail)
        assert "Side event" in text
        assert re.search(r"[56]:00\sPM to 8:00\sPM \(Pacific \w+ Time, UTC−[78]\)", text)
        assert "Hotel, Los Angeles, United States" in text
        if mail["To"] != "ana@example.org" or calendar_of(mail).get_param("method") == "REQUEST":
            assert re.search(r"See, change or cancel your registration:\nhttp://localhost/r/[\w-]{22}\n", text)
            assert re.search(r"please cancel there", text)


def test_each_header_stands_there_once_and_letters_about_one_registration_hang_together(written):
    """Line 45; the thread is that of the registration, so that a client keeps its letters together."""
    for mail in written:
        for name in ("Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version"):
            assert len(mail.get_all(name)) == 1, name
        assert mail["In-Reply-To"] == mail["References"]
        assert "List-Unsubscribe" not in mail
    threads: dict[str, set[str]] = {}
    for mail in written:
        threads.setdefault(mail["To"], set()).add(mail["References"])
    assert [len(each) for each in threads.values()] == [1, 1, 1]
    assert len(set.union(*threads.values())) == 3
    assert len({mail["Message-ID"] for mail in written}) == len(written)
