"""Slugs: short names in paths, made from titles, never given to anything else afterwards."""

import re
import unicodedata
from collections.abc import Callable

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event, FormerSlug, Organization, Programme, Tag

LONGEST = 60
KINDS: dict[str, type[Event | Organization | Programme | Tag]] = {
    "event": Event,
    "organization": Organization,
    "programme": Programme,
    "tag": Tag,
}


def slugify(text: str) -> str:
    """NFKD without marks, lower case, every other run to a hyphen, at most 60 signs; `x` where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", _plain(text)).strip("-")[:LONGEST].rstrip("-") or "x"


def keeps_its_letters(text: str) -> bool:
    """Whether a slug made from this text has something to show, and all of its letters and numbers."""
    signs = [sign for sign in _plain(text) if sign.isalnum()]
    return bool(signs) and all(sign.isascii() for sign in signs)


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()


def free_slug(kind: str, text: str) -> str:
    """A slug made from the text that nothing of this kind has or had: `text`, `text-2`, `text-3`."""
    return _first_free(slugify(text), lambda slug: is_taken(kind, slug))


def _first_free(wanted: str, taken: Callable[[str], bool]) -> str:
    slug, number = wanted, 1
    while taken(slug):
        number += 1
        ending = f"-{number}"
        slug = wanted[: LONGEST - len(ending)].rstrip("-") + ending
    return slug


def is_taken(kind: str, slug: str) -> bool:
    model = KINDS[kind]
    now = db.session.scalar(sa.select(sa.literal(1)).where(model.slug == slug))
    return bool(now or db.session.get(FormerSlug, (kind, slug)))


def rename(thing: Event | Organization | Programme | Tag, kind: str, slug: str) -> None:
    """Give it another slug; the old one keeps leading here."""
    if slug != thing.slug:
        db.session.add(FormerSlug(kind=kind, slug=thing.slug, target_id=thing.id))
        thing.slug = slug
