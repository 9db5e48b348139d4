"""Logo, colour, cover and frames of an organization: what is typed is kept, what is replaced is gone, pages follow at once."""

import io

import html5lib
import pytest
import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events import queries
from eventsvc.events.models import Organization
from eventsvc.languages import OFFICE_LANGUAGES
from eventsvc.pictures.models import Picture, PictureFile
from tests.linting import problems
from tests.organizers.staff import HOST, form_on, says
from tests.pictures.uploads import emblem, encoded, from_a_phone, scene
from tests.servers import pagecheck
from tests.servers.missing import required

LOOK = "/organize/organizations/alianza-americas/look"


def upload(body, name="picture"):
    return io.BytesIO(body), name


def a_cover():
    return upload(from_a_phone(scene(1000, 500)), "IMG_0001.JPG")


def a_logo():
    return upload(encoded(emblem(), "PNG"), "logo.png")


def organization(staff):
    with staff.app.app_context():
        return db.session.scalars(sa.select(Organization).where(Organization.name == HOST)).one()


def count(staff, model=Picture):
    with staff.app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def images(page):
    return html5lib.parse(page.text, namespaceHTMLElements=False).findall(".//main//img")


def test_an_organizer_sets_everything_and_it_is_there_at_once(staff):
    event = staff.event()
    member = staff.member("organizer")

    answer = member.fill(
        LOOK,
        logo=a_logo(),
        accent="C2185B",
        cover=a_cover(),
        alt_en="Four fields of colour",
        alt_es="Cuatro campos de color",
        frames="https://www.example.org/\nhttp://localhost:8080",
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, LOOK)
    page = member.get(LOOK)
    assert says(page, "Saved.")
    assert problems(page.text) == []
    saved = organization(staff)
    assert (saved.accent, saved.version) == ("#c2185b", 2)
    assert saved.frame_ancestors == ["https://www.example.org", "http://localhost:8080"]
    assert staff.fresh(event).version == event.version + 1
    with staff.app.app_context():
        found = queries.facts(event.slug)
        assert found
        assert found.cover
        assert found.host.logo
        assert found.cover.alt == {"en": "Four fields of colour", "es": "Cuatro campos de color"}
        kinds = {picture.id: picture.kind for picture in db.session.scalars(sa.select(Picture))}
        assert (kinds[found.cover.id], kinds[found.host.logo.id]) == ("cover", "logo")
        bodies = db.session.scalars(sa.select(PictureFile.body)).all()
        assert not any(b"Rosa Photographer" in body for body in bodies)
    shown = [staff.stranger().get(image.get("src")).status_code for image in images(page)]
    assert shown == [200, 200]


def test_the_form_shows_what_is_saved_and_sending_it_again_changes_nothing(staff):
    staff.event()
    member = staff.member()
    member.fill(LOOK, cover=a_cover(), alt_es="Colores", accent="#0b5d57", frames="https://example.org")
    before = organization(staff)

    shown = form_on(member.get(LOOK))[1]
    assert (shown["accent"], shown["picker"], shown["frames"]) == ("#0b5d57", "#0b5d57", "https://example.org")
    assert (shown["alt_en"], shown["alt_es"]) == ("", "Colores")
    member.fill(LOOK)

    after = organization(staff)
    assert (after.cover_id, after.version) == (before.cover_id, before.version)


def test_a_new_picture_takes_the_place_of_the_old_one_which_is_gone(staff):
    member = staff.member()
    member.fill(LOOK, cover=a_cover(), alt_en="Colours", logo=a_logo())
    first = organization(staff)

    member.fill(LOOK, cover=a_cover(), logo=a_logo())

    second = organization(staff)
    assert {first.cover_id, first.logo_id}.isdisjoint({second.cover_id, second.logo_id})
    assert count(staff) == 2
    assert staff.stranger().get(f"/pictures/{first.cover_id}/480.webp").status_code == 404
    assert staff.stranger().get(f"/pictures/{second.cover_id}/480.webp").status_code == 200


