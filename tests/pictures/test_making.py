"""What becomes of an upload: sane shapes, small files, and not a byte of the original."""

import os

import pytest
from PIL import Image

from eventsvc.pictures import making
from eventsvc.pictures.making import COVER_WIDTHS, FALLBACK_BYTES, make
from eventsvc.pictures.unfit import TooSmall
from tests.pictures.uploads import emblem, encoded, from_a_phone, opened, photograph, point, scene


def sizes(made):
    return [(file.width, file.format, *opened(file.body).size) for file in made.files]


def test_a_cover_is_there_in_three_widths_and_once_for_old_browsers():
    made = make("cover", encoded(scene(2000, 1000)))

    assert sizes(made) == [
        (480, "webp", 480, 240),
        (960, "webp", 960, 480),
        (1600, "webp", 1600, 800),
        (960, "jpeg", 960, 480),
    ]
    assert (made.kind, made.width, made.height) == ("cover", 1600, 800)


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((1600, 900), (1600, 900)),
        ((3000, 4000), (1600, 900)),
        ((4000, 1000), (1600, 533)),
        ((700, 350), (700, 350)),
        ((480, 3000), (480, 270)),
    ],
)
def test_a_cover_has_a_shape_between_16_to_9_and_3_to_1_and_is_never_blown_up(size, shown):
    made = make("cover", encoded(scene(*size)))

    assert (made.width, made.height) == shown
    assert [file.width for file in made.files if file.format == "webp"] == sorted(
        {width for width in COVER_WIDTHS if width < shown[0]} | {shown[0]}
    )


@pytest.mark.parametrize(("kind", "size"), [("cover", (479, 400)), ("cover", (1000, 100)), ("logo", (47, 47))])
def test_what_is_too_small_is_refused(kind, size):
    with pytest.raises(TooSmall):
        make(kind, encoded(scene(*size)))


def noise(width=1600, height=900):
    return Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))


@pytest.mark.parametrize(
    "taken", [photograph, lambda: photograph(1000, 2000), noise], ids=["photograph", "tall", "noise"]
)
def test_every_file_is_light_enough_for_a_phone(taken):
    upload = encoded(taken())

    for file in make("cover", upload).files:
        most = min(size for width, size in COVER_WIDTHS.items() if width >= file.width)
        assert len(file.body) <= (FALLBACK_BYTES if file.format == "jpeg" else most), file[:2]
    for file in make("logo", upload).files:
        assert len(file.body) <= (200_000 if file.format == "png" else making.LOGO_BYTES), file[:2]


def test_nothing_of_the_original_is_left_in_any_file():
    upload = from_a_phone(scene(), 6)
    assert b"Rosa Photographer" in upload

    for kind in ("cover", "logo"):
        for file in make(kind, upload).files:
            for trace in (b"Rosa", b"Exif", b"EXIF", b"xmp", b"XMP", b"GPS", b"taken at home", b"ICCP", b"iCCP"):
                assert trace not in file.body, (kind, file[:2], trace)
            assert dict(opened(file.body).getexif()) == {}


def test_a_cover_has_white_where_the_upload_had_nothing():
    (large,) = [file for file in make("cover", encoded(emblem(1000, 500), "PNG")).files if file.format == "jpeg"]

    assert all(channel > 250 for channel in point(opened(large.body), 5, 5))


def test_a_logo_keeps_its_shape_loses_its_margin_and_stays_transparent():
    made = make("logo", encoded(emblem(1600, 1000), "PNG"))  # the disc is 801 by 751

    assert sizes(made) == [
        (64, "webp", 64, 60),
        (128, "webp", 128, 120),
        (256, "webp", 256, 240),
        (128, "png", 128, 120),
    ]
    for file in made.files:
        image = opened(file.body)
        assert image.mode == "RGBA"
        assert point(image, 0, 0)[3] == 0
        assert point(image, image.width // 2, image.height // 2) == (0x22, 0x33, 0x44, 255)


def test_a_wide_logo_fits_and_a_small_one_is_not_blown_up():
    assert (make("logo", encoded(scene(1200, 200))).width, make("logo", encoded(scene(100, 60))).width) == (480, 100)


def test_a_pale_logo_on_nothing_gets_a_dark_plate_and_a_dark_one_does_not():
    pale = opened(make("logo", encoded(emblem(ink="#fefefe"), "PNG")).files[-1].body)
    dark = opened(make("logo", encoded(emblem(ink="#000000"), "PNG")).files[-1].body)

    assert point(pale.convert("RGBA"), 1, 1) == (27, 34, 37, 255)
    assert point(dark, 1, 1)[3] == 0


def test_a_logo_that_is_but_a_line_is_refused():
    line = Image.new("RGBA", (4000, 4000))
    line.paste("black", (2000, 0, 2001, 4000))

    with pytest.raises(TooSmall):
        make("logo", encoded(line, "PNG"))


def test_a_logo_of_nothing_is_no_fault():
    assert make("logo", encoded(Image.new("RGBA", (300, 200)), "PNG")).width == 300
