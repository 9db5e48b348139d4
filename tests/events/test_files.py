"""Event files: what they make, and that they come back as they were."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.errors import NotFound
from eventsvc.events import files
from eventsvc.events.file_export import export_event
from eventsvc.events.file_shape import read
from eventsvc.events.models import Event, EventStatus, Organization, Programme, Tag
from eventsvc.events.tickets import TicketType
from eventsvc.settings import project_folder

DEMO = project_folder("config") / "demo"

SMALL = """
[[event]]
slug = "small"
languages = ["en"]
title.en = "Small"
starts = 2031-06-10T18:00:00
ends = 2031-06-10T20:00:00
timezone = "America/Guatemala"
attendance = "online"
host = "Alianza Americas"
"""


def take(text=SMALL, **how):
    with transaction():
        return files.import_file(text, **how)


def event(slug):
    return db.session.scalars(sa.select(Event).where(Event.slug == slug)).one()


def kinds(slug):
    rows = db.session.scalars(sa.select(TicketType).where(TicketType.event_id == event(slug).id).order_by("position"))
    return {kind.slug: [quota.size for quota in kind.quotas] for kind in rows}


def test_the_demo_files_are_taken_in_whole(context):
    take(DEMO / "organizations.toml")
    made = take(DEMO / "events.toml", publish=True)

    assert [each.slug for each in made] == [
        "from-deterrence-to-integration",
        "fleeing-not-migrating",
        "testimony-from-the-caravan-1",
        "testimony-from-the-caravan-2",
        "testimony-from-the-caravan-3",
        "root-causes-community-assembly",
    ]
    assert {each.status for each in made} == {EventStatus.PUBLISHED}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 25
    assert len(event("from-deterrence-to-integration").co_hosts) == 13


def test_an_event_is_what_its_file_says(context):
    take(DEMO / "events.toml")

    summit, launch = event("from-deterrence-to-integration"), event("fleeing-not-migrating")
    assert summit.starts_at == datetime(2022, 6, 8, 0, 0, tzinfo=UTC)
    assert summit.venue["postal_code"] == "90012"
    assert getattr(summit.programme, "slug", None) == "ninth-summit-of-the-americas"
    assert [tag.slug for tag in summit.tags] == ["migration", "protection", "summit"]
    assert summit.host.name == "Alianza Americas"
    assert kinds("from-deterrence-to-integration") == {"general": [120]}
    assert launch.join_url == "https://meet.example.org/fleeing-not-migrating"
    assert [(each.title["es"], each.released) for each in launch.materials] == [
        ("Huir, no migrar: crisis en Centroamérica", None)
    ]
    assert kinds("root-causes-community-assembly") == {"hall": [60], "online": [1000]}


def test_sessions_become_events_of_a_programme(context):
    take(DEMO / "events.toml")

    programme = db.session.scalars(sa.select(Programme).where(Programme.slug == "testimony-from-the-caravan")).one()
    rows = db.session.scalars(sa.select(Event).where(Event.programme_id == programme.id).order_by(Event.starts)).all()
    assert [(row.slug, row.title["en"], row.visibility) for row in rows] == [
        ("testimony-from-the-caravan-1", "Meetings with members of Congress", "invitation"),
        ("testimony-from-the-caravan-2", "Round table with community leaders", "invitation"),
        ("testimony-from-the-caravan-3", "Press briefing", "invitation"),
    ]
    assert programme.name["es"].startswith("Testimonio directo")
    assert [kinds(row.slug)["general"] for row in rows] == [[12], [30], [40]]
    assert len({row.uid for row in rows}) == 3


def test_what_is_left_out_has_its_default(context):
    take()

    small = event("small")
    assert (small.visibility, small.waitlist, small.status) == ("public", True, EventStatus.DRAFT)
    assert kinds("small") == {"general": [None]}


def test_a_limit_over_all_ticket_types_is_a_quota_of_its_own(context):
    kind = '[[event.ticket_type]]\nslug = "{0}"\nname.en = "{0}"\ncapacity = {1}\n'
    take(SMALL + "capacity = 50\n" + kind.format("hall", 40) + kind.format("press", 20))

    assert kinds("small") == {"hall": [50, 40], "press": [50, 20]}


def test_a_file_may_begin_with_a_byte_order_mark(context, folder):
    path = folder / "small.toml"
    path.write_text("\ufeff" + SMALL, "utf-8")

    assert [each.slug for each in take(path)] == ["small"]


def test_what_is_exported_is_what_was_imported(context):
    take(DEMO / "organizations.toml")
    for each in take(DEMO / "events.toml"):
        text = export_event(each.slug)

        with transaction():
            again = files.apply(read(text), update=True)

        assert [(done.changed, done.is_new) for done in again] == [(frozenset(), False)]
        assert export_event(each.slug) == text


def test_an_export_fits_an_empty_service(context):
    nasty = "Quotes \" and \\ and '\n\nlines, tabs\t, 🎉, عربي"
    take(
        SMALL.replace('"Small"', r'"Small \"quoted\" \\ ñ"') + f"description.en = '''{nasty.replace(chr(9), ' ')}'''\n"
    )
    text = export_event("small")
    with transaction():
        db.session.delete(event("small"))
        db.session.execute(sa.delete(Organization))

    take(text)

    assert event("small").title == {"en": 'Small "quoted" \\ ñ'}
    assert event("small").description["en"] == nasty.replace("\t", " ")


def test_the_hour_that_occurs_twice_comes_back_as_the_right_one(context):
    late = SMALL.replace("2031-06-10T18:00:00", "2031-11-02T01:30:00").replace("2031-06-10T20", "2031-11-02T04")
    late = late.replace("America/Guatemala", "America/Los_Angeles")
    take(late + "starts_fold = 1\n")

    text = export_event("small")
    with transaction():
        again = files.apply(read(text), update=True)

    assert "starts_fold = 1" in text
    assert event("small").starts_at == datetime(2031, 11, 2, 9, 30, tzinfo=UTC)
    assert not again[0].changed


def test_an_unknown_event_cannot_be_exported(context):
    with pytest.raises(NotFound):
        export_event("nothing")


def test_a_known_organization_is_completed_and_only_replaced_on_update(context):
    entry = '[[organization]]\nname = "Alianza Americas"\n'
    take(SMALL)
    take(entry + 'country = "US"\n')
    take(entry + 'country = "MX"\nwebsite = "https://alianza.example"\n')
    known = db.session.scalars(sa.select(Organization)).one()
    assert (known.country, known.website) == ("US", "https://alianza.example")

    take(entry + 'country = "MX"\n', update=True)

    assert known.country == "MX"


def test_a_tag_without_a_name_is_named_after_its_slug(context):
    take(SMALL + 'tags = ["root-causes"]\n')

    assert db.session.scalars(sa.select(Tag)).one().name == {"en": "Root causes"}


def test_two_spellings_of_one_name_are_one_organization(context):
    take(SMALL.replace("Alianza Americas", "Asociación"))
    take(SMALL.replace("Alianza Americas", "Asociacio\u0301n ").replace('"small"', '"other"'))

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 1


def test_registration_times_and_releases_are_wall_times(context):
    take(
        SMALL
        + "registration_opens = 2031-05-01T09:00:00\nregistration_closes = 2031-06-09T23:59:00\n"
        + 'material.title.en = "Report"\nmaterial.released = 2031-06-10T19:00:00\n'
    )

    small = event("small")
    assert getattr(small.opens_at, "isoformat", str)() == "2031-05-01T09:00:00-06:00"
    assert small.closes_at.astimezone(UTC) == datetime(2031, 6, 10, 5, 59, tzinfo=UTC)
    assert small.materials[0].released == datetime.fromisoformat("2031-06-10T19:00:00")
