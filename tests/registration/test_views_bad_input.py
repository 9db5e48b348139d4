"""Whatever is sent to the form: a clear sentence, everything typed kept, nothing half-done."""

import time

import pytest

from eventsvc.db import db
from eventsvc.registration.models import Registration
from eventsvc.registration.people import person
from tests.registration.visitor import forms_in, html_of, link_of, mails, register, send, text_of

NO_ADDRESS = "This does not look like a mail address. Please check it for mistakes."


@pytest.fixture
def event(cast):
    return cast.event("Assembly")


def kept_name(app) -> str:
    with app.app_context():
        return person(db.session.scalars(db.select(Registration)).one()).name


def count(app):
    with app.app_context():
        return db.session.scalar(db.select(db.func.count()).select_from(Registration))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Enter a name for the badge. It may be an alias."),
        ("name", " \t\r\n ", "Enter a name for the badge. It may be an alias."),
        ("name", "\u200b\u2060\ufeff", "Enter a name for the badge. It may be an alias."),
        ("name", "\x00\x07\x1b", "Enter a name for the badge. It may be an alias."),
        ("name", "n" * 50_000, "This name is too long. Please shorten it to 120 characters."),
        ("email", "", "Enter your mail address, such as ana@example.org."),
        ("email", "ana.example.org", "A mail address has an @ in it, such as ana@example.org."),
        ("email", "ana@example", NO_ADDRESS),
        ("email", "ana@@example.org", NO_ADDRESS),
        ("email", "ana@example.org, ben@example.org", NO_ADDRESS),
        ("email", "Ana <ana@example.org>", NO_ADDRESS),
        ("email", "ana@example.org\r\nBcc: all@example.org", NO_ADDRESS),
        ("email", "ana@example.org\x00", NO_ADDRESS),
        ("email", "ana@[127.0.0.1]", NO_ADDRESS),
        ("email", "<script>alert(1)</script>@example.org", NO_ADDRESS),
        ("email", "ñandú@example.org", "We cannot send mail to an address with such letters before the @."),
        ("email", "a" * 50_000 + "@example.org", "This mail address is too long. Please check it."),
        ("consent", "", "We need your agreement to keep your name and address for this event."),
    ],
)
def test_a_wrong_value_is_422_with_a_sentence_at_the_field_and_all_that_was_typed(
    app, client, event, field, value, sentence
):
    answer = register(client, event, **{"email": "ana@example.org", field: value})
    kept = forms_in(answer)[0][1]

    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2  # in the summary, and at the field
    assert "<title>Error: " in answer.text
    assert f'id="{field}-error"' in answer.text
    assert f'href="#{field}"' in answer.text
    for other, typed in {"name": "Ana", "email": "ana@example.org", "consent": "y"}.items():
        if other != field:
            assert kept[other] == typed
    assert count(app) == 0
    assert send(client, answer, name="Ana", email="ana@example.org", consent="y").status_code == 303


def test_what_was_typed_in_excess_is_still_there(client, event):
    answer = register(client, event, "n" * 50_000, email="ana@example.org")

    assert forms_in(answer)[0][1]["name"] == "n" * 50_000


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  José   Ñúñez ", "José Ñúñez"),
        ("Ana\r\nBcc: all@example.org", "Ana Bcc: all@example.org"),
        ("Ana\x00\x1b[31m", "Ana [31m"),
        ("عائشة بنت سعد", "عائشة بنت سعد"),
        ("רחל\u200f (Rachel)", "רחל\u200f (Rachel)"),
        ("\u202eanA\u202c", "anA"),
        ("👩🏽\u200d🚀 Ana", "👩🏽\u200d🚀 Ana"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ('O\'Neil "{{ 7*7 }}" %(name)s', 'O\'Neil "{{ 7*7 }}" %(name)s'),
        ("Jose\u0301", "José"),
    ],
)
def test_people_are_called_as_they_wish(app, client, event, typed, kept):
    assert register(client, event, typed, email="ana@example.org").status_code == 303
    assert kept_name(app) == kept


HOSTILE = "<script>alert('x')</script>\"><b>"


def test_html_in_every_field_comes_back_as_text(client, event):
    answer = register(client, event, HOSTILE, email=HOSTILE, consent=HOSTILE, ticket_type=HOSTILE)

    assert answer.status_code == 422
    assert forms_in(answer)[0][1]["name"] == HOSTILE
    assert "<script>alert" not in answer.text
    assert "<b>" not in answer.text


