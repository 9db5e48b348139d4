"""What organizers copy: each piece does what the page says it does."""

import html

import html5lib
import pytest

from tests.embedding.test_cards import directives
from tests.embedding.test_forms import UNION, host_allows
from tests.organizers.staff import Staff


@pytest.fixture
def staff(app, cast):
    return Staff(app, cast)


def pieces(page):
    """All that can be copied from this page, as it would be pasted."""
    tree = html5lib.parse(page.text, namespaceHTMLElements=False)
    shown = ["".join(code.itertext()) for code in tree.iter("code")]
    assert shown == [button.get("data-copy") for button in tree.iter("button") if button.get("data-copy")]
    return shown


def test_every_piece_leads_to_what_it_promises(app, client, staff):
    event = staff.event("Assembly", titles={"en": 'Assembly "of" <all>', "es": "Asamblea"}, slug="assembly")
    host_allows(app, UNION)
    page = staff.member("viewer").get("/organize/events/assembly/embedding")

    copied = pieces(page)

    assert len(copied) == 18  # script and frame of card, form and list, link, two short codes; in both languages
    for piece in copied:
        tree = html5lib.parseFragment(piece, namespaceHTMLElements=False)
        for part in tree.iter():
            address = part.get("src") or part.get("href")
            if address:
                answer = client.get(address.removeprefix("http://localhost"))
                assert answer.status_code in {200, 302}, address
    assert '[eventsvc event="assembly" view="form" lang="es"]' in copied
    assert '[eventsvc event="assembly" lang="en"]' in copied
    scripts = [piece for piece in copied if piece.startswith("<script")]
    assert f'data-title="{html.escape(event.title["en"])}"'.replace("&quot;", "&#34;") in scripts[0]
    assert directives(page)["frame-src"] == "'self'"


def test_the_form_is_offered_only_where_it_works(app, staff):
    staff.event("Assembly", slug="assembly")
    member = staff.member()

    before = member.get("/organize/events/assembly/embedding")
    host_allows(app, UNION)
    after = member.get("/organize/events/assembly/embedding")

    assert not [piece for piece in pieces(before) if "form" in piece]
    assert "So far it names none." in before.text
    assert UNION in after.text
    assert [piece for piece in pieces(after) if "form" in piece]


@pytest.mark.parametrize("values", [{"published": False}, {"visibility": "invitation"}])
def test_what_has_no_public_page_has_nothing_to_copy(staff, values):
    event = staff.event("Assembly", **values)

    page = staff.member().get(f"/organize/events/{event.slug}/embedding")

    assert pieces(page) == []
    assert "This event has no public page" in page.text
    assert "<iframe" not in page.text


def test_an_event_in_other_languages_only_is_shown_in_that_of_the_service(staff):
    event = staff.event("x", titles={"ar": "مؤتمر"}, languages=["ar"])

    copied = pieces(staff.member(language="es").get(f"/organize/events/{event.slug}/embedding"))

    assert {piece.partition('lang="')[2][:2] for piece in copied if "data-lang" in piece} == {"en"}


def test_the_overview_of_an_event_leads_there(staff):
    event = staff.event("Assembly")

    assert (
        f"/organize/events/{event.slug}/embedding" in staff.member("viewer").get(f"/organize/events/{event.slug}").text
    )
