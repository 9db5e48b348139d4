"""The page on which the organizers see and change when letters go out, and what it says."""

from datetime import timedelta

import pytest

from eventsvc.db import db, transaction
from eventsvc.events.models import Event
from eventsvc.registration import announcements
from eventsvc.reminders import schedule
from eventsvc.reminders.models import Reminder
from eventsvc.reminders.schedule import AFTERWARDS, DAY_BEFORE, HOUR_BEFORE, Plan
from tests.organizers.staff import Staff, form_on, says
from tests.reminders.house import come_round, left, posted

GOOD = {"material_url": "https://docs.example.org/report", "survey_url": "https://survey.example.org/x?a=1&b=2"}


@pytest.fixture
def staff(app, cast):
    return Staff(app, cast)


def page(event):
    return f"/organize/events/{event.slug}/reminders"


def plans(staff, event):
    with staff.app.app_context():
        return schedule.plans(schedule.times_of(staff.fresh(event)))


def goes_out(staff, event, clock, moment):
    clock.moment = moment
    with staff.app.app_context():
        come_round(clock)


def called_off(staff, event):
    with staff.app.app_context(), transaction():
        announcements.call_off(db.session.get_one(Event, event.id))


def test_without_a_choice_the_usual_holds(staff):
    hall, online = staff.event(), staff.event(attendance="online")

    assert plans(staff, hall) == [
        Plan(DAY_BEFORE, True, 1440), Plan(HOUR_BEFORE, False, 60), Plan(AFTERWARDS, False, 120)
    ]  # fmt: skip
    assert [plan.enabled for plan in plans(staff, online)] == [True, True, False]


def test_what_is_saved_stands_in_the_form_again(staff):
    event = staff.event(attendance="hybrid")
    member = staff.member()

    saved = member.fill(
        page(event), day_before="48", hour_before_on=None, hour_before="30", afterwards_on="y", afterwards="0", **GOOD
    )

    assert saved.status_code == 303
    assert plans(staff, event) == [
        Plan(DAY_BEFORE, True, 48 * 60),
        Plan(HOUR_BEFORE, False, 30),
        Plan(AFTERWARDS, True, 0, *GOOD.values()),
    ]
    shown = form_on(member.get(page(event)))[1]
    assert {name: shown[name] for name in GOOD} == GOOD
    assert (shown["day_before"], shown["hour_before"], shown["afterwards"]) == ("48", "30", "0")
    assert "hour_before_on" not in shown
    assert staff.fresh(event).version == event.version


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("day_before", "1", "Enter a number of hours from 2 to 336 (two weeks)."),
        ("day_before", "337", "Enter a number of hours from 2 to 336 (two weeks)."),
        ("day_before", "", "Enter a number of hours from 2 to 336 (two weeks)."),
        ("day_before", "a day", "Enter a whole number, such as 60."),
        ("hour_before", "9", "Enter a number of minutes from 10 to 720 (twelve hours)."),
        ("hour_before", "721", "Enter a number of minutes from 10 to 720 (twelve hours)."),
        ("afterwards", "337", "Enter a number of hours from 0 to 336 (two weeks)."),
        ("survey_url", "http://survey.example.org/", "Enter a whole address that begins with https://"),
        ("survey_url", "javascript:alert(1)", "Enter a whole address that begins with https://"),
        ("material_url", "https://", "Enter a whole address that begins with https://"),
        ("material_url", "https://example.org/" + "x" * 1000, "This text is too long: at most 1000 characters."),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_all_that_was_typed_stays(staff, field, typed, sentence):
    event = staff.event()
    member = staff.member()

    answer = member.fill(page(event), **({"hour_before_on": "y", "survey_url": GOOD["survey_url"]} | {field: typed}))

    assert answer.status_code == 422
    assert says(answer, sentence)
    assert says(answer, "There is a problem")
    shown = form_on(answer)[1]
    assert shown[field] == typed
    assert "hour_before_on" in shown
    with staff.app.app_context():
        assert db.session.scalars(db.select(Reminder)).all() == []


def test_a_letter_cannot_go_out_when_nobody_is_on_the_list_any_more(staff):
    event = staff.event(retention_days=3)

    answer = staff.member().fill(page(event), afterwards_on="y", afterwards="72")

    assert answer.status_code == 422
    assert says(answer, "The personal data are erased before that, on")
    assert staff.member().fill(page(event), afterwards_on="y", afterwards="71").status_code == 303


def test_it_says_when_in_the_zone_of_the_event_and_to_how_many(staff, stopped_clock):
    event = staff.event(
        starts=(stopped_clock.moment + timedelta(days=9)).replace(
            hour=18, minute=0, tzinfo=None, second=0, microsecond=0
        )
    )
    staff.signs_up(event, "Ana")
    staff.signs_up(event, "Beto")

    shown = staff.member().get(page(event))

    assert says(shown, "6:00\u00a0PM (Pacific")
    assert says(shown, "As things stand, to 2 people.")
    assert says(shown, "Switched off: nobody gets it.")