def test_html_and_breaks_in_the_texts_of_an_event_stay_text_on_pages_and_in_mail(client, cast):
    host = cast.organization(f"Host {HOSTILE}")
    event = cast.event(
        titles={"en": f"Title {HOSTILE}\r\nBcc: all@example.org", "es": "x"},
        host=host,
        venue={"name": HOSTILE, "country": HOSTILE},
        contact={"en": f"{HOSTILE}\r\nBcc: all@example.org"},
        slug="hostile",
    )
    answer = register(client, event)
    pages = [client.get(path).text for path in (answer.location, link_of(client, event, "ana@example.org"))]
    (mail,) = mails(client, event)

    assert mail["Bcc"] is None
    assert mail["Subject"] == f"You have a place: Title {HOSTILE} Bcc: all@example.org"
    assert HOSTILE in text_of(mail)
    for page in (*pages, html_of(mail)):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("form_id", ["", "x", "WyJ4Il0.aaaa.bbbb", "é" * 9000])
def test_a_forged_form_is_400_with_the_same_values_under_a_new_id(app, client, event, form_id):
    answer = register(client, event, form_id=form_id)
    kept = forms_in(answer)[0][1]

    assert answer.status_code == 400
    assert "This form has expired. Nothing was lost: please send it again." in answer.text
    assert (kept["name"], kept["email"], kept["consent"]) == ("Ana", "ana@example.org", "y")
    assert kept["form_id"] != form_id
    assert count(app) == 0
    assert send(client, answer).status_code == 303


def test_a_form_of_another_event_or_for_another_purpose_is_not_ours(client, cast, event):
    other = forms_in(client.get(f"/en/events/{cast.event('Other').slug}/register"))[0][1]["form_id"]
    link = forms_in(client.get("/en/my-link"))[0][1]["form_id"]

    assert [register(client, event, form_id=form_id).status_code for form_id in (other, link)] == [400, 400]


def test_a_form_is_good_for_seven_days(client, event, monkeypatch):
    page = client.get(f"/en/events/{event.slug}/register")
    typed = {"name": "Ana", "email": "ana@example.org", "consent": "y"}
    now = time.time()

    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + 7 * 86400 + 60)
    assert send(client, page, **typed).status_code == 400
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + 7 * 86400 - 60)
    assert send(client, page, **typed).status_code == 303


def test_fields_nobody_asked_for_change_nothing(app, client, event):
    assert register(client, event, status="confirmed", id="1", language="xx", secret="x").status_code == 303
    with app.app_context():
        assert db.session.scalars(db.select(Registration.language)).one() == "en"


def test_json_or_files_are_no_form(client, event):
    path = f"/en/events/{event.slug}/register"

    assert client.post(path, json={"name": "Ana"}).status_code == 400
    assert client.post(path, data=b"\xff\xfe\x00", content_type="application/x-www-form-urlencoded").status_code == 400
    assert client.post(path, data=b"--x", content_type="multipart/form-data; boundary=x").status_code == 400


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_ten_megabytes_are_413_and_said_in_the_language_of_the_page(app, client, event, kind):
    answer = client.post(f"/es/events/{event.slug}/register", data=b"name=" + b"n" * 10_000_000, content_type=kind)

    assert answer.status_code == 413
    assert "Esto es más grande de lo que aceptamos." in answer.text
    assert count(app) == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("put", "/en/events/{slug}/register"),
        ("delete", "/en/events/{slug}/register"),
        ("post", "/en/events/{slug}/registered/x"),
        ("post", "/r/unknown"),
        ("post", "/r/unknown/data.json"),
        ("put", "/en/my-link"),
    ],
)
def test_a_wrong_method_is_405(client, event, method, path):
    answer = getattr(client, method)(path.format(slug=event.slug))

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path",
    [
        "/en/events/%00/register",
        "/en/events/" + "x" * 5000 + "/register",
        "/en/events/../register",
        "/xx/events/assembly/register",
        "/r/",
        "/r/%F0%9F%9A%80",
        "/r/" + "x" * 5000,
        "/en/events/{slug}/registered/%ff",
    ],
)
def test_an_unknown_path_is_404(client, event, path):
    assert client.get(path.format(slug=event.slug)).status_code == 404


@pytest.mark.parametrize(("typed", "status"), [({"without": "²"}, 303), ({"without": "2", "p²-name": "Ben"}, 200)])
def test_figures_that_count_nobody_take_nobody_away(client, event, typed, status):
    assert register(client, event, people="2", **typed).status_code == status
