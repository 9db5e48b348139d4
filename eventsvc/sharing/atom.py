"""What is on, for readers of feeds: the events announced last come first (Atom, RFC 4287).

A feed changes when one of its events does, and by itself once a day, when what is over leaves it.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import sqlalchemy as sa
from flask import render_template

from eventsvc.calendar.entries import cancelled_prefix
from eventsvc.calendar.feeds import BACK, State, subject
from eventsvc.db import db
from eventsvc.events import listing
from eventsvc.events.facts import local
from eventsvc.events.models import Event, EventStatus, Organization
from eventsvc.events.places import place_line
from eventsvc.events.queries import columns_of, organization_in
from eventsvc.frame import site_name
from eventsvc.i18n import language, pick, span_text
from eventsvc.intake import current_settings
from eventsvc.sharing.sitemap import findable
from eventsvc.sharing.ways import page_address

MOST = 50
FOLDERS = {"organization": "organizations", "programme": "programmes", "tag": "tags"}
_UNFIT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # for XML 1.0


class Entry(NamedTuple):
    """An event as a feed tells of it."""

    id: str
    title: str
    tag: str  # the language of the title
    url: str
    host: str
    published: datetime
    updated: datetime
    summary: str


def feed(state: State) -> bytes:
    """In the language being spoken."""
    owner = subject(state)
    path = f"{FOLDERS[state.kind]}/{owner.slug}" if owner else ""
    name = owner.name_in(language()) if isinstance(owner, Organization) else owner and pick(owner.name, language())[0]
    origin = f"{current_settings().origin}/{language()}"
    text = render_template(
        "sharing/feed.xml",
        title=name or (owner.slug if owner else site_name()),
        itself=f"{origin}/feeds/{path or 'all'}.atom",
        page=f"{origin}/{path}",
        updated=state.changed or state.since,
        entries=[_entry(row) for row in _rows(state)],
    )
    return _UNFIT.sub("", text).encode()


def _rows(state: State) -> Sequence[Any]:
    belongs = {
        "organization": listing.hosted_by,
        "programme": listing.in_programme,
        "tag": listing.tagged,
    }
    within = belongs[state.kind](state.id) if state.kind in belongs else sa.true()
    return db.session.execute(
        sa.select(Event.__table__, *columns_of(Organization, "host"))
        .join(Organization, Organization.id == Event.host_id)
        .where(findable, within, Event.ends_at > state.since + BACK)
        .order_by(Event.published_at.desc(), Event.id.desc())
        .limit(MOST)
    ).all()


def _entry(row: Any) -> Entry:
    title, tag = pick(row.title, language(), row.languages)
    if row.status == EventStatus.CANCELLED:
        title = f"{cancelled_prefix(tag)} {title}"
    return Entry(
        id=uuid5(UUID(row.uid), language()).urn,  # one for each language: another text is another entry
        title=title,
        tag=tag,
        url=page_address(row.slug),
        host=organization_in(row, "host").name_in(language()),
        published=row.published_at,
        updated=max(row.changed_at, row.published_at),
        summary=_summary(row),
    )


def _summary(row: Any) -> str:
    starts = local(row.starts, row.timezone, row.starts_fold)
    ends = local(row.ends, row.timezone, row.ends_fold)
    said = pick(row.summary, language(), row.languages)[0]
    return " · ".join(filter(None, (span_text(starts, ends), place_line(row), said)))