def test_what_became_of_a_letter_is_told(staff, stopped_clock):
    event = staff.event(days=5)
    for name in ("Ana", "Beto", "Cleo"):
        staff.signs_up(event, name)
    goes_out(staff, event, stopped_clock, event.starts_at - timedelta(hours=24))

    shown = staff.member().get(page(event))

    assert says(shown, "Went out on")
    assert says(shown, "3 letters.")
    assert says(shown, "3 of them have not left yet")


def test_a_moment_that_has_passed_is_still_used_or_it_is_said_that_it_is_too_late(staff, stopped_clock):
    event = staff.event(days=5)
    staff.signs_up(event, "Ana")
    stopped_clock.moment = event.starts_at - timedelta(hours=20)
    shown = staff.member().get(page(event))
    assert says(shown, "has passed, but it is not too late: it goes out within a minute.")

    stopped_clock.moment = event.starts_at - timedelta(hours=2)
    assert says(staff.member().get(page(event)), "has passed, and it would be too late now.")
    goes_out(staff, event, stopped_clock, stopped_clock.moment)
    staff.member().fill(page(event), hour_before_on="y")
    goes_out(staff, event, stopped_clock, event.starts_at - timedelta(minutes=50))

    with staff.app.app_context():
        assert posted(event) == [("reminder_hour", "Ana")]


def test_what_was_too_late_goes_out_after_all_where_it_gets_a_new_moment(staff, stopped_clock):
    event = staff.event(days=5)
    staff.signs_up(event, "Ana")
    goes_out(staff, event, stopped_clock, event.starts_at - timedelta(hours=6))
    member = staff.member()

    member.fill(page(event), day_before="3")
    assert says(member.get(page(event)), "As things stand, to 1 person.")
    goes_out(staff, event, stopped_clock, event.starts_at - timedelta(hours=3))

    with staff.app.app_context():
        assert posted(event) == [("reminder_day", "Ana")]


def test_switched_off_on_its_way_it_goes_no_further(staff, stopped_clock):
    event = staff.event(days=5)
    staff.signs_up(event, "Ana")
    goes_out(staff, event, stopped_clock, event.starts_at - timedelta(hours=24))
    with staff.app.app_context():
        assert left(event) == ["Ana"]

    staff.member().fill(page(event), day_before_on=None)

    with staff.app.app_context():
        assert left(event) == []


@pytest.mark.parametrize(
    ("values", "after", "sentence"),
    [
        ({"published": False}, 0, "The event is a draft: nobody can register, and nothing goes out."),
        ({}, 9, "The event is over. Only a letter afterwards can still go out."),
        ({"attendance": "online"}, 0, "The link to join is not entered yet."),
    ],
)
def test_what_keeps_letters_from_going_out_is_said_at_the_top(staff, stopped_clock, values, after, sentence):
    event = staff.event(days=5, **values)
    stopped_clock.forward(days=after)

    assert says(staff.member().get(page(event)), sentence)


def test_a_cancelled_event_sends_nothing_and_says_so(staff):
    event = staff.event(days=5)
    called_off(staff, event)

    assert says(staff.member().get(page(event)), "The event is cancelled: nothing goes out any more.")


def test_the_words_can_be_read_beforehand_in_every_language_of_the_event(staff):
    event = staff.event(attendance="online", join_url="https://meet.example.org/room")
    staff.member().fill(page(event), afterwards_on="y", **GOOD)

    shown = staff.member().get(page(event))

    for sentence in ("Starts soon: Assembly", "Empieza pronto: Assembly (es)", "https://meet.example.org/room"):
        assert says(shown, sentence), sentence
    assert shown.text.count("https://docs.example.org/report") == 3  # in the form, in English, in Spanish


def test_another_event_like_this_one_has_the_same_schedule_without_the_links(staff):
    event = staff.event()
    member = staff.member()
    member.fill(page(event), day_before="72", afterwards_on="y", **GOOD)
    starts = (event.starts + timedelta(days=30)).isoformat(timespec="minutes")
    ends = (event.ends + timedelta(days=30)).isoformat(timespec="minutes")

    made = member.fill(f"/organize/events/{event.slug}/clone", title="Another", starts=starts, ends=ends)

    assert made.status_code == 303
    assert plans(staff, staff.by_title("Another")) == [
        Plan(DAY_BEFORE, True, 72 * 60), Plan(HOUR_BEFORE, False, 60), Plan(AFTERWARDS, True, 120)
    ]  # fmt: skip
