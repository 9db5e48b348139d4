"""Colours by lightness, chroma and hue, as people see them; and how well one can be read on another.

OKLCH after Björn Ottosson (bottosson.github.io/posts/oklab), contrast after WCAG 2.2. Written as "rrggbb", without "#".
"""

from functools import reduce
from math import atan2, cos, hypot, sin
from typing import NamedTuple

_TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_FROM_LMS = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
_LUMINANCE = (0.2126, 0.7152, 0.0722)
_HALVINGS = 14

Matrix = tuple[tuple[float, ...], ...]


class Tone(NamedTuple):
    """Lightness from 0 to 1, chroma from 0 to some 0.37, hue in radians."""

    lightness: float
    chroma: float
    hue: float


def tone_of(colour: str) -> Tone:
    """A colour as people see it."""
    light, a, b = _times(_TO_LAB, [each ** (1 / 3) for each in _times(_TO_LMS, _linear(colour))])
    return Tone(light, hypot(a, b), atan2(b, a))


def colour_of(tone: Tone) -> str:
    """The nearest colour that a screen can show: lightness and hue stay, chroma gives way."""
    least, most = 0.0, tone.chroma
    if _fits(_channels(tone)):
        return _written(tone)
    for _halving in range(_HALVINGS):
        middle = (least + most) / 2
        least, most = (middle, most) if _fits(_channels(tone._replace(chroma=middle))) else (least, middle)
    return _written(tone._replace(chroma=least))


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    return sum(weight * channel for weight, channel in zip(_LUMINANCE, _linear(colour), strict=True))


def _linear(colour: str) -> list[float]:
    return [_to_linear(int(colour[at : at + 2], 16) / 255) for at in (0, 2, 4)]


def _to_linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _from_linear(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)


def _channels(tone: Tone) -> list[float]:
    """Linear red, green and blue; outside 0 to 1 where no screen can show the tone."""
    lab = [tone.lightness, tone.chroma * cos(tone.hue), tone.chroma * sin(tone.hue)]
    return _times(_FROM_LMS, [each**3 for each in _times(_FROM_LAB, lab)])


def _fits(channels: list[float]) -> bool:
    return all(-0.0005 <= channel <= 1.0005 for channel in channels)


def _written(tone: Tone) -> str:
    shown = (_from_linear(min(max(channel, 0.0), 1.0)) for channel in _channels(tone))
    return reduce(lambda text, channel: f"{text}{round(channel * 255):02x}", shown, "")


def _times(matrix: Matrix, vector: list[float]) -> list[float]:
    return [sum(factor * value for factor, value in zip(row, vector, strict=True)) for row in matrix]
