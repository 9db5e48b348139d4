"""The events of the demonstration, announced for the coming weeks, each time under a slug of its own."""

from typing import Any
from uuid import uuid4

from eventsvc.db import transaction
from eventsvc.events import demo
from eventsvc.events.file_shape import shaped, tables_of
from eventsvc.events.models import Event
from eventsvc.registration import importing
from eventsvc.settings import project_folder
from tests.journeys.conftest import Service

FILE = project_folder("config") / "demo" / "events.toml"
SUMMIT, LAUNCH, CARAVAN, ASSEMBLY = (
    "from-deterrence-to-integration",
    "fleeing-not-migrating",
    "testimony-from-the-caravan",
    "root-causes-community-assembly",
)


def entry(slug: str, **changes: Any) -> dict[str, Any]:
    """What the file says of this event, moved to a month from now, with changes of the keys of the file."""
    found = next(each for each in tables_of(FILE)["event"] if each["slug"] == slug)
    return demo.moved(found, 30) | {"slug": f"{slug}-{uuid4().hex[:6]}"} | changes


def announce(service: Service, slug: str, *, published: bool = True, **changes: Any) -> list[Event]:
    """Take the event in, as `eventsvc event import` does; several where it has sessions."""
    tables = tables_of(FILE)
    tables["event"] = [entry(slug, **changes)]
    with service.app.app_context(), transaction():
        return [each.event for each in importing.apply(shaped(tables), publish=published)]
