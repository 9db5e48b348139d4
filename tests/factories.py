"""A cast for the tests: organizations, events and people, made through the same rules as everything else."""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask, has_app_context

from eventsvc import clock
from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.editing import EventSpec, TicketTypeSpec
from eventsvc.events.models import Event, Organization
from eventsvc.events.slugs import free_slug


class Cast:
    """Makes things in the database of one application; what comes back may be read, and is detached outside a context."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def _context(self) -> AbstractContextManager[Any]:
        return nullcontext() if has_app_context() else self.app.app_context()

    def organization(self, name: str = "Alianza Americas", **values: Any) -> Organization:
        """The organization of that name; made if need be."""
        with self._context():
            found = db.session.scalar(sa.select(Organization).where(Organization.name == name))
            if found:
                return found
            with transaction():
                made = Organization(slug=free_slug("organization", name), name=name, **values)
                db.session.add(made)
            return made

    def event(self, title: str = "Assembly", *, days: float = 30, published: bool = True, **values: Any) -> Event:
        """A published event that starts in so many days at 18:00 in Los Angeles and lasts two hours."""
        zone = values.setdefault("timezone", "America/Los_Angeles")
        day = (clock.now() + timedelta(days=days)).astimezone(ZoneInfo(zone))
        starts: datetime = values.pop(
            "starts", day.replace(hour=18, minute=0, second=0, microsecond=0, tzinfo=None, fold=0)
        )
        with self._context():
            host = values.pop("host", None) or self.organization()
            with transaction():
                spec = EventSpec(
                    slug=values.pop("slug", None) or free_slug("event", f"{title} {uuid4().hex[:6]}"),
                    languages=values.pop("languages", ["en", "es"]),
                    title=values.pop("titles", {"en": title, "es": f"{title} (es)"}),
                    starts=starts,
                    ends=values.pop("ends", starts + timedelta(hours=2)),
                    attendance=values.pop("attendance", "in_person"),
                    host=host,
                    ticket_types=[
                        TicketTypeSpec(slug, {"en": slug, "es": slug}, size) for slug, size in values.pop("kinds", [])
                    ],
                    **values,
                )
                event = editing.create(spec)
                if published:
                    editing.publish(event)
            return event
