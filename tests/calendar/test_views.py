"""How a calendar file is answered: the same for everyone, and briefly where the reader has it."""

import gzip
import random

import pytest

from eventsvc.calendar import unchanged, writing
from eventsvc.calendar.kept import File, Shelf
from tests.calendar.test_feeds import change, the_event, uids

FEED = "/en/feeds/all.ics"


@pytest.fixture
def paths(cast) -> list[str]:
    event = cast.event()
    return [FEED, f"/es/events/{event.slug}.ics", "/feeds/organizations/alianza-americas.ics"]


def test_the_head_of_an_answer_says_what_it_is_and_how_long_it_may_be_kept(client, paths):
    answer = client.get(paths[0])
    single = client.get(paths[1])

    assert answer.headers["Content-Type"] == single.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="all.ics"'
    assert single.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Cache-Control"] == "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["ETag"].startswith('W/"')
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("weak", ["W/", ""])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("form", ["{tag}", '"other", {tag}'])
def test_a_reader_who_has_the_file_gets_no_body(weak, encoding, form, client, paths):
    for path in paths:
        whole = client.get(path, headers={"Accept-Encoding": encoding})
        tag = weak + whole.headers["ETag"].removeprefix("W/")

        again = client.get(path, headers={"If-None-Match": form.format(tag=tag), "Accept-Encoding": encoding})

        assert (again.status_code, again.data) == (304, b"")
        for name in ("ETag", "Cache-Control", "Vary"):
            assert again.headers[name] == whole.headers[name]
        assert "Content-Length" not in again.headers
        assert "Content-Type" not in again.headers


def test_the_tag_decides_before_the_date(client, paths):
    date = client.get(FEED).headers["Last-Modified"]

    asked = {
        "date": {"If-Modified-Since": date},
        "any": {"If-None-Match": "*"},
        "old tag": {"If-None-Match": 'W/"0123456789abcdef0123"', "If-Modified-Since": date},
        "old date": {"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"},
        "no date": {"If-Modified-Since": "yesterday"},
    }

    answers = {name: client.get(FEED, headers=headers).status_code for name, headers in asked.items()}
    assert answers == {"date": 304, "any": 304, "old tag": 200, "old date": 200, "no date": 200}


