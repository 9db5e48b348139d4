"""Three days of meetings on one form: one registration for each, and one mail about all of them."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.announced import CARAVAN, announce
from tests.journeys.attending import Attendee, attendee, can_be_used_by_everybody
from tests.journeys.conftest import Service, problem

pytestmark = pytest.mark.slow
TALKS, ROUND_TABLE, PRESS = (
    "Reuniones con integrantes del Congreso",
    "Mesa redonda con líderes comunitarios",
    "Encuentro con la prensa",
)


def test_one_form_registers_for_several_days_of_a_series(browser: Browser, https_site: Service):
    service = https_site
    # Who is invited has no form yet: the series is opened to all.
    days = announce(service, CARAVAN, visibility="public")
    talks, *_others = days
    service.many_come(talks, 12)
    rosa = attendee(browser, service, "es")
    rosa.page.goto(f"{service.url}/es/programmes/{talks.slug.removesuffix('-1')}")
    rosa.goes_to("Inscribirse en varios eventos")
    _chooses(rosa)
    rosa.types("Rosa", "rosa@")
    rosa.sends()
    assert problem(rosa.page)
    rosa.types("Rosa", "rosa@example.org")
    rosa.sends()
    rosa.sees("Así queda su inscripción")
    rosa.reads_on_page("Tiene un lugar", "Está en la lista de espera")
    can_be_used_by_everybody(rosa.page)

    assert [dict(service.people(day)).get("Rosa") for day in days] == ["waitlisted", "confirmed", None]
    words = rosa.reads("rosa@example.org")
    assert [title in words for title in (TALKS, ROUND_TABLE, PRESS)] == [True, True, False]
    rosa.follows("rosa@example.org", after=ROUND_TABLE)
    rosa.sees("Tiene un lugar")
    rosa.stays_at_home()
    assert [dict(service.people(day)).get("Rosa") for day in days] == ["waitlisted", "cancelled", None]


def _chooses(rosa: Attendee) -> None:
    """Two of the three days; without any, the page says what is missing."""
    can_be_used_by_everybody(rosa.page)
    rosa.presses("Continuar")
    assert problem(rosa.page)
    for title in (TALKS, ROUND_TABLE):
        rosa.page.get_by_label(title).check()
    rosa.presses("Continuar")
    rosa.sees("Inscribirse en 2 eventos")
    can_be_used_by_everybody(rosa.page)
