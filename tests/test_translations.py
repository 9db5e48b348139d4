"""Every text is in every language that its readers may speak: extracted from code and templates, and compared with the catalogues.

The back office, signing in and the commands speak the languages of the office; all else speaks every language there is.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from eventsvc.cli import cli
from eventsvc.languages import LANGUAGES, OFFICE_LANGUAGES

ROOT = Path(__file__).parent.parent
KEYWORDS = {
    "_": None,
    "N_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
TRANSLATED = [tag for tag in LANGUAGES if tag != "en"]
CATALOGUES = sorted(path for tag in TRANSLATED for path in (ROOT / "eventsvc" / "translations" / tag).glob("*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")

OFFICE = re.compile(
    r"templates/(accounts|mailbox|organizers)/|templates/mail/(sign_in|test)\."
    r"|eventsvc/(accounts|commands|migrations|operations|organizers|pictures)/"
    r"|eventsvc/(cli|schema|settings|vault)\.py"
    r"|eventsvc/events/(files|file_\w+)\.py|eventsvc/mail/(upkeep|views)\.py"
    r"|eventsvc/questions/(arrangement|editing|files|wordings)\.py"
)
"""What only organizers and operators read. Whatever is not named here is for everybody."""


def texts(*, for_everybody: bool) -> set[object]:
    """The message ids in code and templates; a pair where there is a plural."""
    return {message for place, message in _extracted() if message and not (for_everybody and OFFICE.match(place))}


@cache
def _extracted() -> list[tuple[str, object]]:
    options = {"**.html": {"newstyle_gettext": "true"}, "**.txt": {"newstyle_gettext": "true"}}
    pages = [("**.html", "jinja2"), ("**.txt", "jinja2")]
    found = [
        (f"{folder}/{path}", message)
        for folder, methods in (("templates", pages), ("eventsvc", [("**.py", "python")]))
        for path, _, message, _, _ in extract_from_dir(ROOT / folder, methods, options, KEYWORDS)
    ]
    return [*found, *(("eventsvc/cli.py", message) for message in _help(cli))]


def wanted(language: str) -> set[object]:
    """All that has to be in the catalogues of this language, and nothing else may be."""
    return texts(for_everybody=language not in OFFICE_LANGUAGES)


def _help(command: click.Command) -> Iterator[str]:
    """What `--help` says of a command, its options and the commands below it."""
    yield from filter(None, [command.help, *(p.help for p in command.params if isinstance(p, click.Option))])
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        yield from _help(below)


def messages_in(path: Path) -> list[Message]:
    with path.open("rb") as source:
        return [message for message in read_po(source, locale=path.parent.name) if message.id]


def translated(language: str) -> Iterator[tuple[str, Message]]:
    for path in CATALOGUES:
        if path.parent.name == language:
            yield from ((path.name, message) for message in messages_in(path))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_no_translation_is_left_over(language):
    known = {message.id for _, message in translated(language)}

    assert sorted(map(str, wanted(language) - known)) == []
    assert sorted(map(str, known - wanted(language))) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_translation_is_empty_or_fuzzy_and_each_keeps_its_placeholders(path):
    for message in messages_in(path):
        assert not message.fuzzy, message.id
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        assert all(strings), message.id
        placeholders = set(PLACEHOLDER.findall(str(ids[-1])))
        assert all(
            set(PLACEHOLDER.findall(str(string))) - {"%(num)s"} == placeholders - {"%(num)s"} for string in strings
        ), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_text_is_translated_in_one_way_only(language):
    seen: dict[object, tuple[str, object]] = {}
    for name, message in translated(language):
        file, string = seen.setdefault(message.id, (name, message.string))
        assert string == message.string, f"{message.id!r} differs in {file} and {name}"


def test_what_only_the_office_reads_is_there():
    """A rule that matches nothing any more would let texts for everybody slip through under its name."""
    places = {place for place, _ in _extracted()}

    for rule in ("templates/organizers/", "templates/accounts/", "eventsvc/organizers/", "eventsvc/commands/"):
        assert any(place.startswith(rule) for place in places), rule
    assert texts(for_everybody=True) < texts(for_everybody=False)
