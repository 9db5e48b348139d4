"""Pictures as browsers get them: typed, kept for ever, and 404 for whatever is not there."""

import io
from uuid import uuid4

import pytest
from PIL import Image

from eventsvc.db import transaction
from eventsvc.pictures import keeping
from eventsvc.pictures.making import make
from tests.pictures.uploads import emblem, encoded, scene


@pytest.fixture
def picture(app):
    with app.app_context(), transaction():
        return keeping.keep(make("cover", encoded(scene(1000, 500))), {"en": "Colours"})


def test_every_file_of_a_picture_comes_with_its_type_and_may_be_kept_for_ever(client, picture):
    for path, kind, size in (("480.webp", "WEBP", (480, 240)), ("960.jpeg", "JPEG", (960, 480))):
        answer = client.get(f"/pictures/{picture}/{path}")

        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == f"image/{kind.lower()}"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "Set-Cookie" not in answer.headers
        assert "Vary" not in answer.headers
        image = Image.open(io.BytesIO(answer.data))
        assert (image.format, image.size) == (kind, size)


def test_a_logo_comes_as_png_too(app, client):
    made = make("logo", encoded(emblem(600, 300), "PNG"))
    with app.app_context(), transaction():
        logo = keeping.keep(made, {"en": "Disc"})

    for file in made.files:
        answer = client.get(f"/pictures/{logo}/{file.width}.{file.format}")
        assert (answer.status_code, answer.mimetype, answer.data) == (200, f"image/{file.format}", file.body)
    assert {file.format for file in made.files} == {"webp", "png"}


def test_what_a_browser_has_is_not_sent_again(client, picture):
    path = f"/pictures/{picture}/480.webp"
    mark = client.get(path).headers["ETag"]

    again = client.get(path, headers={"If-None-Match": mark})
    head = client.head(path)

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", mark)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", mark)
    assert client.get(f"/pictures/{picture}/960.webp").headers["ETag"] != mark


@pytest.mark.parametrize("name", ["481.webp", "480.jpeg", "480.png", "480.svg", "480", "0.webp", "99999999999999.webp"])
def test_what_is_not_there_is_404(client, picture, name):
    assert client.get(f"/pictures/{picture}/{name}").status_code == 404


def test_a_picture_that_nobody_knows_is_404(client):
    assert client.get(f"/pictures/{uuid4()}/480.webp").status_code == 404
    assert client.get("/pictures/1/480.webp").status_code == 404
