"""A broken file is refused whole, with a sentence that says where and what."""

import pytest
import sqlalchemy as sa

from eventsvc.db import db, transaction
from eventsvc.events import files, slugs
from eventsvc.events.file_shape import BadFile
from eventsvc.events.models import Event, Organization, Programme, Tag
from eventsvc.i18n import speaking
from tests.events.test_files import DEMO, SMALL, event, take

GOOD = (DEMO / "events.toml").read_text("utf-8")


def refusal(text, **how):
    with pytest.raises(BadFile) as refused:
        take(text, **how)
    return refused.value.message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('timezone = "America/Chicago"', 'timezone = "America/Chicgo"', "event[2].timezone: not a time zone"),
        ('timezone = "America/Chicago"\n', "", "event[2].timezone: is missing"),
        ("capacity = 500", 'capacity = "500"', "event[2].capacity: must be a whole number"),
        ("capacity = 500", "capacity = -1", "event[2].capacity: must be 0 or more"),
        ("capacity = 500", "capacity = 99999999999", "event[2].capacity: must be 1000000 or less"),
        ("capacity = 500", "capacty = 500", "event[2].capacty: is not a key we know"),
        ("capacity = 60\n", "capacty = 60\n", "event[4].ticket_type[1].capacty: is not a key we know"),
        ("capacity = 12\n", "capacty = 12\n", "event[3].session[1].capacty: is not a key we know"),
        ('slug = "hall"', 'slug = "The Hall"', "event[4].ticket_type[1].slug: not a slug; write the-hall"),
        ('slug = "online"', 'slug = "hall"', "event[4].ticket_type[2].slug: hall stands in the file twice"),
        ('slug = "fleeing-not-migrating"', 'slug = "from-deterrence-to-integration"', "event[2].slug: from-deterrence"),
        ('attendance = "hybrid"', 'attendance = "both"', "event[4].attendance: must be one of 'in_person', 'online'"),
        ('languages = ["es", "en"]', 'languages = ["es", "english"]', "event[4].languages[2]: not a language tag"),
        ('languages = ["es", "en"]', 'languages = ["es"]', "event[4].title.en: is not one of the event's languages"),
        ('languages = ["es", "en"]', 'languages = ["fr", "es", "en"]', "event[4].title.fr: is missing"),
        ("starts = 2022-12-14T12:00:00", "starts = 2022-12-14", "event[2].starts: write a date and a time"),
        ("starts = 2022-12-14T12:00:00", "starts = 2022-12-14T12:00:00Z", "event[2].starts: write the local time"),
        ("ends = 2022-12-14T13:30:00", "ends = 2022-12-14T11:30:00", "event[2].ends: is not after the start"),
        ("ends = 2018-10-30T13:00:00", "ends = 2018-10-30T09:00:00", "event[3].session[2].ends: is not after"),
        ('host = "Alianza Americas"\ntags = ["report"', 'host = ""\ntags = ["report"', "event[2].host: is empty"),
        ('country = "GT"', 'country = "Guatemala"', "event[4].venue.country: must be a country code"),
        ('join_url = "https://meet.example.org/as', 'join_url = "javascript:as', "event[4].join_url: write a web address"),
        ('material.released = "at start"', 'material.file = "r.pdf"', "event[2].material[1].file: files cannot be"),
        ('co_hosts = ["Latin America Working Group"]\n', 'co_hosts = ["Alianza Americas"]\n', "event[3].co_hosts: Alianza"),
        ('title.es = "Asamblea:', 'title.es = "\\u0000Asamblea:', "event[4].title.es: holds a control character"),
        ('title.es = "Asamblea:', 'title.es = "Asamblea\\nBcc: x:', "event[4].title.es: must stand on one line"),
        ('visibility = "invitation"', 'programme = "x"', "event[3]: an event with sessions makes a programme"),
    ],
)  # fmt: skip
def test_the_path_of_a_wrong_value_is_named(context, old, new, said):
    assert old in GOOD

    assert said in refusal(GOOD.replace(old, new, 1))


