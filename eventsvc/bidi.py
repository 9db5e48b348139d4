"""Texts that run the other way inside a line of ours, which runs from left to right in every language of the interface.

What nobody named the language of (a venue, an organization, a person) is known by its letters. Without a mark around it,
an Arabic name would turn the words and numbers beside it around.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from eventsvc.languages import direction

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def isolated(text: str) -> str:
    """For plain text: between signs that keep its direction to itself (Unicode UAX 9, 2.4), if it needs them."""
    if isinstance(text, Markup):
        return text
    text = str(text)  # texts that are looked up when shown come here too
    if not _FROM_THE_RIGHT.search(text) or text.startswith(FIRST_STRONG_ISOLATE):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def apart(text: str, tags: Iterable[str] = ()) -> str:
    """For a page: in an element of its own if it needs one, in the first of these languages that is written so."""
    if isinstance(text, Markup) or not _FROM_THE_RIGHT.search(str(text)):
        return text
    tag = next((tag for tag in tags if direction(tag) == "rtl"), "") if _begins_from_the_right(text) else ""
    return Markup('<bdi lang="{}">{}</bdi>').format(tag, text) if tag else Markup("<bdi>{}</bdi>").format(text)


def filled(sentence: str, values: Mapping[str, Any]) -> str:
    """The sentence with its `%(name)s` filled in, each set apart where it needs it; Markup if one of them is."""
    if any(isinstance(value, Markup) for value in values.values()):
        sentence = escape(sentence)
    return sentence % set_apart(values)


def set_apart(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: isolated(value) if isinstance(value, str) else value for name, value in values.items()}


def _begins_from_the_right(text: str) -> bool:
    strong = (unicodedata.bidirectional(sign) for sign in text)
    return next((kind for kind in strong if kind in {"L", "R", "AL"}), "L") != "L"
