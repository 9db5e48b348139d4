"""Who registered in the service whose pages are looked at, and what stands in the paths of their pages.

Everybody registers through the pages or the rules, as people do; afterwards some events end, or are cancelled.
"""

import secrets

from flask.testing import FlaskClient

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.registration import log
from eventsvc.registration.models import Registration
from eventsvc.registration.people import person
from tests.pages import holders, scenery
from tests.registration import journal, visitor


def come(client: FlaskClient) -> dict[str, str]:
    """Let everybody come; what `{words}` in the paths of the inventory stand for."""
    words = _results(client) | _forms(client) | holders.come(client)
    with client.application.app_context():
        words |= _links()
        scenery.later("over", scenery.move_into_the_past)
        scenery.later("cancelled", editing.cancel)
    words["erased"] = _erased(client, words.pop("gone"))
    words["fresh_correction"] = _form_id(client, f"/r/{words['confirmed']}/correction")
    return words | {"unknown": secrets.token_urlsafe(16)}


def _results(client: FlaskClient) -> dict[str, str]:
    """The receipts of two that have just registered."""
    return {f"receipt_{slug}": _receipt(client, slug) for slug in ("plenty", "queue")}


def _receipt(client: FlaskClient, slug: str) -> str:
    page = client.get(f"/en/events/{slug}/register")
    typed = {"name": "Ana", "email": f"ana-{slug}@example.org", "consent": "y"}
    answer = visitor.send(client, page, **typed)
    assert answer.status_code == 303, answer.text
    return answer.location.rpartition("/")[2]


def _forms(client: FlaskClient) -> dict[str, str]:
    """Form ids: one that was sent already, and fresh ones of each form."""
    used = client.get("/en/events/plenty/register")
    visitor.send(client, used, name="Wanda", email="wanda@example.org", consent="y")
    pages = {
        "fresh_form": "/en/events/plenty/register",
        "fresh_hybrid": "/en/events/hybrid/register",
        "crowd_form": "/en/events/plenty/register",
        "fresh_my_link": "/en/my-link",
    }
    fresh = {word: _form_id(client, path) for word, path in pages.items()}
    return fresh | {"used_form": visitor.forms_in(used)[0][1]["form_id"]} | _several(client)


def _several(client: FlaskClient) -> dict[str, str]:
    """The same of the form for several events, and its result."""
    path = "/en/programmes/summit/register?event=summit-2&event=summit-3"
    used = client.get(path)
    answer = visitor.send(client, used, name="Wanda", email="wanda@example.org", consent="y")
    assert answer.status_code == 303, answer.text
    return {
        "fresh_several": _form_id(client, path),
        "used_several": visitor.forms_in(used)[0][1]["form_id"],
        "receipt_several": answer.location.rpartition("/")[2],
    }


def _form_id(client: FlaskClient, path: str) -> str:
    return visitor.forms_in(client.get(path))[0][1]["form_id"]


def _links() -> dict[str, str]:
    """The secrets of people in every state, by a word for the state."""
    places = {
        "confirmed": "hybrid",
        "was_there": "over",
        "event_off": "cancelled",
        "left": "plenty",
        "removed": "plenty",
    }
    places |= {"waiting": "queue", "online": "online", "kiche": "kiche", "arabic": "arabic", "gone": "plenty"}
    found = {}
    for state, slug in places.items():
        event = scenery.event_of(slug)
        journal.comes(event, f"ana-{state}")
        found[state] = journal.latest(event, f"ana-{state}")
    for state, by in (("left", log.ATTENDEE), ("removed", log.organizer())):
        journal.goes(scenery.event_of("plenty"), f"ana-{state}", by)
    return {state: str(person(_again(registration)).secret) for state, registration in found.items()}


def _again(registration: Registration) -> Registration:
    return db.session.get_one(Registration, registration.id, populate_existing=True)


def _erased(client: FlaskClient, secret: str) -> str:
    """The reference of the receipt that somebody got who had their data erased."""
    answer = visitor.send(client, client.get(f"/r/{secret}/erasure"))
    assert answer.status_code == 303, answer.text
    return answer.location.rpartition("/")[2]


def break_something() -> None:
    """What cannot happen: a row with a zone that does not exist, so that its page is a fault."""
    with transaction():
        scenery.event_of("broken").timezone = "Nowhere/At_all"
