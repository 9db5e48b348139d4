"""The accent colour of an organization, corrected so that everybody can read what is written in it and on it.

The hue stays, and as much of the rest as can: the colour is made darker on light pages and lighter on dark ones, until
its contrast is at least 4.5 on every ground there is (WCAG 2.2, 1.4.3).
"""

import hashlib
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from eventsvc.assets import STATIC
from eventsvc.pictures.oklch import Tone, colour_of, contrast, tone_of

ENOUGH = 4.5
STEP = 0.004
STRONGER, OTHERWISE = 0.09, 0.2
"""In lightness: what is pointed at stands out by so much, and by more near black or white, where steps look smaller."""

WHITE = "ffffff"


class Colours(NamedTuple):
    """What an accent becomes in one scheme; each "rrggbb"."""

    accent: str
    strong: str
    on: str
    wash: str


class Scheme(NamedTuple):
    """Which way a colour goes in it, how light a wash is, and what stands on an accent (as lightness and chroma)."""

    query: str
    towards: float
    wash: float
    wash_chroma: float
    on: tuple[float, float]


LIGHT = Scheme("(prefers-color-scheme: light)", 0.0, 0.95, 0.022, (1.0, 0.0))
DARK = Scheme("(prefers-color-scheme: dark)", 1.0, 0.295, 0.035, (0.17, 0.03))


class Sheet(NamedTuple):
    """A style sheet ready to be sent, and the mark of its content."""

    body: bytes
    mark: str


@lru_cache(maxsize=256)
def sheet(colour: str) -> Sheet:
    """The sheet that puts this colour, "rrggbb", in place of ours. On paper the ink stays black."""
    body = f"@media screen{{:root{{{_declared(colour, LIGHT)}}}}}"
    body += f"@media screen and {DARK.query}{{:root{{{_declared(colour, DARK)}}}}}"
    return Sheet(body.encode(), hashlib.blake2s(body.encode(), digest_size=8).hexdigest())


def _declared(colour: str, scheme: Scheme) -> str:
    found = corrected(colour, scheme)
    named = {"accent": found.accent, "accent-strong": found.strong, "on-accent": found.on, "wash": found.wash}
    return ";".join(f"--{name}:#{value}" for name, value in named.items())


@lru_cache(maxsize=512)
def corrected(colour: str, scheme: Scheme) -> Colours:
    """What this colour becomes: readable on every ground and on its own wash, with something readable on it."""
    wanted = tone_of(colour)
    wash = colour_of(Tone(scheme.wash, min(wanted.chroma, scheme.wash_chroma), wanted.hue))
    accent = _readable(wanted, scheme.towards, (*grounds(scheme), wash))
    strong = colour_of(_stronger(tone_of(accent), scheme.towards, wanted))
    on = colour_of(Tone(scheme.on[0], min(wanted.chroma, scheme.on[1]), wanted.hue))
    return Colours(accent, strong, on, wash)


def _readable(wanted: Tone, towards: float, grounds: Iterable[str]) -> str:
    """The colour, moved so far that it can be read on all of these."""
    on = tuple(grounds)
    steps = int(abs(towards - wanted.lightness) / STEP) + 1
    way = 1 if towards > wanted.lightness else -1
    for step in range(steps):
        colour = colour_of(wanted._replace(lightness=wanted.lightness + way * step * STEP))
        if all(contrast(colour, ground) >= ENOUGH for ground in on):
            return colour
    return colour_of(Tone(towards, 0, 0))


def _stronger(accent: Tone, towards: float, wanted: Tone) -> Tone:
    """Further in the same direction; where there is no room left, to the other side, which is far enough away there."""
    way = 1 if towards else -1
    step = STRONGER if abs(towards - accent.lightness) >= STRONGER else -OTHERWISE
    return Tone(accent.lightness + way * step, wanted.chroma, wanted.hue)


@cache
def tokens(scheme: Scheme) -> dict[str, str]:
    """The colours that the style sheet has in a scheme."""
    light, dark = (STATIC / "style" / "tokens.css").read_text().split(DARK.query, 1)
    return dict(re.findall(r"--([a-z-]+): #([0-9a-f]{6});", dark if scheme is DARK else light))


def grounds(scheme: Scheme) -> tuple[str, ...]:
    """What links and marks in an accent stand on in a scheme, beside its own wash: also notes, warnings and banners."""
    return tuple(tokens(scheme)[name] for name in ("paper", "sheet", "note-wash", "alert-wash"))
