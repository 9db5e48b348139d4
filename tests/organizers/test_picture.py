"""The picture of one event, and how large a body may be, and for whom."""

import io
import threading

import pytest
import sqlalchemy as sa

from eventsvc import intake
from eventsvc.db import attempt, db
from eventsvc.events import queries
from eventsvc.organizers import cloning
from eventsvc.pictures.models import Picture
from tests.linting import problems
from tests.organizers.staff import FOREIGN, form_on, says
from tests.organizers.test_look import LOOK, a_cover, count, upload
from tests.pictures.uploads import encoded, photograph


def path(event):
    return f"/organize/events/{event.slug}/picture"


def cover(staff, event):
    with staff.app.app_context():
        found = queries.facts(event.slug)
        assert found
        return found.cover


def test_an_event_gets_a_picture_of_its_own_in_words_of_each_of_its_languages(staff):
    event, member = staff.event(), staff.member("organizer")
    before = member.get(path(event))
    assert says(before, "Without a picture the page is as good, and lighter.")

    answer = member.fill(path(event), cover=a_cover(), alt_en="Four colours", alt_es="Cuatro colores")

    assert (answer.status_code, answer.headers["Location"]) == (303, path(event))
    found = cover(staff, event)
    assert found
    assert found.alt == {"en": "Four colours", "es": "Cuatro colores"}
    fresh = staff.fresh(event)
    assert (fresh.version, fresh.sequence) == (event.version + 1, event.sequence)
    page = member.get(path(event))
    assert problems(page.text) == []
    assert form_on(page)[1]["alt_es"] == "Cuatro colores"


def test_without_one_it_shows_that_of_its_host(staff):
    event, member = staff.event(), staff.member()
    member.fill(LOOK, cover=a_cover(), alt_en="Of the host")
    assert says(member.get(path(event)), "Without a picture of its own, the event shows that of Alianza Americas:")

    member.fill(path(event), cover=a_cover(), alt_en="Its own", alt_es="Propia")
    own = cover(staff, event)
    member.fill(path(event), remove="y")

    assert own
    assert own.alt["en"] == "Its own"
    of_host = cover(staff, event)
    assert of_host
    assert of_host.alt == {"en": "Of the host"}
    assert count(staff) == 1


def test_a_picture_and_all_its_words_are_needed(staff):
    event, member = staff.event(), staff.member()

    nothing = member.fill(path(event), alt_en="Four colours")
    half = member.fill(path(event), cover=a_cover(), alt_en="Four colours")

    assert (nothing.status_code, half.status_code) == (422, 422)
    assert says(nothing, "Choose a picture.")
    assert form_on(nothing)[1]["alt_en"] == "Four colours"
    assert says(half, "Say what the picture shows: not everybody can see it.")
    assert says(half, "a file cannot be kept in it: please choose it again.")
    assert form_on(half)[1]["alt_en"] == "Four colours"
    assert problems(half.text) == []
    assert count(staff) == 0


def test_other_words_stay_with_this_event_when_a_copy_shows_the_same_picture(staff):
    event, member = staff.event(), staff.member()
    member.fill(path(event), cover=a_cover(), alt_en="Four colours", alt_es="Cuatro colores")
    member.fill(
        f"/organize/events/{event.slug}/clone", title="Another", starts="2040-05-01T18:00", ends="2040-05-01T20:00"
    )
    copy = staff.by_title("Another")
    assert copy.cover_id == staff.fresh(event).cover_id
    assert count(staff) == 1

    member.fill(path(event), alt_en="A flag")

    with staff.app.app_context():
        words = {picture.id: picture.alt["en"] for picture in db.session.scalars(sa.select(Picture))}
    assert words == {staff.fresh(event).cover_id: "A flag", copy.cover_id: "Four colours"}
    member.fill(path(event), remove="y")
    member.fill(path(copy), remove="y")
    assert count(staff) == 0


