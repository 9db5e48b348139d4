"""Every page of the back office is valid HTML, says what it is, and names each of its fields, in both languages."""

import html5lib
import pytest

from eventsvc.i18n import LANGUAGES
from tests.organizers.route_table import MEMBERS, rows
from tests.organizers.staff import says

PATHS = sorted({rule for verb, rule, _answers in rows(MEMBERS) if verb == "GET" and "." not in rule})


def shown(staff, language, tags=("en", "es")):
    """Each page as an owner sees it, with an event that has everything."""
    event = staff.event(
        "Assembly", kinds=[("hall", 1), ("online", None)], attendance="hybrid", join_url="https://m.example.org/x"
    )
    staff.event("Draft", published=False, summary={"en": "Only English"})
    made = staff.signs_up(event, "Ana")
    staff.signs_up(event, "Beto")
    member = staff.member(language=language)
    for rule in PATHS:
        path = rule.replace("<event>", event.slug).replace("<uuid:registration>", str(made))
        yield rule, member.get(path)
    yield "form", member.get("/organize/new-event?" + "&".join(f"language={tag}" for tag in tags))
    for refused in ("/organize/new-event?language=en", f"/organize/events/{event.slug}/clone"):
        yield f"refused {refused}", member.fill(refused, starts="x")
    yield "search", member.fill(f"/organize/events/{event.slug}/attendees", "search", text="ana")
    yield "confirm", member.fill(f"/organize/events/{event.slug}/edit", join_url="https://m.example.org/y")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_valid_and_every_field_has_a_label(staff, language):
    for name, page in shown(staff, language, ("en", "es", "ar", "pt-BR")):
        assert page.status_code in {200, 422}, name
        html5lib.HTMLParser(strict=True).parse(page.text)
        tree = html5lib.parse(page.text, namespaceHTMLElements=False)
        heading = [" ".join("".join(h.itertext()).split()) for h in tree.iter("h1")]
        assert len(heading) == 1, name
        title = " ".join(tree.findtext(".//title", "").split())
        assert title.removeprefix("Error: ").startswith(heading[0]), (name, title)
        assert tree.get("lang") == language
        ids = [element.get("id") for element in tree.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), name
        labelled = {label.get("for") for label in tree.iter("label")}
        for kind in ("input", "select", "textarea"):
            for field in tree.iter(kind):
                assert field.get("type") == "hidden" or field.get("id") in labelled, (name, field.get("name"))
        for element in tree.iter():
            for said in (element.get("aria-describedby") or "").split():
                assert said in ids, (name, said)
            assert "style" not in element.attrib
            assert not any(attribute.startswith("on") for attribute in element.attrib), name


def test_no_page_says_anything_in_english_to_somebody_who_reads_spanish(staff):
    tell_tales = ("Save", "Attendees", "Sign out", "waiting", "optional", "People", "Places", "There is a problem")

    for name, page in shown(staff, "es"):
        for word in tell_tales:
            assert not says(page, word), (name, word)


def test_a_page_stays_small(staff):
    for name, page in shown(staff, "en"):
        assert len(page.data) < 150_000, (name, len(page.data))
