"""Pictures of the demonstration, drawn when it is made: a landscape for one event, and two emblems. All of it our own."""

from math import cos, pi, sin
from typing import NamedTuple

import sqlalchemy as sa
from PIL import Image, ImageDraw

from eventsvc.db import LanguageMap, db
from eventsvc.events.models import Event, Organization
from eventsvc.pictures import keeping
from eventsvc.pictures.making import Made, cover, logo

WIDTH, HEIGHT = 1600, 640
SKY = ((214, 108, 72), (250, 222, 176))
RIDGES = ((176, 94, 84), (130, 74, 84), (84, 56, 76), (46, 38, 58))
SUN = (255, 244, 214)
_FINER = 4
"""Emblems are drawn so much larger, and made smaller for smooth edges."""

COVERED = "fleeing-not-migrating"
SHOWS: LanguageMap = {
    "en": "Drawing: a low sun behind four chains of hills, the nearest one the darkest.",
    "es": "Dibujo: un sol bajo detrás de cuatro cadenas de cerros; la más cercana es la más oscura.",
}
ACCENTS = {"Alianza Americas": "#b4432e", "Latin America Working Group": "#2f5fa8"}

Colour = tuple[int, int, int]


class Art(NamedTuple):
    """What was drawn: a cover, and a logo for each organization by name."""

    cover: Made
    logos: dict[str, Made]


def draw() -> Art:
    """All pictures of the demonstration. Takes about half a second: outside of transactions."""
    first, second = ACCENTS
    return Art(
        cover(_landscape()), {first: logo(_rings(_rgb(ACCENTS[first]))), second: logo(_leaf(_rgb(ACCENTS[second])))}
    )


def hang(art: Art) -> None:
    """Give the pictures to the organizations and the event they were drawn for, in the caller's transaction."""
    for organization in db.session.scalars(sa.select(Organization).where(Organization.name.in_(ACCENTS))):
        organization.accent = ACCENTS[organization.name]
        organization.logo_id = keeping.keep(art.logos[organization.name], {"en": organization.name})
    for event in db.session.scalars(sa.select(Event).where(Event.slug == COVERED)):
        event.cover_id = keeping.keep(art.cover, SHOWS)


def _landscape() -> Image.Image:
    image = Image.new("RGB", (1, 2 * HEIGHT))
    image.putdata([_between(*SKY, min(row / HEIGHT * 0.75, 1)) for row in range(2 * HEIGHT)])
    image = image.resize((2 * WIDTH, 2 * HEIGHT))
    pen = ImageDraw.Draw(image)
    pen.circle((WIDTH * 1.32, HEIGHT * 0.84), HEIGHT * 0.26, fill=SUN)
    for number, colour in enumerate(RIDGES):
        crest = [(2 * x, 2 * _ridge(number, x)) for x in range(0, WIDTH + 8, 4)]
        pen.polygon([*crest, (2 * WIDTH, 2 * HEIGHT), (0, 2 * HEIGHT)], fill=colour)
    return image.reduce(2)


def _ridge(number: int, x: float) -> float:
    """How high a chain of hills stands there; the nearer, the lower."""
    far = 1 - number / len(RIDGES)
    waves = sin(x / 210 + number * 1.9) * 34 + sin(x / 83 + number * 4.1) * 13 * far
    return HEIGHT * (0.5 + 0.13 * number) + waves * (0.5 + far)


def _rings(colour: Colour) -> Image.Image:
    """Three rings that hold each other."""
    size = 240 * _FINER
    image = Image.new("RGBA", (size, size))
    pen = ImageDraw.Draw(image)
    for number, shade in enumerate(
        (colour, _between(colour, (255, 255, 255), 0.35), _between(colour, (0, 0, 0), 0.35))
    ):
        turn = 2 * pi * number / 3 - pi / 2
        middle = (size / 2 + cos(turn) * size * 0.2, size / 2 + sin(turn) * size * 0.2)
        pen.circle(middle, size * 0.28, outline=shade, width=size // 14)
    return image.reduce(_FINER)


def _leaf(colour: Colour) -> Image.Image:
    """Four petals about a middle."""
    size = 240 * _FINER
    image = Image.new("RGBA", (size, size))
    pen = ImageDraw.Draw(image)
    half = size // 2
    for number, (x, y) in enumerate(((0, 0), (half, 0), (half, half), (0, half))):
        box = (x + size // 40, y + size // 40, x + half - size // 40, y + half - size // 40)
        corners = (number in {0, 2}, number in {1, 3}, number in {0, 2}, number in {1, 3})
        pen.rounded_rectangle(box, half // 2, _between(colour, (255, 255, 255), 0.18 * number), corners=corners)
    return image.reduce(_FINER)


def _between(one: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _rgb(colour: str) -> Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
