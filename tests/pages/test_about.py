"""Pages about the service itself."""

import pytest

from eventsvc import assets
from eventsvc.i18n import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["accessibility", "offline"])
def test_each_is_there_in_every_language(browse, language, path):
    page = browse.get(f"/{language}/{path}")

    assert "Set-Cookie" not in page.headers


def test_the_components_are_shown_in_a_demonstration_only(browse, app, monkeypatch):
    browse.get("/en/components", 404)
    demo = app.extensions["eventsvc.settings"].model_copy(update={"demo": True})
    monkeypatch.setitem(app.extensions, "eventsvc.settings", demo)

    page = browse.get("/en/components").text

    for part in ("button-danger", "note-alert", "mark-warning", "outcome-waiting", "has-error", "swatch-accent"):
        assert part in page


def test_the_service_worker_stands_at_the_top_and_is_never_old(browse):
    script = browse.get("/sw.js")

    assert script.mimetype == "text/javascript"
    assert script.headers["Cache-Control"] == "no-cache"
    assert script.data == assets.read("sw.js").body


def test_the_offline_page_does_not_know_whether_a_form_arrived(browse):
    page = browse.get("/en/offline").text

    assert "Nothing was lost." in page
    assert "Nothing was sent" not in page
