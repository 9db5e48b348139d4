"""The words between braces in a letter, such as {title}: what may stand there, and what is filled in.

A fixed set and nothing else: no expressions, no attributes, no formats. What is wrong is refused when it is saved;
filling in cannot fail, and whatever has no value then is left out.
"""

import re
from collections.abc import Collection, Mapping

_BETWEEN = re.compile(r"\{([^{}\n]*)\}")
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LINKED = re.compile(r"[:/\\@<>{}]+")
_LIKE_A_HOST = re.compile(r"\.(?=\w)")
LONGEST_NAME = 60


class UnknownPlaceholder(ValueError):
    """There is no such placeholder in this letter; `found` is what stands between the braces."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


class LoneBrace(ValueError):
    """A brace without the other one."""


def check(text: str, allowed: Collection[str]) -> None:
    """Raises UnknownPlaceholder or LoneBrace."""
    for found in _BETWEEN.finditer(text):
        if _name(found) not in allowed:
            raise UnknownPlaceholder(found[1].strip())
    if re.search(r"[{}]", _BETWEEN.sub("", text)):
        raise LoneBrace


def named_in(text: str) -> set[str]:
    """The placeholders that the text has."""
    return {_name(found) for found in _BETWEEN.finditer(text)}


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with these values; what is not among them becomes nothing."""
    return _BETWEEN.sub(lambda found: values.get(_name(found), ""), text)


def fill_apart(text: str, values: Mapping[str, str]) -> str:
    """The same, with values that run the other way kept from turning the line around (Unicode UAX 9)."""
    turned = bool(_FROM_THE_RIGHT.search(text))
    return fill(text, {name: _apart(value, turned) for name, value in values.items()})


def harmless(name: str) -> str:
    """A name as somebody typed it, in which no mail reader finds a link: it could be an advertisement."""
    plain = " ".join(_LINKED.sub(" ", name).split())[:LONGEST_NAME].rstrip()
    return _LIKE_A_HOST.sub(". ", plain)


def _name(found: re.Match[str]) -> str:
    return found[1].strip().lower()


def _apart(value: str, turned: bool) -> str:
    if not value or value.startswith("\u2068") or not (turned or _FROM_THE_RIGHT.search(value)):
        return value
    return f"\u2068{value}\u2069"
