"""What may be uploaded, and what of it never gets further."""

import random
import struct
import zlib

import pytest
from PIL import Image

from eventsvc.i18n import speaking
from eventsvc.pictures import reading
from eventsvc.pictures.reading import pixels
from eventsvc.pictures.unfit import Damaged, Drawing, FromAPhone, NotAPicture, TooManyPixels, Unfit
from tests.pictures.uploads import (
    emblem,
    encoded,
    foreign_profile,
    from_a_phone,
    photograph,
    point,
    scene,
    swapped_profile,
)

CORNERS = {"red": (0.1, 0.1), "lime": (0.9, 0.1), "blue": (0.1, 0.9), "white": (0.9, 0.9)}
COLOURS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}


def near(found, wanted):
    return all(abs(a - b) <= 12 for a, b in zip(found, wanted, strict=True))


def looks_like_the_scene(image):
    points = {name: point(image, int(x * image.width), int(y * image.height)) for name, (x, y) in CORNERS.items()}
    return {name: colour[:3] for name, colour in points.items() if not near(colour[:3], COLOURS[name])} == {}


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("WEBP", "RGB"),
        ("GIF", "P"),
        ("AVIF", "RGB"),
    ],
)
def test_five_formats_are_read_whatever_their_colours_are_written_in(form, mode):
    image = pixels(encoded(scene(800, 600, mode), form))

    assert (image.size, looks_like_the_scene(image)) == ((800, 600), True)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16"])
def test_greys_of_every_depth_are_read(mode):
    grey = Image.linear_gradient("L").resize((600, 600))
    grey = grey.point(lambda value: value * 257, "I").convert("I;16") if mode == "I;16" else grey.convert(mode)

    image = pixels(encoded(grey, "PNG"))

    assert near(point(image, 300, 5)[:3], (0, 0, 0))
    assert near(point(image, 300, 595)[:3], (255, 255, 255))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_stands_upright_however_the_phone_was_held(orientation):
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # what the camera has done to the upright scene
    held = scene(900, 600)
    if orientation in undo:
        held = held.transpose(Image.Transpose(undo[orientation]))

    image = pixels(from_a_phone(held, orientation))

    assert (image.size, looks_like_the_scene(image)) == ((900, 600), True)


def test_only_the_first_picture_of_a_moving_one_is_taken():
    frames = [scene(300, 200), Image.new("RGB", (300, 200), "black")]

    for form in ("GIF", "WEBP", "PNG"):
        assert looks_like_the_scene(pixels(encoded(frames[0], form, save_all=True, append_images=frames[1:])))


def test_transparency_is_kept_and_nothing_else():
    assert pixels(encoded(emblem(), "PNG")).mode == "RGBA"
    assert pixels(encoded(emblem().convert("P"), "GIF", transparency=0)).mode == "RGBA"
    assert pixels(from_a_phone(scene())).mode == "RGB"
    assert pixels(from_a_phone(scene())).info == {}
    assert dict(pixels(from_a_phone(scene())).getexif()) == {}


@pytest.mark.parametrize(("form", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("PNG", "P")])
def test_colours_are_those_that_the_profile_means(form, mode):
    image = pixels(encoded(scene(800, 600, mode), form, icc_profile=swapped_profile()))

    assert near(point(image, 80, 60)[:3], COLOURS["blue"])
    assert near(point(image, 80, 540)[:3], COLOURS["red"])
    assert image.info == {}


def test_a_profile_that_does_not_fit_its_picture_is_left_aside():
    for profile in (foreign_profile(), b"no profile at all"):
        assert looks_like_the_scene(pixels(encoded(scene(800, 600), icc_profile=profile)))


@pytest.mark.parametrize(
    ("upload", "refusal"),
    [
        (b"", NotAPicture),
        (b"hello", NotAPicture),
        (b"%PDF-1.7 ...", NotAPicture),
        (b"<html><svg></svg></html>", NotAPicture),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', Drawing),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg/>', Drawing),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", FromAPhone),
        (encoded(scene(50, 50), "BMP"), NotAPicture),
        (encoded(scene(50, 50), "TIFF"), NotAPicture),
        (encoded(scene(50, 50), "PDF"), NotAPicture),
        (encoded(scene())[:2000], Damaged),
        (encoded(photograph(600, 400), "PNG")[:-4000], Damaged),
        (encoded(photograph(600, 400), "WEBP")[:-4000], Damaged),
    ],
)
def test_everything_else_is_refused_with_its_reason(upload, refusal):
    with pytest.raises(Unfit) as refused:
        pixels(upload)

    assert type(refused.value) is refusal


def png_of(width, height):
    """A picture of one colour, so much smaller in the file than in memory."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))]
    packer = zlib.compressobj(9)
    row = b"\0" + bytes((width + 7) // 8)
    parts += [(b"IDAT", b"".join(packer.compress(row) for _ in range(height)) + packer.flush()), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


@pytest.mark.parametrize(("width", "height"), [(5000, 4001), (20_000, 20_000), (65_000, 65_000)])
def test_a_small_file_that_would_fill_the_memory_is_refused_before_it_is_read(monkeypatch, width, height):
    upload = png_of(width, height if height < 5000 else 1)
    upload = upload.replace(struct.pack(">II", width, 1), struct.pack(">II", width, height))
    upload = upload[:29] + struct.pack(">I", zlib.crc32(upload[12:29])) + upload[33:]
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("it was read"))

    with pytest.raises(TooManyPixels) as refused, speaking("es"):
        pixels(upload)

    with speaking("es"):
        assert refused.value.message.startswith("Esta imagen tiene demasiados píxeles: el máximo son ")


def test_a_sliver_with_a_million_rows_is_refused_before_it_is_read():
    upload = encoded(Image.new("L", (1, 1_000_000)), "PNG")
    assert len(upload) < 10_000

    with pytest.raises(NotAPicture):
        pixels(upload)


def test_a_jpeg_with_endless_scans_is_refused():
    upload = encoded(scene(400, 300), progressive=True)
    one_scan = upload[upload.rindex(b"\xff\xda") : -2]

    with pytest.raises(Damaged):
        pixels(upload[:-2] + one_scan * reading.MOST_SCANS + upload[-2:])


def test_a_large_photograph_is_decoded_no_larger_than_needed():
    image = pixels(encoded(scene(6800, 5000)))

    assert min(image.size) >= reading.ENOUGH
    assert (image.width * image.height) < 6800 * 5000 / 3
    assert looks_like_the_scene(image)


def test_whatever_is_broken_is_refused_in_words():
    """Thousands of broken files: each gives a picture or a refusal, never a fault."""
    chance = random.Random(7)  # noqa: S311 - the same broken files every time
    good = [encoded(scene(64, 48), form) for form in ("JPEG", "PNG", "WEBP", "GIF", "AVIF")]
    good += [encoded(emblem(64, 48), form) for form in ("PNG", "WEBP", "AVIF")]
    good += [
        from_a_phone(scene(64, 48), 6),
        encoded(scene(64, 48), progressive=True),
        encoded(scene(64, 48, "P"), "PNG"),
    ]
    outcomes = set()

    for upload in good * 250:
        broken = bytearray(upload)
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        if chance.random() < 0.2:
            del broken[chance.randrange(len(broken)) :]
        try:
            outcomes.add(pixels(bytes(broken)).mode)
        except Unfit as refused:
            outcomes.add(type(refused).__name__)

    assert {"RGB", "RGBA", "Damaged", "NotAPicture"} <= outcomes
