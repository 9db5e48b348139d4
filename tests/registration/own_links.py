"""Whose link is whose, and how it stands with them: for tests of the pages behind the link."""

from contextlib import AbstractContextManager
from typing import Any

from flask import Flask

from eventsvc.db import db, transaction
from eventsvc.events.editing import touch
from eventsvc.events.models import Event
from eventsvc.questions import editing
from eventsvc.questions.models import OptionLimit, Question
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Registration
from eventsvc.registration.people import person
from eventsvc.registration.signup import sign_up
from tests.registration.journal import ticket_type


class People:
    """People of one event by name; who has an address has name@example.org."""

    def __init__(self, app: Flask, event: Event) -> None:
        self.app, self.event = app, event

    def come(self, name: str, *guests: str, kind: str | None = None, language: str = "en", **more) -> str:
        """Somebody registers, with guests who have no address; the path of their link."""
        with self._context():
            event = db.session.get_one(Event, self.event.id)
            signups = [
                Signup(each, None if number else f"{each.lower()}@example.org", language, self._kind(kind), "1", **more)
                for number, each in enumerate((name, *guests))
            ]
            sign_up(event, *signups)
        return self.link(name)

    def link(self, name: str) -> str:
        with self._context():
            return f"/r/{person(self.one(name)).secret}"

    def status(self, name: str) -> str:
        with self._context():
            return self.one(name).status

    def does(self, name: str, act) -> None:
        with self._context(), transaction():
            act(self.one(name))

    def rules(self, kind: str | None = None, **values) -> None:
        """What the organizers decide about the event, or about one of its ticket types."""
        with self._context(), transaction():
            event = db.session.get_one(Event, self.event.id)
            for field, value in values.items():
                setattr(ticket_type(event, kind) if kind else event, field, value)
            touch(event)

    def one(self, name: str) -> Registration:
        """The newest registration under this name; in a context."""
        rows = db.session.scalars(
            db.select(Registration)
            .where(Registration.event_id == self.event.id)
            .order_by(Registration.registered_at.desc(), Registration.position)
            .execution_options(populate_existing=True)
        )
        found: Registration = next(row for row in rows if person(row).name == name)
        return found

    def one_event(self) -> Event:
        """The event as it is now; in a context."""
        return db.session.get_one(Event, self.event.id, populate_existing=True)

    @staticmethod
    def option(question: Question, slug: str) -> tuple[int, int]:
        """The newest wording of a question, and the limit of one of its options; in a context."""
        limits = db.session.scalars(db.select(OptionLimit).where(OptionLimit.question_id == question.id))
        return editing.current(question).id, next(limit.id for limit in limits if limit.option == slug)

    def _kind(self, slug: str | None) -> int:
        return ticket_type(self.event, slug).id

    def _context(self) -> AbstractContextManager[Any]:
        return self.app.app_context()