def test_each_thing_can_be_removed(staff):
    member = staff.member()
    member.fill(LOOK, cover=a_cover(), alt_en="Colours", logo=a_logo(), accent="#c2185b", frames="https://example.org")

    member.fill(LOOK, remove_logo="y")
    assert (organization(staff).logo_id, count(staff)) == (None, 1)
    member.fill(LOOK, remove_cover="y", accent="", frames="")

    saved = organization(staff)
    assert (saved.cover_id, saved.accent, saved.frame_ancestors, count(staff), count(staff, PictureFile)) == (
        None, "", [], 0, 0,
    )  # fmt: skip


def test_other_words_for_the_same_picture_reach_the_pages_at_once(staff):
    event = staff.event()
    member = staff.member()
    member.fill(LOOK, cover=a_cover(), alt_en="Colours")

    member.fill(LOOK, alt_en="A flag")

    with staff.app.app_context():
        found = queries.facts(event.slug)
        assert found
        assert found.cover
        assert found.cover.alt == {"en": "A flag"}
    assert count(staff) == 1
    assert staff.fresh(event).version == event.version + 2


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_is_kept(staff):
    member = staff.member()

    refused = member.fill(
        LOOK, cover=a_cover(), accent="greenish", frames="https://example.org/our/page", remove_logo="y"
    )

    assert refused.status_code == 422
    assert problems(refused.text) == []
    assert says(refused, "Enter # and six signs from 0 to 9 and a to f, such as #0b5d57, or leave it empty.")
    assert says(refused, "Say what the picture shows, in at least one language: not everybody can see it.")
    assert says(refused, "https://example.org/our/page is too long: leave out what follows the name of the site.")
    assert says(refused, "a file cannot be kept in it: please choose it again.")
    kept = form_on(refused)[1]
    assert (kept["accent"], kept["frames"]) == ("greenish", "https://example.org/our/page")
    assert (count(staff), organization(staff).version) == (0, 1)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG files can hold programs, so we do not take them."),
        (encoded(scene())[:5000], "This picture is damaged or incomplete."),
        (encoded(scene(300, 200)), "This picture is too small: it needs at least 480 by 270 pixels."),
    ],
)
def test_a_picture_that_cannot_be_used_is_refused_with_its_reason_and_the_other_one_asked_for_again(
    staff, body, sentence
):
    member = staff.member()

    refused = member.fill(LOOK, cover=upload(body), alt_en="Colours", logo=a_logo(), accent="#c2185b")

    assert refused.status_code == 422
    assert says(refused, sentence)
    assert says(refused, "a file cannot be kept in it: please choose it again.")
    assert (form_on(refused)[1]["alt_en"], form_on(refused)[1]["accent"]) == ("Colours", "#c2185b")
    assert (count(staff), organization(staff).accent) == (0, "")


def test_words_without_a_picture_ask_for_one(staff):
    refused = staff.member().fill(LOOK, alt_en="Colours")

    assert refused.status_code == 422
    assert says(refused, "Choose the picture that you describe.")


def test_of_the_two_fields_for_the_colour_the_one_that_was_used_counts(staff):
    member = staff.member()
    steps = [
        ({"picker": "#123456"}, "#123456"),
        ({"accent": "#654321"}, "#654321"),
        ({"accent": "#111111", "picker": "#222222"}, "#111111"),
        ({"picker": "#333333"}, "#333333"),
        ({"accent": ""}, ""),
        ({}, ""),
    ]

    for typed, wanted in steps:
        assert member.fill(LOOK, **typed).status_code == 303
        assert organization(staff).accent == wanted, typed


def test_the_corrected_colours_are_shown_for_light_and_dark(staff):
    member = staff.member()
    assert not says(member.get(LOOK), "On light pages:")

    member.fill(LOOK, accent="#ffff00")

    page = member.get(LOOK)
    assert says(page, "On light pages: #707000")
    assert says(page, "On dark pages: #ffff00")
    assert page.text.count('<svg class="sample"') == 2


