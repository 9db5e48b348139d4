"""A client that reads every page it is given, as a strict reader would: `browse.get("/en/")`.

It looks for broken HTML, headings out of order, inputs without a label, ids that lead nowhere, inline style or script,
things loaded from elsewhere, and English sentences of ours on a page in another language.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from babel.messages.pofile import read_po
from flask import Flask
from werkzeug.test import TestResponse

from eventsvc.i18n import LANGUAGES, TRANSLATIONS

WORDY = 3
"""A sentence of ours with so many words is looked for inside other text too; a shorter one must be all of a text."""

SPOKEN = ("aria-label", "title", "alt", "placeholder")


class Browser:
    """Fetches pages and fails on any that a strict reader would not accept."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, path: str, status: int = 200, **options: Any) -> TestResponse:
        return self._read(self.client.get(path, **options), path, status)

    def post(self, path: str, data: dict[str, Any] | None = None, status: int = 303, **options: Any) -> TestResponse:
        return self._read(self.client.post(path, data=data, **options), path, status)

    def _read(self, response: TestResponse, path: str, status: int) -> TestResponse:
        assert response.status_code == status, f"{path}: {response.status}"
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            found = problems(response.text)
            assert not found, f"{path}:\n" + "\n".join(found)
        return response


@pytest.fixture
def browse(app: Flask) -> Browser:
    return Browser(app)


def problems(html: str) -> list[str]:
    """What is wrong with this page; an empty list if nothing is."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page = parser.parse(html)
    broken = [f"HTML: {code} at {place} {detail}" for place, code, detail in parser.errors]
    checks = (_frame, _headings, _ids, _labels, _inline, _elsewhere, _foreign_words)
    return broken + [problem for check in checks for problem in check(page)]


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _frame(page: Element) -> Iterator[str]:
    if page.get("lang") not in LANGUAGES or page.get("dir") not in {"ltr", "rtl"}:
        yield "html: lang or dir is missing"
    for name in ("main", "h1", "head/title"):
        if len(page.findall(f".//{name}")) != 1:
            yield f"not exactly one {name}"
    heading, title = page.find(".//h1"), page.find(".//title")
    if heading is not None and title is not None and text_of(heading) not in text_of(title):
        yield f"the title {text_of(title)!r} does not hold the heading {text_of(heading)!r}"


def _headings(page: Element) -> Iterator[str]:
    levels = [int(e.tag[1]) for e in page.iter() if re.fullmatch("h[1-6]", str(e.tag))]
    if 1 in levels:  # the summary of errors may stand before it
        levels = levels[levels.index(1) :]
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"an h{after} follows an h{before}"


def _ids(page: Element) -> Iterator[str]:
    ids = Counter(e.get("id") for e in page.iter() if e.get("id") is not None)
    yield from (f"id {name!r} stands there {count} times" for name, count in ids.items() if count > 1 or not name)
    for element in page.iter():
        wanted = " ".join(element.get(name, "") for name in ("for", "aria-describedby", "aria-labelledby")).split()
        if (element.get("href") or "").startswith("#"):
            wanted.append(element.get("href", "")[1:])
        yield from (f"{element.tag} points to {name!r}, which is not there" for name in wanted if name not in ids)


def _labels(page: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in page.iter("label") if text_of(label)}
    inside = {id(e) for label in page.iter("label") if text_of(label) for e in label.iter()}
    for element in page.iter():
        name = str(element.tag)
        if name in {"select", "textarea"} or (name == "input" and element.get("type") != "hidden"):
            spoken = element.get("aria-label") or element.get("aria-labelledby")
            if element.get("id") not in labelled and id(element) not in inside and not spoken:
                yield f"{name} {element.get('name')!r} has no label"
        if name in {"a", "button", "legend", "th", "label"} and not (text_of(element) or element.get("aria-label")):
            yield f"an empty {name}"
        if name == "img" and element.get("alt") is None:
            yield "an img without alt"


def _inline(page: Element) -> Iterator[str]:
    for element in page.iter():
        if element.tag == "script" and element.get("type") == "application/ld+json":
            yield from _not_json(element.text or "")
        elif element.tag == "style" or (element.tag == "script" and not element.get("src")):
            yield f"an inline {element.tag}"
        yield from (f"{element.tag} has {name}" for name in element.attrib if name == "style" or name.startswith("on"))


def _not_json(text: str) -> Iterator[str]:
    """A block of data runs nothing, but must be data."""
    try:
        read = json.loads(text)
    except ValueError as error:
        yield f"a data block is not JSON: {error}"
    else:
        if read.get("@context") != "https://schema.org":
            yield "a data block without its vocabulary"


def _elsewhere(page: Element) -> Iterator[str]:
    for element in page.iter():
        source = element.get("src") or (element.get("href") if element.tag == "link" else None)
        if source and element.get("rel") not in {"alternate", "canonical"} and not re.match(r"/(?!/)", source):
            yield f"{element.tag} loads {source}"


def _foreign_words(page: Element) -> Iterator[str]:
    tag = page.get("lang", "en")
    if tag != "en":
        yield from (f"not in {tag}: {text!r}" for text in _texts(page, tag) if _is_english(text, tag))


def _texts(element: Element, tag: str) -> Iterator[str]:
    """Every text of the page that claims to be in its language."""
    if element.get("lang", tag) != tag or not isinstance(element.tag, str):
        return
    found = [element.text, *(element.get(name) for name in SPOKEN)]
    if element.get("name") == "description":
        found.append(element.get("content"))
    yield from (" ".join(text.split()) for text in found if text and text.strip())
    for child in element:
        yield from _texts(child, tag)
        if child.tail and child.tail.strip():
            yield " ".join(child.tail.split())


def _is_english(text: str, tag: str) -> bool:
    whole, parts, patterns = _english(tag)
    return text in whole or any(part in text for part in parts) or any(p.fullmatch(text) for p in patterns)


@cache
def _english(tag: str) -> tuple[set[str], list[str], list[re.Pattern[str]]]:
    """The English sentences that a language writes otherwise: short, long, and with something to fill in."""
    whole, parts, patterns = set(), [], []
    for sentence in _sentences(tag):
        if "%(" not in sentence:
            whole.add(sentence)
            if len(sentence.split()) >= WORDY:
                parts.append(sentence)
        elif len(re.sub(r"%\(\w+\)s|[^a-zA-Z]", "", sentence)) > WORDY:
            patterns.append(re.compile(".+?".join(map(re.escape, re.split(r"%\(\w+\)s", sentence)))))
    return whole, parts, patterns


def _sentences(tag: str) -> Iterator[str]:
    """Those of the whole house, for what a language has no words for should not be on its pages; without what is the same in it."""
    own = _catalogue(tag)
    for ids in {ids for language in LANGUAGES for ids in _catalogue(language)}:
        if set(ids) != set(own.get(ids, ())):
            yield from (" ".join(each.split()) for each in ids)


@cache
def _catalogue(tag: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Every message of a language: its English forms, and its own."""
    found = {}
    for path in (TRANSLATIONS / tag).glob("*.po"):
        with path.open("rb") as file:
            for message in filter(lambda message: message.id, read_po(file)):
                ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
                strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
                found[tuple(ids)] = tuple(string or "" for string in strings)
    return found
