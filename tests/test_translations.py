"""Every text has its Spanish: extracted from code and templates, and compared with the catalogues."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from eventsvc.cli import cli

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
CATALOGUES = sorted((ROOT / "eventsvc" / "translations" / "es").glob("*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


def extracted() -> set[object]:
    """Every message id in the code and in the templates; a pair where there is a plural."""
    found: set[object] = set()
    options = {"**.html": {"newstyle_gettext": "true"}, "**.txt": {"newstyle_gettext": "true"}}
    methods = [("**.html", "jinja2"), ("**.txt", "jinja2")]
    for _, _, message, _, _ in extract_from_dir(ROOT / "templates", methods, options, KEYWORDS):
        found.add(message)
    for _, _, message, _, _ in extract_from_dir(ROOT / "eventsvc", [("**.py", "python")], {}, KEYWORDS):
        found.add(message)
    return found - {""} | set(_help(cli))


def _help(command: click.Command) -> Iterator[str]:
    """What `--help` says of a command, its options and the commands below it."""
    yield from filter(None, [command.help, *(p.help for p in command.params if isinstance(p, click.Option))])
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        yield from _help(below)


def translated() -> Iterator[tuple[str, Message]]:
    for path in CATALOGUES:
        with path.open("rb") as source:
            yield from ((path.name, message) for message in read_po(source, locale="es") if message.id)


def test_every_text_is_translated_and_no_translation_is_left_over():
    known = {message.id for _, message in translated()}

    wanted = extracted()

    assert sorted(map(str, wanted - known)) == []
    assert sorted(map(str, known - wanted)) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_no_translation_is_empty_or_fuzzy_and_each_keeps_its_placeholders(path):
    with path.open("rb") as source:
        messages = [message for message in read_po(source, locale="es") if message.id]

    for message in messages:
        assert not message.fuzzy, message.id
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        assert all(strings), message.id
        wanted = set(PLACEHOLDER.findall(str(ids[-1])))
        assert all(set(PLACEHOLDER.findall(str(string))) - {"%(num)s"} == wanted - {"%(num)s"} for string in strings), (
            message.id
        )


def test_a_text_is_translated_in_one_way_only():
    seen: dict[object, tuple[str, object]] = {}
    for name, message in translated():
        file, string = seen.setdefault(message.id, (name, message.string))
        assert string == message.string, f"{message.id!r} differs in {file} and {name}"
