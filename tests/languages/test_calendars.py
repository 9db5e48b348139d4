"""Calendars are told of an event in its own language, with our words in the same."""

import pytest

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event


@pytest.mark.parametrize(
    ("language", "hosts", "cancelled"),
    [
        ("en", "Hosts: Alianza Americas", "Cancelled: Assembly"),
        ("es", "Organizan: Alianza Americas", "Cancelado: Assembly"),
        ("pt", "Quem organiza: Alianza Americas", "Cancelado: Assembly"),
        ("fr", "Organisé par Alianza Americas", "Annulé\xa0: Assembly"),
    ],
)
def test_a_calendar_is_told_in_every_language(cast, client, app, language, hosts, cancelled):
    event = cast.event(languages=[language], titles={language: "Assembly"})
    with app.app_context(), transaction():
        editing.cancel(db.session.get_one(Event, event.id))

    file = client.get(f"/{language}/events/{event.slug}.ics").text.replace("\r\n ", "")

    assert hosts in file
    assert f"SUMMARY;LANGUAGE={language}:{cancelled}\r\n" in file
    assert f"/{language}/events/{event.slug}" in file
