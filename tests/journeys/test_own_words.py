"""An organizer puts a letter into their own words, in Spanish, on a phone, without a script; then somebody gets it."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.announced import SUMMIT, announce
from tests.journeys.attending import Attendee, address_of, attendee, can_be_used_by_everybody
from tests.journeys.conftest import Service
from tests.journeys.organizing import Organizer, organizer

pytestmark = pytest.mark.slow

WORDS = "Hola:\n\nNos vemos en {title}, en {place}.\nMás en https://alianza.example.org/llegar."


def test_own_words_are_written_mistaken_tried_out_tested_and_sent(browser: Browser, plain_site: Service):
    service = plain_site
    [event] = announce(service, SUMMIT, capacity=None)
    rosa = attendee(browser, service, "es")
    rosa.registers(event, "Rosa")
    before = rosa.reads(address_of("Rosa"))

    ana = organizer(browser, service, "es")
    ana.opens(event)
    ana.goes_to("Correos")
    can_be_used_by_everybody(ana.page)
    ana.goes_to("Cuando alguien se inscribe y obtiene un lugar")
    mistakes_a_placeholder(ana)
    looks_at_it_as_rosa_would(ana)
    ana.presses("Enviarme una prueba")
    ana.is_told("La prueba va en camino a organizer-es@example.org. Todavía no se ha guardado nada.")
    finds_the_test(rosa)
    assert rosa.reads(address_of("Rosa")) == before

    ana.presses("Guardar")
    ana.is_told("Guardado.")
    rosa.registers(event, "Tomás")
    letter = rosa.reads(address_of("Tomás"))
    assert letter.partition("Tiene un lugar.")[0].count("Nos vemos en") == 2
    assert "/r/" in letter
    expect(rosa.page.get_by_role("heading", name="Para el calendario")).to_have_count(1)


def mistakes_a_placeholder(ana: Organizer) -> None:
    ana.types(subject_es="Nos vemos en {titulo}", text_es=WORDS)
    ana.presses("Guardar")
    ana.is_told("Aquí no hay ningún comodín {titulo}. Puede usar: {title}")
    expect(ana.page.locator("[name=text_es]")).to_have_value(WORDS)
    can_be_used_by_everybody(ana.page)


def looks_at_it_as_rosa_would(ana: Organizer) -> None:
    ana.types(subject_es="Nos vemos en {title}")
    ana.page.locator("[name=person]").select_option(label="Rosa (español)")
    ana.presses("Vista previa")
    ana.is_told(
        "Así le llegaría a Rosa", "Hola:", "su-propio-enlace-secreto", "Todavía no se ha guardado ni enviado nada."
    )
    can_be_used_by_everybody(ana.page)
    ana.page.locator("summary", has_text="El correo con su diseño").click()
    ana.presses("Mostrarlo aquí")
    shown = ana.page.frame_locator("iframe[name=layout]")
    expect(shown.get_by_role("link", name="https://alianza.example.org/llegar")).to_be_visible()
    expect(shown.locator("body")).to_contain_text("Tiene un lugar.")


def finds_the_test(reader: Attendee) -> None:
    """In the mailbox of the demonstration, where everybody's mail lies."""
    test = reader.reads("organizer-es@example.org")
    assert test.startswith("Esta es una prueba que solo recibe usted")
    assert "Nos vemos en" in test
    expect(reader.page.get_by_role("heading", level=1)).to_contain_text("Prueba: Nos vemos en")
    expect(reader.page.get_by_role("heading", name="Para el calendario")).to_have_count(0)
