"""oEmbed 1.0 (https://oembed.com): what another site needs to know to show a link to an event or a list as a card.

WordPress keeps of such an answer only `<blockquote>`, the links in it and `<iframe>`; so there is nothing else in it.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlencode, urlsplit

from flask import current_app, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from eventsvc.events import queries
from eventsvc.events.pages import see
from eventsvc.frame import site_name
from eventsvc.i18n import _, language, negotiate, pick, speaking
from eventsvc.intake import current_settings
from eventsvc.sharing.preview import card_address

CACHE_AGE = 3600  # seconds
WIDTH, CARD_HEIGHT, LIST_HEIGHT = 600, 420, 600
THUMBNAIL = (1200, 630)

_KINDS = {
    "events.short_link": "event",
    "events.event": "event",
    "registration.form": "event",
    "embedding.card": "event",
    "embedding.form": "event",
    "events.organization": "organization",
    "embedding.organization": "organization",
    "events.programme": "programme",
    "embedding.programme": "programme",
    "events.tag": "tag",
    "embedding.tag": "tag",
    "events.start": "all",
    "events.what_is_on": "all",
    "embedding.everything": "all",
}
"""What the page at an endpoint is about."""


class Limits(NamedTuple):
    """How much room there is, in pixels; None: as much as we like."""

    width: int | None = None
    height: int | None = None

    def fit(self, width: int, height: int) -> tuple[int, int]:
        return min(width, self.width or width), min(height, self.height or height)


class Subject(NamedTuple):
    """What a link is about, in words of the language being spoken; `page` and `frame` are paths."""

    title: str
    page: str
    frame: str
    height: int
    more: Mapping[str, Any]


def document(url: str, limits: Limits) -> dict[str, Any] | None:
    """The answer for this address of ours; None where it leads to nothing that can be shown."""
    try:
        found = _place(urlsplit(url))
    except ValueError:  # brackets or a port that make no sense
        return None
    if found is None:
        return None
    kind, slug, tag = found
    return _of_event(slug, tag, limits) if kind == "event" else _of_list(kind, slug, tag, limits)


def _place(url: SplitResult) -> tuple[str, str, str] | None:
    """What kind of page that is, of what, and in which language it was asked for, if it says so."""
    path = unquote(url.path)
    if not _is_ours(url) or "\0" in path:
        return None
    try:
        endpoint, values = current_app.url_map.bind("").match(path)
    except HTTPException:
        return None
    kind = _KINDS.get(endpoint)
    tag = values.get("lang") or parse_qs(url.query).get("lang", [""])[0]
    return (kind, values.get("slug", ""), tag) if kind else None


def _is_ours(url: SplitResult) -> bool:
    """Our own host, whichever of the two schemes was written."""
    ours = urlsplit(current_settings().origin)
    usual = {"http": 80, "https": 443}
    standard = all(each.port in {None, usual.get(each.scheme)} for each in (ours, url))
    return url.scheme in usual and url.hostname == ours.hostname and (standard or url.port == ours.port)


def _of_event(slug: str, tag: str, limits: Limits) -> dict[str, Any] | None:
    seen = see(slug) or see(queries.new_slug("event", slug) or "")
    if seen is None:
        return None
    event = seen.event
    with speaking(negotiate([tag, *event.languages], current_settings().language)):
        host = event.host
        more: dict[str, Any] = {
            "author_name": host.name_in(language()),
            "author_url": _full("events.organization", slug=host.slug),
        }
        if limits.fit(*THUMBNAIL) == THUMBNAIL:
            size = {"thumbnail_width": THUMBNAIL[0], "thumbnail_height": THUMBNAIL[1]}
            more |= {"thumbnail_url": card_address(event)} | size
        title = pick(event.title, language(), event.languages)[0]
        page, frame = _full("events.event", slug=event.slug), _full("embedding.card", slug=event.slug, lang=language())
        return _document(Subject(title, page, frame, CARD_HEIGHT, more), limits)


def _of_list(kind: str, slug: str, tag: str, limits: Limits) -> dict[str, Any] | None:
    with speaking(negotiate([tag], current_settings().language)):
        if kind == "all":
            page, frame = _full("events.what_is_on"), _full("embedding.everything", lang=language())
            return _document(Subject(_("What is on"), page, frame, LIST_HEIGHT, {}), limits)
        it = queries.by_slug(kind, slug) or queries.by_slug(kind, queries.new_slug(kind, slug) or "")
        if it is None:
            return None
        title = it.names.get(language()) or it.name if kind == "organization" else pick(it.name, language())[0]
        page, frame = _full(f"events.{kind}", slug=it.slug), _full(f"embedding.{kind}", slug=it.slug, lang=language())
        return _document(Subject(title, page, frame, LIST_HEIGHT, {}), limits)


def _full(endpoint: str, **values: Any) -> str:
    return current_settings().origin + url_for(endpoint, **values)


def _document(subject: Subject, limits: Limits) -> dict[str, Any]:
    width, height = limits.fit(WIDTH, subject.height)
    return {
        "version": "1.0",
        "type": "rich",
        "title": subject.title,
        "provider_name": site_name(),
        "provider_url": f"{current_settings().origin}/",
        **subject.more,
        "cache_age": CACHE_AGE,
        "width": width,
        "height": height,
        "html": str(
            Markup('<blockquote><a href="{}">{}</a></blockquote>').format(subject.page, subject.title)
            + frame_of(subject.frame, subject.title, width, height)
        ),
    }


def frame_of(address: str, title: str, width: int | str, height: int) -> Markup:
    """A frame that works without script; where it is not kept in size, it scrolls."""
    html = '<iframe src="{}" title="{}" width="{}" height="{}" frameborder="0"></iframe>'
    return Markup(html).format(address, title, width, height)  # noqa: S704  # what is put in is escaped


def links(slug: str = "", kind: str = "event") -> Markup:
    """For the head of a page about one event, organization, programme or tag: where its oEmbed answer is.

    Without a slug: for the list of everything.
    """
    page = _full(f"events.{kind}", slug=slug) if slug else _full("events.what_is_on")
    address = f"{current_settings().origin}{url_for('embedding.oembed')}?{urlencode({'url': page, 'format': 'json'})}"
    return Markup('<link rel="alternate" type="application/json+oembed" href="{}">').format(address)
