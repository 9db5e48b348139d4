"""The form inside pages of the host: the same flow as on our own, framed only where the host says so."""

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events import editing
from eventsvc.events.models import Event, Organization
from eventsvc.events.slugs import rename
from eventsvc.networks import Networks
from eventsvc.registration.models import Registration
from tests.embedding.test_cards import directives
from tests.registration.visitor import forms_in, mails, send

UNION = "https://www.union.example.org"


@pytest.fixture
def event(cast):
    return cast.event("Assembly", capacity=1)


def host_allows(app, *origins):
    """As the back office does it: all that was kept of its events is stale from then on."""
    with app.app_context(), transaction():
        host = db.session.scalars(sa.select(Organization)).one()
        host.frame_ancestors = list(origins)
        editing.touch_organization(host)


def fill(client, page, name="Ana", **values):
    return send(client, page, name=name, email=f"{name.lower()}@example.org", consent="y", **values)


def test_a_visitor_registers_in_the_frame_and_stays_in_it(app, browse, event):
    host_allows(app, UNION)

    form = browse.get(f"/embed/{event.slug}/register?lang=es")
    answer = fill(browse.client, form)
    result = browse.get(answer.location)

    assert answer.status_code == 303
    assert answer.location.startswith(f"/embed/{event.slug}/registered/")
    assert answer.location.endswith("?lang=es")
    assert "<h1>Tiene un lugar</h1>" in result.text
    assert "Tiene un lugar" in mails(browse.client, event)[0]["Subject"]
    for page in (form, answer, result):
        assert directives(page)["frame-ancestors"] == f"'self' {UNION}"
        assert directives(page)["form-action"] == "'self'"
        assert page.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert {"Set-Cookie", "X-Frame-Options"}.isdisjoint(page.headers.keys())
        assert 'class="masthead"' not in page.text


def test_every_link_on_the_form_and_the_result_opens_a_tab_and_the_form_does_not(app, browse, event):
    form = browse.get(f"/embed/{event.slug}/register")
    wrong = send(browse.client, form, name="", email="x")
    result = browse.get(fill(browse.client, form).location)

    assert wrong.status_code == 422
    assert '<a href="#name">' in wrong.text  # to the field, on this page
    for page in (form, wrong, result):
        links = [part.partition(">")[0] for part in page.text.split("<a ")[1:] if not part.startswith('href="#')]
        assert links
        assert [link for link in links if 'target="_blank" rel="noopener"' not in link] == []
    ((action, _inputs),) = forms_in(form)
    assert action == f"/embed/{event.slug}/register?sent=1&lang=en"


def test_without_a_word_of_the_host_nobody_may_frame_the_form(app, browse, event):
    assert directives(browse.get(f"/embed/{event.slug}/register"))["frame-ancestors"] == "'none'"

    host_allows(app, UNION, "https://*.union.example.org", "http://localhost:8080")
    allowed = directives(browse.get(f"/embed/{event.slug}/register"))["frame-ancestors"]
    host_allows(app)

    assert allowed == f"'self' {UNION} https://*.union.example.org http://localhost:8080"
    assert directives(browse.get(f"/embed/{event.slug}/register"))["frame-ancestors"] == "'none'"


@pytest.mark.parametrize(
    "origin", ["*", "https:", "https://x.org; script-src *", "javascript:", "https://x.org/path", ""]
)
def test_what_is_no_web_origin_never_reaches_the_policy(app, browse, event, origin):
    host_allows(app, origin)

    assert directives(browse.get(f"/embed/{event.slug}/register"))["frame-ancestors"] == "'none'"


def test_all_other_pages_may_be_framed_by_nobody(app, client, event):
    host_allows(app, UNION)

    for path in (
        "/en/",
        f"/en/events/{event.slug}",
        f"/en/events/{event.slug}/register",
        "/organize/sign-in",
        "/nothing",
    ):
        assert directives(client.get(path))["frame-ancestors"] == "'none'", path


def test_the_frame_says_whats_wrong_asks_who_is_meant_and_offers_the_waitlist(app, browse, event):
    path = f"/embed/{event.slug}/register"
    form = browse.get(path)
    fill(browse.client, form)

    other = fill(browse.client, form, "Anna")
    corrected = send(browse.client, other, 0)
    stale = browse.post(path, {"form_id": "x", "name": "Ben", "email": "ben@example.org"}, status=400)
    second = fill(browse.client, browse.get(path), "Ben")

    assert other.status_code == 409
    assert "<h1>Correct it, or register another person?</h1>" in other.text
    assert corrected.location.startswith(f"/embed/{event.slug}/registered/")
    assert "Ben" in stale.text
    assert "<h1>You are on the waitlist</h1>" in browse.get(second.location).text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 2


def test_a_form_of_the_page_is_good_in_the_frame_and_the_same_form_has_one_result(app, client, event):
    page = client.get(f"/en/events/{event.slug}/register")
    ((_action, inputs),) = forms_in(page)
    filled = {**inputs, "name": "Ana", "email": "ana@example.org", "consent": "y"}

    first = client.post(f"/embed/{event.slug}/register", data=filled)
    second = client.post(f"/en/events/{event.slug}/register", data=filled)

    assert [first.status_code, second.status_code] == [303, 303]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 1


def test_who_cannot_register_reads_why_in_the_frame(browse, cast):
    over = cast.event("Over", days=-1)

    page = browse.get(f"/embed/{over.slug}/register")

    assert "<h1>This event is over.</h1>" in page.text
    assert "<form" not in page.text


def test_an_old_slug_keeps_its_language_and_its_policy(app, client, event):
    host_allows(app, UNION)
    form = client.get(f"/embed/{event.slug}/register")
    with app.app_context(), transaction():
        rename(db.session.get_one(Event, event.id), "event", "general-assembly")

    moved = client.get(f"/embed/{event.slug}/register?lang=es")
    wrong = send(client, form, name="")

    assert (moved.status_code, moved.location) == (301, "/embed/general-assembly/register?lang=es")
    assert wrong.status_code == 422
    assert directives(wrong)["frame-ancestors"] == f"'self' {UNION}"


def test_an_event_by_invitation_a_draft_and_one_that_never_was_look_the_same(browse, cast):
    hidden = [
        cast.event("Invitation", visibility="invitation").slug,
        cast.event("Draft", published=False).slug,
        "never",
    ]

    pages = [browse.get(f"/embed/{slug}/register", status=404) for slug in hidden]

    assert len({page.data for page in pages}) == 1
    assert {directives(page)["frame-ancestors"] for page in pages} == {"'none'"}


def test_too_many_from_one_network_read_so_in_the_frame(app, browse, event, monkeypatch):
    host_allows(app, UNION)
    monkeypatch.setitem(app.extensions, "eventsvc.networks.registration", Networks())
    narrow = app.extensions["eventsvc.settings"].model_copy(update={"limit_network": 1, "workers": 1})
    monkeypatch.setitem(app.extensions, "eventsvc.settings", narrow)
    browse.client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    path = f"/embed/{event.slug}/register"

    answers = [fill(browse.client, browse.get(path), name) for name in ("Ana", "Ben")]

    assert [answer.status_code for answer in answers] == [303, 429]
    assert 'class="masthead"' not in answers[1].text
    assert 'class="embedded"' in answers[1].text
    assert directives(answers[1])["frame-ancestors"] == f"'self' {UNION}"
    assert answers[1].headers["Retry-After"] == "60"
