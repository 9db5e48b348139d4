"""Whatever colour an organization chooses, what is written in it and on it can be read, by day and by night."""

import re
from math import cos

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eventsvc.assets import STATIC
from eventsvc.pictures import accents
from eventsvc.pictures.accents import DARK, LIGHT, corrected
from eventsvc.pictures.oklch import colour_of, contrast, tone_of

colours = st.integers(0, 0xFFFFFF).map("{:06x}".format)
schemes = pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])


def tokens(scheme):
    """The colours of the style sheet itself, read without the code that uses them."""
    found: dict[accents.Scheme, dict[str, str]] = {LIGHT: {}, DARK: {}}
    current = LIGHT
    for line in (STATIC / "style" / "tokens.css").read_text().splitlines():
        current = DARK if "prefers-color-scheme: dark" in line else current
        if value := re.search(r"--([a-z-]+):\s*#([0-9a-f]{6});", line):
            found[current][value[1]] = value[2]
    return found[scheme]


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one, other):
    """WCAG 2.2's contrast, said once more here so that a slip in the code cannot approve itself."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@schemes
@given(colour=colours)
@settings(max_examples=150, deadline=None)
@example("000000")
@example("ffffff")
@example("ffff00")
@example("0000ff")
@example("00ff00")
@example("7f7f7f")
def test_every_colour_can_be_read_on_every_ground_and_be_written_on(scheme, colour):
    found = corrected(colour, scheme)
    sheet = tokens(scheme)
    grounds = [sheet[name] for name in ("paper", "sheet", "note-wash", "alert-wash")]

    for accent in (found.accent, found.strong):
        assert min(ratio(accent, ground) for ground in (*grounds, found.wash)) >= 4.5
        assert ratio(found.on, accent) >= 4.5
    for text in ("ink", "soft", "alert"):
        assert ratio(sheet[text], found.wash) >= 4.5
    assert found.strong != found.accent


@schemes
@given(colour=colours)
@settings(max_examples=100, deadline=None)
def test_the_hue_stays(scheme, colour):
    wanted, given_back = tone_of(colour), tone_of(corrected(colour, scheme).accent)

    if min(wanted.chroma, given_back.chroma) > 0.03:  # a grey has none, and eight bits of a near-grey hardly one
        assert cos(wanted.hue - given_back.hue) > 0.98


@schemes
def test_a_colour_that_can_be_read_stays_as_it_is(scheme):
    own = tokens(scheme)["accent"]

    assert corrected(own, scheme).accent == own


@given(colour=colours)
@settings(max_examples=100, deadline=None)
def test_there_and_back_is_the_same_colour(colour):
    assert colour_of(tone_of(colour)) == colour


def test_contrast_is_that_of_the_guidelines():
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.005)


@schemes
def test_the_colours_are_those_of_the_style_sheet(scheme):
    assert accents.tokens(scheme) == tokens(scheme)


def test_the_sheet_replaces_the_tokens_on_screens_by_day_and_by_night(client):
    answer = client.get("/accent/c2185b.css")

    assert answer.status_code == 200
    assert answer.mimetype == "text/css"
    light, dark = (corrected("c2185b", scheme) for scheme in (LIGHT, DARK))
    assert answer.text == (
        f"@media screen{{:root{{--accent:#{light.accent};--accent-strong:#{light.strong};"
        f"--on-accent:#{light.on};--wash:#{light.wash}}}}}"
        "@media screen and (prefers-color-scheme: dark)"
        f"{{:root{{--accent:#{dark.accent};--accent-strong:#{dark.strong};--on-accent:#{dark.on};--wash:#{dark.wash}}}}}"
    )
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    again = client.get("/accent/c2185b.css", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["C2185B", "c2185", "c2185bb", "c2185g", "%23c2185", "red"])
def test_only_six_digits_are_a_colour(client, name):
    assert client.get(f"/accent/{name}.css").status_code == 404
