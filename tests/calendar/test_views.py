"""How a calendar file is answered: the same for everyone, and briefly where the reader has it."""

import gzip
import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import request, request_started

from eventsvc.calendar import early
from eventsvc.calendar.kept import File, Shelf
from tests.calendar.test_feeds import change, the_event

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


def test_a_shelf_keeps_to_its_room_and_lets_go_of_what_was_not_asked_for():
    shelf = Shelf(room=5000)

    def there() -> list[int]:
        return [number for number in (1, 2, 3) if shelf.look(number, "now")]

    for number in (1, 2):  # a little more than 2,000 bytes each with their packed form: two fit
        shelf.put(number, "now", File("x.ics", random.Random(number).randbytes(1000), None))  # noqa: S311
    assert there() == [1, 2]
    shelf.look(1, "now")
    shelf.put(3, "now", File("x.ics", random.Random(3).randbytes(1000), None))  # noqa: S311
    assert there() == [1, 3]
    assert shelf.look(1, "later") is None
    assert shelf.last(1)
    shelf.put(1, "later", File("x.ics", b"short", None))
    assert there() == [3]


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


def test_a_whole_file_is_given_before_the_application_in_its_very_words(client, cast, app):
    event = cast.event()
    asked = [
        (path, encoding)
        for path in (FEED, f"/es/events/{event.slug}.ics", "/feeds/all.ics?language=en")
        for encoding in ("gzip", "identity")
    ]

    def ask() -> list[tuple[object, ...]]:
        answers = [client.get(path, headers={"Accept-Encoding": encoding}) for path, encoding in asked]
        return [(answer.status_code, list(answer.headers), answer.data) for answer in answers]

    by_the_application = ask()
    with woken(app) as requests:
        assert ask() == by_the_application
    assert requests == []

    change(app, event, venue={"name": "Another hall"})
    with woken(app) as requests:
        changed = ask()
        assert ask() == changed
    assert requests == [path for path, _ in asked]
    assert all(new != old for new, old in zip(changed, by_the_application, strict=True))


def test_before_the_application_nobody_is_answered_under_a_foreign_name(client, cast):
    cast.event()
    for _ in range(2):
        assert client.get(FEED).status_code == 200
        assert client.get(FEED, headers={"Host": "elsewhere.example"}).status_code == 400


@contextmanager
def woken(app) -> Iterator[list[str]]:
    """The paths for which the application woke up."""
    paths: list[str] = []

    def heard(_app, **_more) -> None:
        paths.append(request.full_path.rstrip("?"))

    with request_started.connected_to(heard, app):
        yield paths


def test_a_fault_before_the_application_is_the_applications_to_tell(client, cast, app, monkeypatch):
    event = cast.event()
    path = f"/en/events/{event.slug}.ics"
    tag = client.get(path).headers["ETag"]

    def broken(*_arguments) -> None:
        raise RuntimeError

    monkeypatch.setattr(early, "state_of", broken)

    answer = client.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert not is_short(answer)


def test_addresses_that_are_made_long_on_purpose_are_answered_and_not_remembered(client, cast, app):
    cast.event()
    known = app.extensions[early.KNOWN]
    for padding in ("short", "x" * early.LONGEST_PATH):
        assert client.get(f"/en/feeds/all.ics?padding={padding}").status_code == 200
    assert [where[-1] for where in known.paths if "padding" in where[-1]] == ["padding=short"]
    assert [where[-1] for where, _packed in known.heads if "padding" in where[-1]] == ["padding=short"]
