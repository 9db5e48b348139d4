"""An event as a file that `files` reads again."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.editing import TEXTS
from eventsvc.events.file_seats import seats_told
from eventsvc.events.models import Event, Organization
from eventsvc.zones import standing

PLAIN = ("languages", "title", "summary", "description", "access", "contact", "starts", "ends", "timezone",
         "attendance", "visibility", "waitlist", "join_url", "interpretation", "registration_opens",
         "registration_closes", "confirms_address", "party_most", "promote_late", "retention_days", "venue")  # fmt: skip


def export_event(slug: str, more: Callable[[Event], dict[str, Any]] = lambda _event: {}) -> str:
    """The event with its hosts, programme and tags, as TOML. `more` tells keys that we do not know of. Raises NotFound."""
    event = db.session.scalar(sa.select(Event).where(Event.slug == slug))
    if event is None:
        raise NotFound
    tables = [("event", _event(event) | more(event))]
    if event.programme:
        tables.append(("programme", {"slug": event.programme.slug, "name": event.programme.name}))
    tables += [("tag", {"slug": tag.slug, "name": tag.name}) for tag in event.tags]
    hosts = [event.host, *(each.organization for each in event.co_hosts)]
    tables += [("organization", _organization(each)) for each in hosts]
    return "\n".join("\n".join(_table(name, values)) + "\n" for name, values in tables)


def _event(event: Event) -> dict[str, Any]:
    written: dict[str, Any] = {"slug": event.slug, "kind": event.note}
    written |= {name: getattr(event, name) for name in PLAIN}
    for name in TEXTS:
        written[name] = {tag: text for tag, text in written[name].items() if tag in event.languages}
    for name in ("starts", "ends"):
        if standing(getattr(event, name), event.timezone) == "doubled":
            written[f"{name}_fold"] = getattr(event, f"{name}_fold")
    written["host"] = event.host.name
    written["co_hosts"] = [each.organization.name for each in event.co_hosts]
    written["programme"] = event.programme.slug if event.programme else None
    written["tags"] = [tag.slug for tag in event.tags]
    written["material"] = [{"title": each.title, "released": each.released or "at start"} for each in event.materials]
    for name in ("waitlist_most", "offer_hours"):
        written[name] = getattr(event, name) or 0
    return written | seats_told(event)


def _organization(organization: Organization) -> dict[str, Any]:
    return {
        name: getattr(organization, name) for name in ("name", "names", "abbreviation", "country", "website", "contact")
    }


def _table(path: str, values: Mapping[str, Any], opening: str = "[[{}]]") -> Iterator[str]:
    """A table and those inside it; what is empty is left out, tables stand last as TOML has it."""
    yield opening.format(path)
    inner = []
    for key, value in values.items():
        if value is None or value in ("", [], {}):
            continue
        if isinstance(value, dict) and key != "venue":
            yield from (f"{key}.{_key(tag)} = {_value(text)}" for tag, text in value.items())
        elif isinstance(value, dict):
            inner.append((f"{path}.{key}", value, "[{}]"))
        elif isinstance(value, list) and isinstance(value[0], dict):
            inner += [(f"{path}.{key}", each, "[[{}]]") for each in value]
        else:
            yield f"{key} = {_value(value)}"
    for name, table, brackets in inner:
        yield from _table(name, table, brackets)


def _key(key: str) -> str:
    return key if key.isalnum() else json.dumps(key)


def _value(value: object) -> str:
    """Dates and times as ISO 8601 has them; TOML's basic strings take JSON's escapes, all of them."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(_value(each) for each in value)}]"
    return json.dumps(value, ensure_ascii=False)
