"""From the bytes of an upload to pixels: upright, in sRGB, and nothing besides.

Whoever uploads is a member, and may still send anything. So only five formats are opened, their size is looked at
before a pixel is made, and whatever a decoder trips over is a damaged picture.
"""

import io
import re
import struct
import warnings
import zlib
from typing import Any

from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from eventsvc.pictures.unfit import Damaged, Drawing, FromAPhone, NotAPicture, TooManyPixels

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
ENOUGH = 1600
"""Pixels along each side that are needed at most: a JPEG is decoded no larger than that asks for."""

MOST_MILLIONS = {"JPEG": 40, "MPO": 40}
MOST_MILLIONS_ELSE = 20
"""Millions of pixels. Formats that can only be decoded whole need the memory for all of them."""

THINNEST = 1000
"""How many times as long as wide: every row takes memory of its own, so millions of narrow ones take a lot of it."""

MOST_SCANS = 64
"""A progressive JPEG has some ten; with thousands a small file keeps the decoder busy for minutes."""

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By the orientation that a camera notes (Exif 2.3, tag 274)."""

_SVG = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!--|<!doctype svg|<svg)", re.IGNORECASE)
_HEIC = re.compile(rb"^....ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL)
_WRONG = (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, IndexError, KeyError, TypeError,
          OverflowError, AttributeError, AssertionError, RuntimeError)  # fmt: skip
"""What the decoders raise on broken files."""


def pixels(upload: bytes) -> Image.Image:
    """The (first) picture in these bytes, upright and in sRGB: RGBA if it is transparent anywhere, else RGB.

    Raises Unfit.
    """
    image = _opened(upload)
    _refuse_bomb(image, upload)
    try:
        image.draft(None, (ENOUGH, ENOUGH))
        image.load()
        turn = _UPRIGHT.get(image.getexif().get(ExifTags.Base.Orientation, 1))
        plain = _in_srgb(_smaller(_plain(image)), image.info.get("icc_profile"))
        upright = plain if turn is None else plain.transpose(turn)
        upright.info = {}  # where it was taken, and by whom, is nobody's business
        return upright
    except _WRONG:
        raise Damaged from None


def _opened(upload: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of broken metadata, which go anyway; the size is judged by ourselves
            return Image.open(io.BytesIO(upload), formats=FORMATS)
    except Image.DecompressionBombError:
        raise TooManyPixels(most=MOST_MILLIONS["JPEG"]) from None
    except UnidentifiedImageError:
        raise _stranger(upload) from None
    except _WRONG:
        raise Damaged from None


def _stranger(upload: bytes) -> NotAPicture | Drawing | FromAPhone:
    if _SVG.match(upload[:200]) and b"<svg" in upload[:4000].lower():
        return Drawing()
    return FromAPhone() if _HEIC.match(upload[:12]) else NotAPicture()


def _refuse_bomb(image: Image.Image, upload: bytes) -> None:
    most = MOST_MILLIONS.get(image.format or "", MOST_MILLIONS_ELSE)
    if image.width * image.height > most * 1_000_000:
        raise TooManyPixels(most=most)
    if max(image.size) > THINNEST * min(image.size):
        raise NotAPicture
    if image.format in MOST_MILLIONS and upload.count(b"\xff\xda") > MOST_SCANS:
        raise Damaged


def _plain(image: Image.Image) -> Image.Image:
    """Pixels of a kind that can be made smaller: no palette, eight bits."""
    if image.mode.startswith(("I", "F")):
        image = image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in {"RGB", "CMYK"} else image.convert("RGB")


def _smaller(image: Image.Image) -> Image.Image:
    """At once to about twice what is needed: what follows is then quick."""
    factor = min(image.size) // (2 * ENOUGH)
    return image.reduce(factor) if factor > 1 else image


def _in_srgb(image: Image.Image, profile: Any) -> Image.Image:
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
            return converted or image
        except (ImageCms.PyCMSError, *_WRONG):
            pass  # a profile that does not fit its picture: the numbers are taken as they stand
    return image.convert(mode)
