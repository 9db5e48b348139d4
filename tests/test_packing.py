"""What is sent packed is what would have been sent plain, and only where it may be."""

import gzip
import random
import string

import pytest

from eventsvc.packing import Gapped, Kept, is_named
from tests.registration.visitor import forms_in, link_of, register, send


@pytest.mark.parametrize("seed", range(40))
def test_a_page_with_a_gap_is_packed_as_a_whole_one(seed):
    chance = random.Random(seed)  # noqa: S311 - made-up pages
    words = ["<p>", "</p>", "Ana", "Áéí", "form", *(chance.choice(string.printable) for _ in range(20))]
    before, after = ("".join(chance.choices(words, k=chance.choice([0, 1, 50, 9000]))).encode() for _ in range(2))
    width = chance.choice([0, 1, 99, 300])
    page = Gapped(before, after, width)

    for length in (width, width, width + 1, 0):
        filling = "".join(chance.choices(string.ascii_letters, k=length)).encode()
        assert gzip.decompress(page.packed(filling)) == page.plain(filling) == before + filling + after


def test_what_fills_the_gap_does_not_change_how_well_it_packs():
    page = Gapped(b"the secret of the page is abcdefgh " * 20, b" abcdefgh " * 20, 8)

    assert len({len(page.packed(guess)) for guess in (b"abcdefgh", b"aaaaaaaa", b"x8Gq_-1Z")}) == 1


def test_a_kept_page_is_packed_once():
    page = Kept(b"<p>Ana</p>" * 100)

    assert page.packed is page.packed
    assert gzip.decompress(page.packed) == page.body


def test_a_picture_is_not_packed_again(client):
    packed = {"Accept-Encoding": "gzip"}
    icon = client.get("/static/icon.svg", headers=packed)

    assert gzip.decompress(icon.data) == client.get("/static/icon.svg").data
    assert not Kept(b"much the same " * 99, "image/png").packs
    assert not Kept(b"short").packs


@pytest.mark.parametrize(
    ("tags", "named"),
    [('W/"abc"', True), ('"abc"', True), ('"abc-gzip"', True), ('W/"x", W/"abc"', True), ("*", True), ('"abcd"', False),
     ("", False)],
)  # fmt: skip
def test_a_tag_is_recognised_however_it_comes_back(tags, named):
    assert is_named("abc", tags) == named


@pytest.fixture
def event(cast):
    return cast.event("Assembly")


def test_public_pages_are_packed_for_who_takes_that(client, event):
    host = "/en/organizations/alianza-americas"
    for path in ("/en/", f"/en/events/{event.slug}", host, "/es/privacy"):
        plain = client.get(path)
        packed = client.get(path, headers={"Accept-Encoding": "br, gzip;q=0.5"})

        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
        assert plain.headers["ETag"] == packed.headers["ETag"]
        for refused in ("gzip;q=0", "identity", "*", ""):
            assert client.get(path, headers={"Accept-Encoding": refused}).data == plain.data


def test_who_has_a_public_page_already_gets_none(client, event):
    path = f"/en/events/{event.slug}"
    tag = client.get(path).headers["ETag"]

    for said in (tag, tag.removeprefix("W/"), tag[:-1] + '-gzip"', f'"other", {tag}', "*"):
        for ask in (client.get, client.head):
            answer = ask(path, headers={"If-None-Match": said, "Accept-Encoding": "gzip"})
            assert (answer.status_code, answer.data) == (304, b"")
            assert (answer.headers["ETag"], answer.headers["Vary"]) == (tag, "Accept-Encoding")
            assert answer.headers["Cache-Control"] == "public, no-cache"
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_is_get_without_the_body(client, event):
    for path in ("/en/", f"/en/events/{event.slug}"):
        for headers in ({}, {"Accept-Encoding": "gzip"}):
            got, headed = client.get(path, headers=headers), client.head(path, headers=headers)
            assert (headed.status_code, headed.data) == (200, b"")
            assert list(headed.headers) == list(got.headers)


def test_what_holds_a_secret_or_what_was_typed_is_never_packed(client, event):
    gzips = {"Accept-Encoding": "gzip"}
    done = register(client, event)
    link = link_of(client, event, "ana@example.org")
    own = [link, f"{link}/cancellation", f"{link}/correction", done.location, "/organize/sign-in", "/en/my-link"]

    pages = [client.get(path, headers=gzips) for path in own]
    form = client.get(f"/en/events/{event.slug}/register")
    action = forms_in(form)[0][0]
    pages.append(client.post(action, data={"name": "Ana"}, headers=gzips))

    assert [page.status_code for page in pages] == [200, 200, 200, 200, 200, 200, 400]
    assert send(client, form, name="Ben").status_code == 422
    for page in pages:
        assert "Content-Encoding" not in page.headers
        assert b"<html" in page.data
