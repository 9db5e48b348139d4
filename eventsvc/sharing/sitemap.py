"""Every page that search engines are to know, in every language: public events and what they belong to.

Four small queries, however many events there are. An event whose personal data are gone is over for a while, and out.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import CoHost, Event, Organization, Programme, Tag, event_tags
from eventsvc.events.queries import listed
from eventsvc.i18n import LANGUAGES
from eventsvc.intake import current_settings

PAGES_IN_FILE = 1000
"""Each stands there once for each language, with a link to all of them: some two megabytes, where fifty are allowed."""

findable = sa.and_(listed, Event.published_at.is_not(None), Event.purged_at.is_(None))


class Page(NamedTuple):
    """A page without its language: "events/assembly"; the front page is the empty path."""

    path: str
    changed: datetime | None

    @property
    def addresses(self) -> list[tuple[str, str]]:
        """Language and address."""
        return [(tag, f"{current_settings().origin}/{tag}/{quote(self.path)}") for tag in LANGUAGES]


def pages() -> list[Page]:
    """The front page first, then events from the oldest on, so that the parts of a long list stay what they are."""
    events = [Page(f"events/{slug}", changed) for slug, changed in _events()]
    latest = max((page.changed for page in events if page.changed), default=None)
    return [Page("", latest), *events, *_collections()]


def parts(found: Sequence[Page]) -> list[Sequence[Page]]:
    """The same in files of at most PAGES_IN_FILE."""
    return [found[at : at + PAGES_IN_FILE] for at in range(0, len(found), PAGES_IN_FILE)]


def _events() -> Sequence[sa.Row[str, datetime]]:
    return db.session.execute(sa.select(Event.slug, Event.changed_at).where(findable).order_by(Event.id)).all()


def _collections() -> Iterator[Page]:
    """What has a page because events belong to it, and when the latest of these changed."""
    latest = sa.func.max(Event.changed_at)
    programmes = sa.select(Programme.slug, latest).join(Event, Event.programme_id == Programme.id).where(findable)
    tags = sa.select(Tag.slug, latest).join(event_tags, event_tags.c.tag_id == Tag.id).join(Event).where(findable)
    for folder, query, slug in (
        ("organizations", _hosts(), Organization.slug),
        ("programmes", programmes.group_by(Programme.slug), Programme.slug),
        ("tags", tags.group_by(Tag.slug), Tag.slug),
    ):
        rows = db.session.execute(query.order_by(slug))
        yield from (Page(f"{folder}/{name}", changed) for name, changed in rows)


def _hosts() -> sa.Select[str, datetime]:
    hosted = sa.select(Event.host_id.label("organization_id"), Event.changed_at).where(findable)
    shared = sa.select(CoHost.organization_id, Event.changed_at).join(Event, Event.id == CoHost.event_id)
    both = sa.union_all(hosted, shared.where(findable)).subquery()
    latest = sa.select(Organization.slug, sa.func.max(both.c.changed_at))
    return latest.join(both, both.c.organization_id == Organization.id).group_by(Organization.slug)
