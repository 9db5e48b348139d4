"""Somebody with one mail address who registers here and there, asks for a calendar of all of it, and reads it."""

import re
from typing import Any
from urllib.parse import urlsplit

import icalendar
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.registration import own_calendar
from eventsvc.registration.models import PersonalFeed
from tests.registration import visitor

_FEED = re.compile(r"https?://\S+/feeds/mine/[\w-]{22}\.ics")
SEND, RENEW, STOP = 0, 1, 2
"""The forms of the page, in their order."""


class Subscriber:
    """Ana, or somebody else: name@example.org."""

    def __init__(self, client: FlaskClient, name: str = "Ana", language: str = "en") -> None:
        self.client, self.name, self.language = client, name, language
        self.email = f"{name.lower()}@example.org"

    def comes(self, event: Event) -> str:
        """Registers; the path of the link to this registration."""
        answer = visitor.register(self.client, event, self.name, self.language)
        assert answer.status_code == 303, answer.text
        return visitor.link_of(self.client, event, self.email)

    def presses(self, link: str, button: int = SEND) -> TestResponse:
        """One of the buttons on the page of the calendar."""
        answer = visitor.send(self.client, self.client.get(f"{link}/calendar"), button)
        assert answer.status_code == 303, answer.text
        return answer

    def mailed(self, event: Event) -> list[str]:
        """The paths of calendars in the letters about this event, oldest first."""
        letters = [visitor.text_of(mail) for mail in visitor.mails(self.client, event, self.email)]
        found = (_FEED.search(text) for text in letters)
        return [urlsplit(match[0]).path for match in found if match]

    def asks(self, event: Event, link: str) -> str:
        """Asks for the calendar, and reads the mail; its path."""
        self.presses(link)
        return self.mailed(event)[-1]

    def reads(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def entries(self, path: str) -> list[icalendar.Event]:
        answer = self.reads(path)
        assert answer.status_code == 200, answer.text
        calendar: Any = icalendar.Calendar.from_ical(answer.data)
        return list(calendar.walk("VEVENT"))

    def uids(self, path: str) -> set[str]:
        found = [str(entry["UID"]) for entry in self.entries(path)]
        assert len(found) == len(set(found))
        return set(found)


def feeds() -> list[PersonalFeed]:
    """All there are, as they are now; in a context."""
    asked = sa.select(PersonalFeed).order_by(PersonalFeed.created_at)
    return list(db.session.scalars(asked.execution_options(populate_existing=True)))


def owner_and_home(feed: PersonalFeed) -> tuple[str, int]:
    """Whose it is, and the event whose keys open it."""
    return own_calendar.opened(feed).address, feed.event_id
