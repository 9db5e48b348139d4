"""Organizations, programmes and tags that a file names: found, completed, or made."""

import unicodedata

import sqlalchemy as sa

from eventsvc.db import LanguageMap, db
from eventsvc.events import editing
from eventsvc.events.file_shape import EventFile, OrganizationEntry
from eventsvc.events.models import Event, FormerSlug, Organization, Programme, Tag, event_tags
from eventsvc.events.slugs import free_slug


def organization_named(name: str) -> Organization:
    """The organization that writes itself like this; made if it is not known."""
    name = spelled(name)
    found = db.session.scalar(sa.select(Organization).where(Organization.name == name))
    if found is None:
        found = Organization(slug=free_slug("organization", name), name=name)
        db.session.add(found)
        db.session.flush()
    return found


def spelled(name: str) -> str:
    """One spelling of accents and blanks, by which names are compared."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def programme(slug: str, name: LanguageMap | None = None, *, update: bool = False) -> Programme:
    """The programme with this slug, now or before; made if it is not known. A known one is renamed only on `update`."""
    found = db.session.scalar(sa.select(Programme).where(Programme.slug == slug)) or db.session.scalar(
        sa.select(Programme).join(FormerSlug, FormerSlug.target_id == Programme.id).where(*_former("programme", slug))
    )
    if found is None:
        found = Programme(slug=slug, name=name or _from_slug(slug))
        db.session.add(found)
    elif update and name and found.name != name:
        found.name, found.version = name, found.version + 1
        editing.touch_events_of(Event.programme_id == found.id)
    db.session.flush()
    return found


def tag(slug: str, name: LanguageMap | None = None, *, update: bool = False) -> Tag:
    """The same for a tag."""
    found = db.session.scalar(sa.select(Tag).where(Tag.slug == slug)) or db.session.scalar(
        sa.select(Tag).join(FormerSlug, FormerSlug.target_id == Tag.id).where(*_former("tag", slug))
    )
    if found is None:
        found = Tag(slug=slug, name=name or _from_slug(slug))
        db.session.add(found)
    elif update and name and found.name != name:
        found.name = name
        editing.touch_events_of(Event.id.in_(sa.select(event_tags.c.event_id).where(event_tags.c.tag_id == found.id)))
    db.session.flush()
    return found


def _former(kind: str, slug: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return FormerSlug.kind == kind, FormerSlug.slug == slug


def _from_slug(slug: str) -> LanguageMap:
    return {"en": slug.replace("-", " ").capitalize()}


def take_in(file: EventFile, *, update: bool) -> None:
    """What the file says about organizations, programmes and tags themselves."""
    for entry in file.organization:
        _complete(organization_named(entry.name), entry, update=update)
    for each in file.programme:
        programme(each.slug, each.name, update=update)
    for each in file.tag:
        tag(each.slug, each.name, update=update)


def _complete(organization: Organization, entry: OrganizationEntry, *, update: bool) -> None:
    """What is not known yet is filled in; what is known is replaced only on `update`."""
    changed = False
    for name in ("names", "abbreviation", "country", "website", "contact"):
        given, known = getattr(entry, name), getattr(organization, name)
        if given and given != known and (update or not known):
            setattr(organization, name, given)
            changed = True
    if changed:
        editing.touch_organization(organization)
