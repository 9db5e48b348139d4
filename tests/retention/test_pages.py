"""Erasing oneself in the browser: the page that asks once more, the act, the receipt."""

import re
from uuid import UUID

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.registration.models import Registration
from eventsvc.registration.people import person
from eventsvc.retention import receipts
from eventsvc.retention.models import Erasure, Receipt
from tests.registration.journal import comes, statuses


def rows_of(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.fixture
def event(cast):
    return cast.event(capacity=1)


@pytest.fixture
def secret(app, event) -> str:
    return link_of(app, event, "ana")


def link_of(app, event, who, **more) -> str:
    with app.app_context():
        made = comes(db.session.get_one(Event, event.id), who, **more)
        return person(db.session.get_one(Registration, made.registration_id)).secret


def form_id(page) -> str:
    found = re.search(r'name="form_id"[^>]*value="([^"]+)"', page.text)
    assert found
    return found[1]


def test_the_page_asks_once_more_and_looking_changes_nothing(client, app, secret, event):
    for _ in range(2):
        page = client.get(f"/r/{secret}/erasure")
        assert page.status_code == 200
        assert client.head(f"/r/{secret}/erasure").status_code == 200
    assert "Your place goes to the next in line." in page.text
    assert f"/r/{secret}/erasure" in client.get(f"/r/{secret}").text
    with app.app_context():
        assert statuses(event) == [("ana", "confirmed")]


def test_the_act_ends_on_a_receipt_that_says_nothing_about_the_person(client, app, secret, event):
    form = {"form_id": form_id(client.get(f"/r/{secret}/erasure"))}

    answer = client.post(f"/r/{secret}/erasure", data=form)

    assert answer.status_code == 303
    assert secret not in answer.location
    page = client.get(answer.location)
    assert "Your data are erased" in page.text
    assert "ana" not in page.text.lower().replace("alianza", "")
    with app.app_context():
        assert statuses(event) == []
        assert receipts.find(answer.location.rpartition("/")[2]) is not None
    assert client.get(f"/r/{secret}").status_code == 404


def test_sent_twice_it_is_done_once_and_nobody_is_frightened(client, app, secret, event):
    form = {"form_id": form_id(client.get(f"/r/{secret}/erasure"))}
    client.post(f"/r/{secret}/erasure", data=form)

    again = client.post(f"/r/{secret}/erasure", data=form)

    assert again.status_code == 303
    assert client.get(again.location).status_code == 200
    with app.app_context():
        assert (rows_of(Erasure), rows_of(Receipt)) == (1, 1)


def test_a_forged_form_erases_nobody(client, app, secret, event):
    other = link_of(app, event, "ben")
    forms: tuple[dict[str, str], ...] = (
        {},
        {"form_id": "forged"},
        {"form_id": form_id(client.get(f"/r/{other}/erasure"))},
    )

    for form in forms:
        answer = client.post(f"/r/{secret}/erasure", data=form)
        assert answer.status_code == 400
        assert "This form has expired" in answer.text

    with app.app_context():
        assert [who for who, _ in statuses(event)] == ["ana", "ben"]


def test_the_page_speaks_the_language_of_the_person(client, app, event):
    secret = link_of(app, event, "ana", language="es")
    page = client.get(f"/r/{secret}/erasure", headers={"Accept-Language": "en"})
    assert "Borrar todo" in page.text

    answer = client.post(f"/r/{secret}/erasure", data={"form_id": form_id(page)})

    assert answer.location.startswith("/es/erased/")
    assert "Sus datos están borrados" in client.get(answer.location).text


def test_what_is_unknown_is_not_found(client, app):
    assert client.get("/r/AAAAAAAAAAAAAAAAAAAAAA/erasure").status_code == 404
    for reference in ("00" * 32, "x", str(UUID(int=0))):
        assert client.get(f"/en/erased/{reference}").status_code == 404
    with app.app_context(), transaction():
        purge = receipts.write("uid", "retention", {}).hash.hex()
    assert client.get(f"/en/erased/{purge}").status_code == 404
    assert client.get("/es/erased").status_code == 200
