"""What becomes of an upload: files of our own making, in a few widths, small enough for a phone. The upload itself goes.

A cover is cut to a shape between 16:9 and 3:1; a logo keeps its shape and what is transparent in it.
"""

import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from PIL import Image, ImageFilter, ImageOps, ImageStat

from eventsvc.pictures.reading import pixels
from eventsvc.pictures.shown import PACKED
from eventsvc.pictures.unfit import TooSmall

MOST_BYTES = 12_000_000
"""Of an upload."""

COVER_WIDTHS = {480: 30_000, 960: 65_000, 1600: 100_000}
"""Bytes that each width may take: with a picture a page stays below 150 kB."""

COVER_FALLBACK, FALLBACK_BYTES = 960, 110_000
WIDEST, TALLEST = 3.0, 16 / 9
LEAST_WIDTH, LEAST_HEIGHT = 480, 160
_MIDDLE = (0.5, 0.4)
"""Where a cover is cut: heads are above the middle more often than below."""

LOGO_BOX = (480, 240)
LOGO_STEPS = (4, 2, 1)
LOGO_BYTES = 40_000
LEAST_LOGO, THINNEST_LOGO = 48, 100
"""In pixels, and how many times as long as wide: what is thinner is nothing in a small box."""

_PLATE, _PLATE_EDGE = (27, 34, 37), 12
_PALE = 200

_QUALITIES, _SMOOTHED = (80, 65, 50, 35), (50, 30, 15, 5)


class File(NamedTuple):
    """One width of a picture in one format."""

    width: int
    format: str
    body: bytes


class Made(NamedTuple):
    """A picture ready to be kept; `width` and `height` are those of its largest file."""

    kind: str
    width: int
    height: int
    files: tuple[File, ...]


def make(kind: str, upload: bytes) -> Made:
    """A "cover" or "logo" from what was uploaded. Heavy work: do it `apart`, and outside a transaction. Raises Unfit."""
    image = pixels(upload)
    return cover(image) if kind == "cover" else logo(image)


def cover(image: Image.Image) -> Made:
    """The files of a cover. Raises TooSmall."""
    shaped = _cut(_on_white(image))
    if shaped.width < LEAST_WIDTH or shaped.height < LEAST_HEIGHT:
        raise TooSmall(width=LEAST_WIDTH, height=round(LEAST_WIDTH / TALLEST))
    largest = min(shaped.width, max(COVER_WIDTHS))
    widths = [width for width in COVER_WIDTHS if width < largest] + [largest]
    files = [File(width, PACKED, _lossy(_wide(shaped, width), PACKED, _allowed(width))) for width in widths]
    fallback = min(largest, COVER_FALLBACK)
    files.append(File(fallback, "jpeg", _lossy(_wide(shaped, fallback), "jpeg", FALLBACK_BYTES)))
    return Made("cover", largest, _wide(shaped, largest).height, tuple(files))


def logo(image: Image.Image) -> Made:
    """The files of a logo. Raises TooSmall."""
    plain = _seen_everywhere(_without_margin(image))
    if max(plain.size) < LEAST_LOGO or max(plain.size) > THINNEST_LOGO * min(plain.size):
        raise TooSmall(width=LEAST_LOGO, height=LEAST_LOGO)
    fitted = ImageOps.contain(plain, LOGO_BOX, Image.Resampling.LANCZOS) if _exceeds(plain, LOGO_BOX) else plain
    widths = sorted({max(fitted.width // step, 1) for step in LOGO_STEPS})
    files = [File(width, PACKED, _sharp(_wide(fitted, width))) for width in widths]
    fallback = widths[len(widths) // 2]
    files.append(File(fallback, "png", _saved(_wide(fitted, fallback), "png", optimize=True)))
    return Made("logo", fitted.width, fitted.height, tuple(files))


def _cut(image: Image.Image) -> Image.Image:
    ratio = image.width / image.height
    wanted = min(max(ratio, TALLEST), WIDEST)
    if wanted == ratio:
        return image
    width = min(image.width, round(image.height * wanted))
    return ImageOps.fit(image, (width, min(image.height, round(width / wanted))), centering=_MIDDLE)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _without_margin(image: Image.Image) -> Image.Image:
    box = image.getchannel("A").getbbox() if image.mode == "RGBA" else None
    return image.crop(box) if box else image


def _seen_everywhere(image: Image.Image) -> Image.Image:
    """Pale signs on nothing cannot be seen on paper: they get a dark plate. (Dark ones get a light one from the sheet.)"""
    if (
        image.mode != "RGBA"
        or ImageStat.Stat(image.convert("L"), image.getchannel("A").point(_visible)).mean[0] < _PALE
    ):
        return image
    edge = max(image.height // _PLATE_EDGE, 1)
    plate = Image.new("RGB", (image.width + 2 * edge, image.height + 2 * edge), _PLATE)
    plate.paste(image, (edge, edge), image.getchannel("A"))
    return plate


def _visible(alpha: int) -> int:
    return 255 if alpha > 127 else 0


def _exceeds(image: Image.Image, box: tuple[int, int]) -> bool:
    return image.width > box[0] or image.height > box[1]


def _wide(image: Image.Image, width: int) -> Image.Image:
    height = max(round(image.height * width / image.width), 1)
    return image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS)


def _allowed(width: int) -> int:
    return next((size for known, size in COVER_WIDTHS.items() if width <= known), max(COVER_WIDTHS.values()))


def _lossy(image: Image.Image, form: str, most: int) -> bytes:
    """As good as it gets in so many bytes. What is all noise is smoothed."""
    body = b""
    for body in _worse_and_worse(image, form):
        if len(body) <= most:
            return body
    return body


def _worse_and_worse(image: Image.Image, form: str) -> Iterator[bytes]:
    more: dict[str, Any] = {"progressive": True, "optimize": True} if form == "jpeg" else {"method": 4}
    yield from (_saved(image, form, quality=quality, **more) for quality in _QUALITIES)
    smooth = image.filter(ImageFilter.GaussianBlur(1.2))
    yield from (_saved(smooth, form, quality=quality, **more) for quality in _SMOOTHED)


def _sharp(image: Image.Image) -> bytes:
    """Without loss, as lines and letters want it; a logo that is a photograph becomes one."""
    exact = _saved(image, PACKED, lossless=True, method=6)
    return exact if len(exact) <= LOGO_BYTES else _lossy(image, PACKED, LOGO_BYTES)


def _saved(image: Image.Image, form: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()
