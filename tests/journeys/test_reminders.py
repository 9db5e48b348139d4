"""Reminders: an organizer sets when they go out, somebody reads one on a phone and wants no more, and thinks again."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from eventsvc import clock
from eventsvc.clockwork import run_due
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.registration import announcements
from eventsvc.reminders.models import Reminder
from tests.journeys.attending import attendee, can_be_used_by_everybody
from tests.journeys.conftest import Service, problem
from tests.journeys.organizing import Organizer, organizer

pytestmark = pytest.mark.slow
REPORT = "https://docs.example.org/informe"


def test_a_schedule_is_set_in_spanish_and_read_and_refused_on_a_phone(browser: Browser, plain_site: Service):
    service = plain_site
    with service.app.app_context():
        event = service.cast.event("Side event", days=3, attendance="online", join_url="https://meet.example.org/sala")
    rosa = attendee(browser, service, "es")
    rosa.registers(event, "Rosa")
    rosa.sees("Tiene un lugar")
    _sets_the_schedule(organizer(browser, service, "es"), event)
    _the_day_comes_near(service, event)

    text = rosa.reads("rosa@example.org")
    assert "Nos vemos pronto" in text
    assert "https://meet.example.org/sala" in text
    found = re.search(r"https?://\S+(/unsubscribe/\S+)", text)
    assert found, text
    rosa.page.goto(service.url + urlsplit(found[0]).path)
    rosa.sees("¿No quiere más recordatorios?")
    can_be_used_by_everybody(rosa.page)
    rosa.presses("No más recordatorios")
    rosa.sees("Ya no recibirá recordatorios")
    rosa.reads_on_page("un aviso cuando el evento cambie: la hora, el lugar o el enlace para participar")
    can_be_used_by_everybody(rosa.page)
    _is_counted(organizer(browser, service, "es"), event, "1 persona no quiere estos correos y no los recibe.")
    rosa.presses("Quiero recibir recordatorios de nuevo")
    rosa.sees("¿No quiere más recordatorios?")

    rosa.follows("rosa@example.org")
    rosa.reads_on_page("Le enviamos un recordatorio antes de que empiece el evento.")
    rosa.goes_to("No más recordatorios")
    can_be_used_by_everybody(rosa.page)
    rosa.presses("No más recordatorios")
    rosa.reads_on_page("No recibe recordatorios de este evento.")
    assert service.statuses(event) == [("rosa", "confirmed")]


def _sets_the_schedule(ana: Organizer, event: Event) -> None:
    ana.opens(event)
    ana.goes_to("Recordatorios y un correo posterior")
    ana.is_told("Por ahora, a 1 persona.", "Desactivado: nadie lo recibe.")
    ana.types(day_before="1", material_url="informe")
    ana.page.get_by_label("Agradecer después").check()
    ana.saves()
    assert "Indique un número de horas de 2 a 336 (dos semanas)." in problem(ana.page)
    expect(ana.page.locator("[name=material_url]")).to_have_value("informe")
    expect(ana.page.get_by_label("Agradecer después")).to_be_checked()
    can_be_used_by_everybody(ana.page)
    ana.types(day_before="48", material_url=REPORT)
    ana.saves()
    ana.is_told("Guardado.")
    ana.page.get_by_text("Lo que dice en este idioma: español").last.click()
    ana.is_told(f"El material: {REPORT}")
    can_be_used_by_everybody(ana.page)


def _the_day_comes_near(service: Service, event: Event) -> None:
    """The event is moved to where the reminder is due in a moment; nobody is told of that."""
    with service.app.app_context():
        with transaction():
            fresh = db.session.get_one(Event, event.id)
            nearer = fresh.starts_at - clock.now() - timedelta(hours=48)
            fresh.starts, fresh.ends = fresh.starts - nearer, fresh.ends - nearer
            fresh.starts_at, fresh.ends_at = fresh.starts_at - nearer, fresh.ends_at - nearer
        assert db.session.get_one(Reminder, (event.id, "day_before")).minutes == 48 * 60
        assert announcements.unfinished() == []
        while "reminders" in run_due("journey"):
            pass
        db.session.remove()


def _is_counted(ana: Organizer, event: Event, sentence: str) -> None:
    ana.opens(event, "/reminders")
    ana.is_told("Salió el", "1 correo.", sentence)
    can_be_used_by_everybody(ana.page)
