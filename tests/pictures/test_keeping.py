"""Pictures in the database: kept while anything points to them, and gone in the same transaction when nothing does."""

from uuid import UUID

import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events import queries
from eventsvc.events.models import Event, Organization
from eventsvc.pictures import keeping
from eventsvc.pictures.making import make
from eventsvc.pictures.models import Picture, PictureFile
from eventsvc.pictures.shown import Shown, shown
from eventsvc.registration.models import Registration
from eventsvc.retention import runs
from tests.pictures.uploads import emblem, encoded, scene
from tests.registration.journal import comes

ALT = {"en": "Four colours", "es": "Cuatro colores"}


def a_cover():
    return make("cover", encoded(scene(1000, 500)))


def counts():
    return tuple(db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Picture, PictureFile))


def test_a_picture_is_shown_with_its_words_and_widths(context):
    with transaction():
        made = keeping.keep(a_cover(), ALT)

    (found,) = shown([made, None]).values()
    assert (found.id, found.alt, found.width, found.height) == (made, ALT, 1000, 500)
    assert (found.widths, found.fallback) == ((480, 960, 1000), (960, "jpeg"))
    assert shown([None]) == {}


def test_nothing_that_something_points_to_is_dropped(context, cast):
    with transaction():
        of_host, of_event, logo = (
            keeping.keep(a_cover(), ALT),
            keeping.keep(a_cover(), ALT),
            keeping.keep(a_cover(), ALT),
        )
    event = cast.event()
    with transaction():
        host = db.session.get_one(Organization, event.host_id)
        host.cover_id, host.logo_id, event.cover_id = of_host, logo, of_event

    with transaction():
        keeping.drop_unused(of_host, of_event, logo, None)
    assert counts() == (3, 12)

    with transaction():
        host.cover_id = host.logo_id = event.cover_id = None
        keeping.drop_unused(of_host, of_event)
    assert counts() == (1, 4)


def test_two_events_may_share_a_picture_and_it_goes_with_the_last(context, cast):
    with transaction():
        shared = keeping.keep(a_cover(), ALT)
    one, other = cast.event("One"), cast.event("Other")
    with transaction():
        one.cover_id = other.cover_id = shared

    for event, left in ((one, 1), (other, 0)):
        with transaction():
            db.session.get_one(Event, event.id).cover_id = None
            keeping.drop_unused(shared)
        assert counts()[0] == left


def test_new_words_make_a_picture_of_their_own_and_the_same_words_none(context):
    with transaction():
        first = keeping.keep(a_cover(), ALT)
        same = keeping.replaced(first, None, ALT, remove=False)
        other = keeping.replaced(first, None, {"en": "A flag"}, remove=False)

    assert same == first
    assert other
    pictures = shown([first, other])
    assert (pictures[first].alt, pictures[other].alt) == (ALT, {"en": "A flag"})
    assert pictures[first][2:] == pictures[other][2:]
    bodies = sa.select(PictureFile.body).order_by(PictureFile.width, PictureFile.format)
    first_files, other_files = (
        db.session.scalars(bodies.where(PictureFile.picture_id == each)).all() for each in (first, other)
    )
    assert first_files == other_files


def test_removing_gives_nothing_and_a_new_picture_wins_over_removing(context):
    with transaction():
        first = keeping.keep(a_cover(), ALT)
        assert keeping.replaced(first, None, ALT, remove=True) is None
        assert keeping.replaced(None, None, ALT, remove=False) is None
        assert keeping.replaced(first, a_cover(), ALT, remove=True) not in {None, first}


def test_an_event_shows_its_own_cover_else_that_of_its_host_and_everybodys_logo(context, cast):
    with transaction():
        of_host, own = keeping.keep(a_cover(), ALT), keeping.keep(a_cover(), ALT)
        logos = [keeping.keep(make("logo", encoded(emblem(), "PNG")), {"en": "x"}) for _ in range(2)]
    co_host = cast.organization("Oxfam America")
    event = cast.event(co_hosts=[co_host])
    host = db.session.get_one(Organization, event.host_id)
    with transaction():
        host.cover_id, host.logo_id, host.accent = of_host, logos[0], "#c2185b"
        host.frame_ancestors = ["https://www.example.org"]
        db.session.get_one(Organization, co_host.id).logo_id = logos[1]

    found = queries.facts(event.slug)
    assert found
    assert [ids(found.cover), ids(found.host.logo), ids(found.co_hosts[0].logo)] == [of_host, *logos]
    assert (found.host.accent, found.co_hosts[0].accent) == ("#c2185b", "")
    assert found.frame_ancestors == ["https://www.example.org"]

    with transaction():
        db.session.get_one(Event, event.id).cover_id = own
    again = queries.facts(event.slug)
    assert again
    assert ids(again.cover) == own

    page = queries.organization(host.slug)
    assert page
    assert (ids(page.logo), ids(page.cover), page.accent) == (logos[0], of_host, "#c2185b")
    assert page.name_in("en") == host.name
    assert queries.organization("nobody") is None


def test_a_purge_takes_the_people_and_leaves_the_picture(context, cast, stopped_clock):
    event = cast.event(days=1)
    comes(event, "ana")
    with transaction():
        db.session.get_one(Event, event.id).cover_id = own = keeping.keep(a_cover(), ALT)
    stopped_clock.forward(days=40)

    runs.purge_event(event.id)

    found = queries.facts(event.slug)
    assert found
    assert ids(found.cover) == own
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Registration)) == 0
    assert counts() == (1, 4)


def ids(picture: Shown | None) -> UUID | None:
    return picture and picture.id
