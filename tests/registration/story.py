"""Somebody signs up, things happen to them, and their mailbox is read."""

from eventsvc.db import db, transaction
from eventsvc.events.editing import touch
from eventsvc.events.models import Event
from eventsvc.registration import announcements
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Registration
from eventsvc.registration.people import person
from eventsvc.registration.signup import add, sign_up
from tests.registration.journal import ticket_type
from tests.registration.visitor import mails


class Story:
    """Somebody signs up for the event, and things happen to them."""

    def __init__(self, app, client, event, language="en"):
        self.app, self.client, self.event, self.language = app, client, event, language

    def comes(self, who="ana", name="Typed-Name", added=False, guests=()):
        with self.app.app_context():
            event = db.session.get_one(Event, self.event.id)
            signup = Signup(name, f"{who}@example.org", self.language, ticket_type(event).id, "1")
            others = [Signup(guest, None, self.language, ticket_type(event).id, "1") for guest in guests]
            if added:
                add(event, signup)
            else:
                sign_up(event, signup, *others)

    def does(self, what, who="ana"):
        with self.app.app_context():
            rows = db.session.scalars(db.select(Registration).where(Registration.event_id == self.event.id))
            one = next(row for row in rows if person(row).email == f"{who}@example.org")
            with transaction():
                what(one)

    def rules(self, **values):
        """What the organizers decide about the event, or about its only ticket type."""
        with self.app.app_context(), transaction():
            event = db.session.get_one(Event, self.event.id)
            for name, value in values.items():
                setattr(event if hasattr(event, name) else ticket_type(event), name, value)
            touch(event)

    def changes(self, **values):
        with self.app.app_context():
            with transaction():
                announcements.change(db.session.get_one(Event, self.event.id), "Sorry for the trouble.", **values)
            self._tell()

    def is_called_off(self):
        with self.app.app_context():
            with transaction():
                announcements.call_off(db.session.get_one(Event, self.event.id), "The hotel is closed.")
            self._tell()

    def _tell(self):
        for announcement in announcements.unfinished():
            with transaction():
                while announcements.carry_on(announcement):
                    pass

    def mail(self, who="ana@example.org"):
        """The newest one."""
        return mails(self.client, self.event, who)[-1]


def method_of(mail):
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return parts[0].get_param("method") if parts else None
