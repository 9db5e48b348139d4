"""An assembly in a hall and online: an organizer makes it, and visitors see which ways are open, full or still closed."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from eventsvc.db import db
from eventsvc.events.models import Event
from tests.journeys.announced import ASSEMBLY, entry
from tests.journeys.attending import Attendee, attendee, can_be_used_by_everybody
from tests.journeys.conftest import Service
from tests.journeys.organizing import Organizer, add_up, organizer

pytestmark = pytest.mark.slow
NAMES = {"hall": ("En el salón", "In the hall"), "online": ("En línea", "Online"), "press": ("Prensa", "Press")}
TOGETHER = 1040  # so many headsets for interpretation, in the hall and sent out


def test_the_hall_fills_up_and_online_stays_open_under_one_shared_limit(browser: Browser, plain_site: Service):
    service = plain_site
    ana = organizer(browser, service, "es")
    event = _makes_the_assembly(ana)
    _adds_ways_and_the_shared_limit(ana, event)
    ana.opens(event, "/rules")
    ana.types(party_most=10)
    ana.saves()
    can_be_used_by_everybody(ana.page)
    ana.opens(event)
    ana.presses("Publicar")
    service.many_come(event, 59, "general")

    noe = attendee(browser, service, "en")
    noe.opens_form(event)
    can_be_used_by_everybody(noe.page)
    assert _ways(noe) == {"In the hall": True, "Online": True, "Press – from (date)": False}
    noe.registers(event, "Noé", "In the hall")
    noe.sees("You have a place")

    rosa = attendee(browser, service, "en")
    rosa.registers(event, "Rosa", "In the hall – waitlist")
    rosa.sees("You are on the waitlist")
    rosa.registers(event, "Luz", "Online")
    rosa.sees("You have a place")
    _the_arithmetic_adds_up(ana, event)


def _makes_the_assembly(ana: Organizer) -> Event:
    """A draft, typed in with all its facts; the hall has 60 places."""
    facts = entry(ASSEMBLY)
    ana.page.goto(f"{ana.service.url}/organize/new-event?language=es&language=en")
    ana.types(**{f"{text}_{tag}": facts[text][tag] for text in ("title", "summary") for tag in ("es", "en")})
    ana.types(starts=facts["starts"].isoformat(), ends=facts["ends"].isoformat(), join_url=facts["join_url"])
    ana.page.locator("[name=timezone]").select_option(facts["timezone"])
    ana.page.locator("[name=attendance][value=hybrid]").check()
    ana.types(venue_name=facts["venue"]["name"], venue_locality=facts["venue"]["locality"], capacity=60)
    ana.presses("Guardar como borrador")
    with ana.service.app.app_context():
        slug = ana.page.url.rpartition("/")[2]
        return db.session.scalars(sa.select(Event).where(Event.slug == slug)).one()


def _adds_ways_and_the_shared_limit(ana: Organizer, event: Event) -> None:
    """The second way gives the first one its name; the third opens two weeks before the event."""
    ana.opens(event, "/places")
    ana.goes_to("Agregar un tipo de entrada")
    can_be_used_by_everybody(ana.page)
    for field, name in zip(ana.page.locator("fieldset").first.locator("input").all(), NAMES["hall"], strict=True):
        field.fill(name)
    ana.types(name_es=NAMES["online"][0], name_en=NAMES["online"][1], size=1000)
    ana.saves()
    ana.goes_to("Agregar un tipo de entrada")
    ana.types(name_es=NAMES["press"][0], name_en=NAMES["press"][1], size=20)
    ana.types(opens=(event.starts - timedelta(days=14)).isoformat(), closes=event.starts.isoformat())
    ana.saves()
    ana.goes_to("Agregar un límite compartido")
    can_be_used_by_everybody(ana.page)
    ana.types(name="Audífonos", size=TOGETHER)
    ana.page.get_by_label("Prensa").uncheck()
    ana.saves()
    can_be_used_by_everybody(ana.page)


def _ways(visitor: Attendee) -> dict[str, bool]:
    """What can be chosen on the form, and whether it can be now."""
    labels = visitor.person().locator("fieldset").first.locator(".choice").all()
    return {
        re.sub("from .+", "from (date)", each.locator("label").inner_text()): each.locator("input").is_enabled()
        for each in labels
    }


def _the_arithmetic_adds_up(ana: Organizer, event: Event) -> None:
    ana.opens(event, "/places")
    sums = ana.sums()
    assert add_up(sums)
    assert {name: list(lines.values()) for name, lines in sums.items()} == {
        "En el salón": [60, 0, 60],
        "En línea": [1, 999, 1000],
        "Prensa": [0, 20, 20],
        "Audífonos": [61, TOGETHER - 61, TOGETHER],
    }
    ana.is_told("1 persona espera uno de ellos.")
