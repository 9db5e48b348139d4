"""Members of two organizations, each with a browser of their own, and the forms they fill in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventsvc.accounts import members
from eventsvc.accounts.models import Role
from eventsvc.db import attempt, db, transaction
from eventsvc.events.models import Event
from eventsvc.registration import cancellation
from eventsvc.registration.drafting import Signup
from eventsvc.registration.models import Registration
from eventsvc.registration.signup import sign_up
from tests.accounts.visitor import Visitor
from tests.factories import Cast

HOST, FOREIGN = "Alianza Americas", "Oxfam America"
_UNCHOSEN = re.compile(
    r"(<select\b[^>]*>\s*(?:<optgroup\b[^>]*>\s*)?<option\b[^>]*>[^<]*</option>)"  # the first counts where none is chosen
    r"|<option\b(?![^>]*\sselected\b)[^>]*>[^<]*</option>"
)


class Member(Visitor):
    """A signed-in member who opens pages and sends the forms on them."""

    def fill(self, page: str | TestResponse, action: str = "", /, **values: Any) -> TestResponse:
        """Open a page, change these values in its form (the one that goes to `action`), and send it."""
        shown = self.get(page) if isinstance(page, str) else page
        assert shown.status_code in {200, 409, 422}, (shown.status_code, shown.text)
        target, filled = form_on(shown, action)
        for name, value in values.items():
            if value is None:
                filled.pop(name, None)
            else:
                filled[name] = value
        return self.client.post(target, data=filled)

    def press(self, page: str, action: str) -> TestResponse:
        return self.fill(page, action)


def form_on(page: TestResponse, action: str = "") -> tuple[str, dict[str, Any]]:
    """Where the form goes, and what it holds as it stands."""
    tree = html5lib.parse(_thinned(page.text), namespaceHTMLElements=False)
    path = urlsplit(page.request.path).path
    forms = [f for f in tree.iter("form") if f.get("method") == "post"]
    found = [f for f in forms if f.get("action", path).endswith(action)] if action else _main_forms(tree)
    assert found, f"no form to {action} on {path}"
    return found[0].get("action", path), _values(found[0])


def _main_forms(tree: Any) -> list[Any]:
    return [f for f in tree.find(".//main").iter("form") if f.get("method") == "post"]


def _values(form: Any) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in form.iter("input"):
        counts = field.get("type") not in {"radio", "checkbox"} or "checked" in field.attrib
        if counts and field.get("name"):
            values[field.get("name")] = field.get("value", "on" if field.get("type") == "checkbox" else "")
    for area in form.iter("textarea"):
        values[area.get("name")] = (area.text or "").removeprefix("\n")
    for select in form.iter("select"):
        options = list(select.iter("option"))
        chosen = next((o for o in options if "selected" in o.attrib), options[0])
        values[select.get("name")] = chosen.get("value")
    return values


def says(page: TestResponse, sentence: str) -> bool:
    """Does the page say this, blanks and markup aside?"""
    wanted = " ".join(sentence.split())
    return any(wanted in text for html in (_thinned(page.text), page.text) for text in _texts(html))


def _texts(html: str) -> Iterator[str]:
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    yield from (" ".join(between.join(tree.itertext()).split()) for between in ("", " "))


def _thinned(html: str) -> str:
    """Without the options nobody chose: five hundred time zones take longer to read than all the rest."""
    return _UNCHOSEN.sub(r"\1", html)


@dataclass
class Staff:
    """Who works here, and who comes."""

    app: Flask
    cast: Cast

    def member(self, role: str = "owner", organization: str = HOST, language: str = "en") -> Member:
        """A member with this role, signed in."""
        address = f"{role}@{organization.split(maxsplit=1)[0].lower()}.example.org"
        return self.joins(organization, address, role, language)

    def joins(self, organization: str, address: str, role: str = "owner", language: str = "en") -> Member:
        """Whoever signs in with this address is a member of this organization as well."""
        with self.app.app_context():
            host = self.cast.organization(organization)
            with transaction():
                members.enroll(address, host.id, Role(role), language)
        member = Member(self.app.test_client())
        member.sign_in(address)
        return member

    def stranger(self) -> FlaskClient:
        return self.app.test_client()

    def event(self, title: str = "Assembly", **values: Any) -> Event:
        return self.cast.event(title, **values)

    def signs_up(self, event: Event, name: str, email: str | None = "", language: str = "en", kind: int = 0) -> Any:
        """Somebody registers; their registration's id. Without an address where `email` is None."""
        address = email if email != "" else f"{name.split(maxsplit=1)[0].lower()}@example.org"
        with self.app.app_context():
            fresh = db.session.get(Event, event.id)
            assert fresh
            types = db.session.scalars(
                db.text("SELECT id FROM ticket_types WHERE event_id = :e ORDER BY position, id"), {"e": event.id}
            ).all()
            return sign_up(fresh, Signup(name, address, language, types[kind], "1")).registration_id

    def cancels(self, registration_id: Any) -> None:
        def unit() -> None:
            with transaction():
                found = db.session.get(Registration, registration_id)
                assert found
                cancellation.cancel(found)

        with self.app.app_context():
            attempt(unit)

    def fresh(self, event: Event) -> Event:
        """The event as it is in the database now."""
        with self.app.app_context():
            found = db.session.get(Event, event.id, populate_existing=True)
            assert found
            _ = (
                found.co_hosts,
                [c.organization for c in found.co_hosts],
                found.tags,
                found.programme,
                found.host,
                found.materials,
            )
            return found

    def by_title(self, title: str) -> Event:
        with self.app.app_context():
            found = [e for e in db.session.scalars(db.select(Event)) if title in e.title.values()]
            assert len(found) == 1, found
            return self.fresh(found[0])

    def statuses(self, event: Event) -> list[str]:
        """The statuses of the event's registrations, in their order."""
        with self.app.app_context():
            rows = db.session.scalars(
                db.select(Registration)
                .where(Registration.event_id == event.id)
                .order_by(Registration.registered_at, Registration.id)
            )
            return [r.status for r in rows]
