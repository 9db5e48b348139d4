"""A strict reader of Atom feeds, by the words of RFC 4287."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ONCE = ("id", "title", "updated")
AT_MOST_ONCE = ("generator", "icon", "logo", "rights", "subtitle", "published", "summary", "content", "source")
ALLOWED = {
    "feed": {*ONCE, "author", "category", "contributor", "generator", "icon", "link", "logo", "rights", "subtitle", "entry"},
    "entry": {*ONCE, "author", "category", "content", "contributor", "link", "published", "rights", "source", "summary"},
}  # fmt: skip


def read(body: bytes) -> Element:
    """The feed; fails on any that a strict reader would refuse."""
    feed = ET.fromstring(body)  # noqa: S314 - of our own making
    found = list(problems(feed))
    assert not found, "\n".join(found)
    return feed


def problems(feed: Element) -> Iterator[str]:
    """What is wrong with it."""
    if feed.tag != f"{ATOM}feed":
        yield f"not a feed: {feed.tag}"
    entries = feed.findall(f"{ATOM}entry")
    for element, kind in ((feed, "feed"), *((entry, "entry") for entry in entries)):
        yield from _element(element, kind)
    ids = [text(entry, "id") for entry in entries]
    if len(set(ids)) < len(ids):
        yield "two entries with one id"
    if not feed.findall(f"{ATOM}author") and not all(entry.findall(f"{ATOM}author") for entry in entries):
        yield "an entry without an author"  # section 4.1.1
    relations = [link.get("rel") for link in feed.findall(f"{ATOM}link")]
    if relations.count("self") != 1 or relations.count("alternate") != 1:
        yield f"links of the feed: {relations}"


def _element(element: Element, kind: str) -> Iterator[str]:
    names = [child.tag.removeprefix(ATOM) for child in element]
    yield from (f"a {name} in a {kind}" for name in set(names) - ALLOWED[kind])
    yield from (f"{kind} has {names.count(name)} {name}" for name in ONCE if names.count(name) != 1)
    yield from (f"{kind} has more than one {name}" for name in AT_MOST_ONCE if names.count(name) > 1)
    if not urlsplit(text(element, "id")).scheme:
        yield f"an id that is no IRI: {text(element, 'id')}"
    for moment in element.findall(f"{ATOM}updated") + element.findall(f"{ATOM}published"):
        if datetime.fromisoformat(moment.text or "").utcoffset() is None:
            yield f"a moment without its offset: {moment.text}"
    for link in element.findall(f"{ATOM}link"):
        if not urlsplit(link.get("href", "")).hostname or "/" not in link.get("type", ""):
            yield f"a link that leads nowhere: {link.attrib}"
    named = [text(author, "name") for author in element.findall(f"{ATOM}author")]
    if not all((*named, text(element, "title"))):
        yield f"a {kind} without a title, or an author without a name"


def text(element: Element, name: str) -> str:
    return element.findtext(f"{ATOM}{name}") or ""


def titles(feed: Element) -> list[str]:
    return [text(entry, "title") for entry in feed.findall(f"{ATOM}entry")]


def uuid_of(entry: Element) -> UUID:
    return UUID(text(entry, "id"))
