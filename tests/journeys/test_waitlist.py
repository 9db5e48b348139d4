"""A place becomes free and is offered down the line: one refuses, one lets the time pass, one accepts."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from eventsvc import chores, clock
from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.registration.models import Offer, Registration
from tests.journeys.announced import ASSEMBLY, announce
from tests.journeys.attending import address_of, attendee, can_be_used_by_everybody
from tests.journeys.conftest import Service
from tests.journeys.organizing import Organizer, organizer

pytestmark = pytest.mark.slow


def test_an_offer_goes_down_the_line_until_somebody_accepts(browser: Browser, https_site: Service):
    service = https_site
    [event] = announce(service, ASSEMBLY, ticket_type=[], capacity=1, offer_hours=24)
    service.comes(event, "wendy")
    waiting = {name: attendee(browser, service, "es") for name in ("Rosa", "Noé", "Luz")}
    for number, (name, each) in enumerate(waiting.items(), 1):
        each.registers(event, name)
        each.sees("Está en la lista de espera")
        each.follows(address_of(name))
        each.reads_on_page(f"número {number}")
    can_be_used_by_everybody(waiting["Luz"].page)

    attendee(browser, service, "en").cannot_come("wendy@example.org")
    waiting["Rosa"].follows("rosa@example.org", after="Aceptar")
    waiting["Rosa"].sees("Le ofrecemos un lugar")
    can_be_used_by_everybody(waiting["Rosa"].page)
    waiting["Rosa"].presses("No puedo asistir")
    _the_time_passes(service, event)
    assert dict(service.people(event)) == {
        "Wendy": "cancelled", "Rosa": "cancelled", "Noé": "expired", "Luz": "offered",
    }  # fmt: skip
    waiting["Noé"].page.reload()
    waiting["Noé"].sees("El plazo para responder terminó")

    waiting["Luz"].follows("luz@example.org", after="Aceptar")
    waiting["Luz"].presses("Aceptar el lugar")
    waiting["Luz"].sees("Tiene un lugar")
    assert dict(service.people(event))["Luz"] == "confirmed"
    with service.app.app_context():
        ends = sa.select(Offer.outcome).where(Offer.event_id == event.id).order_by(Offer.offered_at)
        assert list(db.session.scalars(ends)) == ["refused", "expired", "accepted"]


def test_the_organizer_reorders_with_a_reason_pauses_and_caps_the_line(browser: Browser, plain_site: Service):
    service = plain_site
    [event] = announce(service, ASSEMBLY, ticket_type=[], capacity=1)
    for who in ("wendy", "rosa", "noe", "luz"):
        service.comes(event, who)
    ana = organizer(browser, service, "es")
    _luz_goes_first(ana, event)
    _pauses_and_caps(ana, event)

    attendee(browser, service, "en").cannot_come("wendy@example.org")
    assert dict(service.people(event))["Luz"] == "waitlisted"
    late = attendee(browser, service, "en")
    late.opens_form(event)
    late.sees("All places are taken, and the waitlist is full.")
    ana.opens(event, "/waitlist")
    ana.is_told("está en pausa")
    can_be_used_by_everybody(ana.page)
    ana.opens(event, "/rules")
    ana.page.locator("[name=waitlist_paused]").uncheck()
    ana.saves()
    assert dict(service.people(event)) == {
        "Wendy": "cancelled", "Rosa": "waitlisted", "Noe": "waitlisted", "Luz": "confirmed",
    }  # fmt: skip


def _the_time_passes(service: Service, event: Event) -> None:
    """The deadline of the open offer lies behind us, and the chore comes round."""
    gone = clock.now() - timedelta(minutes=1)
    with service.app.app_context():
        with transaction():
            asked = (Registration.event_id == event.id, Registration.offer_until.is_not(None))
            db.session.execute(sa.update(Registration).where(*asked).values(offer_until=gone))
            unanswered = (Offer.event_id == event.id, Offer.outcome.is_(None))
            db.session.execute(sa.update(Offer).where(*unanswered).values(until=gone))
        assert chores.expire_offers()


def _luz_goes_first(ana: Organizer, event: Event) -> None:
    ana.opens(event, "/waitlist")
    ana.goes_to("Mover a Luz")
    ana.types(place=1)
    ana.saves()
    ana.is_told("Escriba un motivo")
    can_be_used_by_everybody(ana.page)
    ana.types(place=1, reason="Viaja desde lejos.")
    ana.saves()
    ana.goes_to("Luz")
    ana.is_told("Viaja desde lejos.")


def _pauses_and_caps(ana: Organizer, event: Event) -> None:
    ana.opens(event, "/rules")
    ana.types(waitlist_most=3)
    ana.page.locator("[name=waitlist_paused]").check()
    ana.saves()
