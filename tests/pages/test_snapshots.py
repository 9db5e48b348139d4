"""Pictures of the pages are there to be looked at; a few are taken in every run, into SNAPSHOTS or a folder of pytest."""

import os
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from tests.pages import snapshots
from tests.pages.snapshots import Shot

pytestmark = pytest.mark.slow
FEW = ("home", "event-plenty", "event-arabic", "form-errors")


def test_pictures_of_the_pages_can_be_taken_and_show_something(browser, services, tmp_path):
    folder = Path(os.environ.get("SNAPSHOTS") or tmp_path)

    shots = snapshots.take(browser, services, folder, pages=FEW, widths=(360,))

    assert len(shots) == len(FEW) * 4
    for shot in shots:
        with Image.open(folder / shot.file) as picture:
            assert picture.width == 360
            assert len(picture.convert("L").getcolors() or []) > 50  # an empty page has a handful
    assert all(shot.file in (folder / "index.html").read_text() for shot in shots)


def test_dark_pages_are_dark_and_light_ones_light(browser, services, tmp_path):
    snapshots.take(browser, services, tmp_path, pages=("privacy",), widths=(360,))

    darkest, brightest = (
        brightness_of(tmp_path / Shot("privacy", "en", 360, scheme).file) for scheme in ("dark", "light")
    )
    assert darkest < 60
    assert brightest > 200


def brightness_of(file: Path) -> float:
    """How bright the page is at its left edge, halfway down."""
    with Image.open(file) as picture:
        edge = picture.convert("L").crop((0, picture.height // 2, 4, picture.height // 2 + 4))
    return ImageStat.Stat(edge).mean[0]