def test_a_tag_that_was_true_before_a_change_is_not_true_after_it(client, cast, app):
    event = cast.event()
    tag = client.get(FEED).headers["ETag"]

    change(app, event, venue={"name": "Another hall"})

    answer = client.get(FEED, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert str(the_event(answer)["LOCATION"]) == "Another hall"


def test_head_is_get_without_the_body(client, paths):
    for path in [*paths, "/en/events/none.ics"]:
        for headers in ({}, {"Accept-Encoding": "gzip"}):
            got, headed = client.get(path, headers=headers), client.head(path, headers=headers)
            assert (headed.status_code, headed.data) == (got.status_code, b"")
            assert list(headed.headers) == list(got.headers)
            if got.status_code == 200:
                tag = {"If-None-Match": got.headers["ETag"]}
                assert client.head(path, headers=tag).status_code == 304


def test_it_is_packed_only_when_asked(client, paths):
    plain = client.get(FEED)
    packed = client.get(FEED, headers={"Accept-Encoding": "br, gzip;q=0.5"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == plain.headers["ETag"]
    for refused in ("gzip;q=0", "identity", "*", ""):
        assert client.get(FEED, headers={"Accept-Encoding": refused}).data == plain.data


def test_who_asks_makes_no_difference(client, paths, cast):
    cast.event("Otra", languages=["es"], titles={"es": "Otra"})
    chance = random.Random(5)  # noqa: S311 - made-up readers
    for path in paths:
        expected = client.get(path)
        for _ in range(12):
            headers = {
                "Accept": chance.choice(["*/*", "text/html", "application/json", "image/*;q=0.1"]),
                "Accept-Language": chance.choice(["es", "en-GB,en", "ar", "*"]),
                "User-Agent": chance.choice(["Google-Calendar-Importer", "", "Mozilla/5.0", "Outlook"]),
                "Cookie": chance.choice(["session=forged", "lang=es", ""]),
            }
            answer = client.get(path, headers=headers)
            assert answer.data == expected.data
            assert answer.headers == expected.headers


def test_where_a_file_cannot_be_written_the_last_good_one_is_given(client, cast, app, monkeypatch):
    event = cast.event()
    good = client.get(FEED)

    def broken(*_arguments, **_names) -> bytes:
        raise RuntimeError("ana@example.org")

    monkeypatch.setattr(writing, "calendar_file", broken)
    change(app, event, venue={"name": "Another hall"})

    assert client.get(FEED).data == good.data
    cast.organization("Never Asked For")
    assert client.get("/es/feeds/organizations/never-asked-for.ics").status_code == 500

    monkeypatch.undo()
    assert uids(client.get(FEED)) == {event.uid}
    assert client.get(FEED).data != good.data


def test_a_shelf_keeps_to_its_room_and_lets_go_of_what_was_not_asked_for():
    shelf = Shelf(room=5000)
    written: list[int] = []

    def take(number: int, state: int = 1) -> bytes:
        def write() -> File:
            written.append(number)
            return File("x.ics", random.Random(number).randbytes(1000), None)  # noqa: S311

        return shelf.take(number, state, write).body

    for number in (1, 2, 1, 3, 1):  # a little more than 2,000 bytes each with their packed form: two fit
        take(number)
    assert written == [1, 2, 3]
    take(2)
    assert written == [1, 2, 3, 2]
    take(2, state=2)
    assert written == [1, 2, 3, 2, 2]


def is_short(answer) -> bool:
    """Was it answered before the application, which would have added its headers?"""
    return answer.status_code == 304 and "Content-Security-Policy" not in answer.headers


def test_a_reader_who_comes_again_is_answered_before_the_application(client, cast, app):
    event = cast.event()
    path = f"/es/events/{event.slug}.ics"
    tag = client.get(path).headers["ETag"]

    for method in (client.get, client.head):
        answer = method(path, headers={"If-None-Match": f'"x", {tag}'})
        assert is_short(answer)
        assert (answer.data, answer.headers["ETag"]) == (b"", tag)
        assert answer.headers["Cache-Control"].startswith("public")
    assert client.post(path, headers={"If-None-Match": tag}).status_code == 405
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get(path).status_code == 200


def test_what_is_answered_before_the_application_is_as_true(client, cast, app, stopped_clock):
    event = cast.event(days=2)
    paths = [FEED, f"/en/events/{event.slug}.ics"]
    tags = [client.get(path).headers["ETag"] for path in paths]

    def ask() -> list[int]:
        return [
            client.get(path, headers={"If-None-Match": tag}).status_code for path, tag in zip(paths, tags, strict=True)
        ]

    assert ask() == [304, 304]
    change(app, event, venue={"name": "Another hall"})
    assert ask() == [200, 200]
    tags = [client.get(path).headers["ETag"] for path in paths]
    assert ask() == [304, 304]
    change(app, event, visibility="invitation")
    assert ask() == [200, 404]
    change(app, event, visibility="public")
    assert ask() in ([304, 304], [200, 200])  # the same but for LAST-MODIFIED, which counts seconds
    tags = [client.get(path).headers["ETag"] for path in paths]
    stopped_clock.forward(days=100)
    assert ask() == [200, 304]


def test_a_fault_before_the_application_is_the_applications_to_tell(client, cast, app, monkeypatch):
    event = cast.event()
    path = f"/en/events/{event.slug}.ics"
    tag = client.get(path).headers["ETag"]

    def broken(*_arguments) -> None:
        raise RuntimeError

    monkeypatch.setattr(unchanged, "state_of", broken)

    answer = client.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert not is_short(answer)
