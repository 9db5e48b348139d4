"""All of one's events in one's calendar: asked for on a phone without scripts, mailed, subscribed to, replaced, stopped."""

import re

import icalendar
import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.announced import ASSEMBLY, SUMMIT, announce
from tests.journeys.attending import Attendee, attendee, can_be_used_by_everybody
from tests.journeys.conftest import Service

pytestmark = pytest.mark.slow
_LINK = re.compile(r"https?://\S+/feeds/mine/[\w-]{22}\.ics")


def test_all_her_events_come_into_her_calendar_by_one_link(browser: Browser, https_site: Service):
    service = https_site
    [assembly], [summit] = announce(service, ASSEMBLY), announce(service, SUMMIT)
    rosa = attendee(browser, service, "es")
    for event in (assembly, summit):
        _registers(rosa, event)

    rosa.follows("rosa@example.org")
    rosa.goes_to("Mis eventos en mi calendario")
    rosa.sees("Mis eventos en mi calendario")
    can_be_used_by_everybody(rosa.page)
    rosa.presses("Enviarme el enlace de mi calendario")
    rosa.reads_on_page("Revise su correo: el enlace de su calendario llega por correo.", "Todavía sin uso")
    can_be_used_by_everybody(rosa.page)
    page = rosa.page.url

    first = _link_in(rosa)
    assert _read(rosa, first) == {assembly.uid, summit.uid}
    rosa.page.goto(page)
    expect(rosa.page.locator("main")).not_to_contain_text("Todavía sin uso")

    rosa.presses("Enviarme un enlace nuevo")
    rosa.reads_on_page(
        "El enlace anterior ya no funciona.", "el enlace de su calendario llega por correo", "Todavía sin uso"
    )
    second = _link_in(rosa)
    assert rosa.page.request.get(first).status == 404
    assert _read(rosa, second) == {assembly.uid, summit.uid}

    rosa.page.goto(page)
    rosa.presses("Detener mi calendario")
    rosa.reads_on_page("Su calendario está detenido y su enlace ya no funciona.")
    can_be_used_by_everybody(rosa.page)
    assert rosa.page.request.get(second).status == 404


def _registers(rosa: Attendee, event) -> None:
    rosa.opens_form(event)
    rosa.types("Rosa", "rosa@example.org")
    if rosa.page.locator("[name=ticket_type]").count():
        rosa.page.locator("[name=ticket_type]").first.check()
    rosa.sends()
    rosa.sees("Tiene un lugar")


def _link_in(rosa: Attendee) -> str:
    found = _LINK.search(rosa.reads("rosa@example.org"))
    assert found
    return found[0]


def _read(rosa: Attendee, link: str) -> set[str]:
    """As a calendar program does: by the link alone, at the first hop."""
    answer = rosa.page.request.get(link, max_redirects=0)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    return {str(entry["UID"]) for entry in icalendar.Calendar.from_ical(answer.body()).walk("VEVENT")}
