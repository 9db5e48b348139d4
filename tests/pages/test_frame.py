"""What stands around every page."""

import gzip

import pytest

from eventsvc import assets


def test_privacy_says_who_what_how_long_and_whom_to_ask(browse):
    english, spanish = browse.get("/en/privacy").text, browse.get("/es/privacy").text

    for said in ("30 days after the event", "Seven days", "One day", "/en/my-link", "consent text in use now"):
        assert said in english
    for said in ("30 días después del evento", "Siete días", "Un día", "/es/my-link"):
        assert said in spanish


@pytest.mark.parametrize("path", ["/en/", "/es/", "/en/privacy", "/es/privacy"])
def test_public_pages_set_no_cookie_and_load_nothing_from_elsewhere(browse, path):
    response = browse.get(path, buffered=True)

    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "public, no-cache"
    assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]


def test_a_page_that_has_not_changed_is_a_304(browse, cast):
    cast.event()
    first = browse.get("/en/")

    browse.get("/en/", 304, headers={"If-None-Match": first.headers["ETag"]})
    browse.get("/es/", 200, headers={"If-None-Match": first.headers["ETag"]})


def test_the_style_sheet_is_light_and_may_be_kept_for_a_year(browse):
    page = browse.get("/en/").text
    path = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]

    response = browse.get(path, headers={"Accept-Encoding": "gzip"})

    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data).decode() == assets.sheet()
    assert len(response.data) < 15_000


def test_an_asset_without_its_mark_is_asked_about_every_time(browse):
    plain = browse.get("/static/style.css")

    assert plain.headers["Cache-Control"] == "no-cache"
    assert plain.text == assets.sheet()
    browse.get("/static/style.css", 304, headers={"If-None-Match": plain.headers["ETag"]})
    browse.get("/static/style/tokens.css", 404)
    browse.get("/static/..%2fassets.py", 404)


def test_every_part_of_the_style_sheet_is_in_it():
    assert {path.stem for path in (assets.STATIC / "style").iterdir()} == set(assets.SHEET_PARTS)


def test_the_style_sheet_asks_nobody_else():
    sheet = assets.sheet()

    assert "http" not in sheet
    assert "@import" not in sheet


def test_a_page_weighs_little(browse, cast):
    event = cast.event(description={"en": "Much to say. " * 400, "es": "Mucho que decir. " * 400})

    page = browse.get(f"/en/events/{event.slug}").data

    assert len(gzip.compress(page)) < 10_000
