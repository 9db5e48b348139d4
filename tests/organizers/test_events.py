"""Making, changing, publishing, copying and cancelling an event at the desk."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import vault
from eventsvc.db import db
from eventsvc.registration.announcements import unfinished
from eventsvc.registration.models import Announcement
from tests.organizers.staff import says

NEW = "/organize/new-event?language=en&language=es"
TEXTS = {
    "title_en": "Assembly of all members",
    "title_es": "Asamblea general",
    "starts": "2031-05-14T18:30",
    "ends": "2031-05-14T20:00",
    "timezone": "America/Guatemala",
}


def test_the_empty_desk_says_what_to_do_first(staff):
    desk = staff.member().get("/organize/")

    assert says(desk, "Start with a new event")
    assert "/organize/new-event" in desk.text
    assert not says(staff.member("viewer").get("/organize/"), "Start with a new event")


def test_the_desk_shows_how_full_my_events_are_and_nobody_elses(staff):
    assembly = staff.event("Spring assembly", capacity=2, days=20)
    staff.event("A plan", published=False, days=10)
    staff.event("Of others", host=staff.cast.organization("Oxfam America"))
    for name in ("Ana", "Beto", "Carla"):
        staff.signs_up(assembly, name)

    desk = staff.member("viewer").get("/organize/")

    assert says(desk, "2 of 2 places taken, 1 person waiting")
    assert says(desk, "Draft")
    assert desk.text.index("A plan") < desk.text.index("Spring assembly")
    assert "Of others" not in desk.text


def test_an_event_is_made_in_its_languages_and_stays_a_draft(staff):
    staff.cast.organization("Latin America Working Group", abbreviation="LAWG")
    staff.cast.organization("WOLA")
    member = staff.member()

    answer = member.fill(
        NEW,
        **TEXTS,
        summary_en="  What we do\r\nnext. ",
        attendance="hybrid",
        venue_name="Salón comunal",
        venue_country="GT",
        join_url="https://meet.example.org/x",
        capacity="60",
        co_hosts="WOLA\nlawg",
        tags="Migration, Summit , migration",
        new_programme="Ninth Summit",
        interpretation="es, quc",
        contact_en="ask@example.org",
        note="Keys at the porter",
        retention_days="10",
    )

    assert answer.status_code == 303
    event = staff.by_title("Asamblea general")
    assert (event.status, event.slug) == ("draft", "assembly-of-all-members")
    assert event.languages == ["en", "es"]
    assert event.summary == {"en": "What we do\nnext."}
    assert event.contact == {"en": "ask@example.org", "es": "ask@example.org"}
    assert event.starts_at.isoformat() == "2031-05-15T00:30:00+00:00"
    assert event.venue == {"name": "Salón comunal", "country": "GT"}
    assert [c.organization.name for c in event.co_hosts] == ["WOLA", "Latin America Working Group"]
    assert [t.slug for t in event.tags] == ["migration", "summit"]
    assert event.programme.name == {"en": "Ninth Summit"}
    assert (event.interpretation, event.retention_days, event.note) == (["es", "quc"], 10, "Keys at the porter")
    assert staff.stranger().get(f"/en/events/{event.slug}").status_code == 404
    assert says(member.get(f"/organize/events/{event.slug}"), "Summary in Spanish")


@pytest.mark.parametrize("visibility", ["unlisted", "invitation"])
def test_an_event_that_is_not_listed_gets_six_random_signs(staff, visibility):
    staff.member().fill(NEW, **TEXTS, visibility=visibility)

    assert re.fullmatch("assembly-of-all-members-[a-z2-9]{6}", staff.by_title("Asamblea general").slug)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title_en": " \u200b "}, "Enter a title."),
        ({"starts": ""}, "Enter when the event starts."),
        ({"starts": "soon"}, "Enter a date and a time"),
        ({"starts": "0001-01-01T00:00"}, "Check the year"),
        ({"ends": "2031-05-14T18:30"}, "The end must be after the start."),
        ({"timezone": "Mars/Olympus"}, "Choose one of these."),
        ({"attendance": "by_post"}, "Choose one of these."),
        ({"visibility": "secret"}, "Choose one of these."),
        ({"venue_country": "XX"}, "Choose one of these."),
        ({"join_url": "javascript:alert(1)"}, "Enter a whole address"),
        ({"join_url": "https://[x"}, "Enter a whole address"),
        ({"capacity": "-1"}, "Enter a whole number"),
        ({"capacity": "1e9"}, "Enter a whole number"),
        ({"capacity": "99999999"}, "Enter a number from 0"),
        ({"capacity": "６０"}, "Enter a whole number"),
        ({"retention_days": "9999"}, "Enter a number of days from 0 to 1095."),
        ({"interpretation": "Spanish!"}, "is not a language code"),
        ({"co_hosts": "Latn America Working Group"}, "Do you mean Latin America Working Group?"),
        ({"co_hosts": "Alianza Americas"}, "is the host already"),
        ({"title_en": "x" * 201}, "This text is too long: at most 200 characters."),
        ({"description_es": "x" * 50_000}, "This text is too long"),
        (
            {"registration_opens": "2031-05-02T10:00", "registration_closes": "2031-05-01T10:00"},
            "Registration must close after it opens.",
        ),
        ({"programme": "77"}, "Choose one of these."),
        ({"host": "77"}, "Choose one of these."),
    ],
)
def test_a_wrong_value_is_said_beside_its_field_and_all_that_was_typed_stays(staff, wrong, sentence):
    staff.cast.organization("Latin America Working Group")

    answer = staff.member().fill(NEW, **{**TEXTS, "summary_es": "Resumen <b>"} | wrong)

    assert answer.status_code == 422
    assert says(answer, sentence)
    assert "Resumen &lt;b&gt;" in answer.text
    with staff.app.app_context():
        assert db.session.scalar(sa.text("SELECT count(*) FROM events")) == 0


def test_the_day_on_which_data_go_does_not_move_away_from_those_who_agreed_to_it(staff):
    event, member = staff.event("Plan", retention_days=10), staff.member()
    edit = f"/organize/events/{event.slug}/edit"

    assert member.fill(edit, retention_days="20").status_code == 303  # nobody has agreed to anything yet
    staff.signs_up(event, "Ana", "ana@example.org")
    refused = member.fill(edit, retention_days="21")
    assert refused.status_code == 422
    assert says(refused, "erased 20 days after the end. You can choose fewer days, not more.")

    assert member.fill(edit, retention_days="5").status_code == 303
    assert staff.fresh(event).retention_days == 5


def test_a_time_that_the_clocks_skip_is_refused(staff):
    answer = staff.member().fill(
        NEW, **TEXTS | {"timezone": "America/New_York", "starts": "2031-03-09T02:30", "ends": "2031-03-09T06:00"}
    )

    assert answer.status_code == 422
    assert says(answer, "does not exist there")


def test_of_a_time_that_comes_twice_it_is_asked_which_one_is_meant(staff):
    member = staff.member()
    typed = TEXTS | {"timezone": "America/New_York", "starts": "2031-11-02T01:30", "ends": "2031-11-02T06:00"}

    asked = member.fill(NEW, **typed)
    assert asked.status_code == 422
    assert says(asked, "The second: 1:30 AM at UTC−5")

    assert member.fill(asked, starts_fold="1").status_code == 303
    event = staff.by_title("Asamblea general")
    assert (event.starts_fold, event.starts_at.isoformat()) == (1, "2031-11-02T06:30:00+00:00")


def test_publishing_is_refused_while_a_language_has_gaps(staff):
    event = staff.event("Plan", published=False, summary={"en": "Only in English"})
    member = staff.member()
    page = f"/organize/events/{event.slug}"

    refused = member.post(f"{page}/publication", page=page)
    assert refused.status_code == 409
    assert says(refused, "Summary in Spanish")

    assert member.fill(f"{page}/edit", summary_es="También en español").status_code == 303
    assert member.press(page, "publication").status_code == 303
    assert staff.fresh(event).status == "published"
    assert staff.stranger().get(f"/en/events/{event.slug}").status_code == 200
    assert member.post(f"{page}/publication", page=page).status_code == 409


def test_a_change_that_concerns_nobody_is_saved_at_once_and_told_to_nobody(staff):
    event = staff.event(capacity=5)
    staff.signs_up(event, "Ana")

    answer = staff.member().fill(f"/organize/events/{event.slug}/edit", summary_en="New", summary_es="Nuevo")

    assert answer.status_code == 303
    changed = staff.fresh(event)
    assert (changed.summary, changed.sequence) == ({"en": "New", "es": "Nuevo"}, 0)
    with staff.app.app_context():
        assert unfinished() == []


def test_a_change_of_time_says_to_how_many_the_notice_goes_before_it_is_done(staff):
    event = staff.event(capacity=2)
    for name in ("Ana", "Beto", "Carla"):
        staff.signs_up(event, name)
    member = staff.member()
    later = (event.starts + timedelta(days=1)).isoformat(timespec="minutes")
    ends = (event.ends + timedelta(days=1)).isoformat(timespec="minutes")

    asked = member.fill(f"/organize/events/{event.slug}/edit", starts=later, ends=ends)

    assert asked.status_code == 200
    assert says(asked, "2 people with a place, 1 person waiting")
    assert staff.fresh(event).starts == event.starts
    answer = member.fill(asked, people_note="The hall was taken.")
    assert answer.status_code == 303
    changed = staff.fresh(event)
    assert (changed.starts.isoformat(timespec="minutes"), changed.sequence) == (later, 1)
    with staff.app.app_context():
        (announcement,) = unfinished()
        note = vault.keyring().of_event(event.id).open(announcement.note, "announcements.note", announcement.id)
    assert note == "The hall was taken."


def test_a_new_join_link_is_announced_without_being_shown_to_the_public(staff):
    event = staff.event(attendance="online", join_url="https://meet.example.org/old")
    staff.signs_up(event, "Ana")
    member = staff.member()

    asked = member.fill(f"/organize/events/{event.slug}/edit", join_url="https://meet.example.org/new")
    assert says(asked, "https://meet.example.org/new")
    member.fill(asked)

    assert staff.fresh(event).sequence == 1
    assert "meet.example.org" not in staff.stranger().get(f"/en/events/{event.slug}").text


def test_who_saves_second_is_told_and_loses_nothing_of_what_was_typed(staff):
    event = staff.event()
    first, second = staff.member(), staff.member("organizer")
    page = f"/organize/events/{event.slug}/edit"
    opened = second.get(page)
    first.fill(page, note="by the first")

    conflict = second.fill(opened, note="by the second", summary_en="Kept")

    assert conflict.status_code == 409
    assert says(conflict, "Somebody else saved this event in the meantime")
    assert says(conflict, "Note for your organization")
    assert "by the second" in conflict.text
    assert staff.fresh(event).note == "by the first"
    assert second.fill(conflict).status_code == 303
    assert (staff.fresh(event).note, staff.fresh(event).summary) == ("by the second", {"en": "Kept"})


def test_a_language_is_added_and_another_one_leaves(staff):
    event = staff.event(summary={"en": "One", "es": "Uno"})

    answer = staff.member().fill(
        f"/organize/events/{event.slug}/edit?language=en&more=pt-BR", **{"title_pt-BR": "Assembleia"}
    )

    assert answer.status_code == 303
    changed = staff.fresh(event)
    assert changed.languages == ["en", "pt-BR"]
    assert changed.title == {"en": "Assembly", "pt-BR": "Assembleia"}
    assert changed.summary == {"en": "One"}


def test_co_hosts_and_tags_are_replaced_in_the_order_typed(staff):
    for name in ("Uno", "Dos", "Tres"):
        staff.cast.organization(name)
    event = staff.event()
    member, page = staff.member(), f"/organize/events/{event.slug}/edit"
    member.fill(page, co_hosts="Uno\nDos", tags="a, b")
    version = staff.fresh(event).version

    member.fill(page, co_hosts="Tres\nUno", tags="b, c")

    changed = staff.fresh(event)
    assert [(c.organization.name, c.position) for c in changed.co_hosts] == [("Tres", 0), ("Uno", 1)]
    assert [t.slug for t in changed.tags] == ["b", "c"]
    assert changed.version > version


def test_cancelling_says_to_how_many_first_and_keeps_the_event_as_cancelled(staff):
    event = staff.event(capacity=1)
    staff.signs_up(event, "Ana")
    staff.signs_up(event, "Beto")
    member, page = staff.member(), f"/organize/events/{event.slug}/cancellation"

    assert says(member.get(page), "1 person with a place, 1 person waiting")
    assert staff.fresh(event).status == "published"
    assert member.fill(page, note="A storm is coming.").status_code == 303

    assert (staff.fresh(event).status, staff.fresh(event).sequence) == ("cancelled", 1)
    with staff.app.app_context():
        assert [a.letter for a in db.session.scalars(sa.select(Announcement))] == ["event_cancelled"]
    assert member.post(page, {"note": ""}, page=page).status_code == 409


def test_a_copy_has_everything_but_the_people(staff):
    staff.cast.organization("WOLA")
    event = staff.event(
        "Series", kinds=[("hall", 2), ("online", None)], capacity=50, days=20, summary={"en": "S", "es": "S"}
    )
    staff.signs_up(event, "Ana")
    member = staff.member()
    closes = (event.starts - timedelta(days=2)).isoformat(timespec="minutes")
    member.fill(f"/organize/events/{event.slug}/edit", registration_closes=closes, co_hosts="WOLA", tags="x")
    starts, ends = event.starts + timedelta(days=7), event.ends + timedelta(days=7)

    answer = member.fill(
        f"/organize/events/{event.slug}/clone",
        title="Series, second part",
        starts=starts.isoformat(timespec="minutes"),
        ends=ends.isoformat(timespec="minutes"),
    )

    assert answer.status_code == 303
    copy = staff.by_title("Series, second part")
    assert (copy.status, copy.starts, copy.summary) == ("draft", starts, {"en": "S", "es": "S"})
    assert copy.uid != event.uid
    assert copy.registration_closes == event.starts + timedelta(days=5)
    assert [c.organization.name for c in copy.co_hosts] == ["WOLA"]
    assert staff.statuses(copy) == []
    page = member.get(f"/organize/events/{copy.slug}/places")
    assert says(page, "All ticket types together")
    with staff.app.app_context():
        sizes = db.session.execute(
            sa.text("SELECT size, taken, waiting FROM quotas WHERE event_id = :e ORDER BY id"), {"e": copy.id}
        ).all()
    assert sorted(sizes, key=str) == sorted([(50, 0, 0), (2, 0, 0), (None, 0, 0)], key=str)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{{ 7*7 }}", "'\"><img src=x onerror=alert(1)>", "مرحبا \u202e", "😀"]
)
def test_whatever_is_typed_comes_out_as_text(staff, text):
    member = staff.member()
    member.fill(
        NEW, **TEXTS | {"title_en": f"T {text}", "venue_name": text, "note": text, "tags": text, "new_programme": text}
    )

    with staff.app.app_context():
        slug = db.session.scalar(sa.text("SELECT slug FROM events"))
    for path in (
        "/organize/",
        f"/organize/events/{slug}",
        f"/organize/events/{slug}/edit",
        f"/organize/events/{slug}/door",
    ):
        page = member.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


def test_the_desk_says_that_mail_goes_to_files_and_speaks_spanish(staff):
    page = staff.member(language="es").get("/organize/")

    assert '<html lang="es"' in page.text
    assert says(page, "El correo se guarda en archivos")


def test_a_member_chooses_the_language_of_the_desk(staff):
    member = staff.member()

    member.post("/organize/language", {"language": "es"})

    assert '<html lang="es"' in member.get("/organize/").text


def test_unknown_fields_change_nothing(staff):
    event = staff.event()

    staff.member().fill(
        f"/organize/events/{event.slug}/edit",
        status="cancelled",
        host_id="99",
        uid="x",
        sequence="9",
        purged_at="2020-01-01",
    )

    changed = staff.fresh(event)
    assert (changed.status, changed.host_id, changed.uid, changed.sequence) == (
        "published",
        event.host_id,
        event.uid,
        0,
    )
