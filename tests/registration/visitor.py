"""A visitor with a browser that runs no script: opens pages, fills in forms, follows redirects, reads their mail."""

import zlib
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from typing import Any, Literal
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventsvc import vault
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.mail.models import Message


class Form(HTMLParser):
    """The forms of a page: where they go, and what their inputs hold."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given["action"], {}))
        elif tag == "input" and self.forms and self._counts(given):
            self.forms[-1][1][given["name"]] = given.get("value", "")

    @staticmethod
    def _counts(given: dict[str, str]) -> bool:
        return given.get("type") not in {"radio", "checkbox"} or "checked" in given


def forms_in(response: TestResponse) -> list[tuple[str, dict[str, str]]]:
    return Form(response.text).forms


def send(client: FlaskClient, page: TestResponse, number: int = 0, /, **values: Any) -> TestResponse:
    """Fill in the page's form of this number and send it."""
    action, filled = forms_in(page)[number]
    return client.post(action, data={**filled, **values})


def register(client: FlaskClient, event: Event, name: str = "Ana", lang: str = "en", **values: Any) -> TestResponse:
    """Open the form, fill it in and send it; the answer to the POST."""
    page = client.get(f"/{lang}/events/{event.slug}/register")
    assert page.status_code == 200, page.text
    values = {"name": name, "email": f"{name.lower()}@example.org", "consent": "y"} | values
    return send(client, page, **values)


def mails(client: FlaskClient, event: Event, to: str | None = None) -> list[EmailMessage]:
    """What lies in the outbox for this event, in the order of posting."""
    with client.application.app_context():
        keys = vault.keyring().of_event(event.id)
        rows = db.session.scalars(
            db.select(Message).where(Message.event_id == event.id).order_by(Message.created_at, Message.id)
        )
        opened = [zlib.decompress(keys.open_bytes(row.body or b"", "messages.body", row.id)) for row in rows]
    read = [message_from_bytes(raw, policy=default) for raw in opened]
    return [mail for mail in read if to is None or mail["To"] == to]


def text_of(mail: EmailMessage) -> str:
    return _part(mail, "plain")


def html_of(mail: EmailMessage) -> str:
    return _part(mail, "html")


def _part(mail: EmailMessage, kind: Literal["plain", "html"]) -> str:
    """With plain line ends and spaces, for comparing."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n").replace("\xa0", " ")


def link_in(mail: EmailMessage) -> str:
    """The path of the secret link a mail holds."""
    found = [word for word in text_of(mail).split() if "/r/" in word]
    assert len(found) == 1, found
    return urlsplit(found[0]).path


def link_of(client: FlaskClient, event: Event, to: str) -> str:
    """The path in the newest mail to this address."""
    return link_in(mails(client, event, to)[-1])
