"""The code holds the short link, and nothing else."""

import io
import re

import segno
from PIL import Image


def modules_of(image, border=4):
    """Dark and light, as a camera sees the squares."""
    grey = image.convert("L")
    code = segno.make_qr("http://localhost/e/asylum", error="m")
    count = int(code.symbol_size(border=border)[0])
    side = grey.width / count
    return [
        [int(grey.getpixel((int((x + 0.5) * side), int((y + 0.5) * side))) < 128) for x in range(count)]
        for y in range(count)
    ]


def expected(border=4):
    code = segno.make_qr("http://localhost/e/asylum", error="m")
    return [[int(bool(module)) for module in row] for row in code.matrix_iter(border=border)]


def test_the_picture_is_the_code_of_the_short_link_with_its_margin(browse, summit):
    response = browse.get("/en/events/asylum/qr.png")
    image = Image.open(io.BytesIO(response.data))

    assert response.mimetype == "image/png"
    assert 400 <= image.width == image.height <= 700
    assert modules_of(image) == expected()


def test_the_drawing_is_small_dark_on_white_and_safe_to_open(browse, summit):
    response = browse.get("/en/events/asylum/qr.svg", headers={"Accept-Encoding": "gzip"})
    text = browse.get("/en/events/asylum/qr.svg").text

    assert response.mimetype == "image/svg+xml"
    assert len(response.data) < 2_000
    assert re.findall('(?:fill|stroke)="(#[^"]+)"', text) == ["#fff", "#1b2225"]
    assert "<script" not in text
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_it_is_the_same_in_every_language(browse, summit):
    assert browse.get("/en/events/asylum/qr.svg").data == browse.get("/es/events/asylum/qr.svg").data
