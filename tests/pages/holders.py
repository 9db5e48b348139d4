"""People behind whose link there is something to answer, to change or to confirm; at events that stand in no list."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from eventsvc import clock
from eventsvc.db import transaction
from eventsvc.questions import editing, sets
from eventsvc.questions.models import Kind
from eventsvc.questions.wordings import Wording
from eventsvc.registration import answering, approval, cancellation, own_calendar
from eventsvc.registration.log import organizer
from eventsvc.registration.models import Registration
from eventsvc.reminders import unsubscribing
from tests.factories import Cast
from tests.pages import scenery
from tests.registration import visitor
from tests.registration.own_links import People

ROOMS = [("hall", 2), ("online", None), ("press", 4)]
"""Two people with a place in the hall leave nothing there."""
WAYS = {"hall": ("In the hall", "En el salón"), "online": ("Online", "En línea"), "press": ("Press", "Prensa")}

BETWEEN = {"en": "Between which languages do you interpret?", "es": "¿Entre qué idiomas interpreta?"}


def come(client: FlaskClient) -> dict[str, str]:
    """Announce, let everybody come, and let happen what makes their pages differ; the words for their secrets."""
    cast = Cast(client.application)
    links = _asked(client, cast) | _decided(cast) | _offered(cast) | _unconfirmed(cast) | _silent(cast)
    words = {word: link.removeprefix("/r/").removeprefix("/unsubscribe/") for word, link in links.items()}
    return words | _fresh(client, words)


def _people(cast: Cast, slug: str, en: str, es: str, rules: dict[str, Any], **values: Any) -> People:
    texts: dict[str, Any] = {"titles": {"en": en, "es": es}, "summary": scenery.SUMMARY, "venue": scenery.HOTEL}
    with cast.app.app_context():
        event = cast.event(en, slug=slug, visibility="unlisted", days=21, **texts, **values)
    people = People(cast.app, event)
    people.rules(**rules)
    return people


def _asked(client: FlaskClient, cast: Cast) -> dict[str, str]:
    """Somebody who answered, with a guest; somebody who did not; somebody who waits; where much is asked."""
    people = _people(
        cast, "asks", "Training for interpreters", "Formación de intérpretes", {"party_most": 5},
        attendance="hybrid", kinds=ROOMS, join_url="https://meet.example.org/training",
    )  # fmt: skip
    with cast.app.app_context():
        with transaction():
            for name in ("diet", "access"):
                sets.add(people.one_event(), name)
            editing.add(people.one_event(), Kind.LONG_TEXT, Wording(BETWEEN, required=True), slug="between")
        names = {question.slug: f"q{question.id}" for question in editing.every(people.one_event())}
    for slug, (en, es) in WAYS.items():
        people.rules(kind=slug, name={"en": en, "es": es})
    answered, owing = people.come("Rosa", "Tomás", kind="online"), people.come("Elena", kind="hall")
    people.come("Noa", kind="hall")
    waits = people.come("Mateo", kind="hall")
    given = {
        names["between"]: "Mam, español\nInglés, un poco",
        names["diet"]: "vegan",
        names["access-needs"]: ["step-free", "front-seat"],
    }
    answer = visitor.send(client, client.get(f"{answered}/answers"), **given)
    assert answer.status_code == 303, answer.text
    people.does("Rosa", lambda mine: own_calendar.send(mine, "mark"))
    return {"answered": answered, "owing": owing, "waits_for_hall": waits}


def _decided(cast: Cast) -> dict[str, str]:
    """Somebody about whom the organizers have not decided, and somebody to whom they said no."""
    people = _people(cast, "decides", "Retreat", "Retiro", {})
    people.rules(kind="general", approval="seat_after")
    links = {"pending": people.come("Rosa"), "declined": people.come("Mateo")}
    people.does("Mateo", lambda mine: approval.decline(mine, organizer(), "It was full."))
    return links


def _offered(cast: Cast) -> dict[str, str]:
    """Places offered: to somebody with a guest, to somebody who refused, and to two who did not answer in time."""
    people = _people(
        cast, "offers", "Evening with films", "Noche de cine", {"offer_hours": 24, "party_most": 3}, capacity=5
    )
    people.come("Ana", "Ben", "Cleo")
    people.come("Dora", "Emil")
    links = {"offered": people.come("Rosa", "Tomás"), "refused": people.come("Elena")}
    links |= {"offer_lapsed": people.come("Mateo"), "offer_over": people.come("Noa")}
    for name in ("Ana", "Ben", "Cleo", "Dora", "Emil"):
        people.does(name, cancellation.cancel)
    people.does("Elena", answering.refuse)
    people.does("Mateo", _too_late)
    people.does("Mateo", lambda mine: answering.expire(mine.event))
    people.does("Noa", _too_late)
    return links


def _too_late(mine: Registration) -> None:
    mine.offer_until = clock.now() - timedelta(hours=1)


def _unconfirmed(cast: Cast) -> dict[str, str]:
    """Somebody with a guest who has to confirm, also where nothing is left."""
    confirms = {"confirms_address": True, "party_most": 3}
    people = _people(cast, "confirms", "Open day", "Puertas abiertas", confirms)
    full = _people(cast, "confirms-full", "Small dinner", "Cena pequeña", confirms, capacity=0, waitlist=False)
    full.rules(waitlist=True)
    links = {"unconfirmed": people.come("Rosa", "Tomás"), "unconfirmed_full": full.come("Rosa")}
    full.rules(waitlist=False)
    return links


def _silent(cast: Cast) -> dict[str, str]:
    """Somebody who may want no more reminders, and somebody who gets none."""
    people = _people(cast, "reminds", "Online talk", "Charla en línea", {}, attendance="online")
    people.come("Rosa")
    silent = people.come("Mateo")
    people.does("Mateo", unsubscribing.unsubscribe)
    with cast.app.app_context():
        leaves, left_alone = (urlsplit(unsubscribing.link_of(people.one(who))).path for who in ("Rosa", "Mateo"))
    return {"silent": silent, "leaves": leaves, "left_alone": left_alone}


def _fresh(client: FlaskClient, words: dict[str, str]) -> dict[str, str]:
    """Fresh form ids of these people, by what they are for."""
    pages = {
        "fresh_answers": f"{words['owing']}/answers",
        "fresh_handover": f"{words['owing']}/handover",
        "fresh_ticket_type": f"{words['answered']}/ticket-type",
        "fresh_full": f"{words['unconfirmed_full']}/confirmation",
    }
    return {word: visitor.forms_in(client.get(f"/r/{path}"))[0][1]["form_id"] for word, path in pages.items()}