@pytest.mark.parametrize("slug", ["مجتمع", "مجتمع-2031", "straße", "---"])
def test_a_slug_that_would_lose_letters_gets_no_proposal(context, slug):
    said = refusal(SMALL.replace('slug = "small"', f'slug = "{slug}"', 1))

    assert said == "event[1].slug: a slug has the signs a to z, 0 to 9 and -"


@pytest.mark.parametrize("value", ["[" * 100_000, "{a = " * 100_000])
def test_a_file_nested_without_end_is_refused(context, value):
    assert refusal(f"x = {value}") == "Lists or tables lie too deep inside each other in this file."


@pytest.mark.parametrize("value", ["9" * 5000, "2031-13-40", "[" * 100_000 + "1" + "]" * 100_000, "a." * 20_000])
def test_a_value_that_breaks_the_reader_is_refused(context, value):
    assert refusal(f"x = {value}")


def test_a_long_title_is_refused(context):
    assert "event[1].title.en: is too long; 300 at most" in refusal(SMALL.replace("Small", "x" * 301))


def test_a_syntax_error_names_its_line(context):
    assert "line 3" in refusal("[[event]]\nslug = 'a'\nstarts = \n")


def test_a_text_instead_of_a_map_is_explained(context):
    assert "event[1].title: must be given per language, such as title.en" in refusal(SMALL.replace("title.en", "title"))


@pytest.mark.parametrize(
    ("starts", "said"),
    [
        ("2031-03-09T02:30:00", "the clocks in America/Los_Angeles skip this time on that day"),
        (
            "2031-11-02T01:30:00",
            "show this time twice on that day; add starts_fold = 0 for the first or 1 for the second",
        ),
    ],
)
def test_a_wall_time_that_is_not_one_instant_is_refused(context, starts, said):
    text = SMALL.replace("2031-06-10T18:00:00", starts).replace("2031-06-10T20", "2031-12-10T20")

    assert said in refusal(text.replace("America/Guatemala", "America/Los_Angeles"))


@pytest.mark.parametrize("year", ["0001", "1989", "2201", "9999"])
def test_a_year_that_no_calendar_is_kept_for_is_refused(context, year):
    assert "check the year: it lies too far away" in refusal(SMALL.replace("2031-", f"{year}-"))


def test_nothing_of_a_refused_file_is_kept(context):
    broken = GOOD.replace('slug = "root-causes-community-assembly"', 'slug = "small"')
    take()

    assert "event[4].slug: small is there already; say --update to change it" in refusal(broken)

    count = [
        db.session.scalar(sa.select(sa.func.count()).select_from(m)) for m in (Event, Organization, Programme, Tag)
    ]
    assert count == [1, 1, 0, 0]


def test_a_slug_that_was_used_before_is_not_given_away(context):
    take()
    with transaction():
        slugs.rename(event("small"), "event", "renamed")

    assert "small was the address of another event" in refusal(SMALL)


def test_a_file_that_cannot_be_read_is_refused(context, folder):
    (folder / "latin.toml").write_bytes("title = 'ñ'".encode("latin-1"))

    assert "is not a text in UTF-8" in refusal(folder / "latin.toml")
    assert "cannot be read: No such file" in refusal(folder / "none.toml")


def test_publishing_names_the_language_and_the_text_that_is_missing(context):
    text = SMALL.replace('["en"]', '["en", "es"]') + 'summary.en = "x"\n[[event.ticket_type]]\nslug="a"\nname.en="A"\n'

    said = refusal(text, publish=True)

    assert said == (
        "small cannot be published: texts are missing (Spanish: title, Spanish: summary, Spanish: ticket_type.a)."
    )
    assert take(text)[0].status == "draft"


def test_a_published_event_may_not_get_gaps_by_an_update(context):
    take(publish=True)

    assert "Spanish: title" in refusal(SMALL.replace('["en"]', '["en", "es"]'), update=True)


def test_a_refusal_speaks_the_readers_language(context):
    with speaking("es"):
        assert "event[1].timezone: no es una zona horaria" in refusal(SMALL.replace("America/Guatemala", "x"))


def test_an_empty_file_makes_nothing(context):
    assert files.import_file("") == []
