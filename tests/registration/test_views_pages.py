"""Every page about a registration, read as a strict reader would, in both languages; and light enough for a poor line."""

import gzip

import pytest

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.i18n import LANGUAGES
from eventsvc.registration import own
from tests.registration.visitor import forms_in, link_of

HEAVIEST = 20_000  # bytes of a page, compressed; with its style sheet far under 50 kB


@pytest.fixture(params=LANGUAGES)
def lang(request, monkeypatch):
    monkeypatch.setattr(own, "ANSWER_AFTER", 0.0)
    return request.param


@pytest.fixture
def event(cast):
    return cast.event(
        "Assembly", kinds=[("hall", 1), ("online", 9)], attendance="hybrid", join_url="https://a.example/b"
    )


def fill(page, **values):
    return {**forms_in(page)[0][1], **values}


def light(page):
    assert len(gzip.compress(page.data)) < HEAVIEST
    return page


def test_the_way_to_a_registration(browse, event, lang):
    path = f"/{lang}/events/{event.slug}/register"
    typed = {"name": "Ana", "email": "ana@example.org", "ticket_type": "hall", "consent": "y"}
    form = light(browse.get(path))

    light(browse.post(path, fill(form), status=422))
    light(browse.post(path, typed, status=400))
    answer = browse.post(path, fill(form, **typed))
    light(browse.get(answer.location))
    light(browse.post(path, fill(form, **(typed | {"name": "Ben"})), status=409))


def test_the_way_to_the_waitlist(browse, event, lang):
    path = f"/{lang}/events/{event.slug}/register"
    for name in ("ana", "ben"):
        typed = {"name": name, "email": f"{name}@example.org", "ticket_type": "hall", "consent": "y"}
        answer = browse.post(path, fill(browse.get(path), **typed))

    browse.get(answer.location)
    browse.get(link_of(browse.client, event, "ben@example.org"))
    browse.get(link_of(browse.client, event, "ben@example.org") + "/cancellation")


def test_no_registration_any_more(app, browse, event, lang):
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, event.id))

    light(browse.get(f"/{lang}/events/{event.slug}/register"))


def test_my_own_affairs(browse, event, lang):
    path = f"/{lang}/events/{event.slug}/register"
    typed = {"name": "Ana", "email": "ana@example.org", "ticket_type": "hall", "consent": "y"}
    browse.post(path, fill(browse.get(path), **typed))
    link = link_of(browse.client, event, "ana@example.org")

    light(browse.get(link))
    for act, status in (("correction", 422), ("cancellation", 400), ("link", 400)):
        form = light(browse.get(f"{link}/{act}"))
        light(browse.post(f"{link}/{act}", fill(form, name="", form_id=form_id_for(act, form)), status=status))
    browse.get(f"{link}?done=correction")
    browse.get(f"{link}?done=link")
    browse.post(f"{link}/cancellation", fill(browse.get(f"{link}/cancellation")))
    browse.get(link)


def form_id_for(act, form):
    return forms_in(form)[0][1]["form_id"] if act == "correction" else "stale"


def test_the_whole_way_is_in_the_colour_of_the_host(app, browse, event):
    with app.app_context(), transaction():
        host = db.session.get_one(Event, event.id).host
        host.accent = "#aa3322"
        editing.touch_organization(host)
    path = f"/en/events/{event.slug}/register"
    typed = fill(browse.get(path), name="Ana", email="ana@example.org", ticket_type="online", consent="y")
    result = browse.post(path, typed).location
    seen = [browse.get(path), browse.post(path, typed | {"name": "Ben"}, status=409), browse.get(result)]
    link = link_of(browse.client, event, "ana@example.org")
    seen += [browse.get(link + more) for more in ("", "/correction", "/cancellation", "/link", "/erasure")]

    assert [page.text.count("/accent/aa3322.css") for page in seen] == [1] * len(seen)


def test_asking_for_my_link(browse, event, lang):
    path = f"/{lang}/my-link"
    form = light(browse.get(path))

    light(browse.post(path, fill(form), status=422))
    light(browse.post(path, {"email": "a@example.org"}, status=400))
    light(browse.get(browse.post(path, fill(form, email="a@example.org")).location))
    light(browse.get(f"{path}/moved"))


@pytest.mark.parametrize("shown", ["demo", "files", "smtp"])
def test_the_result_promises_no_mail_where_none_leaves(app, browse, event, lang, shown, monkeypatch):
    settings = app.extensions["eventsvc.settings"]
    changed = {
        "demo": {"demo": True},
        "files": {},
        "smtp": {"mail_url": type(settings.mail_url)("smtp://mail.example.org")},
    }
    monkeypatch.setitem(app.extensions, "eventsvc.settings", settings.model_copy(update=changed[shown]))
    path = f"/{lang}/events/{event.slug}/register"
    typed = {"name": "Ana", "email": "ana@example.org", "ticket_type": "hall", "consent": "y"}
    page = browse.get(browse.post(path, fill(browse.get(path), **typed)).location)

    promise = {
        "en": "We are sending a mail with your personal link",
        "es": "Estamos enviando a a…@example.org un correo",
        "pt": "Estamos enviando para a…@example.org um e-mail",
        "fr": "Nous envoyons à a…@example.org un e-mail",
    }
    assert (promise[lang] in page.text) == (shown == "smtp")
    assert ("/mailbox/" in page.text) == (shown == "demo")
