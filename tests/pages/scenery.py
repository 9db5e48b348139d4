"""What is announced in the service whose pages are looked at: an event in every state, each with a slug that names it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event, Programme, Tag
from eventsvc.events.tickets import Quota
from eventsvc.pictures import keeping
from eventsvc.pictures.making import make
from tests.factories import Cast
from tests.pictures.uploads import emblem, encoded, photograph

SUMMARY = {
    "en": "A side event in two languages, with people who organize across borders and a conversation afterwards.",
    "es": "Un evento paralelo en dos idiomas, con personas que se organizan más allá de las fronteras, y conversación.",
}
DESCRIPTION = {
    "en": "People move for work, and **their rights move with them**. Speakers from five countries tell what changed "
    "this year, what did not, and what a network can do about it.\n\n## What we will talk about\n\n"
    "- Recruitment without fees\n- Wages that are paid\n- A voice in the talks\n\n> Nothing about us without us.\n\n"
    "Read [the call](https://example.org/call) before you come.",
    "es": "Las personas se mueven por trabajo, y **sus derechos se mueven con ellas**. Voces de cinco países cuentan "
    "qué cambió este año, qué no, y qué puede hacer una red.\n\n## De qué hablaremos\n\n- Contratación sin cobros\n"
    "- Salarios que se pagan\n- Voz en las negociaciones\n\n> Nada sobre nosotras sin nosotras.\n\n"
    "Lea [la convocatoria](https://example.org/call) antes de venir.",
}
HOTEL = {
    "name": "Hotel Figueroa", "street": "939 South Figueroa Street", "locality": "Los Angeles", "region": "CA",
    "postal_code": "90015", "country": "US",
}  # fmt: skip
HALL = {"name": "Salón Comunal La Esperanza", "street": "4a calle 7-50, zona 1", "locality": "Quetzaltenango", "country": "GT"}  # fmt: skip
HOSTS = (
    "Red de Mujeres Migrantes", "Oxfam America", "Sin Fronteras, I.A.P.", "Casa del Migrante", "Centro de los Derechos",
    "Labor Rights Forum", "Fundación para la Justicia y el Estado Democrático de Derecho", "Ajb'atz' Enlace Quiché",
    "Mesa Transfronteriza", "Haitian Bridge", "Justicia en Movimiento", "Pastoral Social", "Sur Libre", "Voces Unidas",
)  # fmt: skip
ACCESS = {
    "en": "Step-free from the street. Sign language on request until a week before.",
    "es": "Sin escalones desde la calle. Lengua de señas si se pide hasta una semana antes.",
}
CONTACT = {"en": "rsvp@example.org", "es": "rsvp@example.org"}


def build(cast: Cast) -> None:
    """Announce everything."""
    with cast.app.app_context():
        _open(cast)
        _not_open(cast)
        _in_other_languages(cast)
        _summit(cast)
        _pictured(cast)


def event_of(slug: str) -> Event:
    return db.session.scalars(
        sa.select(Event).where(Event.slug == slug).execution_options(populate_existing=True)
    ).one()


def later(slug: str, act: Callable[[Event], Any]) -> None:
    """Something happens to an event after people registered."""
    with transaction():
        act(event_of(slug))


def move_into_the_past(event: Event) -> None:
    editing.change(event, starts=_wall(-3), ends=_wall(-3, hours=2))


def _wall(days: float, hours: float = 0) -> datetime:
    """A round wall time so many days from now."""
    day = clock.now() + timedelta(days=days)
    return day.replace(hour=18, minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(hours=hours)


def _say(cast: Cast, slug: str, en: str, es: str, **values: Any) -> Event:
    """An event as most are: two languages, a place, a contact."""
    texts = {"titles": {"en": en, "es": es}, "summary": SUMMARY, "description": DESCRIPTION, "contact": CONTACT}
    return cast.event(en, slug=slug, **(texts | {"venue": HOTEL} | values))


def _fill(slug: str, taken: int) -> None:
    with transaction():
        mine = sa.select(Event.id).where(Event.slug == slug).scalar_subquery()
        db.session.execute(sa.update(Quota).where(Quota.event_id == mine).values(taken=taken))


def _open(cast: Cast) -> None:
    report = {"en": "Report: who pays for recruitment", "es": "Informe: quién paga la contratación"}
    _say(
        cast, "plenty", "Labor mobility and the rights of people who move", "Movilidad laboral y derechos", days=20,
        capacity=120, access=ACCESS, interpretation=["es", "fr"],
        materials=[(report, None), ({"en": "Programme", "es": "Programa"}, _wall(-1))],
        tags=[Tag(slug="protection", name={"en": "Protection", "es": "Protección"}),
              Tag(slug="labor", name={"en": "Labor", "es": "Trabajo"})],
    )  # fmt: skip
    _say(cast, "few", "Workshop: filing a complaint", "Taller: presentar una queja", days=9, capacity=20, venue=HALL)
    _fill("few", 19)
    _say(cast, "queue", "Dinner of the network", "Cena de la red", days=12, capacity=40)
    _fill("queue", 40)
    _say(cast, "full", "Visit to the radio station", "Visita a la radio", days=14, capacity=0, waitlist=False)
    online = {"venue": {}, "join_url": "https://meet.example.org/launch"}
    _say(cast, "online", "Launch of the report", "Presentación del informe", days=6, attendance="online", **online)
    _say(
        cast, "hybrid", "Assembly of the members", "Asamblea de las organizaciones", days=33, attendance="hybrid",
        kinds=[("hall", 60), ("online", 1000)], venue=HALL, join_url="https://meet.example.org/assembly",
        timezone="America/Guatemala",
    )  # fmt: skip
    _say(
        cast, "many-hosts", "One region, many voices", "Una región, muchas voces", days=25,
        host=cast.organization("Alianza Americas", abbreviation="AA", country="US", website="https://example.org",
                               contact="hello@example.org"),
        co_hosts=[cast.organization(name) for name in HOSTS],
    )  # fmt: skip
    _say(cast, "unlisted", "A quiet meeting", "Una reunión discreta", days=5, visibility="unlisted")
    _say(cast, "broken", "A fault", "Una falla", days=5, visibility="unlisted")


def _not_open(cast: Cast) -> None:
    _say(cast, "soon", "Autumn school", "Escuela de otoño", days=90, registration_opens=_wall(30))
    _say(cast, "closed", "Press breakfast", "Desayuno con la prensa", days=2, registration_closes=_wall(-1))
    _say(cast, "past", "Last year’s assembly", "La asamblea del año pasado", days=-40)
    _say(cast, "over", "Last week’s conversation", "La conversación de la semana pasada", days=4)
    _say(cast, "cancelled", "March through the city", "Marcha por la ciudad", days=8)
    _say(cast, "draft", "Not yet for everybody", "Todavía no para todo el mundo", published=False)


def _in_other_languages(cast: Cast) -> None:
    _say(
        cast, "arabic", "Arabic", "Árabe", days=16, languages=["ar"], attendance="hybrid", kinds=[("hall", 40)],
        titles={"ar": "لقاء حول حقوق العمال المهاجرين في المنطقة"},
        summary={"ar": "لقاء مفتوح للجميع مع ترجمة فورية، يليه حوار مع المنظمات المضيفة."},
        description={"ar": "ينتقل الناس من أجل العمل، **وتنتقل حقوقهم معهم**.\n\n- توظيف بلا رسوم\n- أجور تُدفع في موعدها"},
        venue=HOTEL, timezone="Africa/Cairo",
    )  # fmt: skip
    _say(
        cast, "kiche", "K'iche'", "Quiché", days=18, languages=["quc", "es"], venue=HALL, timezone="America/Guatemala",
        titles={"quc": "Jun nim riqbʼal ib' pa ri qatinamit", "es": "Un gran encuentro en nuestro pueblo"},
        summary={"quc": "Kojpetik, kojtzijonik: ri kichʼakuj kʼo qʼij chike konojel, xuquje' ri winäq.", "es": "Venga y hable."},
        description={"quc": "Ri tijonïk kkimajij **pa ri aqʼabʼil**. Utz kojpetik kukʼ ri qachʼabʼal.", "es": "Por la mañana."},
    )  # fmt: skip


def _summit(cast: Cast) -> None:
    """A programme of several days, with events at the same hour."""
    summit = Programme(slug="summit", name={"en": "Peoples’ Summit", "es": "Cumbre de los Pueblos"})
    with transaction():
        db.session.add(summit)
    for number, (en, es, day, hour) in enumerate(
        (
            ("Opening", "Apertura", 45, 0), ("Care work", "Trabajo de cuidados", 46, 0),
            ("Climate and moving", "Clima y movilidad", 46, 1), ("Music", "Música", 46, 4), ("Closing", "Clausura", 47, 0),
        )
    ):  # fmt: skip
        times = {"starts": _wall(day, hour), "ends": _wall(day, hour + 2)}
        _say(cast, f"summit-{number + 1}", en, es, programme=summit, **times)


def _pictured(cast: Cast) -> None:
    """A host with all that one can choose: a colour that needs correcting, a logo, and a cover as heavy as they get."""
    cover, logo = make("cover", encoded(photograph())), make("logo", encoded(emblem(), "PNG"))
    host = cast.organization("Caminos Abiertos", country="MX")
    with transaction():
        host = db.session.merge(host)
        host.accent, host.logo_id = "#f7a600", keeping.keep(logo, {"es": host.name})
        host.cover_id = keeping.keep(cover, {"es": "Formas que se repiten, en grises"})
    _say(cast, "pictured", "Photographs of a border", "Fotografías de una frontera", days=11, host=host, capacity=80)