def test_a_photograph_of_several_megabytes_is_taken_here_and_a_body_of_two_nowhere_else(staff):
    event, member = staff.event(), staff.member()
    large = encoded(photograph(3000, 2000), quality=97)
    assert len(large) > 2_000_000

    taken = member.fill(path(event), cover=upload(large), alt_en="A", alt_es="B")
    assert taken.status_code == 303
    taken.request.environ["wsgi.input"].close()

    elsewhere = f"/organize/events/{event.slug}/places"
    refused = member.post(elsewhere, {"room": "1" * 2_000_000}, page=elsewhere)
    assert refused.status_code == 413


def test_more_than_twelve_megabytes_are_413_before_they_are_read(staff, monkeypatch):
    event, member = staff.event(), staff.member()
    token = form_on(member.get(path(event)))[1]["csrf_token"]

    refused = member.client.post(
        path(event),
        data={"csrf_token": token, "cover": (io.BytesIO(b"x" * 13_000_001), "large.jpg")},
    )

    assert refused.status_code == 413
    refused.request.environ["wsgi.input"].close()
    assert says(refused, "This is larger than we accept. Please send less.")
    assert cover(staff, event) is None


def test_a_copy_made_while_the_picture_goes_shows_what_the_event_shows_then(staff, monkeypatch):
    """What was read before the transaction names a picture that is gone: the whole unit is done again."""
    event, member, other = staff.event(), staff.member(), staff.member("organizer")
    member.fill(path(event), cover=a_cover(), alt_en="Four colours", alt_es="Cuatro colores")
    tries: list[int] = []

    def late(work):
        removal = threading.Thread(target=other.fill, args=(path(event),), kwargs={"remove": "y"})
        removal.start()
        removal.join()

        def counted():
            tries.append(1)
            return work()

        return attempt(counted)

    monkeypatch.setattr(cloning, "attempt", late)
    answer = member.fill(
        f"/organize/events/{event.slug}/clone", title="Another", starts="2040-05-01T18:00", ends="2040-05-01T20:00"
    )

    assert (answer.status_code, len(tries)) == (303, 2)
    assert staff.by_title("Another").cover_id is None
    assert count(staff) == 0


class Unread(io.BytesIO):
    """A body that must not be read."""

    def read(self, _size=-1, /):
        pytest.fail("the body was read")

    readinto = readline = read1 = read


@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("viewer", 403), ("door", 403), ("stranger", 404)])
def test_nobody_else_gets_as_far_as_sending_a_body(staff, who, status):
    event = staff.event()
    clients = {"nobody": staff.stranger, "stranger": lambda: staff.member("owner", FOREIGN).client}
    client = clients[who]() if who in clients else staff.member(who).client

    for rule in (path(event), LOOK):
        answer = client.post(
            rule, input_stream=Unread(b"x" * 5_000_000), content_type="multipart/form-data; boundary=x"
        )
        assert answer.status_code == status, rule


def test_what_is_uploaded_is_never_written_to_a_disk(staff, monkeypatch):
    event, member = staff.event(), staff.member()
    token = form_on(member.get(path(event)))[1]["csrf_token"]
    body = (
        b"--x\r\nContent-Disposition: form-data; name=csrf_token\r\n\r\n" + token.encode() + b"\r\n"
        b"--x\r\nContent-Disposition: form-data; name=cover; filename=a.jpg\r\n\r\n"
        + b"x" * 3_000_000
        + b"\r\n--x--\r\n"
    )
    monkeypatch.setattr("tempfile._mkstemp_inner", lambda *_, **__: pytest.fail("a file was made"))
    monkeypatch.setattr("os.open", lambda *_, **__: pytest.fail("a file was opened"))

    refused = member.client.post(
        path(event), input_stream=io.BytesIO(body), content_type="multipart/form-data; boundary=x"
    )

    monkeypatch.undo()
    assert refused.status_code == 422
    assert says(refused, "Say what the picture shows")


def test_only_these_two_views_take_more_than_a_megabyte(app):
    large = {name for name, view in app.view_functions.items() if getattr(view, "takes", 0)}

    assert large == {"organizers.save_look", "organizers.save_picture"}
    assert intake.MOST_BYTES == app.config["MAX_CONTENT_LENGTH"] == 1_000_000
