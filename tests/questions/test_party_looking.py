"""The questions to several people, on a narrow phone."""

from flask.testing import FlaskClient
from playwright.sync_api import Browser

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event
from eventsvc.questions.models import Kind
from tests.factories import Cast
from tests.questions.sheet import look_at
from tests.questions.writing import ask
from tests.registration.visitor import send


def test_a_list_of_countries_makes_the_form_of_a_party_no_wider(client: FlaskClient, cast: Cast, browser: Browser):
    event = cast.event()
    with client.application.app_context():
        held = db.session.get_one(Event, event.id)
        ask(held, "From where?", kind=Kind.COUNTRY)
        with transaction():
            held.party_most = 2
            editing.touch(held)
    page = browser.new_page(viewport={"width": 360, "height": 740})

    look_at(page, send(client, client.get(f"/es/events/{event.slug}/register"), more="1").text)

    assert page.locator("fieldset.person").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()
