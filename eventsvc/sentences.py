"""Sentences of what lies below the languages: kept with their values, and translated where somebody reads them."""

from collections.abc import Callable
from typing import Any


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for a text that is marked now and translated later
    """Mark a text for the catalogues."""
    return text


def in_english(template: str, /, **values: Any) -> str:
    return template % values if values else template


class Told(Exception):
    """An error whose sentence an operator reads: `place: sentence`, the place being a name that no language changes."""

    def __init__(self, template: str, place: str = "", **values: Any) -> None:
        self.template, self.place, self.values = template, place, values
        super().__init__(self.told(in_english))

    def told(self, translate: Callable[..., str]) -> str:
        """The sentence in the language of `translate`, which is called as `gettext` is."""
        text = translate(self.template, **self.values)
        return f"{self.place}: {text}" if self.place else text
