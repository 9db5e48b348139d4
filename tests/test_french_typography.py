"""The French catalogues keep the rules of French print, which no translator types without slipping."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent.parent / "eventsvc" / "translations" / "fr"
NO_BREAK = "\N{NO-BREAK SPACE}"
LOOSE = re.compile(rf"(?<![{NO_BREAK}?!])[;?!»]|(?<!{NO_BREAK}):(?!//)|«(?!{NO_BREAK})")
"""Double punctuation that may be torn from its word at the end of a line, or touches it."""


def texts() -> Iterator[str]:
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale="fr"):
                if message.id:
                    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
                    yield from filter(None, strings)


def test_double_punctuation_stays_with_its_word():
    assert LOOSE.search("Erreur :")
    assert LOOSE.search("Quoi?")
    assert not LOOSE.search(f"Quoi{NO_BREAK}? https://example.org")
    assert [text for text in texts() if LOOSE.search(text)] == []


def test_an_apostrophe_is_the_printed_one():
    assert [text for text in texts() if "'" in text] == []


def test_nobody_is_addressed_with_dots_in_a_word():
    assert [text for text in texts() if re.search(r"\w[·•]\w|\w\(e\)", text)] == []