def test_the_cover_is_asked_for_in_the_languages_of_the_events(staff):
    staff.event(languages=["quc", "pt-BR"], titles={"quc": "Komon", "pt-BR": "Assembleia"})

    asked = {name for name in form_on(staff.member().get(LOOK))[1] if name.startswith("alt_")}

    assert asked == {"alt_en", "alt_es", "alt_quc", "alt_pt-BR"}


def test_a_cohosts_logo_changes_the_pages_of_events_it_does_not_host(staff):
    theirs = staff.event(host=staff.cast.organization("Oxfam America"), co_hosts=[staff.cast.organization(HOST)])
    foreign = staff.event(host=staff.cast.organization("Oxfam America"))

    staff.member().fill(LOOK, logo=a_logo())

    assert staff.fresh(theirs).version == theirs.version + 1
    assert staff.fresh(foreign).version == foreign.version


def test_the_desk_leads_there_whoever_may_change_it(staff):
    for role, leads in (("owner", True), ("organizer", True), ("viewer", False), ("door", False)):
        assert (LOOK in staff.member(role).get("/organize/").text) is leads, role


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("example.org", "is not the beginning of a web address, such as https://www.example.org"),
        ("https://", "is not the beginning of a web address"),
        ("https://intranet", "is not the beginning of a web address"),
        ("https://*.example.org", "is not the beginning of a web address"),
        ("https://example.org;script-src", "is not the beginning of a web address"),
        ("https://a b.example.org", "is not the beginning of a web address"),
        ("https://me@example.org", "is not the beginning of a web address"),
        ("https://example.org:99999", "is not the beginning of a web address"),
        ("javascript:alert(1)", "is not the beginning of a web address"),
        ("'self'", "is not the beginning of a web address"),
        ("http://example.org", "is not encrypted: the address has to begin with https://"),
        ("https://example.org/?page=1", "is too long: leave out what follows the name of the site."),
    ],
)
def test_only_the_beginning_of_an_encrypted_address_may_show_us_in_a_frame(staff, line, sentence):
    refused = staff.member().fill(LOOK, frames=f"https://example.org\n{line}")

    assert refused.status_code == 422
    assert says(refused, f"{line} {sentence}")
    assert organization(staff).frame_ancestors == []


def test_origins_are_kept_as_browsers_write_them(staff):
    typed = "HTTPS://WWW.Example.ORG:443/\nhttps://www.example.org\nhttps://niño.example:8443\nhttp://127.0.0.1:5000"

    staff.member().fill(LOOK, frames=typed)

    assert organization(staff).frame_ancestors == [
        "https://www.example.org", "https://xn--nio-8ma.example:8443", "http://127.0.0.1:5000",
    ]  # fmt: skip


def test_twenty_sites_are_enough(staff):
    refused = staff.member().fill(LOOK, frames="\n".join(f"https://{number}.example.org" for number in range(21)))

    assert says(refused, "These are too many: at most 20.")


@pytest.mark.slow
@pytest.mark.parametrize("language", OFFICE_LANGUAGES)
def test_a_strict_reader_finds_no_fault_in_these_pages_empty_filled_or_refused(staff, language):
    event, member = (
        staff.event(languages=["en", "ar"], titles={"en": "Assembly", "ar": "جمعية"}),
        staff.member(language=language),
    )
    picture = f"/organize/events/{event.slug}/picture"
    pages = {"empty look": member.get(LOOK), "empty picture": member.get(picture)}
    pages["refused look"] = member.fill(LOOK, accent="x", frames="x", cover=a_cover())
    pages["refused picture"] = member.fill(picture, cover=a_cover())
    member.fill(LOOK, logo=a_logo(), cover=a_cover(), alt_en="Colours", accent="#c2185b")
    pages["of the host"] = member.get(picture)
    member.fill(picture, cover=a_cover(), alt_en="Colours", alt_ar="ألوان")
    pages |= {"full look": member.get(LOOK), "full picture": member.get(picture), "desk": member.get("/organize/")}

    with required(pagecheck.reader()) as faults:
        assert faults({name: page.text for name, page in pages.items()}) == {}
